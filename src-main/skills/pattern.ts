import { PatternError, parsePattern, type CharSet, type PatternNode } from "./pattern-syntax.ts";

export { PatternError };

/** Compiled once, matched in time proportional to line length × pattern size: no text can make it run away. */
export type Pattern = {
  readonly source: string;
  readonly names: readonly string[];
  /** Throws a `PatternError` once the steps of the meter are spent: linear is still too much for a huge pattern on a huge output. */
  match(line: string, meter?: Meter): PatternMatch | undefined;
};
/** Steps that may still be taken, shared by all lines of one reading. */
export type Meter = { left: number };
/** A few seconds of one core at worst; what packs really read takes a hundredth. */
const MOST_STEPS = 3_000_000;
export const newMeter = (): Meter => ({ left: MOST_STEPS });
export type PatternMatch = { readonly text: string; readonly index: number; readonly named: Readonly<Record<string, string>>; readonly groups: readonly (string | undefined)[] };

type Instruction =
  | { readonly op: "set"; readonly has: (code: number) => boolean }
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "edge"; readonly kind: "start" | "end" | "word-edge" | "no-word-edge" }
  | { readonly op: "match" };

const MOST_INSTRUCTIONS = 4000;
/** A line longer than this is matched on its head only: logs may carry megabytes without a newline. */
const LONGEST_LINE = 16_384;

export function compilePattern(source: string, ignoreCase = false): Pattern {
  const { root, groups, names } = parsePattern(source);
  const program = assemble(root, ignoreCase);
  const must = ignoreCase ? "" : requiredLiteral(root);
  const nameList = [...names.keys()];
  return {
    source,
    names: nameList,
    match(whole, meter = newMeter()) {
      const line = whole.length > LONGEST_LINE ? whole.slice(0, LONGEST_LINE) : whole;
      if (must !== "" && !line.includes(must)) return undefined;
      const slots = run(program, line, groups, meter);
      if (slots === undefined) return undefined;
      const group = (index: number): string | undefined => {
        const from = slots[2 * index] as number;
        const to = slots[2 * index + 1] as number;
        return from < 0 || to < 0 ? undefined : line.slice(from, to);
      };
      const named: Record<string, string> = {};
      for (const [name, index] of names) named[name] = group(index) ?? "";
      return { text: group(0) ?? "", index: slots[0] as number, named, groups: Array.from({ length: groups }, (_, at) => group(at + 1)) };
    },
  };
}

function assemble(root: PatternNode, ignoreCase: boolean): readonly Instruction[] {
  const program: Instruction[] = [];
  const emit = <I extends Instruction>(instruction: I): I => {
    if (program.length >= MOST_INSTRUCTIONS) throw new PatternError("the pattern is too large once its repeats are written out");
    program.push(instruction);
    return instruction;
  };
  const write = (node: PatternNode): void => {
    switch (node.kind) {
      case "set":
        emit({ op: "set", has: testerOf(node.set, ignoreCase) });
        return;
      case "sequence":
        for (const part of node.parts) write(part);
        return;
      case "group":
        emit({ op: "save", slot: 2 * node.index });
        write(node.of);
        emit({ op: "save", slot: 2 * node.index + 1 });
        return;
      case "choice":
        return writeChoice(node.ways);
      case "repeat":
        return writeRepeat(node);
      case "start":
      case "end":
      case "word-edge":
      case "no-word-edge":
        emit({ op: "edge", kind: node.kind });
        return;
      default:
        node satisfies never;
    }
  };
  const writeChoice = (ways: readonly PatternNode[]): void => {
    const jumps: Extract<Instruction, { op: "jump" }>[] = [];
    for (const [index, way] of ways.entries()) {
      if (index === ways.length - 1) {
        write(way);
        break;
      }
      const split = emit({ op: "split", first: program.length + 1, second: 0 });
      write(way);
      jumps.push(emit({ op: "jump", to: 0 }));
      split.second = program.length;
    }
    for (const jump of jumps) jump.to = program.length;
  };
  const writeRepeat = ({ of, least, most, isLazy }: Extract<PatternNode, { kind: "repeat" }>): void => {
    for (let count = 0; count < least; count += 1) write(of);
    const aim = (split: Extract<Instruction, { op: "split" }>, body: number, after: number) => {
      split.first = isLazy ? after : body;
      split.second = isLazy ? body : after;
    };
    if (most === Infinity) {
      const start = program.length;
      const split = emit({ op: "split", first: 0, second: 0 });
      write(of);
      emit({ op: "jump", to: start });
      aim(split, start + 1, program.length);
      return;
    }
    const splits: { readonly split: Extract<Instruction, { op: "split" }>; readonly body: number }[] = [];
    for (let count = least; count < most; count += 1) {
      const split = emit({ op: "split", first: 0, second: 0 });
      splits.push({ split, body: program.length });
      write(of);
    }
    for (const { split, body } of splits) aim(split, body, program.length);
  };
  emit({ op: "save", slot: 0 });
  write(root);
  emit({ op: "save", slot: 1 });
  emit({ op: "match" });
  return program;
}

