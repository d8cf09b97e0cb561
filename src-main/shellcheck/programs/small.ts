import { contentVerdict } from "../secrets.ts";
import type { Value } from "../words.ts";
import { proves, withholds, type Program, type Verdict } from "./program.ts";

// Commands with a syntax of their own that is small enough to be told in a few lines each.

const UNARY = new Set("-b -c -d -e -f -g -h -k -L -n -O -G -N -p -r -s -S -t -u -w -x -z".split(" "));
const BINARY = new Set("= == != -eq -ne -lt -le -gt -ge -nt -ot -ef".split(" "));

/**
 * `test` and `[`. Every operator stands where it is written: with two open words side by side, the first could become `-v` and the
 * second `a[$(…)]`, which bash evaluates. The same holds for words with a bracket.
 */
export const testVerdict: Program = (args) => {
  const words = args.at(0)?.known === "!" ? args.slice(1) : args;
  const isPlain = words.every(({ known, count, glob }) => count === "one" && glob === undefined && !(known ?? "").includes("["));
  const [first, second] = words;
  const fits =
    (words.length === 1 && first?.known !== undefined) ||
    (words.length === 2 && UNARY.has(first?.known ?? "")) ||
    (words.length === 3 && BINARY.has(second?.known ?? ""));
  if (isPlain && fits) return proves("programs/test", "test compares values and looks at files' properties");
  if (words.some(({ known }) => known === "-v" || known === "-R")) return withholds("arbitrary-exec", "trap/test-variable", "-v and -R evaluate array subscripts, which can run commands");
  return withholds("unknown", "programs/test-expression", "only one comparison at a time, with the operator written out, is proved");
};

export const bracketVerdict: Program = (args, context) =>
  args.at(-1)?.known === "]" ? testVerdict(args.slice(0, -1), context) : withholds("unknown", "programs/test-expression", "the closing bracket is missing");

const PS_FORMAT = /^[a-z_%,=:A-Z0-9]+$/;
const PS_TAKES = new Set(["C", "g", "G", "n", "o", "O", "p", "q", "s", "t", "u", "U", "k"]);
const PS_LONG = /^--(forest|no-headers?|headers?|deselect|help|version|cols|width|rows|lines|sort|format|pid|ppid|user|User|group|Group|tty|sid|quick-pid|cumulative|context|columns|info)(=.*)?$/;

/** What System V's `ps` knows: an `e` behind a dash chooses every process there. */
const PS_DASHED = /^[AacdeFfHjLlMmNTwyZ]*$/;
const PS_LAYOUTS = /[FfjlcMZ]|(?<!l.*)y(?!.*l)/g;
const PS_TREES = /[LTmH]/g;
const PS_NEXT = /^--(sort|format|pid|ppid|user|User|group|Group|tty|sid|quick-pid|cols|columns|width|rows|lines)$/;
/** A value that is a word of old letters as well, with an `e` among them. */
const PS_OLD_LETTERS = /^[A-Zacfghjlmnrsuvwx]*[eE][A-Zacefghjlmnrsuvwx]*([kOopqtU].*)?$/;

/**
 * Whatever `ps` finds wrong in words with a dash, it reads all of them once more as if there were none, and then `-e` is the letter
 * that shows environments: `ps -e -x`, `ps -ev -p 1`, `ps -ef -o pid,args`. Where such a letter stands, nothing may be wrong: no option
 * that System V does not know, no account that may not exist, not two layouts, no tree of threads.
 */
function mayBeReadAgain(words: readonly string[]): boolean {
  let flags = "";
  let isSure = true;
  let mayShow = false;
  const layouts: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const text = words[at] as string;
    if (/^--(format|context)\b/.test(text)) layouts.push("o");
    if (text === "--forest") flags += "H";
    if (PS_NEXT.test(text)) at += 1;
    if (text.startsWith("--")) continue;
    const [, letters = "", taker = "", attached = ""] = /^-([A-Za-z]*?)(?:([CGOUgknopqstu])(.*))?$/.exec(text) ?? [];
    if (!text.startsWith("-")) isSure &&= /^(w+|[\d,]+)$/.test(text);
    flags += letters;
    if (taker === "") continue;
    if (attached === "") at += 1;
    const value = attached === "" ? (words[at] as string) : attached;
    if (taker === "o") layouts.push(taker);
    // To the old letters, "O" also sorts, by keys that are no names of columns.
    else if (taker !== "C") isSure &&= /[pquU]/.test(taker) && /^(\d+(,\d+)*|root)$/.test(value);
    if (value.startsWith("-")) isSure = false;
    mayShow ||= value.startsWith("-") ? /e/i.test(value) : /[CGgknsu]/.test(taker) && PS_OLD_LETTERS.test(value);
  }
  const count = (pattern: RegExp): number => (flags.match(pattern) ?? []).length;
  const isPlain = isSure && PS_DASHED.test(flags) && new Set(layouts).size + count(PS_LAYOUTS) <= 1 && count(PS_TREES) <= 1;
  return !isPlain && (mayShow || /e/i.test(flags));
}

