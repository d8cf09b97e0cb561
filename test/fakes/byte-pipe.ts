import type { BytePipe } from "../../src-main/contract/index.ts";
import { PipeEnd } from "../../src-main/contract/link/index.ts";

/** Two ends of one pipe in this process, with the real windows and credit. */
export function pipePair(): { near: BytePipe; far: BytePipe } {
  const ends: { near?: PipeEnd; far?: PipeEnd } = {};
  const wire = (other: () => PipeEnd | undefined) => ({
    bytes: (chunk: Uint8Array) => queueMicrotask(() => other()?.receive(chunk.slice())),
    credit: (n: number) => queueMicrotask(() => other()?.credit(n)),
    close: () => queueMicrotask(() => other()?.settle()),
  });
  ends.near = new PipeEnd(wire(() => ends.far));
  ends.far = new PipeEnd(wire(() => ends.near));
  return { near: ends.near, far: ends.far };
}
