import { execFileSync, spawn, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { intent, workplace } from "../../unit/ledger/harness.ts";
import { has } from "./evidence.ts";

const FIXTURES = resolve(import.meta.dirname, "..", "..", "fixtures", "ledger");
const check = (ledger: Awaited<ReturnType<ReturnType<typeof workplace>["open"]>>) => ledger.check({ signal: new AbortController().signal, onProgress: () => undefined });

/** Reports say "not tested", never "passed", where the means are missing. */
const canMount = process.getuid?.() === 0 && (() => {
  using place = workplace();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place.dir]).status === 0;
  if (mounted) spawnSync("umount", [place.dir]);
  return mounted;
})();

describe("a disk with no room left", () => {
  (canMount ? it : it.skip)("stops everything, says so in the record itself, and goes on by itself when there is room", async () => {
    using place = workplace();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", place.dir]);
    try {
      const filler = join(place.dir, "filler");
      {
        await using ledger = await place.open();
        await ledger.append(intent());
        const before = ledger.head();
        writeFileSync(filler, Buffer.alloc(0));
        spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4096"], { stdio: "ignore" });
        let refused: { code?: string } | undefined;
        for (let n = 0; n < 400 && refused === undefined; n += 1) await ledger.append(intent({ script: "x".repeat(2000) })).catch((error: { code?: string }) => (refused = error));
        expect(refused).toMatchObject({ code: "LEDGER_FULL", message: expect.stringMatching(/nothing was executed/) });
        expect(() => ledger.assertWritable()).toThrow(expect.objectContaining({ code: "LEDGER_FULL" }));
        expect(ledger.head().size).toBeGreaterThanOrEqual(before.size);
        rmSync(filler);
        await sleep(600);
        const { seq } = await ledger.append(intent({ script: "after" }));
        const types = Array.from({ length: seq + 1 }, (_, n) => JSON.parse((ledger.writer.book.leaf(n) as Buffer).toString()) as { type: string }).map(({ type }) => type);
        expect(types.filter((type) => type === "gap").length).toBeGreaterThanOrEqual(1);
        expect((await check(ledger)).ok).toBe(true);
      }
      await using again = await place.open();
      expect((await check(again)).ok).toBe(true);
    } finally {
      spawnSync("umount", [place.dir]);
    }
  });
});

describe("a disk that fails under the ledger", () => {
  const compiler = ["gcc", "cc"].find(has);
  const cases: [string, number, string, RegExp][] = [
    ["reports an input/output error", 5, "LEDGER_UNAVAILABLE", /\(the disk reports an input\/output error\).*nothing was executed.*is safe.*resumes by itself/],
    ["became read-only", 30, "LEDGER_UNAVAILABLE", /\(the disk is read-only\).*nothing was executed.*is safe.*resumes by itself/],
    ["has no room left", 28, "LEDGER_FULL", /disk.*is full.*nothing was executed.*is safe.*Free some space.*resumes by itself/],
  ];

  it.each(cases)("and %s: nothing is acknowledged, nothing acknowledged is lost, and it goes on by itself", async (_what, errno, code, say) => {
    if (compiler === undefined) {
      console.warn("NOT TESTED: no C compiler to stand before the disk's writes with");
      return;
    }
    using place = workplace();
    const library = join(place.dir, "failing-disk.so");
    execFileSync(compiler, ["-shared", "-fPIC", "-o", library, join(FIXTURES, "failing-disk.c"), "-ldl"]);
    const control = join(place.dir, "control");
    const dir = join(place.dir, "ledger");
    const child = spawn(process.execPath, [join(FIXTURES, "append-child.ts"), dir], { env: { ...process.env, LD_PRELOAD: library, FAIL_ON: "/ledger/", FAIL_WITH: control }, stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<Record<string, unknown>> => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
    const ask = async (text: string): Promise<Record<string, unknown>> => {
      child.stdin.write(`${text}\n`);
      return next();
    };
    expect(await next()).toMatchObject({ ready: true });
    const good = await ask("before");
    writeFileSync(control, String(errno));
    for (let n = 0; n < 3; n += 1) expect(await ask("during")).toMatchObject({ code, writable: false, message: expect.stringMatching(say) });
    rmSync(control);
    await sleep(700);
    const after = await ask("after");
    expect(after["seq"]).toBeGreaterThan(good["seq"] as number);
    child.stdin.end("end\n");
    await new Promise((closed) => child.once("close", closed));
    await using ledger = await place.open({ dir });
    expect((await check(ledger)).ok).toBe(true);
    expect(ledger.head().size).toBeGreaterThan(after["seq"] as number);
  });
});
