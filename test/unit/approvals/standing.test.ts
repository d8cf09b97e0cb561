import { describe, expect, it } from "vitest";
import { createStanding, standingDigest, verifySsh, type StandingHost, type StandingSubject } from "../../../src-main/approvals/index.ts";
import { APPROVAL_MIGRATIONS } from "../../../src-main/approvals/tables.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { Failure } from "../../../src-main/contract/index.ts";
import { gateWorld, PASS } from "../../fakes/gate.ts";

const DAY = 86_400_000;
const HOST: StandingHost = { id: "dev-01", name: "dev-01", environment: "dev", address: "10.0.0.1", port: 22, user: "ops", os: "linux" };
const SKILL = { id: "lab.look", version: "1.0.0", signer: "vendor" };

async function standingWorld() {
  const world = await gateWorld({ several: true });
  await world.access.unlock(world.bob, PASS.bob);
  const subject: StandingSubject = { schedule: "sched_1", owner: world.cyd, skill: { ...SKILL, digest: "d" }, inputs: {}, hosts: ["dev-01"], timetable: { kind: "every", minutes: 60 }, catchesUp: false };
  return { ...world, subject, bobby: { id: world.bob, name: "bob" } };
}
const given = async () => {
  const world = await standingWorld();
  await world.standing.approve(world.bobby, world.subject, [HOST], 30);
  return world;
};

