// What about a pasted text makes it worth a look before it is typed.
export type PasteConcern = { readonly lines: number; readonly hasControls: boolean };

// oxlint-disable-next-line no-control-regex -- control bytes are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

/** Undefined when it may be typed at once: one line, nothing hidden. */
export function concernAbout(text: string): PasteConcern | undefined {
  const lines = text.replace(/\r\n?|\n/g, "\n").split("\n");
  const hasControls = CONTROLS.test(text);
  return lines.length > 1 || hasControls ? { lines: lines.at(-1) === "" ? lines.length - 1 : lines.length, hasControls } : undefined;
}
