/**
 * Whether the shell behind a pane has answered at all. Bytes alone do not say it: what stands at the top of a session
 * ("Last login", the message of the day) comes before the shell has read its start-up files, and what is typed meanwhile is
 * echoed by the terminal itself. A shell that is through leaves its prompt standing on a line of its own.
 */
export type FirstAnswer = {
  typed(bytes: Uint8Array): void;
  shown(bytes: Uint8Array): void;
  readonly isThere: boolean;
};

/** What says more than this is no start of a session any more. */
const MOST_TEXT = 8192;
/** A line that stands this long unended is a prompt; before, the rest of it may be on its way. */
const STANDS_MS = 250;

// oxlint-disable-next-line no-control-regex -- escape sequences, and one whose end is still to come
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-Z\\^-~])|\u001b[^]*$/g;
// oxlint-disable-next-line no-control-regex -- what a terminal echoes of control keys
const CONTROLS = /[\u0001-\u0008\u000b\u000c\u000e-\u001f]/g;
const caret = (control: string): string => `^${String.fromCharCode(control.charCodeAt(0) + 64)}`;

export function createFirstAnswer(now: () => number): FirstAnswer {
  let said = "";
  let echo = "";
  /** How much had been said when something was typed first. */
  let saidBefore: number | undefined;
  let standsSince: number | undefined;
  let isSure = false;

  const isOwn = (line: string): boolean => line !== "" && !echo.includes(line);
  const linesOf = (text: string): string[] => text.replace(ESCAPES, "").split("\n").map((line) => (line.replace(/\r+$/, "").split("\r").at(-1) ?? "").trim());

  return {
    typed(bytes) {
      if (isSure) return;
      isSure = standsSince !== undefined;
      saidBefore ??= said.length;
      echo = `${echo}${Buffer.from(bytes).toString("utf8").replaceAll("\r", "\n").replace(CONTROLS, caret)}`.slice(-MOST_TEXT);
    },
    shown(bytes) {
      if (isSure) return;
      said += Buffer.from(bytes).toString("utf8");
      const hasStood = standsSince !== undefined && now() - standsSince >= STANDS_MS;
      const hasReplied = saidBefore !== undefined && linesOf(said.slice(saidBefore)).some(isOwn);
      isSure = hasStood || hasReplied || said.length > MOST_TEXT;
      const stands = isOwn(linesOf(said).at(-1) ?? "");
      standsSince = stands ? (standsSince ?? now()) : undefined;
    },
    get isThere() {
      return isSure || standsSince !== undefined;
    },
  };
}