/** `ps`, whose BSD letter `e` (and its dashed spelling beside `u` and `x`) shows the environment of processes: secrets. */
export const psVerdict: Program = (args) => {
  for (let at = 0; at < args.length; at += 1) {
    const text = args[at]?.known;
    if (text === undefined || !PS_FORMAT.test(text.replaceAll(/[-+. ]/g, ""))) return withholds("unknown", "programs/ps-words", "an argument of ps is not written out");
    if (/env/i.test(text)) return withholds("read-secret", "trap/ps-environment", "this shows the environment of processes");
    if (text.startsWith("--")) {
      if (!PS_LONG.test(text)) return withholds("unknown", "programs/ps-options", `ps has no option "${text}" this rule lists`);
      continue;
    }
    const letters = text.replace(/^-/, "");
    if (/^[\d,]+$/.test(letters) && letters !== "") continue;
    const isBsd = !text.startsWith("-");
    // What is no group and no session after all is read again by the old letters.
    if (!isBsd && /[gs].*e/.test(letters) && args[at - 1]?.known !== "--sort") return withholds("read-secret", "trap/ps-environment", "this may show the environment of processes");
    const takesAt = [...letters].findIndex((letter) => PS_TAKES.has(letter) && !(letter === "u" && (isBsd || letters.includes("x"))) && !(isBsd && "gGnCsS".includes(letter)));
    const flags = takesAt < 0 ? letters : letters.slice(0, takesAt);
    if (!/^[A-Za-z]*$/.test(flags) || letters === "") return withholds("unknown", "programs/ps-options", `ps has no option "${text}" this rule lists`);
    if (/e/i.test(flags) && (isBsd || /[ux]/.test(letters))) return withholds("read-secret", "trap/ps-environment", "this shows the environment of processes");
    if (takesAt === letters.length - 1) at += 1;
    const value = takesAt === letters.length - 1 ? args[at]?.known : undefined;
    if (takesAt === letters.length - 1 && (value === undefined || /env/i.test(value))) return withholds("read-secret", "trap/ps-environment", "this may show the environment of processes");
  }
  if (mayBeReadAgain(args.map(({ known }) => known as string))) return withholds("read-secret", "trap/ps-environment", "should anything here be wrong, ps reads it again by the old letters, and shows the environment of processes");
  return proves("programs/ps", "ps lists processes");
};

/** Seen under strace: with no place for a cache, the list of what could be upgraded writes nothing but a file without a name, locks nothing and asks nobody. */
const APT_READS = "-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= list --upgradable";

/** `apt`, whose questions rebuild its index unless it is told to keep none: one question is proved, in exactly these words. */
export const aptVerdict: Program = (args) =>
  args.every(({ known }) => known !== undefined) && args.map(({ known }) => known).join(" ") === APT_READS
    ? proves("programs/apt", "this lists packages that could be upgraded, and keeps no index")
    : withholds("service-impact", "programs/apt", "apt asks about or changes packages; even questions may rebuild its index");

