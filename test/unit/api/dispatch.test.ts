import { describe, expect, it } from "vitest";
import { contract } from "../../../src-main/contract/index.ts";
import type { NewEntry } from "../../../src-main/ledger/port.ts";
import { demoDispatch, somebody } from "../../fakes/carriers.ts";
import { demoContract, demoHandlers } from "../../fakes/demo-contract.ts";

const quiet = { aborted: [], feedReturned: 0, flooded: 0, produced: 0 };
const run = (path: string, input: unknown, principal = somebody) => ({ path, input, principal, signal: new AbortController().signal });

describe("the dispatch", () => {
  it("records a procedure before it runs, with hidden fields hidden", async () => {
    const entries: NewEntry[] = [];
    const dispatch = demoDispatch(demoContract, demoHandlers(quiet), { record: async (entry) => void entries.push(entry) });
    await dispatch.call(run("demo.recorded", { name: "n", password: "hunter2" }));
    expect(entries).toEqual([{ type: "config", actor: { kind: "operator", id: "op1", name: "Ada" }, fields: { procedure: "demo.recorded", input: { name: "n", password: "(hidden)" } } }]);
  });

  it("runs nothing that could not be recorded", async () => {
    let ran = false;
    const handlers = demoHandlers(quiet);
    const spied = { demo: { ...handlers.demo, recorded: async () => ((ran = true), { ok: true }) } };
    const dispatch = demoDispatch(demoContract, spied, { record: () => Promise.reject(new Error("disk full")) });
    await expect(dispatch.call(run("demo.recorded", { name: "n", password: "p" }))).rejects.toThrow("disk full");
    expect(ran).toBe(false);
  });

  it("says LOCKED, not FORBIDDEN, to someone who has nothing but the public permission", async () => {
    const dispatch = demoDispatch(demoContract, demoHandlers(quiet));
    await expect(dispatch.call(run("demo.guarded", {}, { ...somebody, permissions: ["public"] }))).rejects.toMatchObject({ code: "LOCKED" });
    await expect(dispatch.call(run("demo.guarded", {}, { ...somebody, permissions: ["public", "administer"] }))).resolves.toEqual({ ok: true });
  });

  it("does not run a feed as a call", async () => {
    await expect(demoDispatch(demoContract, demoHandlers(quiet)).call(run("demo.count", { to: 1 }))).rejects.toMatchObject({ code: "NO_SUCH_PROCEDURE" });
  });
});

describe("the contract", () => {
  const procedures = Object.entries(contract).flatMap(([group, list]) => Object.entries(list).map(([name, procedure]) => [`${group}.${name}`, procedure] as const));

  it.each(procedures)("%s declares its permission, its recording and what it does", (_path, procedure) => {
    expect(["public", "view", "operate", "approve", "audit", "administer"]).toContain(procedure.needs);
    expect(["none", "room", "config", "login", "policy", "skill", "key", "export", "redaction"]).toContain(procedure.records);
    expect(procedure.says).toMatch(/^[A-Z].{8,}[.?]$/s);
  });

  it.each(procedures.filter(([, procedure]) => procedure.needs === "public"))("%s, open to anyone, changes nothing that is recorded elsewhere", (_path, procedure) => {
    expect(["none", "login", "room", "config"]).toContain(procedure.records);
  });
});
