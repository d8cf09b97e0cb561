import type { Writable } from "node:stream";

/** A line of the outside world on the operator's own terminal: control bytes and bidi marks are named, never obeyed. */
export const plainLine = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control bytes are what is replaced
  text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/gu, (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`);

export const writerOf =
  (to: Writable) =>
  (line: string): void =>
    void to.write(`${line}\n`);