/** `dd` without `of=` prints; with it, it writes over whatever is named. */
export const ddVerdict: Program = (args) => {
  for (const value of args) {
    const text = value.known ?? value.prefix;
    if (text.startsWith("of=")) {
      return /^of=\/dev\/(?!null$)/.test(text) ? withholds("destructive", "trap/dd-device", "dd writes over a device") : withholds("destructive", "trap/dd-output", "dd writes over a file");
    }
    if (value.known === undefined) return withholds("destructive", "programs/dd-words", "an argument of dd is not written out");
    if (value.known.startsWith("if=")) {
      const input = contentVerdict({ ...value, known: value.known.slice(3) });
      if (input !== "fits") return withholds("read-secret", "secret/path", `"${value.source}" may hold secrets`);
    } else if (!/^((bs|ibs|obs|cbs|count|skip|seek|iseek|oseek)=\w+|status=(none|noxfer|progress)|iflag=(fullblock|direct|count_bytes|skip_bytes)(,\w+)*|conv=(ascii|ebcdic|ibm|lcase|ucase|swab|noerror)(,(lcase|ucase|noerror))*)$/.test(value.known)) {
      return withholds("destructive", "programs/dd-words", `dd's "${value.source}" is not one this rule lists`);
    }
  }
  return proves("programs/dd", "dd prints parts of a file");
};

const TAR_LIST = /^-?[tvzjJaWR]*t[tvzjJaWR]*f?$/;
const TAR_LONG = /^--(list|verbose|gzip|gunzip|bzip2|xz|zstd|full-time|numeric-owner|quoting-style=\w+|wildcards|no-wildcards|exclude=[^=]*|strip-components=\d+|auto-compress|show-transformed-names|utc)$/;

/** `tar`, as far as it lists. Old bundles (`tf x.tar`), dashed ones and long options; an archive named `host:file` is fetched over the network. */
export const tarVerdict: Program = (args) => {
  let lists = false;
  let wantsFile = false;
  for (const [at, value] of args.entries()) {
    const text = value.known;
    if (text === undefined) return withholds("arbitrary-exec", "programs/tar-words", "an argument of tar is not written out");
    if (/^(-I|--use-compress-program|--to-command|--checkpoint-action|--rsh-command|--info-script|--new-volume-script|-F)/.test(text)) return withholds("arbitrary-exec", "trap/tar-program", `tar's "${text}" runs a program`);
    if (wantsFile || text.startsWith("--file=")) {
      const archive = wantsFile ? text : text.slice(7);
      wantsFile = false;
      if (archive.includes(":") || archive.startsWith("-") && archive !== "-") return withholds("egress", "trap/tar-remote", "an archive named with a colon is fetched from another host");
      if (contentVerdict({ ...value, known: archive }) !== "fits") return withholds("read-secret", "secret/path", `"${archive}" may hold secrets`);
      continue;
    }
    if ((at === 0 || text.startsWith("-")) && !text.startsWith("--") && TAR_LIST.test(text)) {
      lists = true;
      wantsFile = text.endsWith("f");
    } else if (text === "-f" || text === "--file") wantsFile = true;
    else if (/^-[vzjJ]+f?$/.test(text)) wantsFile = text.endsWith("f");
    else if (text.startsWith("-") || at === 0) {
      if (!TAR_LONG.test(text)) return otherTar(text);
      lists ||= text === "--list";
    }
  }
  return lists && !wantsFile ? proves("programs/tar-list", "tar lists what is in an archive; what is packed it has gzip, xz or the like unpack") : withholds("arbitrary-exec", "programs/tar-options", "this use of tar is not a plain listing");
};

const otherTar = (text: string): Verdict =>
  /^-?[cxrudAvzjJpkfhS]+$/.test(text) ? withholds("mutate", "programs/tar-write", "tar packs or unpacks files") : withholds("arbitrary-exec", "programs/tar-options", `tar's "${text}" is not one this rule lists`);

/** `yes` prints without end, unless something ends it. */
export const yesVerdict: Program = (_args, { isCut }) =>
  isCut ? proves("programs/yes", "yes prints its words until head has enough of them", "pure") : withholds("pure", "programs/yes", "yes prints without end; whoever runs it has to end it");

/** In front of a date may stand `TZ="…"`, and a time zone is a file that is opened, whatever it is: a watchdog starts to count, a tape winds back. */
export const namesNoZone = ({ known, leaves, prefix }: Value): boolean => {
  const text = known ?? leaves;
  return text === undefined ? /^\s*[^\sT]/.test(prefix) : !/^\s*TZ/.test(text);
};

/** `date` prints the time; any other operand than a format sets it. */
export const isDateFormat = ({ known, prefix }: Value): boolean => (known ?? prefix).startsWith("+");
