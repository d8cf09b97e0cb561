import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

// What every script says to whoever asks how it is used, or asks for what it does not have.
const ROOT = resolve(import.meta.dirname, "../../..");
const SCRIPTS = { bench: "scripts/bench.mjs", build: "scripts/build.mjs", check: "scripts/check.mjs", coverage: "scripts/coverage.mjs", dev: "scripts/dev.mjs", evals: "test/evals/run.ts", gallery: "scripts/gallery.mjs", gpu: "scripts/gpu.mjs", mutate: "scripts/mutate.mjs", pack: "scripts/pack.mjs" } as const;
/** These hand on what they are given: to SENA, and to Vitest. */
const HAND_ON = ["sena", "start", "test"];

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], { cwd: ROOT, encoding: "utf8", timeout: 60_000 });
  return { status, stdout, stderr };
}

describe("npm run", () => {
  it("is asked here for each script there is", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
    expect(Object.keys(scripts).sort()).toEqual([...Object.keys(SCRIPTS), ...HAND_ON].sort());
  });

  it.each(Object.entries(SCRIPTS))("%s says how it is used, and does nothing when it is asked for what it does not know", (name, file) => {
    const help = run(file, "--help");
    expect(help).toEqual({ status: 0, stdout: expect.stringMatching(new RegExp(`^npm run ${name}\\b`)), stderr: "" });
    expect(run(file, "--no-such-option")).toEqual({ status: 2, stdout: "", stderr: `Unknown option '--no-such-option'. Nothing was done.\n\n${help.stdout}` });
  });

  it("tells it without building first what the script would need", () => {
    expect(run("scripts/bootstrap.mjs", "test", "--help")).toEqual({ status: 0, stdout: expect.stringMatching(/^npm test\b/), stderr: "" });
  });

  it("compares with no report that is not there", () => {
    expect(run("test/evals/run.ts", "--compare", "/nonexistent")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/^There is no report \/nonexistent\. Nothing was done\.\n/) });
  });

  it("lists what one bench takes, and refuses a value that is missing", () => {
    expect(run("scripts/bench.mjs", "gate-fuzz", "--help").stdout).toBe("npm run bench -- gate-fuzz [--json] [--scripts VALUE] [--full] [--seed VALUE]\n");
    expect(run("scripts/bench.mjs", "gate-fuzz", "--seed")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/^Option '--seed <value>' argument missing\. Nothing was done\.\n/) });
  });
});
