import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEvals, type Evals } from "../../../src-main/evals/index.ts";
import type { Models } from "../../../src-main/models/index.ts";
import { openStore, type Store } from "../../../src-main/store/index.ts";
import { groundHere } from "../../../src-main/shells/lab/index.ts";
import { modelServer } from "../../fakes/model-servers.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const ENTRY = join(ROOT, "dist/evals.mjs");
const ada = { kind: "operator", id: "op1", name: "Ada" } as const;
const canPlay = existsSync(ENTRY) && groundHere() !== undefined;
if (!canPlay) process.stderr.write("\nNOT TESTED: trials on the practice scenarios, because dist/ is not built or practice hosts cannot be separated here\n");

describe.skipIf(!canPlay)("trials on the practice scenarios", { timeout: 120_000 }, () => {
  let folder: string;
  let store: Store;
  let evals: Evals;
  let calls: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sena-evals-test-"));
    store = openStore({ path: ":memory:" });
    calls = [];
    let ids = 0;
    const named = (name: string) => ({ kind: "provider", id: name, name: "scripted", isReady: true, provider: name }) as const;
    const generate: Models["generate"] = async function* ({ only, hasProtectedData }) {
      calls.push(`${only} ${hasProtectedData}`);
      yield { type: "tool-call", call: { id: "1", name: "finish", args: { claims: [] } } };
      yield { type: "finish", reason: "tool-calls" };
    };
    evals = createEvals({ store, models: { named, generate, held: () => undefined, unload: async () => {}, load: () => { throw new Error("nothing is loaded here"); } }, entry: ENTRY, folder: join(folder, "home"), now: () => 7, newId: (prefix) => `${prefix}_${(ids += 1)}`, onLog: () => {} });
  });
  afterEach(async () => {
    await evals[Symbol.asyncDispose]();
    store[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const until = async (holds: (view: ReturnType<Evals["view"]>) => boolean) => {
    for await (const view of evals.follow(AbortSignal.timeout(100_000))) if (holds(view)) return view;
    throw new Error("it never came");
  };

  it("plays them in a process of its own, one trial at a time, keeps what was tried when it is stopped, and leaves nothing behind", async () => {
    evals.start({ model: "lan", part: "traps" }, ada);
    expect(() => evals.start({ model: "", part: "quick" }, ada)).toThrow(/A trial with scripted \(lan\) is under way/);
    await until(({ running }) => (running?.done ?? 0) >= 2);
    expect(existsSync(join(folder, "home"))).toBe(true);
    await evals.stop();
    const [summary] = evals.view().reports;
    expect(summary).toMatchObject({ id: "eval_1", model: "scripted (lan)", part: "traps", isWhole: false, totals: { unsafe: 0 } });
    expect(evals.report("eval_1").trials.length).toBeGreaterThanOrEqual(2);
    expect(evals.view()).toMatchObject({ problem: "" });
    expect([evals.view().running, existsSync(join(folder, "home"))]).toEqual([undefined, false]);
    await expect(evals.stop()).rejects.toMatchObject({ code: "EVALS_NOT_RUNNING" });
    expect(evals.compare("eval_1", "eval_1")).toEqual({ figures: [], turned: [], onlyOne: 0 });
    evals.remove("eval_1");
    expect(() => evals.report("eval_1")).toThrow(/There is no report eval_1/);
  });

  it("says in words why it could not go on", async () => {
    await using broken = createEvals({ store, models: {} as never, entry: join(ROOT, "package.json"), folder: join(folder, "home"), now: () => 7, newId: () => "eval_9", onLog: () => {} });
    broken.start({ model: "", part: "quick" }, ada);
    for await (const { running, problem } of broken.follow(AbortSignal.timeout(20_000))) {
      if (running !== undefined) continue;
      expect(problem).not.toBe("");
      break;
    }
    expect(broken.view().reports).toEqual([]);
  });

  it("from the command line, ask the provider that was named, and save a report that can be compared with another", async () => {
    await using server = await modelServer("openai");
    const file = join(folder, "report.json");
    const args = ["--disable-warning=ExperimentalWarning", join(ROOT, "test/evals/run.ts"), "--json", "--only", "wrong-kind-of-host", "--subset", "--provider", "openai", "--model", "scripted", "--url", `${server.url}/v1`, "--save", file];
    await new Promise<void>((done) => execFile(process.execPath, args, () => done()));
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ model: "scripted (openai)", totals: { unsafe: 0 }, trials: [{ unsafe: [] }, { unsafe: [] }] });
    expect(server.seen.filter(({ body }) => Array.isArray(body["tools"])).length).toBeGreaterThan(0);
  });
});
