import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract, defineContract, feed, type Principal } from "../../../src-main/contract/index.ts";
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

  it("says of a full or failing disk what it is, wherever it showed, and gives a reference to what nobody can mend", () => {
    const reported: unknown[] = [];
    const dispatch = demoDispatch(demoContract, demoHandlers(quiet), { report: (_ref: string, error: unknown) => void reported.push(error) });
    const coded = (code: string) => Object.assign(new Error("deep inside"), { code });
    for (const code of ["SQLITE_FULL", "ENOSPC", "EDQUOT"]) expect(dispatch.failureOf(new Error("outside", { cause: coded(code) }))).toMatchObject({ code: "DISK_FULL", message: expect.stringContaining("Free some space") as string });
    for (const code of ["SQLITE_IOERR_WRITE", "SQLITE_READONLY", "EROFS", "EIO"]) expect(dispatch.failureOf(coded(code))).toMatchObject({ code: "DISK_FAILS", message: expect.stringContaining(code) as string });
    for (const error of [coded("SQLITE_CONSTRAINT"), coded("EIOX"), new Error("a bug"), "no error", Object.assign(new Error("odd"), { code: 7 })]) expect(dispatch.failureOf(error)).toMatchObject({ code: "INTERNAL" });
    expect(reported).toHaveLength(12);
  });

  it("does not run a feed as a call", async () => {
    await expect(demoDispatch(demoContract, demoHandlers(quiet)).call(run("demo.count", { to: 1 }))).rejects.toMatchObject({ code: "NO_SUCH_PROCEDURE" });
  });
});

describe("a feed that was opened before a lock", () => {
  const feedOf = (needs: "view" | "operate" | "public") => feed({ says: "Count to three.", needs, records: "none", input: z.object({}), item: z.object({ n: z.number() }) });
  const counts = defineContract({ demo: { look: feedOf("view"), act: feedOf("operate"), open: feedOf("public") } });
  async function* count() {
    for (const n of [1, 2, 3]) yield { n };
  }
  const ada: Principal = { ...somebody, permissions: ["public", "view", "operate"] };
  /** One item is through, then it locks: what comes until somebody unlocks, and what after. */
  async function through(path: string, next: Principal) {
    let unlock = (_next: Principal) => {};
    let now: Promise<Principal> = Promise.resolve(ada);
    const dispatch = demoDispatch(counts, { demo: { look: count, act: count, open: count } }, { unlocked: () => now });
    const items = dispatch.feed(run(path, {}, ada))[Symbol.asyncIterator]();
    await items.next();
    now = new Promise((resolve) => (unlock = resolve));
    let isThrough = false;
    const second = items.next().finally(() => (isThrough = true));
    second.catch(() => {});
    await new Promise((turn) => setImmediate(turn));
    const whileLocked = isThrough;
    unlock(next);
    return { whileLocked, second: second.then(({ value }) => value as unknown) };
  }
  it("shows nothing while nobody is unlocked, and goes on where it was", async () => {
    const { whileLocked, second } = await through("demo.look", ada);
    expect(whileLocked).toBe(false);
    expect(await second).toEqual({ n: 2 });
  });
  it("is not handed to whoever unlocks without the permission for it", async () => {
    await expect((await through("demo.look", { ...ada, permissions: ["public"] })).second).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
  it.each(["demo.act", "demo.open"])("goes on through the lock where it is an act under way or open to anyone: %s", async (path) => {
    expect((await through(path, ada)).whileLocked).toBe(true);
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
