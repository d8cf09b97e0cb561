/**
 * The few words of WebAssembly (webassembly.github.io/spec/core/binary) that this room's hot loops are put together from:
 * compiled by the engine, so nothing is downloaded and nothing built.
 */
export type Code = readonly number[];

export const unsigned = (value: number): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
};
const signed = (value: number): number[] => (value >= 0 && value < 64 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]);

export const simd = (op: number): number[] => [0xfd, ...unsigned(op)];
export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const load = (address: Code, offset: number): Code => [...address, ...simd(0), 0, ...unsigned(offset)];
export const store = (address: Code, value: Code, offset: number): Code => [...address, ...value, ...simd(11), 0, ...unsigned(offset)];
export const two = (op: number) => (a: Code, b: Code): Code => [...a, ...b, ...simd(op)];
export const or = two(80);

export const I32 = 0x7f;
export const V128 = 0x7b;
/** An instruction that branches out of so many blocks, or to the start of a loop, where the value before it is not nought. */
export const branchIf = (depth: number): Code => [0x0d, depth];
export const LOOP: Code = [0x03, 0x40];
export const BLOCK: Code = [0x02, 0x40];
export const END: Code = [0x0b];

type Program = { readonly params: number; readonly results: number; readonly locals: readonly (readonly [count: number, type: number])[]; readonly body: Code };

/** One function over whole numbers, and the memory it works in. */
export function compile({ params, results, locals, body }: Program, bytes: number): { readonly memory: WebAssembly.Memory; readonly run: (...args: number[]) => number } {
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
  const text = (value: string): Code => [value.length, ...Buffer.from(value)];
  const code = [locals.length, ...locals.flatMap(([count, type]) => [...unsigned(count), type]), ...body, ...END];
  const binary = Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, params, ...Array<number>(params).fill(I32), results, ...Array<number>(results).fill(I32)]),
    ...section(2, [1, ...text("a"), ...text("m"), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("f"), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
  const pages = Math.ceil(bytes / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { a: { m: memory } });
  return { memory, run: exports["f"] as (...args: number[]) => number };
}