describe("what was approved beforehand", () => {
  it("covers its runbook on its hosts, and is on record with the object and a signature that anybody can check", async () => {
    const world = await given();
    expect(world.standing.covers("sched_1", HOST, SKILL)).toBe(true);
    expect(world.standing.problemOf("sched_1")).toBeUndefined();
    expect(world.standing.of("sched_1")).toMatchObject({ byName: "bob", revokedAt: null, digest: standingDigest(world.subject) });
    const entry = world.ledger.of("decision").at(-1);
    expect(entry?.fields).toMatchObject({ decision: "standing-approval", schedule: "sched_1", skill: "lab.look@1.0.0", hosts: ["dev-01"] });
    const [object, signature] = entry?.blobs ?? [];
    expect(verifySsh(object!.bytes, Buffer.from(signature!.bytes).toString(), "sena-standing@v1")).toBeDefined();
    expect(verifySsh(object!.bytes, Buffer.from(signature!.bytes).toString())).toBeUndefined();
  });
  it("covers each of several hosts, and no other", async () => {
    const world = await standingWorld();
    const second = { ...HOST, id: "dev-02", name: "dev-02" };
    await world.standing.approve(world.bobby, { ...world.subject, hosts: ["dev-01", "dev-02"] }, [HOST, second], 30);
    expect([HOST, second, { ...HOST, id: "dev-03", name: "dev-03" }].map((host) => world.standing.covers("sched_1", host, SKILL))).toEqual([true, true, false]);
  });
  it.each([
    ["another schedule", ["sched_2", HOST, SKILL]],
    ["no runbook", ["sched_1", HOST, undefined]],
    ["another runbook", ["sched_1", HOST, { ...SKILL, id: "lab.other" }]],
    ["another version", ["sched_1", HOST, { ...SKILL, version: "1.0.1" }]],
    ["another signer", ["sched_1", HOST, { ...SKILL, signer: "stranger" }]],
    ["another host", ["sched_1", { ...HOST, id: "dev-02" }, SKILL]],
    ["a host under another name", ["sched_1", { ...HOST, name: "dev-1" }, SKILL]],
    ["a host of another environment", ["sched_1", { ...HOST, environment: "prod" as const }, SKILL]],
    ["a host at another address", ["sched_1", { ...HOST, address: "10.0.0.2" }, SKILL]],
    ["a host behind another port", ["sched_1", { ...HOST, port: 2222 }, SKILL]],
    ["a host on which it acts as somebody else", ["sched_1", { ...HOST, user: "root" }, SKILL]],
    ["a host that speaks another language, and so is told other commands", ["sched_1", { ...HOST, os: "other" as const }, SKILL]],
  ] as const)("does not cover %s", async (_what, [schedule, host, skill]) => {
    expect((await given()).standing.covers(schedule, host, skill)).toBe(false);
  });
  it.each([
    ["its day has come", (world: Given) => world.pass(31 * DAY), /has expired/],
    ["the clock stands before it", (world: Given) => world.pass(-DAY), /clock stands before/],
    ["the approver may approve no more", (world: Given) => world.access.change(world.bob, { roles: ["operator"] }), /bob, who approved it, may not approve/],
    ["the owner is retired", (world: Given) => world.access.change(world.cyd, { active: false }), /Its owner may not run commands/],
    ["the owner is nobody", (world: Given) => world.store.raw.exec(`UPDATE standing_approvals SET object = replace(object, '${world.cyd}', 'op_gone')`), /Its owner may not run commands/],
    ["a value was changed in the database", (world: Given) => world.store.raw.exec("UPDATE standing_approvals SET object = replace(object, '\"minutes\":60', '\"minutes\":5')"), /signature of bob is not one/],
    ["it is told of another schedule in the database", (world: Given) => world.store.raw.exec("UPDATE standing_approvals SET object = replace(object, 'sched_1', 'sched_2')"), /given to another schedule/],
    ["the signature is another's", async (world: Given) => {
      await world.access.unlock(world.ada, PASS.ada);
      await world.standing.approve({ id: world.ada, name: "ada" }, { ...world.subject, schedule: "sched_2" }, [HOST], 30);
      world.store.raw.exec("UPDATE standing_approvals SET signature = (SELECT signature FROM standing_approvals WHERE schedule_id = 'sched_2')");
    }, /signature of bob is not one/],
  ] as const)("does not hold once %s", async (_what, happens, say) => {
    const world = await given();
    await happens(world);
    expect(world.standing.problemOf("sched_1")).toMatch(say);
    expect(world.standing.covers("sched_1", HOST, SKILL)).toBe(false);
  });
  it("given to an older SENA still holds, and nothing unsigned lies beside it any more", async () => {
    const world = await given();
    const { id, object, signature, by_id, by_name } = world.store.raw.prepare("SELECT * FROM standing_approvals").get() as Record<string, string>;
    using store = openStore({ path: ":memory:" });
    store.migrate("approvals", APPROVAL_MIGRATIONS.slice(0, 7));
    store.raw.prepare("INSERT INTO standing_approvals (id, schedule_id, digest, object, signature, by_id, by_name, created_at, until_at) VALUES (?, 'sched_1', 'other', ?, ?, ?, ?, 0, 9e15)").run(id, object, signature, by_id, by_name);
    store.migrate("approvals", APPROVAL_MIGRATIONS);
    const standing = createStanding({ store, ledger: world.ledger, access: world.access, now: () => world.clock.now, newId: world.newId });
    expect(standing.of("sched_1")).toEqual(world.standing.of("sched_1"));
    expect(standing.covers("sched_1", HOST, SKILL)).toBe(true);
    expect((store.raw.pragma("table_info(standing_approvals)") as { name: string }[]).map(({ name }) => name)).toEqual(["n", "id", "schedule_id", "object", "signature", "by_id", "by_name", "revoked_at", "say"]);
    world.pass(31 * DAY);
    expect(standing.problemOf("sched_1")).toMatch(/has expired/);
  });
  it.each([
    ["its mark", () => "UPDATE standing_approvals SET revoked_at = NULL, say = ''"],
    ["its mark, under another id", () => "UPDATE standing_approvals SET revoked_at = NULL, say = '', id = 'stand_x'"],
    ["its row, by an older copy", (row: Row) => `DELETE FROM standing_approvals; INSERT INTO standing_approvals (id, schedule_id, object, signature, by_id, by_name) VALUES ('${row["id"]}', 'sched_1', '${row["object"]}', '${row["signature"]}', '${row["by_id"]}', 'bob')`],
  ] as const)("stays taken back when somebody takes back %s in the database", async (_what, undo) => {
    const world = await given();
    const row = world.store.raw.prepare("SELECT * FROM standing_approvals").get() as Row;
    await world.standing.revoke("sched_1", undefined, "Enough.");
    world.store.raw.exec(undo(row));
    expect(world.standing.problemOf("sched_1")).toMatch(/on record; this installation's database says otherwise/);
    expect(world.standing.covers("sched_1", HOST, SKILL)).toBe(false);
    await world.standing.approve(world.bobby, world.subject, [HOST], 1);
    expect(world.standing.covers("sched_1", HOST, SKILL)).toBe(true);
  });
  it("given in another's place leaves nothing of that one to come back to, before and after it is taken back", async () => {
    const world = await given();
    await world.standing.approve(world.bobby, world.subject, [HOST], 1);
    expect(world.standing.problemOf("sched_1")).toBeUndefined();
    const forget = () => world.store.raw.exec("DELETE FROM standing_approvals WHERE n = (SELECT max(n) FROM standing_approvals)");
    forget();
    expect(world.standing.problemOf("sched_1")).toMatch(/another given in its place, is on record/);
    await world.standing.approve(world.bobby, world.subject, [HOST], 1);
    await world.standing.revoke("sched_1", undefined, "Enough.");
    forget();
    world.store.raw.exec("UPDATE standing_approvals SET revoked_at = NULL");
    expect(world.standing.covers("sched_1", HOST, SKILL)).toBe(false);
  });
  it("taken back twice at the same moment is taken back, and nobody is told otherwise; another fault of the record is", async () => {
    const world = await given();
    const takeBack = () => world.standing.revoke("sched_1", undefined, "Enough.");
    expect(await Promise.all([takeBack(), takeBack()])).toEqual([undefined, undefined]);
    expect(world.standing.problemOf("sched_1")).toBe("Enough.");
    world.ledger.breakWith(new Failure("LEDGER_FULL", "The disk is full."));
    await expect(world.standing.approve(world.bobby, world.subject, [HOST], 1)).rejects.toMatchObject({ code: "LEDGER_FULL" });
  });
  it("whose withdrawal could not be recorded is void all the same, and goes on record when it is taken back again", async () => {
    const world = await given();
    world.ledger.breakWith(new Failure("LEDGER_FULL", "The disk is full."));
    await expect(world.standing.revoke("sched_1", undefined, "Enough.")).rejects.toMatchObject({ code: "LEDGER_FULL" });
    expect(world.standing.problemOf("sched_1")).toBe("Enough.");
    world.ledger.mend();
    await world.standing.revoke("sched_1", undefined, "Once more.");
    expect(world.standing.problemOf("sched_1")).toBe("Enough.");
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "standing-approval-void", say: "Once more." });
  });
  it("is taken back once, on record, by whom or by SENA itself; where there is none, nothing happens", async () => {
    const world = await given();
    await world.standing.revoke("sched_9", undefined, "none");
    expect(world.standing.problemOf("sched_9")).toBe("Nobody has approved its turns.");
    expect(world.standing.of("sched_9")).toBeUndefined();
    await world.standing.revoke("sched_1", { kind: "operator", ...world.bobby }, "bob took it back.");
    await world.standing.revoke("sched_1", undefined, "again");
    expect(world.standing.problemOf("sched_1")).toBe("bob took it back.");
    expect(world.ledger.of("decision").filter(({ fields }) => fields["decision"] === "standing-approval-void")).toMatchObject([{ actor: { name: "bob" } }]);
    await world.standing.approve(world.bobby, world.subject, [HOST], 1);
    await world.standing.revoke("sched_1", undefined, "The runbook changed.");
    expect(world.ledger.of("decision").at(-1)).toMatchObject({ actor: { kind: "system" } });
  });
});
type Row = Readonly<Record<string, string>>;
type Given = Awaited<ReturnType<typeof given>>;

