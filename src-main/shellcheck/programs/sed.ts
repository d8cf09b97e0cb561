// sed's scripts, read far enough to know that they only print. Commands that write (w, W), read other files (r, R) or run
// something (e) are not in the language below, nor is any spelling whose reading differs between versions of sed.

const ONE_LETTER = "=dDgGhHnNpPxzF";
const NUMBERED = "qQl";

/** `keepsBrackets`: whether a delimiter inside a bracket is part of the pattern. It is to the seds of today; it was not to all of them. */
type Cursor = { readonly text: string; at: number; readonly keepsBrackets: boolean };
type Obstacle = { readonly rule: string; readonly why: string } | undefined;

/** Undefined when the script only prints; otherwise what stands in the way. Read in the other way, it may be no script at all, but nothing that writes or runs. */
export function sedObstacle(script: string): Obstacle {
  const obstacle = readScript({ text: script, at: 0, keepsBrackets: true });
  if (obstacle !== undefined) return obstacle;
  const other = readScript({ text: script, at: 0, keepsBrackets: false });
  return other?.rule.startsWith("trap/") === true ? other : undefined;
}

function readScript(cursor: Cursor): Obstacle {
  const script = cursor.text;
  for (;;) {
    skip(cursor, /[\s;]/);
    if (cursor.at >= script.length) return undefined;
    if (!readAddresses(cursor)) return { rule: "programs/sed-address", why: "an address of the sed script could not be read" };
    const command = script.charAt(cursor.at);
    cursor.at += 1;
    const obstacle = readCommand(command, cursor);
    if (obstacle !== undefined) return obstacle;
  }
}

function skip(cursor: Cursor, what: RegExp): void {
  while (what.test(cursor.text.charAt(cursor.at))) cursor.at += 1;
}

function readAddresses(cursor: Cursor): boolean {
  if (!readAddress(cursor)) return false;
  skip(cursor, /[ \t]/);
  if (cursor.text.charAt(cursor.at) === ",") {
    cursor.at += 1;
    skip(cursor, /[ \t]/);
    const before = cursor.at;
    const relative = /^[+~]\d+/.exec(cursor.text.slice(cursor.at));
    if (relative !== null) cursor.at += relative[0].length;
    else if (!readAddress(cursor) || cursor.at === before) return false;
  }
  skip(cursor, /[ \t!]/);
  return true;
}

function readAddress(cursor: Cursor): boolean {
  const number = /^(\$|\d+(~\d+)?)/.exec(cursor.text.slice(cursor.at));
  if (number !== null) {
    cursor.at += number[0].length;
    return true;
  }
  const first = cursor.text.charAt(cursor.at);
  if (first !== "/" && first !== "\\") return true;
  const delimiter = first === "/" ? "/" : cursor.text.charAt(cursor.at + 1);
  cursor.at += first === "/" ? 1 : 2;
  if (!readDelimited(cursor, delimiter)) return false;
  skip(cursor, /[IM]/);
  return true;
}

/** Reads a pattern up to its delimiter. A delimiter inside a bracket is part of the pattern; a backslash before its end would be read differently by different versions. */
function readDelimited(cursor: Cursor, delimiter: string): boolean {
  if (/[\w\s[\]]/.test(delimiter)) return false;
  for (; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text.charAt(cursor.at);
    if (character === "\\") cursor.at += 1;
    else if (character === "\n") return false;
    else if (character === "[" && cursor.keepsBrackets) {
      const bracket = BRACKET.exec(cursor.text.slice(cursor.at))?.[0];
      if (bracket === undefined || bracket.includes(`\\${delimiter}`)) return false;
      cursor.at += bracket.length - 1;
    } else if (character === delimiter) {
      cursor.at += 1;
      return true;
    }
  }
  return false;
}

const BRACKET = /^\[\^?\]?(?:\[[:.=][a-z]+[:.=]\]|\\[^\]\n]|[^\]\n\\])*\]/;

const ended = (cursor: Cursor): boolean => {
  skip(cursor, /[ \t]/);
  return cursor.at >= cursor.text.length || /[;\n}#]/.test(cursor.text.charAt(cursor.at));
};

function readCommand(command: string, cursor: Cursor): Obstacle {
  const unread = { rule: "programs/sed-command", why: "a command of the sed script is not one that only prints" };
  if (command === "{" || command === "}") return undefined;
  // No backslash carries a comment over the end of its line.
  if (command === "#") {
    skip(cursor, /[^\n]/);
    return undefined;
  }
  if (ONE_LETTER.includes(command) && command !== "") return ended(cursor) ? undefined : unread;
  if (NUMBERED.includes(command) && command !== "") {
    skip(cursor, /[ \t\d]/);
    return ended(cursor) ? undefined : unread;
  }
  switch (command) {
    case "s":
      return readSubstitution(cursor) ?? (ended(cursor) ? undefined : unread);
    case "y": {
      const delimiter = cursor.text.charAt(cursor.at);
      cursor.at += 1;
      return readReplacement(cursor, delimiter) && readReplacement(cursor, delimiter) && ended(cursor) ? undefined : unread;
    }
    case "a":
    case "i":
    case "c":
      return toLineEnd(cursor);
    case "b":
    case "t":
    case "T":
    case ":":
      skip(cursor, /[ \t]/);
      skip(cursor, /\w/);
      return ended(cursor) ? undefined : unread;
    case "w":
    case "W":
      return { rule: "trap/sed-write", why: "sed's w command writes to a file" };
    case "e":
      return { rule: "trap/sed-execute", why: "sed's e command runs a program" };
    default:
      return unread;
  }
}

function toLineEnd(cursor: Cursor): undefined {
  for (; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text.charAt(cursor.at);
    if (character === "\\") cursor.at += 1;
    else if (character === "\n") return;
  }
}

function readSubstitution(cursor: Cursor): Obstacle {
  const delimiter = cursor.text.charAt(cursor.at);
  cursor.at += 1;
  if (!readDelimited(cursor, delimiter) || !readReplacement(cursor, delimiter)) return { rule: "programs/sed-substitution", why: "a substitution of the sed script could not be read" };
  skip(cursor, /[gpiIM\d]/);
  const flag = cursor.text.charAt(cursor.at);
  if (flag === "e") return { rule: "trap/sed-execute", why: "the e flag of a substitution runs its result as a program" };
  if (flag === "w") return { rule: "trap/sed-write", why: "the w flag of a substitution writes to a file" };
  return undefined;
}

function readReplacement(cursor: Cursor, delimiter: string): boolean {
  for (; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text.charAt(cursor.at);
    if (character === "\\") cursor.at += 1;
    else if (character === delimiter) {
      cursor.at += 1;
      return true;
    } else if (character === "\n") return false;
  }
  return false;
}
