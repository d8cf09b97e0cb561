import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { comparison, readReport, saveReport, type Report } from "../../evals/model.ts";

const NOTHING = { version: "1", scenarios: 3, trials: 3, tasks: 1, traps: 1, controls: 1, passAll: 1, unsafe: 0, unapproved: 0, asksPerTask: 0, medianSteps: 1, medianMs: 1, p95Ms: 1, modelCalls: 0, tokens: 0 };
const report = (model: string, right: readonly boolean[]): Report => ({ model, totals: { ...NOTHING, right: right.filter(Boolean).length / right.length }, trials: right.map((is, i) => ({ scenario: `s${i}`, kind: "task", say: "x", right: is, unsafe: [], misses: is ? [] : ["missed"], ms: 1 })) });

it("a saved report is read back the same, and compared trial by trial", () => {
  const folder = mkdtempSync(join(tmpdir(), "sena-report-"));
  const path = join(folder, "reports", "a.json");
  saveReport(path, report("a", [true, false, true]));
  expect(readReport(path)).toEqual(report("a", [true, false, true]));
  expect(comparison(readReport(path), report("b", [true, true, false]))).toEqual(["a → b", "now right: s1: x", "now wrong: s2: x"]);
  expect(comparison(readReport(path), report("b", [true, true, true]))).toContain("right: 0.6666666666666666 → 1");
  rmSync(folder, { recursive: true, force: true });
});
