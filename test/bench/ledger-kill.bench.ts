import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openLedger } from "../../src-main/ledger/index.ts";
import { hashLeaf, rangeHash } from "../../src-main/ledger/tree.ts";
import { random } from "../unit/ledger/harness.ts";
import type { Flags } from "./options.ts";

const CHILD = resolve(import.meta.dirname, "..", "fixtures", "ledger", "kill-child.ts");
/** A fresh log now and then: the first moments of a file are as worth killing as any other. */
const FRESH_EVERY = 25;

export const OPTIONS = { cycles: { type: "string" }, writers: { type: "string" }, seed: { type: "string" } } as const;

/** npm run bench -- ledger-kill [--cycles=300] [--writers=4] [--seed=1] */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: (line: { name: string; value: number; unit: string; note?: string }) => void): Promise<void> {
  const cycles = Number(flags.cycles ?? 300);
  const writers = String(flags.writers ?? 4);
  let seed = Number(flags.seed ?? Date.now() % 2 ** 31) || 1;
  const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const found = { acknowledged: 0, lost: 0, broken: 0, split: 0, unknownMissing: 0, kills: 0, duringOpen: 0 };
  let dir = "";
  let heads = new Map<number, string>();
  try {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      if (cycle % FRESH_EVERY === 0) {
        if (dir !== "") rmSync(dir, { recursive: true, force: true });
        dir = mkdtempSync(join(tmpdir(), "sena-kill-"));
        heads = new Map();
      }
      const said = await runAndKill(dir, writers, Math.floor(chance() * 450));
      found.kills += 1;
      if (!said.isReady) found.duringOpen += 1;
      await judge(dir, said.lines, heads, found);
    }
  } finally {
    if (dir !== "") rmSync(dir, { recursive: true, force: true });
  }
  report({ name: "kill.cycles", value: found.kills, unit: "kills", note: `${writers} writers, ${found.duringOpen} killed while opening` });
  report({ name: "kill.acknowledged", value: found.acknowledged, unit: "entries" });
  report({ name: "kill.lost", value: found.lost, unit: "entries" });
  report({ name: "kill.unverifiable", value: found.broken, unit: "ledgers" });
  report({ name: "kill.two-roots", value: found.split, unit: "heads" });
  report({ name: "kill.untold-starts", value: found.unknownMissing, unit: "entries", note: "starts without an outcome that the next start did not call unknown" });
  if (found.lost + found.broken + found.split + found.unknownMissing > 0) process.exitCode = 1;
}

function runAndKill(dir: string, writers: string, afterMs: number): Promise<{ readonly lines: readonly string[]; readonly isReady: boolean }> {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [CHILD, dir, writers], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (text === "") void sleep(afterMs).then(() => child.kill("SIGKILL"));
      text += chunk.toString("latin1");
    });
    // Some are killed while they open, too: recovery itself must survive being killed.
    if (afterMs < 30) void sleep(120 + 10 * afterMs).then(() => child.kill("SIGKILL"));
    // A pipe keeps what was written into it: the last whole line is the last acknowledgement.
    child.once("close", () => settle({ lines: text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter((line) => /^\d/.test(line)), isReady: text !== "" }));
  });
}

async function judge(dir: string, lines: readonly string[], heads: Map<number, string>, found: { acknowledged: number; lost: number; broken: number; split: number; unknownMissing: number }): Promise<void> {
  let count = 0;
  try {
    await using ledger = await openLedger({ dir, now: Date.now, newId: (prefix) => `${prefix}_judge_${(count += 1)}`, random, version: "judge" });
    const { book } = ledger.writer;
    for (const line of lines) {
      const [seq = "", leafHash = "", size = "", root = ""] = line.split(" ");
      found.acknowledged += 1;
      const leaf = book.leaf(Number(seq));
      if (leaf === undefined || hashLeaf(leaf).toString("hex") !== leafHash) found.lost += 1;
      heads.set(Number(size), heads.get(Number(size)) ?? root);
      if (heads.get(Number(size)) !== root) found.split += 1;
    }
    // Every head that was ever given out is a head of the tree that stands now.
    for (const [size, root] of [...heads].slice(-40)) if (Buffer.from(rangeHash(0, size, book.subtree)).toString("hex") !== root) found.split += 1;
    if (book.openActs().length > 0) found.unknownMissing += book.openActs().length;
    if (!(await ledger.check({ signal: new AbortController().signal, onProgress: () => undefined })).ok) found.broken += 1;
  } catch (error) {
    found.broken += 1;
    console.error((error as Error).message);
  }
}
