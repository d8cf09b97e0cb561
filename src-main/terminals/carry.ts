import { copyOf } from "./blocks.ts";
import { CR, ESC, SEMICOLON } from "./control-bytes.ts";

// What a screen that drops output must not forget.

/** `ESC [ m`, `ESC [ 0 m` and `ESC [ 0 ; … m` begin with a fresh pen. */
export const isPenReset = (bytes: Uint8Array, from: number): boolean => bytes[from + 2] === 0x6d || (bytes[from + 2] === 0x30 && (bytes[from + 3] === 0x6d || bytes[from + 3] === SEMICOLON));

export const modesIn = (bytes: Uint8Array, from: number, end: number): readonly string[] => {
  const params = Buffer.from(bytes.buffer, bytes.byteOffset + from + 2, end - from - 3).toString("latin1");
  const mark = params.startsWith("?") ? "?" : "";
  return params.slice(mark.length).split(";").map((mode) => mark + mode);
};

type Pen = { readonly since: readonly Uint8Array[]; readonly isReset: boolean };
const UNTOUCHED: Pen = { since: [], isReset: false };
/** By what each is the last word on. */
type Lasting = Map<string, Uint8Array>;
const CHARSET = /^\u001b[(-/]$/;
const charsetsOf = (lasting: Lasting): Lasting => new Map([...lasting].filter(([key]) => CHARSET.test(key)));

/** What outlives dropped text: the last word on each mode, the pen since its last reset. */
export function createCarry() {
  let lasting: Lasting = new Map();
  let pen = UNTOUCHED;
  /** The alternate screen saves pen, charset and cursor and brings them back; a visit that began and ended here left nothing else. */
  let visit: { readonly pen: Pen; readonly charsets: Lasting } | undefined;
  /** Whether the stream is there, be it by what was drawn before: entering once more begins no visit. */
  let isAlternate = false;
  let leave: Uint8Array | undefined;
  let isDue = false;

  const keep = (key: string, sequence: Uint8Array): void => {
    lasting.delete(key); // to the end: of two that overlap the later one wins
    lasting.set(key, copyOf(sequence));
  };
  const hearMode = (mode: string, isOn: boolean): void => {
    const sequence = Buffer.from(`\u001b[${mode}${isOn ? "h" : "l"}`);
    if (mode !== "?1049") return keep(mode, sequence);
    if (isOn) {
      if (!isAlternate) visit = { pen, charsets: charsetsOf(lasting) };
    } else {
      if (visit === undefined) leave = sequence;
      pen = visit?.pen ?? UNTOUCHED;
      for (const key of charsetsOf(lasting).keys()) lasting.delete(key);
      for (const [key, charset] of visit?.charsets ?? []) keep(key, charset);
      visit = undefined;
    }
    isAlternate = isOn;
  };
  const hearPlain = (sequence: Uint8Array): void => {
    const text = Buffer.from(sequence).toString("latin1");
    if (text === "\u001bc") {
      lasting = new Map();
      pen = { since: [], isReset: true };
      visit = undefined;
      isAlternate = false;
    }
    keep(sequence[1] === 0x5d ? text.slice(0, 3) : text.slice(0, 2), sequence);
  };
  return {
    hear(sequence: Uint8Array): void {
      const final = sequence[sequence.length - 1];
      if (sequence[1] !== 0x5b) hearPlain(sequence);
      else if (final === 0x6d) {
        const isReset = isPenReset(sequence, 0);
        pen = isReset ? { since: [copyOf(sequence)], isReset } : { ...pen, since: [...pen.since, copyOf(sequence)] };
      } else if (final === 0x68 || final === 0x6c) for (const mode of modesIn(sequence, 0, sequence.length)) hearMode(mode, final === 0x68);
      else {
        if (final === 0x70) pen = { since: [], isReset: true }; // a soft reset
        keep(String.fromCharCode(final ?? 0), sequence);
      }
    },
    /** What was handed out ends there. */
    drew(onAlternate: boolean): void {
      isAlternate = onAlternate;
    },
    cut(): void {
      isDue = true;
    },
    take(): Uint8Array | undefined {
      if (!isDue) return undefined;
      isDue = false;
      // CAN ends whatever sequence stood open; the text that follows begins a line.
      const reset = pen.isReset ? [Uint8Array.from([ESC, 0x5b, 0x6d])] : [];
      const parts = [Uint8Array.of(0x18), ...(leave ? [leave] : []), ...lasting.values(), ...reset, ...pen.since, Uint8Array.of(CR)];
      lasting = new Map();
      pen = UNTOUCHED;
      leave = undefined;
      return Buffer.concat(parts);
    },
  };
}
