import { describe, expect, it } from "vitest";
import { auditHandlers } from "../../../src-main/api/audit.ts";
import type { Effect } from "../../../src-main/contract/index.ts";
import { fieldName, isEmptyValue, isProse } from "../../../src-renderer/features/audit/field-look.ts";
import { intent, operator, workplace } from "../ledger/harness.ts";

async function outcomeOf(effect: Effect, exitCode: number): Promise<string | undefined> {
  using place = workplace();
  await using ledger = await place.open();
  const start = await ledger.append(intent({ script: "nginx -t", effect }, { type: "start" }));
  const { seq } = await ledger.append({ type: "outcome", actor: operator, host: "host_web01", session: "run_1", fields: { result: exitCode === 0 ? "ok" : "failed", exitCode }, refs: { start: start.seq } });
  const handlers = auditHandlers({ ledger, exportFolder: place.dir, now: Date.now });
  const rows = await handlers.block({ from: seq, to: seq + 1 }, { signal: new AbortController().signal } as Parameters<typeof handlers.block>[1]);
  return rows[0]?.result;
}

describe("what came of a command", () => {
  it("is a finding, not a failure, when a command that only looks ends with another code than 0", async () => {
    expect(await outcomeOf("read", 1)).toBe("finding");
  });
  it("is a failure when a command that changes something does", async () => {
    expect(await outcomeOf("service-impact", 1)).toBe("failed");
  });
  it("is ok for both with 0", async () => {
    expect([await outcomeOf("read", 0), await outcomeOf("mutate", 0)]).toEqual(["ok", "ok"]);
  });
});

describe("a field of an entry", () => {
  it("is named in words, and known ones in the operator's", () => {
    expect(["script", "exitCode", "hostKeyAlgorithm", "rule_id"].map(fieldName)).toEqual(["command", "exit code", "host key algorithm", "rule id"]);
  });
  it("is left out when it says nothing, and only then", () => {
    expect(["", null, [], {}].every(isEmptyValue)).toBe(true);
    expect([0, false, "x", ["a"], { a: 1 }].some(isEmptyValue)).toBe(false);
  });
  it("is set as text when a person wrote it, and as machine output otherwise", () => {
    expect([isProse("reason"), isProse("script"), isProse("sha256")]).toEqual([true, false, false]);
  });
});