describe("approving beforehand", () => {
  it.each([
    ["somebody who may not approve", (world: Given) => ({ by: { id: world.cyd, name: "cyd" } }), "APPROVAL_NOT_YOURS"],
    ["a runbook nobody signed", (world: Given) => ({ subject: { ...world.subject, skill: { ...world.subject.skill, signer: "" } } }), "GRANT_REFUSED"],
    ["no host", () => ({ on: [] }), "GRANT_REFUSED"],
    ["no time", () => ({ days: 0 }), "GRANT_REFUSED"],
    ["more than a year", () => ({ days: 367 }), "GRANT_REFUSED"],
  ] as const)("refuses %s, and keeps nothing", async (_what, of, code) => {
    const world = await standingWorld();
    const { by, subject, on, days } = { by: world.bobby, subject: world.subject, on: [HOST], days: 30, ...of(world) };
    await expect(world.standing.approve(by, subject, on, days)).rejects.toMatchObject({ code });
    expect(world.standing.of("sched_1")).toBeUndefined();
  });
  it("refuses a signature that is not one over it", async () => {
    const world = await standingWorld();
    const signer = await world.access.signer(world.bob);
    const access = { operator: world.access.operator, operators: world.access.operators, signer: async () => ({ ...signer, sign: (message: Uint8Array) => signer.sign(message.subarray(1)) }) };
    const standing = createStanding({ store: world.store, ledger: world.ledger, access, now: () => world.clock.now, newId: world.newId });
    await expect(standing.approve(world.bobby, world.subject, [HOST], 30)).rejects.toMatchObject({ code: "APPROVAL_BAD_SIGNATURE" });
    expect(standing.of("sched_1")).toBeUndefined();
  });
  it("names the hosts that were shown where they count", () => {
    const subject = { schedule: "s" } as StandingSubject;
    expect(new Set([standingDigest(subject), standingDigest(subject, []), standingDigest(subject, [HOST])]).size).toBe(3);
  });
});

