import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

/**
 * What changes many times a second, heard a few times: at once after a rest, and the last change always. For feeds that tell a
 * whole list at each change. Of a source that keeps only its newest word while nobody takes it, as `Live` does.
 */
export async function* paced<T>(changes: AsyncIterable<T>, restMs: number, signal: AbortSignal): AsyncGenerator<T> {
  for await (const change of changes) {
    yield change;
    // Ends early, and well, when nobody follows any more.
    await sleep(restMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** What is large and lies ready: everybody else has a turn between two items, however fast they are taken. */
export async function* inTurns<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    yield item;
    await turn();
  }
}
