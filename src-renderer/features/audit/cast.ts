import { markBytes } from "../../lib/mark-bytes.ts";

/** asciicast v3 as the player uses it: each event with the moment it happened, in milliseconds from the beginning. */
export type CastEvent = { readonly atMs: number; readonly code: string; readonly data: string };
export type CastHeader = { readonly cols: number; readonly rows: number; readonly title: string; readonly startedAt: number };
export type Cast = { readonly header: CastHeader; readonly events: readonly CastEvent[] };
/** A place worth going to: what was typed, or a marker. */
export type CastMark = { readonly atMs: number; readonly text: string; readonly kind: "command" | "marker" | "gap" };

const within = (value: unknown, low: number, high: number, otherwise: number): number => (typeof value === "number" && value >= low && value <= high ? Math.floor(value) : otherwise);

/** Reads part after part; what is no event is skipped, because a recording cut by a crash must still play. */
export function createCastReader() {
  let header: CastHeader | undefined;
  const events: CastEvent[] = [];
  let atMs = 0;
  return {
    add(text: string): void {
      for (const line of text.split("\n")) {
        if (line === "" || line.startsWith("#")) continue;
        let value: unknown;
        try {
          value = JSON.parse(line);
        } catch {
          continue;
        }
        if (Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "string" && typeof value[2] === "string") {
          atMs += Math.max(0, value[0] * 1000);
          events.push({ atMs, code: value[1], data: value[2] });
        } else if (header === undefined && typeof value === "object" && value !== null) {
          const { term, title, timestamp } = value as { term?: { cols?: number; rows?: number }; title?: unknown; timestamp?: unknown };
          header = { cols: within(term?.cols, 1, 500, 80), rows: within(term?.rows, 1, 300, 24), title: typeof title === "string" ? title : "", startedAt: within(timestamp, 0, 1e12, 0) * 1000 };
        }
      }
    },
    cast: (): Cast => ({ header: header ?? { cols: 80, rows: 24, title: "", startedAt: 0 }, events: [...events] }),
  };
}

const COMMAND_CHARS = 200;

/** Where to jump to. Typed lines are put together from what was typed; corrections are applied, keys that move are not. */
export function marksOf(events: readonly CastEvent[]): readonly CastMark[] {
  const marks: CastMark[] = [];
  let typed = "";
  let since = 0;
  for (const { atMs, code, data } of events) {
    if (code === "m") marks.push({ atMs, text: data, kind: data.startsWith("gap") ? "gap" : "marker" });
    if (code !== "i") continue;
    for (const char of data.replace(ESCAPES, "")) {
      if (char === "\r" || char === "\n") {
        if (typed.trim() !== "") marks.push({ atMs: since, text: typed.trim().slice(0, COMMAND_CHARS), kind: "command" });
        typed = "";
      } else if (char === "\u007f" || char === "\b") typed = typed.slice(0, -1);
      else if (char === "\u0003" || char === "\u0015") typed = "";
      else if (char >= " ") {
        if (typed === "") since = atMs;
        typed += char;
      }
    }
  }
  return marks;
}

// oxlint-disable-next-line no-control-regex -- the control sequences of a terminal are what is taken out
const ESCAPES = /\u001b(?:\[[0-9;?<=>]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

/** When something is first to be seen. A replay begins there: a black screen tells nobody that it is one. */
export const firstShownMs = (events: readonly CastEvent[]): number => events.find(({ code, data }) => code === "o" && /\S/.test(data.replace(ESCAPES, "")))?.atMs ?? 0;

/** The moment after `fromMs` at which the words were shown, looking across the edges of events; around the end once. */
export function findShown(events: readonly CastEvent[], words: string, fromMs: number): number | undefined {
  const needle = words.toLowerCase();
  if (needle === "") return undefined;
  let first: number | undefined;
  let before = "";
  for (const { atMs, code, data } of events) {
    if (code !== "o") continue;
    const text = before + data.replace(ESCAPES, "").toLowerCase();
    if (text.includes(needle)) {
      if (atMs > fromMs + 1) return atMs;
      first ??= atMs;
    }
    before = text.slice(-needle.length + 1 || text.length);
  }
  return first;
}

// What turns or hides the letters around it without being seen itself; the marks of accents and emoji are left alone.
const TURNS = /[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** A cell as it is shown: one that a program left empty is a space, and what would not be seen is named. */
export const shownChars = (chars: string): string => (chars === "" ? " " : chars.replace(TURNS, (char) => markBytes(char).map(({ text }) => text).join("")));
