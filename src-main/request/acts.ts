// How an order, a question and a prohibition begin.

/** Words by which an operator asks for an act. When a sentence opens with one, a skill that only looks is no answer to it. */
export const ACTS: ReadonlySet<string> = new Set(
  "restart stop start shut free kill delete remove drop wipe purge erase reboot shutdown rotate renew install uninstall upgrade update patch add create change set reset enable disable mount unmount umount format resize extend grow shrink migrate move copy restore deploy edit write modify open close block allow flush lock unlock reload terminate truncate vacuum empty clean clear replace reissue configure promote failover switch power cycle bounce kick halt run execute put grant revoke rename cancel abort prune pause unpause scale attach detach import export generate rebuild obliterate nuke destroy dump undo revert upgrade defragment blow make hand give let expose unblock permit accept send upload email mail post forward share publish push transfer paste exfiltrate encrypt decrypt compress repair fix correct touch overwrite shred schedule plan kick pull plug hide force drain evict cordon fail chmod chown rm dd mkfs burn trash sabotage crash hack poison replace swap defrag bring take".split(" "),
);
const ENDING = /(?:ed|ing)$/;
/** An act in any of its forms: "restarted", "stopping", "deleted". */
export function isActForm(lower: string): boolean {
  if (ACTS.has(lower)) return true;
  if (!ENDING.test(lower)) return false;
  const stem = lower.replace(ENDING, "");
  return ACTS.has(stem) || ACTS.has(`${stem}e`) || (stem.at(-1) === stem.at(-2) && ACTS.has(stem.slice(0, -1)));
}
/** Acts that are nouns as well: "power supplies of …", "reboot pending?". Beside them any taught use counts; beside the others only the taught pair of words. */
export const NOUNS_TOO: ReadonlySet<string> = new Set("free power reboot lock mount update change patch block cycle copy restore backup dump swap plan".split(" "));
export const ARTICLES: ReadonlySet<string> = new Set(["the", "a", "an", "my", "our"]);
export const POLITE: ReadonlySet<string> = new Set("please can could would you kindly now then just also and hey hi ok okay go ahead i want need to like let's lets pls hard soft cold warm immediately instantly gracefully cleanly forcefully forcibly".split(" "));
export const ASKING = /^(?:(?:please|hey|hi|ok|so|and|but)[ ,]+)*(?:is|are|was|were|when|did|does|do we|has|have|had|why|how|what|which|who|whose|where|show|list|check|find|any|should|must|tell me (?:when|if|whether|why|how|what))\b/i;
export const NEGATED = /\b(?:don'?t|do not|never|(?:nobody|no[ -]one|none of (?:you|us|them)) (?:should|may|must|shall|is (?:to|allowed)|are (?:to|allowed)|has to|have to|needs? to)|hold (?:off|back)|(?:stop|quit|cease) (?!(?:ping|(?:work|answer|respond|react|serv|listen|monitor|cach|logg|runn|accept|send|receiv|replicat|resolv|sync|rout|forward|connect|load|function|deliver)ing)\b)\w+ing\b|keep from|not to|(?:but )?not (?:now|yet|today|before|until)|no need to|without|shouldn'?t|should not|must not|mustn'?t|instead of|rather than|avoid|refrain from|under no circumstances|leave .{1,40} alone|keep your hands off|hands off)\b/i;
/** Later, or only if: nothing is planned from a sentence, and what is done is done now. */
export const LATER = /\b(?:tomorrow|tonight|later|next (?:week|month|year|time|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend)|in (?:an?|one|two|three|five|ten|half an?|\d+) ?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?)\b|at (?:\d{1,2}(?::\d\d)?\s*(?:am|pm|o'?clock)|\d{1,2}:\d\d|noon|midnight|night)|at \d{1,2}$|schedule[ds]?|as soon as|once|when(?:ever)?|in case|if|unless|until|after (?:hours|work|lunch|midnight|the (?:backup|release|maintenance))|every (?:night|day|hour|week|\d+))\b/i;
/** "If it is down, start it": what follows the case is the order. */
export const IN_CASE = /^(?:(?:please|and|but|so|then|ok)[ ,]+)*(?:only if|if|unless|when|whenever|once|should|in case|as soon as|provided|assuming)\b[^]*?(?:,|;|\bthen\b)/i;
/** Less than what a runbook does. */
export const RESTRICTED = /\b(?:but (?:only|just|not)|except|excluding|apart from|other than|all but|besides|only (?:the|its|one|half|some|part|those|these))\b/i;
/** What was done here is on record, and no host knows who asked for it. */
export const OWN_DEEDS = /\b(?:did|have|had|were|was) (?:you|sena)(?: \w+)? (?:do|done|change|changed|run|ran|execute|executed|touch|touched|restart|restarted|stop|stopped|start|started|delete|deleted|approve|approved)\b|\b(?:you|sena) (?:have )?(?:changed|executed|ran|did|done)\b/i;
/** Whatever is meant, it is to be left alone. */
export const FORBIDS_ALL = /\b(?:hands off|leave .{1,40} (?:alone|as it is)|(?:don'?t|do not|never|nobody (?:may|should)) (?:touch|do anything)|keep away from|stay away from)\b|\b(?:no,? wait|wait,? no|never ?mind|scratch that|forget (?:it|that)|on second thoughts?|hold on|rather not|no (?:restarts?|reboots?|changes?|shutdowns?)\b(?! (?:needed|required|pending))|(?:leave|let) (?:it|that|them)(?: be)?\s*[.!]*$)/i;
/** "Would restarting it hurt?", "can it be restarted?": asks about a change. "Could you restart it" does not get here, its lead is cut off. */
export const WONDERS = /^(?:would|will|can|could|may|might|shall)\s+(?!(?:you|u|we|i|someone|somebody|anybody|anyone|one)\b)/i;
/** A command line in the sentence: pipes, substitutions, redirections, programs that run programs. */
export const RAW = /`[^`]*`|\b(?:run|runs|execute|exec|type|enter|invoke|issue)s? (?:this |the )?(?:command )?:? ?["']|\$\(|&&|\|\s*(?:sudo\s+)?(?:ba|z)?sh\b|>\s*\/|;\s*[a-z]+\b|^(?:please |now |run |execute |exec )*(?:(?:mkfs(?:\.\w+)?|rm|dd|shred|fdisk|parted|wipefs|chmod|chown|kill|killall|pkill|iptables|nft|useradd|userdel|usermod|passwd|mount|umount) (?:-\w|\/|[0-7]{3,4} \/|\w+=)|(?:sudo|bash|sh(?! (?:int\w*|ip|ver\w*|vlan|mac|cdp|lldp|log\w*|run\w*|env\w*|proc\w*|inv\w*|arp|clock|etherchannel|spanning-tree)\b)|zsh|python3?|perl|curl|wget|eval|nohup)\s+\S)/i;
/** What no output may show, whoever asks. */
export const SECRET = /\/etc\/g?shadow\b|\bid_(?:rsa|ed25519|ecdsa)\b|\/\.ssh\/|\bauthorized_keys\b|\b(?:private|secret|host|ssh) keys?\b(?! (?:changed|mismatch))|\b(?:root|admin) password\b|\bpasswords? (?:of|for)\b|^(?!.*\b(?:wrong|bad|failed|incorrect|invalid|attempts?|guess\w*|tries|failures?|expir\w*|polic\w*|logins?)\b).*\b(?:which|what|what's|show|tell|give|read|print|reveal|display|get|find)\b.{0,40}\b(?:passwords?|passphrases?|credentials?|api keys?|secrets)\b/i;