/** As a SENA before there were monthly timetables signed and kept it, letter by letter. */
const OLDER = {
  id: "stand_0004", schedule_id: "sched_1", digest: "5f87c11ea40a3182e3f56e9f14b627cc99e049c7a06978517406da4a1ec76797", by_id: "op_0002", by_name: "bob", created_at: 1795251600000, until_at: 1797843600000,
  object: '{"schedule":"sched_1","owner":"op_0003","skill":{"id":"lab.look","version":"1.0.0","signer":"vendor","digest":"d"},"inputs":{"unit":"nginx"},"hosts":["dev-01"],"timetable":{"kind":"weekly","days":[2,4],"at":"22:00","zone":"Europe/Berlin"},"catchesUp":false,"v":1,"id":"stand_0004","on":[{"id":"dev-01","name":"dev-01","environment":"dev","address":"10.0.0.1","port":22,"user":"ops","os":"linux"}],"created_at":1795251600000,"not_after":1797843600000}',
  signature: "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgA+bMjcnAudt1OE+2HPCmunD04n\n0gM7I+RU8wbvh6J4oAAAAQc2VuYS1zdGFuZGluZ0B2MQAAAAAAAAAGc2hhNTEyAAAAUwAA\nAAtzc2gtZWQyNTUxOQAAAEBAPCZjUuJ1Nnn9mLop72FNqOTp+7kIGG/IAYiiEtVmFziDg9\nZRUsVmvLZWnW/RMAbt8AYs+OT13g9Te/RYZjwO\n-----END SSH SIGNATURE-----\n",
  publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAPmzI3JwLnbdThPthzwprpw9OJ9IDOyPkVPMG74eieK bob",
};

describe("an approval of an older SENA", () => {
  it("holds, covers what it covered, and is for the subject that is asked about today", async () => {
    const world = await standingWorld();
    const { id, schedule_id, digest, object, signature, by_id, by_name, created_at, until_at, publicKey } = OLDER;
    using store = openStore({ path: ":memory:" });
    store.migrate("approvals", APPROVAL_MIGRATIONS.slice(0, 7));
    store.raw.prepare("INSERT INTO standing_approvals (id, schedule_id, digest, object, signature, by_id, by_name, created_at, until_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").run(id, schedule_id, digest, object, signature, by_id, by_name, created_at, until_at);
    store.migrate("approvals", APPROVAL_MIGRATIONS);
    const people = world.access.operators().map((operator) => (operator.id === by_id ? { ...operator, publicKey } : operator));
    const standing = createStanding({ store, ledger: world.ledger, access: { operator: world.access.operator, operators: () => people, signer: world.access.signer }, now: () => world.clock.now, newId: world.newId });
    expect(standing.problemOf("sched_1")).toBeUndefined();
    expect(standing.covers("sched_1", HOST, SKILL)).toBe(true);
    const subject: StandingSubject = { ...world.subject, owner: "op_0003", inputs: { unit: "nginx" }, timetable: { kind: "weekly", days: [2, 4], at: "22:00", zone: "Europe/Berlin" } };
    expect([standing.of("sched_1")?.digest, standingDigest(subject)]).toEqual([digest, digest]);
  });
});

describe("a monthly timetable in what is signed", () => {
  const PATCH_DAY: StandingSubject["timetable"] = { kind: "weekday-of-month", nth: "second", weekday: 2, at: "22:00", zone: "Europe/Berlin" };
  const MONTH_END: StandingSubject["timetable"] = { kind: "day-of-month", day: 31, at: "22:00", zone: "Europe/Berlin" };
  it("stands there whole, and another of any of its parts is another subject", async () => {
    const world = await standingWorld();
    await world.standing.approve(world.bobby, { ...world.subject, timetable: PATCH_DAY }, [HOST], 30);
    const [object] = world.ledger.of("decision").at(-1)?.blobs ?? [];
    expect(JSON.parse(Buffer.from(object!.bytes).toString())).toMatchObject({ timetable: PATCH_DAY });
    const others: readonly StandingSubject["timetable"][] = [
      { ...PATCH_DAY, nth: "last" }, { ...PATCH_DAY, weekday: 3 }, { ...PATCH_DAY, at: "22:01" }, { ...PATCH_DAY, zone: "UTC" }, MONTH_END, { ...MONTH_END, day: 30 }, { ...MONTH_END, at: "22:01" }, { ...MONTH_END, zone: "UTC" },
    ];
    expect(new Set([PATCH_DAY, ...others].map((timetable) => standingDigest({ ...world.subject, timetable }))).size).toBe(others.length + 1);
  });
  it("does not hold once a part of it was changed in the database", async () => {
    const world = await standingWorld();
    await world.standing.approve(world.bobby, { ...world.subject, timetable: PATCH_DAY }, [HOST], 30);
    world.store.raw.exec(`UPDATE standing_approvals SET object = replace(object, '"second"', '"third"')`);
    expect(world.standing.problemOf("sched_1")).toMatch(/signature of bob is not one/);
  });
});
