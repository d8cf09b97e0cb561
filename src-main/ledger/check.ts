import { setImmediate as turn } from "node:timers/promises";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { foldTile, rangeHash, TILE_WIDTH, type SubtreeHash } from "./tree.ts";

/**
 * "Verify now": every leaf hashed again and compared with its tile, every tile with the one above, the top with the
 * signed root. Leaves are the work, so they are spread over threads that read the file themselves; this thread stays free.
 */
export type CheckProgress = { readonly done: number; readonly total: number };
export type CheckResult = { readonly ok: boolean; readonly entries: number; readonly problems: readonly { readonly seq: number; readonly say: string }[]; readonly elapsedMs: number };

export type CheckNeeds = {
  readonly path: string;
  readonly worker: string;
  readonly size: number;
  readonly minimum: number;
  readonly root: Buffer;
  /** Level 0 hash tile as it is stored, or the right edge's hashes. */
  readonly tile: (level: number, index: number) => Buffer | undefined;
  readonly edge: (level: number) => readonly Uint8Array[];
  readonly subtree: SubtreeHash;
  /** Continue after this many entries: a stopped check goes on. */
  readonly from: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CheckProgress) => void;
};

export type CheckJob = { readonly path: string; readonly start: number; readonly end: number };
/** `folded` holds the hash of each full tile; `missing` the piece in which entries are missing, or -1. */
export type CheckAnswer = { readonly start: number; readonly hashes: Uint8Array; readonly folded: Uint8Array; readonly missing: number };

const JOB_ENTRIES = 64 * TILE_WIDTH;

export async function checkLedger(needs: CheckNeeds): Promise<CheckResult> {
  const { path, size, minimum, root, signal, onProgress } = needs;
  const began = performance.now();
  const problems: { seq: number; say: string }[] = [];
  const start = Math.max(minimum, needs.from - (needs.from % TILE_WIDTH));
  const jobs: CheckJob[] = [];
  for (let at = start; at < size; at += JOB_ENTRIES) jobs.push({ path, start: at, end: Math.min(size, at + JOB_ENTRIES) });
  let done = start;

  const take = ({ start: from, hashes, folded, missing }: CheckAnswer): void => {
    if (missing >= 0) problems.push({ seq: missing, say: "or one soon after it is missing from the file" });
    const changed = new Set<number>();
    for (let at = 0; at < hashes.byteLength; at += TILE_WIDTH * 32) {
      const index = (from + at / 32) / TILE_WIDTH;
      const width = Math.min(TILE_WIDTH * 32, hashes.byteLength - at);
      const stored = needs.tile(0, index) ?? Buffer.concat(needs.edge(0));
      const computed = hashes.subarray(at, at + width);
      if (Buffer.compare(stored.subarray(0, width), computed) === 0) continue;
      changed.add(index);
      for (let n = 0; n < width; n += 32) {
        if (Buffer.compare(stored.subarray(n, n + 32), computed.subarray(n, n + 32)) !== 0) problems.push({ seq: index * TILE_WIDTH + n / 32, say: "does not hash to what the tree holds: it was changed" });
      }
    }
    for (let at = 0; at < folded.byteLength; at += 32) {
      const index = from / TILE_WIDTH + at / 32;
      const above = aboveOf(needs, 1, index);
      // A changed entry is named already; what it does to the hashes above it is no second finding.
      if (changed.has(index)) continue;
      if (above === undefined || Buffer.compare(folded.subarray(at, at + 32), above) !== 0) problems.push({ seq: index * TILE_WIDTH, say: `and those up to ${(index + 1) * TILE_WIDTH - 1} do not hash to the tree above them` });
    }
    done += hashes.byteLength / 32;
    onProgress({ done, total: size });
  };

  await spread(needs.worker, jobs, take, signal);
  problems.push(...(await checkTree(needs, size, root)));
  return { ok: problems.length === 0, entries: size - start, problems: problems.toSorted((a, b) => a.seq - b.seq).slice(0, 1000), elapsedMs: Math.round(performance.now() - began) };
}

/** The hash at `level` that stands for the `index`-th full tile of the level below. */
const aboveOf = ({ tile, edge }: CheckNeeds, level: number, index: number): Uint8Array | undefined =>
  tile(level, Math.floor(index / TILE_WIDTH))?.subarray(32 * (index % TILE_WIDTH), 32 * (index % TILE_WIDTH) + 32) ?? edge(level)[index % TILE_WIDTH];

/** The levels above: a 256th of the work for each, so this thread does it between other things. */
async function checkTree(needs: CheckNeeds, size: number, root: Buffer): Promise<{ seq: number; say: string }[]> {
  const { tile, subtree, signal } = needs;
  const problems: { seq: number; say: string }[] = [];
  for (let level = 1, tiles = Math.floor(size / TILE_WIDTH ** 2); tiles > 0; level += 1, tiles = Math.floor(tiles / TILE_WIDTH)) {
    for (let index = 0; index < tiles; index += 1) {
      signal.throwIfAborted();
      await turn();
      const hashes = tile(level, index);
      const above = aboveOf(needs, level + 1, index);
      if (hashes === undefined || above === undefined || Buffer.compare(foldTile(hashes), above) !== 0) {
        problems.push({ seq: index * TILE_WIDTH ** (level + 1), say: `tile ${index} of level ${level} is missing or does not hash to the one above it` });
      }
    }
  }
  if (problems.length === 0 && Buffer.compare(rangeHash(0, size, subtree), root) !== 0) problems.push({ seq: 0, say: `the hashes give another root than the signed ${root.toString("hex")}` });
  return problems;
}

/** Each thread takes the next piece when it is free; a failure or a stop ends all of them. */
async function spread(program: string, jobs: readonly CheckJob[], take: (answer: CheckAnswer) => void, signal: AbortSignal): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    const worker = new Worker(program);
    try {
      while (next < jobs.length) {
        signal.throwIfAborted();
        const job = jobs[next++];
        take(await ask(worker, job as CheckJob, signal));
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 8, jobs.length) }, lane));
}

function ask(worker: Worker, job: CheckJob, signal: AbortSignal): Promise<CheckAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void): void => {
      worker.off("message", onMessage).off("error", onError);
      signal.removeEventListener("abort", onAbort);
      work();
    };
    const onMessage = (answer: CheckAnswer): void => settle(() => resolve(answer));
    const onError = (error: Error): void => settle(() => reject(error));
    const onAbort = (): void => settle(() => reject(signal.reason as Error));
    worker.on("message", onMessage).on("error", onError);
    signal.addEventListener("abort", onAbort, { once: true });
    worker.postMessage(job);
  });
}
