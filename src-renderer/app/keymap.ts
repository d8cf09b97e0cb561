import { type KeyPress, normalStroke, strokeOf } from "../lib/keys.ts";
import type { Command } from "./screen.ts";

/** Where the keys go when nothing takes them. `raw` is a terminal: what is typed belongs to the remote machine. */
export type KeyPlace = "page" | "text" | "raw";

/** What a stroke sequence leads to, given what was pressed just before. */
export type KeyMatch = { readonly kind: "run"; readonly command: Command } | { readonly kind: "wait"; readonly pending: string } | { readonly kind: "none" };

const hasModifier = (stroke: string): boolean => /^(Mod|Alt|Ctrl)\+/.test(stroke) || /^F\d+$/.test(stroke);
/** Ctrl+K cuts a line in a shell; only combinations no shell can receive reach SENA from inside a terminal. */
const passesTerminal = (stroke: string): boolean => /^Mod\+(Alt\+)?Shift\+/.test(stroke) || /^F\d+$/.test(stroke);

const mayRun = (command: Command, stroke: string, place: KeyPlace): boolean => {
  if (place === "raw") return passesTerminal(stroke);
  if (place === "text") return command.worksInText === true && hasModifier(stroke);
  return true;
};

export const keysOf = (command: Command): readonly string[] => [...(command.keys === undefined ? [] : [command.keys]), ...(command.alsoKeys ?? [])];

/** Later commands win: what a screen adds shadows what the frame has. */
export const matchKeys = (commands: readonly Command[], pending: string, stroke: string, place: KeyPlace): KeyMatch => {
  const typed = pending === "" ? stroke : `${pending} ${stroke}`;
  let waits = false;
  for (const command of commands.toReversed()) {
    for (const keys of keysOf(command)) {
      const wanted = keys.split(" ").map(normalStroke).join(" ");
      if (wanted === typed && mayRun(command, stroke, place)) return { kind: "run", command };
      if (wanted.startsWith(`${typed} `) && place === "page") waits = true;
    }
  }
  if (waits) return { kind: "wait", pending: typed };
  // A broken sequence may itself begin or be something: `g` `?` still opens the help sheet.
  return pending === "" ? { kind: "none" } : matchKeys(commands, "", stroke, place);
};

export const placeOf = (target: EventTarget | null): KeyPlace => {
  if (target === null || !(target instanceof Element)) return "page";
  if (target.closest('[data-keys="raw"]') !== null) return "raw";
  if (target.closest("textarea, select, [contenteditable=true]") !== null) return "text";
  const input = target.closest("input");
  return input === null || ["checkbox", "radio", "button", "range"].includes(input.type) ? "page" : "text";
};

const SEQUENCE_MS = 1200;

type Needs = { readonly target: Pick<Window, "addEventListener" | "removeEventListener">; readonly commands: () => readonly Command[]; readonly run: (command: Command) => void; /** A dialog is open: only what works in text may pass. */ readonly isBlocked: () => boolean };

/** Listens before the page does, so that a focused widget cannot swallow the palette's key. */
export const listenToKeys = ({ target, commands, run, isBlocked }: Needs): (() => void) => {
  let pending = "";
  let at = 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const stroke = strokeOf(event as KeyPress);
    if (stroke === undefined) return;
    if (event.timeStamp - at > SEQUENCE_MS) pending = "";
    at = event.timeStamp;
    const place = placeOf(event.target);
    const match = matchKeys(commands(), pending, stroke, isBlocked() && place === "page" ? "text" : place);
    pending = match.kind === "wait" ? match.pending : "";
    if (match.kind !== "run") return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat || match.command.mayRepeat === true) run(match.command);
  };
  target.addEventListener("keydown", onKeyDown, { capture: true });
  return () => target.removeEventListener("keydown", onKeyDown, { capture: true });
};
