/** One word of the request, with where it stands: slot values are always cut out of what was typed. */
export type Token = { readonly text: string; readonly lower: string; readonly start: number; readonly end: number };

// Quoted text, paths, durations and sizes stuck to their unit, words with inner dots and hyphens, single signs that mean something.
// Two kinds of name have a slash inside: ports of a switch ("gi1/0/3") and time zones ("Europe/Berlin").
const WORD = /"[^"]{0,300}"|'[^' ][^']{0,298}'(?![a-z])|(?<![\p{L}\p{N}_\/.-])[a-zA-Z]{2,24}\d{1,3}(?:\/\d{1,3}){1,3}(?![\p{L}\p{N}_\/])|(?<![\p{L}\p{N}_\/.-])\p{Lu}[\p{L}_-]+(?:\/\p{Lu}[\p{L}_-]+){1,2}|[@#]?[\p{L}\p{N}_](?:[\p{L}\p{N}_.:@+-]*[\p{L}\p{N}_])?(?:'[a-z]{1,2})?|\/(?:[^\s,;?!"']*[^\s,;?!"'.:)])?|-{1,2}[a-z][a-z-]*/gu;

export const tokensOf = (sentence: string): readonly Token[] =>
  [...sentence.matchAll(WORD)].map((match) => ({ text: match[0], lower: match[0].toLowerCase().replace(/[’`]/g, "'"), start: match.index, end: match.index + match[0].length }));

/** Words operators use for one another; the first is the one that counts. Small and auditable on purpose. */
const SAME: readonly (readonly string[])[] = [
  ["disk", "disks", "hdd", "drive", "drives", "storage", "disc", "hard-disk"],
  ["filesystem", "filesystems", "fs", "volume", "volumes", "partition", "partitions"],
  ["memory", "ram", "mem"],
  ["cpu", "processor", "processors", "cpus"],
  ["server", "servers", "host", "hosts", "machine", "machines", "box", "boxes", "node", "nodes"],
  ["show", "list", "display", "print", "give", "gimme", "lemme", "tell", "get", "see", "view", "fetch", "pull", "compare", "count", "describe", "summarise", "summarize", "report", "output"],
  ["log", "logs", "journal", "syslog", "logfile", "logfiles"],
  ["error", "errors", "errs", "problem", "problems", "failure", "failures", "fault", "faults", "issue", "issues", "complaint", "complaints", "trouble", "troubles"],
  ["service", "services", "daemon", "daemons", "unit", "units"],
  ["process", "processes", "proc", "procs", "task"],
  ["slow", "sluggish", "laggy", "lagging", "crawling", "slowly", "slowness", "unresponsive", "slower", "lags", "lag", "snail", "crawl", "crawls", "drags", "dragging", "treacle", "molasses", "syrup", "sloth", "slowed", "slows", "slowest"],
  ["down", "dead", "offline", "unavailable", "unreachable", "outage"],
  ["restart", "bounce", "recycle", "restarting", "restarts"],
  ["user", "users", "account", "accounts"],
  ["certificate", "certificates", "cert", "certs"],
  ["config", "configuration", "conf", "configs", "configurations", "settings"],
  ["package", "packages", "pkg", "pkgs"],
  ["container", "containers"],
  ["directory", "directories", "folder", "folders", "dir", "dirs"],
  ["big", "biggest", "large", "largest", "huge", "heaviest", "fattest", "bigger", "larger", "giant", "enormous", "fat", "fatter", "gigantic", "massive", "oversized", "monster", "bulky", "hefty"],
  ["login", "logins", "logon", "logons", "signin", "signins", "sign-in", "sign-ins", "signon"],
  ["space", "room", "capacity"],
  ["why", "why's", "whys"],
  ["kernel", "kernels"],
  ["temperature", "temperatures", "temp", "temps", "hot", "warm", "heat"],
  ["database", "databases", "db", "dbs"],
  ["query", "queries", "statement", "statements"],
  ["run", "runs", "running"],
  ["website", "site", "webpage", "homepage", "websites"],
  ["update", "updates", "updated", "upgrade", "upgrades", "upgraded", "patches", "patched", "patching"],
  ["change", "changes", "changed", "modified", "edited", "modify", "modification", "modifications", "fiddle", "fiddled", "tamper", "tampered", "alter", "altered", "tweak", "tweaked", "tweaks", "adjusted", "edits", "touched", "rewritten"],
  ["reboot", "reboots", "rebooted", "rebooting"],
  ["health", "healthy", "checkup"],
  ["port", "ports"],
  ["delete", "remove", "erase", "deleting", "removing", "wipe", "purge", "obliterate", "nuke", "destroy"],
  ["fan", "fans"],
  ["using", "eating", "consuming", "hogging", "burning", "chewing", "gobbling", "devouring", "swallowing", "eats", "eat", "consumes", "consume", "uses", "use", "hogs", "burns", "devours", "occupies", "occupying", "guzzling"],
  ["expire", "expires", "expired", "expiring", "expiry", "expiration", "lapse", "lapses"],
  ["block", "blocks", "blocking", "blocked"],
  ["listen", "listens", "listening", "bound", "binds", "binding"],
  ["version", "versions", "release", "releases"],
  ["crash", "crashed", "crashes", "crashing", "died", "die", "dies", "dying", "collapse", "collapsed"],
  ["recent", "recently", "lately", "latest", "newest"],
  ["boot", "booted", "booting", "boots"],
  ["overview", "summary", "rundown", "digest"],
  ["fail", "failed", "failing", "fails"],
  ["ok", "okay", "fine", "alright", "good", "happy", "sound"],
  ["wrong", "amiss", "odd", "oddly", "strange", "strangely", "weird", "weirdly", "fishy", "funny"],
  ["check", "inspect", "verify", "examine", "test", "validate", "review"],
  ["diagnose", "troubleshoot", "debug", "investigate", "analyse", "analyze"],
  ["attempt", "attempts", "tries", "tried"],
  ["people", "customers", "clients", "visitors", "colleagues"],
  ["anyone", "anybody", "someone", "somebody"],
  ["valid", "correct", "sane"],
  ["interface", "interfaces", "nic", "nics"],
  ["gateway", "gw"],
  ["idrac", "drac", "i-drac"],
  ["complain", "complains", "complained", "complaining", "whine", "whines", "whining", "moan", "moans", "moaning", "grumble", "grumbles", "grumbling", "gripe", "gripes"],
  ["broken", "busted", "borked", "kaputt", "kaput", "toast", "hosed", "damaged", "defective"],
  ["full", "packed", "stuffed", "crammed", "overflowing"],
  ["grow", "grows", "grown", "growing", "grew", "swell", "swelled", "explode", "exploded", "exploding", "balloon", "ballooned"],
  ["reach", "reachable", "reaches", "reached", "accessible"],
  ["wait", "waits", "waiting", "waited"],
  ["lock", "locks", "locked", "locking"],
  ["schedule", "scheduled", "schedules", "recurring", "periodic", "planned"],
  ["module", "modules"],
  ["replica", "replicas", "standby", "standbys", "slave", "secondary", "follower"],
  ["attack", "attacks", "attacked", "attacking", "hammer", "hammers", "hammering", "hammered"],
  ["postgres", "pg"],
  ["psu", "psus"],
];
export const CANON: ReadonlyMap<string, string> = new Map(SAME.flatMap(([head = "", ...rest]) => rest.map((word) => [word, head] as const)));

/** The same word whatever its ending; enough for operations talk, too little to confuse one word with another. */
export function stemOf(lower: string): string {
  const word = lower.replace(/'s$|'re$|'m$/, "").replace(/[.:]$/, "");
  const same = CANON.get(word);
  if (same !== undefined) return same;
  if (word.length > 4 && /[^s]s$/.test(word)) {
    const single = word.slice(0, -1);
    return CANON.get(single) ?? single;
  }
  return word;
}

export const FILLER: ReadonlySet<string> = new Set("a an the of on in at for to with from by and or is are was were be been do does did please can could would will you i we me my our us it its this that these those there here now right so very really just some any all hey hi hello thanks thank kindly quickly".split(" "));
