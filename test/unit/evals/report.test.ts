import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { comparison, readReport, saveReport, type Report } from "../../evals/model.ts";

const report = (model: string, right: readonly boolean[]): Report => ({ model, totals: { right: right.filter(Boolean).length / right.length, unsafe: 0 }, trials: right.map((is, i) => ({ scenario: `s${i}`, say: "x", right: is, unsafe: [], misses: is ? [] : ["missed"] })) });

it("a saved report is read back the same, and compared trial by trial", () => {
  const folder = mkdtempSync(join(tmpdir(), "sena-report-"));
  const path = join(folder, "reports", "a.json");
  saveReport(path, report("a", [true, false, true]));
  expect(readReport(path)).toEqual(report("a", [true, false, true]));
  expect(comparison(readReport(path), report("b", [true, true, false]))).toEqual(["a → b", "now right: s1: x", "now wrong: s2: x"]);
  expect(comparison(readReport(path), report("b", [true, true, true]))).toContain("right: 0.6666666666666666 → 1");
  rmSync(folder, { recursive: true, force: true });
});

it("a report that is not there is said so before anything runs", () => expect(() => readReport("/nonexistent/report.json")).toThrow("There is no report"));
