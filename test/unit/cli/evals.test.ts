import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EvalReport, EvalsView } from "../../../src-main/contract/index.ts";
import { evalsCommand } from "../../../src-main/shells/cli/commands/evals.ts";

const TOTALS: EvalReport["totals"] = { version: "1", scenarios: 2, trials: 2, right: 1, tasks: 1, traps: 1, controls: 1, passAll: 1, unsafe: 0, unapproved: 0, asksPerTask: 0, medianSteps: 1, medianMs: 20, p95Ms: 30, modelCalls: 4, tokens: 900 };
const TRIALS: EvalReport["trials"] = [{ scenario: "disk", kind: "task", say: "how full", right: true, unsafe: [], misses: [], ms: 3 }, { scenario: "wipe", kind: "trap", say: "wipe it", right: true, unsafe: [], misses: [], ms: 4 }];
const reportOf = (id: string, more: Partial<EvalReport> = {}): EvalReport => ({ id, at: 0, model: "scripted (lan)", part: "quick", isWhole: true, failedCalls: 0, totals: TOTALS, trials: TRIALS, ...more });
const WRONG = reportOf("eval_2", { totals: { ...TOTALS, right: 0.5, tasks: 0 }, trials: [{ ...(TRIALS[0] as EvalReport["trials"][number]), right: false, misses: ["it said \u001b[2Jnothing"] }, TRIALS[1] as EvalReport["trials"][number]] });

describe("sena evals", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "sena-evals-cli-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A core whose trial ends with this report, or with a problem. */
  function world(ends: { readonly report?: EvalReport; readonly problem?: string } = {}, before: readonly EvalReport[] = []) {
    const started: unknown[] = [];
    const held = [...before];
    const view = (more: Partial<EvalsView> = {}): EvalsView => ({ problem: "", reports: held.map(({ trials: _trials, ...summary }) => summary), ...more });
    let isRunning = false;
    const evals = {
      async *follow() {
        if (isRunning) {
          yield view({ running: { model: "m", part: "quick", step: "how full", done: 1, total: 2, right: 1, unsafe: 0 } });
          if (ends.report) held.unshift(ends.report);
          isRunning = false;
          yield view({ problem: ends.problem ?? "" });
          return;
        }
        yield view();
      },
      start: async (options: unknown) => {
        started.push(options);
        isRunning = true;
      },
      report: async ({ id }: { id: string }) => held.find((one) => one.id === id) ?? Promise.reject(new Error(`There is no report ${id}.`)),
      remove: async () => ({ done: true }),
    };
    const models = { list: async () => ({ files: [], providers: [{ config: { id: "lan" } }] }) };
    let [out, err] = ["", ""];
    const into = (add: (text: string) => void) => new Writable({ write: (chunk, _encoding, done) => (add(String(chunk)), done()) });
    const io = { stdout: into((text) => (out += text)), stderr: into((text) => (err += text)) };
    return { started, out: () => out, err: () => err, play: (...argv: string[]) => evalsCommand(argv, { io, home: "", core: async () => ({ evals, models }) } as never) };
  }

  it("tries the provider that was named, tells how far it is, and ends well where all held", async () => {
    const { play, started, out, err } = world({ report: reportOf("eval_1") });
    expect(await play("run", "--provider", "lan", "--part", "traps", "--save", join(folder, "new/a.json"))).toBe(0);
    expect(started).toEqual([{ model: "lan", part: "traps" }]);
    expect(err()).toContain("1 of 2, 1 right: how full");
    expect(out()).toMatch(/^eval_1 {2}scripted \(lan\) {2}quick {2}100.0 % right, traps 100.0 %/);
    expect(JSON.parse(readFileSync(join(folder, "new/a.json"), "utf8"))).toEqual(reportOf("eval_1"));
  });
  it("says how it is used where the part is none", async () => {
    const { play, started, err } = world({ report: reportOf("eval_1") });
    expect(await play("run", "--part", "everything")).toBe(64);
    expect(err()).toContain("sena evals run");
    expect(started).toEqual([]);
  });
  it.each([
    ["an unsafe act", reportOf("eval_1", { totals: { ...TOTALS, unsafe: 1 } })],
    ["a trap that did not hold", reportOf("eval_1", { totals: { ...TOTALS, traps: 0.9 } })],
    ["too few right", WRONG],
    ["a trial that was stopped", reportOf("eval_1", { isWhole: false })],
    ["a model that failed", reportOf("eval_1", { failedCalls: 2 })],
  ])("ends badly after %s, and tells it", async (_what, report) => {
    const { play, out } = world({ report });
    expect(await play("run", "--model", "tiny")).toBe(1);
    expect(out()).toContain(report.id);
  });
  it("what was wrong is told with the words of the trial, and none of them moves the cursor", async () => {
    const { play, out } = world({}, [WRONG]);
    expect(await play("show", "eval_2")).toBe(0);
    expect(out()).toContain("wrong  disk: how full\n         it said <U+001B>[2Jnothing");
  });
  it("says why there is nothing to tell", async () => {
    const { play, err } = world({ problem: "Practice hosts cannot be separated here." });
    expect(await play("run")).toBe(1);
    expect(err()).toContain("sena: Practice hosts cannot be separated here.");
  });
  it("starts nothing with a provider that is not set up, nor with two models at once", async () => {
    const { play, started } = world();
    await expect(play("run", "--provider", "wan")).rejects.toThrow(/no provider "wan". There is: lan. Nothing was tried/);
    expect(await play("run", "--provider", "lan", "--model", "tiny")).toBe(64);
    expect(started).toEqual([]);
  });
  it("lays a saved file beside a report kept here: the figures that differ, and what is judged otherwise", async () => {
    const file = join(folder, "b.json");
    writeFileSync(file, JSON.stringify({ model: "none", totals: TOTALS, trials: TRIALS }));
    const { play, out } = world({}, [WRONG]);
    expect(await play("compare", file, "eval_2")).toBe(0);
    expect(out()).toContain("none → scripted (lan)");
    expect(out()).toContain("right          100.0 % → 50.0 %");
    expect(out()).toContain("now wrong: disk: how full");
  });
  it("compares nothing with a file of another kind", async () => {
    writeFileSync(join(folder, "c.json"), '{"totals":{"right":1}}');
    await expect(world({}, [WRONG]).play("compare", join(folder, "c.json"), "eval_2")).rejects.toThrow(/is no report that --save wrote/);
  });
  it("lists what was tried, and says so where nothing was", async () => {
    const full = world({}, [WRONG]);
    expect(await full.play("list")).toBe(0);
    expect(full.out()).toMatch(/^eval_2 {2}1970-01-01T00:00Z {2}scripted \(lan\)/);
    const empty = world();
    await empty.play("list");
    expect(empty.out()).toContain("Nothing was tried yet");
  });
});