function testerOf({ ranges, isNegated }: CharSet, ignoreCase: boolean): (code: number) => boolean {
  const inRanges = (code: number) => ranges.some(([from, to]) => code >= from && code <= to);
  const base = ignoreCase
    ? (code: number) => {
        const char = String.fromCharCode(code);
        return inRanges(code) || inRanges(char.toLowerCase().charCodeAt(0)) || inRanges(char.toUpperCase().charCodeAt(0));
      }
    : inRanges;
  const ascii = Uint8Array.from({ length: 128 }, (_, code) => (base(code) !== isNegated ? 1 : 0));
  return (code) => (code < 128 ? ascii[code] === 1 : base(code) !== isNegated);
}

/** The longest run of plain characters every match contains: one `includes` refuses most lines. */
function requiredLiteral(root: PatternNode): string {
  let best = "";
  let run = "";
  const flush = () => {
    if (run.length > best.length) best = run;
    run = "";
  };
  const walk = (node: PatternNode): void => {
    if (node.kind === "set" && node.literal !== undefined) run += node.literal;
    else if (node.kind === "sequence") for (const part of node.parts) walk(part);
    else if (node.kind === "group") walk(node.of);
    else if (node.kind === "start" || node.kind === "end" || node.kind === "word-edge") return;
    else flush();
  };
  walk(root);
  flush();
  return best;
}

const isWord = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);

/** Pike's simulation: all ways at once, in order of preference, each instruction at most once per character. */
function run(program: readonly Instruction[], line: string, groups: number, meter: Meter): Int32Array | undefined {
  const width = 2 * (groups + 1);
  let now: { pc: number; slots: Int32Array }[] = [];
  let next: { pc: number; slots: Int32Array }[] = [];
  const seen = new Int32Array(program.length).fill(-1);
  let found: Int32Array | undefined;

  const holds = (kind: "start" | "end" | "word-edge" | "no-word-edge", at: number): boolean => {
    if (kind === "start") return at === 0;
    if (kind === "end") return at === line.length;
    const before = at > 0 && isWord(line.charCodeAt(at - 1));
    const after = at < line.length && isWord(line.charCodeAt(at));
    return (before !== after) === (kind === "word-edge");
  };

  const add = (list: { pc: number; slots: Int32Array }[], start: number, from: Int32Array, at: number): void => {
    // An own stack: deep alternations must not exhaust the program's.
    const stack: { pc: number; slots: Int32Array }[] = [{ pc: start, slots: from }];
    while (stack.length > 0) {
      const { pc, slots } = stack.pop() as { pc: number; slots: Int32Array };
      meter.left -= 1;
      if (seen[pc] === at) continue;
      seen[pc] = at;
      const instruction = program[pc] as Instruction;
      switch (instruction.op) {
        case "jump":
          stack.push({ pc: instruction.to, slots });
          break;
        case "split":
          stack.push({ pc: instruction.second, slots }, { pc: instruction.first, slots });
          break;
        case "save": {
          const copy = slots.slice();
          copy[instruction.slot] = at;
          stack.push({ pc: pc + 1, slots: copy });
          break;
        }
        case "edge":
          if (holds(instruction.kind, at)) stack.push({ pc: pc + 1, slots });
          break;
        case "set":
        case "match":
          list.push({ pc, slots });
          break;
        default:
          instruction satisfies never;
      }
    }
  };

  for (let at = 0; at <= line.length; at += 1) {
    if (found === undefined) add(now, 0, new Int32Array(width).fill(-1), at);
    if (now.length === 0) break;
    if (meter.left < 0) throw new PatternError("a pattern of this runbook takes too many steps on this output");
    const code = at < line.length ? line.charCodeAt(at) : -1;
    next = [];
    const pending: { pc: number; slots: Int32Array }[] = [];
    for (const thread of now) {
      const instruction = program[thread.pc] as Instruction;
      if (instruction.op === "match") {
        found = thread.slots;
        break; // what follows is less preferred
      }
      if (instruction.op === "set" && code >= 0 && instruction.has(code)) pending.push(thread);
    }
    for (const thread of pending) add(next, thread.pc + 1, thread.slots, at + 1);
    now = next;
  }
  return found;
}
