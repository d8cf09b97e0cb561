import { describe, expect, test } from "vitest";
import { composeAnswer } from "../../../src-main/chat/compose-answer.ts";
import type { RunEvent, RunItem, RunSummary, Statement } from "../../../src-main/contract/index.ts";

const host = (name: string) => ({ id: name, name, environment: "prod" as const });
const run = (names: readonly string[], state: RunSummary["state"] = "done", say = ""): RunSummary => ({ id: "run_1", title: "Health check", state, say, createdAt: 0, endedAt: 1, hosts: names.map(host), hostCount: names.length, actor: { kind: "operator", id: "op1", name: "Ada" }, steps: { total: 1, done: 1, failed: 0 } });
const items = (...events: RunEvent[]): RunItem[] => events.map((event, i) => ({ n: i + 1, runId: "run_1", at: i, event }));
const queued = (stepId: string, hostId: string): RunEvent => ({ type: "queued", stepId, hostId, title: "t", script: "s", dialect: "posix", why: "", role: "check" });
const printed = (stepId: string, text: string): RunEvent => ({ type: "output", stepId, stream: "stdout", text });
const found = (hostId: string, text: string, tone: Statement["tone"]): RunEvent => ({ type: "statement", hostId, statement: { text, tone, cites: [] } });
const ended = (hostId: string, state: "done" | "failed" | "unknown" | "refused" = "done", say = ""): RunEvent => ({ type: "host", hostId, state, say });
const texts = (answer: { readonly statements: readonly Statement[] }) => answer.statements.map(({ text }) => text);

describe("one host", () => {
  test("says what was found and nothing of its own", () => {
    const answer = composeAnswer(run(["web-01"]), items(queued("h1-s1", "web-01"), printed("h1-s1", "active\n"), found("web-01", "nginx runs.", "good"), ended("web-01")));
    expect(texts(answer)).toEqual(["nginx runs."]);
  });
  test("with no finding points at what was printed, all lines of it", () => {
    const answer = composeAnswer(run(["web-01"]), items(queued("h1-s1", "web-01"), printed("h1-s1", "a\nb\n"), printed("h1-s1", "c\n"), ended("web-01")));
    expect(answer.statements).toEqual([{ text: "It ended without an error; this is what it printed.", tone: "plain", cites: [{ runId: "run_1", stepId: "h1-s1", stream: "stdout", fromLine: 1, toLine: 3 }] }]);
  });
  test("whose outcome nobody knows says so, in the colour of doubt", () => {
    const answer = composeAnswer(run(["web-01"], "unknown", "lost"), items(queued("h1-s1", "web-01"), ended("web-01", "unknown", "It had been sent: whether it ran is not known.")));
    expect(answer).toMatchObject({ state: "unknown", statements: [{ tone: "unsure", text: "It had been sent: whether it ran is not known." }] });
  });
  test("that was refused gives the refuser's own words", () => {
    const answer = composeAnswer(run(["web-01"], "refused"), items(queued("h1-s1", "web-01"), { type: "refused", stepId: "h1-s1", reason: "expired", say: "The approval expired; nothing was run." }, ended("web-01", "refused", "not run")));
    expect(texts(answer)).toEqual(["The approval expired; nothing was run."]);
  });
});

describe("many hosts", () => {
  const many = items(found("a", "fine", "good"), ended("a"), found("b", "`/var` is 95 % full", "bad"), ended("b"), ended("c", "failed", "No answer."));
  test("begin with a count that adds up, and name each host in trouble", () => {
    const answer = composeAnswer(run(["a", "b", "c"], "failed", "1 of 3"), many);
    expect(texts(answer)).toEqual(["Health check on 3 hosts: 1 fine, 1 needs attention, 1 gave no full answer.", "b: `/var` is 95 % full", "c: No answer."]);
    expect(answer.state).toBe("done");
  });
  test("that say the same are named in one sentence, the gravest first, with the lines of each", () => {
    const cite = (n: number) => ({ runId: "run_1", stepId: `h${n}-s1`, stream: "stdout" as const, fromLine: 1, toLine: 1 });
    const names = ["srv-1", "srv-2", "srv-3", "srv-4", "srv-10", "db"];
    const answer = composeAnswer(run(names), items(...names.flatMap((name, i): RunEvent[] => [{ type: "statement", hostId: name, statement: name === "db" ? { text: "The disk is full.", tone: "bad", cites: [cite(9)] } : { text: "The clock is not in step.", tone: "attention", cites: [cite(i)] } }, ended(name)])));
    expect(texts(answer).slice(1)).toEqual(["db: The disk is full.", "srv-1, srv-2, srv-3 and 2 more: The clock is not in step."]);
    expect(answer.statements[2]!.cites.map(({ stepId }) => stepId)).toEqual(["h0-s1", "h1-s1", "h2-s1", "h3-s1", "h4-s1"]);
  });
  test("that each say something else are not all said: the table has them, and a sentence says how many", () => {
    const names = Array.from({ length: 30 }, (_, i) => `srv-${i + 1}`);
    const answer = composeAnswer(run(names), items(...names.flatMap((name, i): RunEvent[] => [found(name, `It is overloaded: ${i}.`, "attention"), ended(name)])));
    expect(answer.statements).toHaveLength(14);
    expect(texts(answer).at(-1)).toBe("18 more need attention; the table names each with its finding, the worst first.");
    expect(answer.tables[0]!.rows).toHaveLength(30);
    expect(answer.tables[0]!.rows.map(({ cells }) => cells[0]).slice(8, 11)).toEqual(["srv-9", "srv-10", "srv-11"]);
  });
  test("become one matrix, the worst first", () => {
    const answer = composeAnswer(run(["a", "b", "c"], "failed"), many);
    expect(answer.tables[0]!.rows.map(({ cells }) => cells[0])).toEqual(["b", "c", "a"]);
  });
  test("with the same table each become one table with a host column, cut where it grows too long", () => {
    const table = (hostId: string): RunEvent => ({ type: "table", hostId, table: { title: "Disks", columns: [{ key: "mount", title: "Mount", kind: "text" }], rows: Array.from({ length: 1500 }, (_, i) => ({ cells: [`/d${i}`] })), leftOut: 0 } });
    const answer = composeAnswer(run(["a", "b"]), items(table("a"), ended("a"), table("b"), ended("b")));
    const merged = answer.tables.find(({ title }) => title === "Disks")!;
    expect(merged.columns.map(({ key }) => key)).toEqual(["host", "mount"]);
    expect(merged.rows).toHaveLength(2000);
    expect(merged.leftOut).toBe(1000);
  });
  test("all failed is a failure, not a done", () => {
    expect(composeAnswer(run(["a", "b"], "failed", "2 of 2"), items(ended("a", "failed", "No answer."), ended("b", "failed", "No answer."))).state).toBe("failed");
  });
});
