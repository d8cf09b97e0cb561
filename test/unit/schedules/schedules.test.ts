import { describe, expect, it } from "vitest";
import { Failure, schedulesContract } from "../../../src-main/contract/index.ts";
import { turnWords } from "../../../src-main/contract/timetable-words.ts";
import { fakeSsh, DEV, PASS, PROD } from "../../fakes/gate.ts";
import { schedulesWorld, SIGNED } from "./world.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const sentBy = (world: { remote: ReturnType<typeof fakeSsh> }) => world.remote.sent.length;

describe("a turn with nobody there", () => {
  it("is refused, even a look, while nobody has approved it, and says so", async () => {
    const world = await schedulesWorld();
    await world.schedules.add(world.draft(), world.person(world.ada), true);
    expect(await world.after(HOUR)).toMatchObject({ state: "refused", hosts: [{ outcome: "refused" }], say: expect.stringContaining("Nobody has approved its turns.") });
    expect(sentBy(world)).toBe(0);
    expect(world.ledger.of("intent").at(-1)).toMatchObject({ actor: { kind: "schedule", name: "nightly" }, fields: { verdict: "deny" } });
  });
  it("runs once an approver has signed it, through the gate, with its outcome on record", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    expect((await world.approve(id, world.ada)).approval).toMatchObject({ state: "holds", by: "ada" });
    expect(await world.after(HOUR)).toMatchObject({ state: "ok", say: "It is good.", askedBy: "" });
    expect(sentBy(world)).toBe(1);
    expect(world.ledger.of("start").at(-1)).toMatchObject({ actor: { kind: "schedule", id } });
    expect(world.ledger.of("decision").map(({ fields }) => fields["decision"])).toContain("standing-approval");
  });
  it("of a change runs when it was approved for exactly these values, and not with others", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft({ inputs: { script: "touch /etc/motd" } }), world.person(world.ada), true);
    await world.approve(id, world.ada);
    expect(await world.after(HOUR)).toMatchObject({ state: "ok" });
    const changed = await world.schedules.change(id, world.draft({ inputs: { script: "touch /etc/other" } }), world.person(world.ada));
    expect(changed.approval).toMatchObject({ state: "void", say: "ada changed the schedule." });
    expect(await world.after(HOUR)).toMatchObject({ state: "refused" });
  });
  it.each([
    ["the approval has expired", async (world: World) => world.pass(31 * DAY)],
    ["it was taken back", async (world: World, id: string) => void (await world.schedules.revoke(id, world.person(world.ada)))],
    ["another version of the runbook is in use", async (world: World) => void (world.state.skill = { ...SIGNED, version: "1.0.1" })],
    ["the same version holds other files", async (world: World) => void (world.state.digest = "files-2")],
    ["somebody else signed it", async (world: World) => void (world.state.skill = { ...SIGNED, signer: "stranger" })],
    ["the host became another environment", async (world: World) => void world.hosts.set(DEV.id, { ...DEV, environment: "staging" })],
    ["the host's address is another", async (world: World) => void world.hosts.set(DEV.id, { ...DEV, address: "10.9.9.9" })],
    ["the signature was swapped in the database", async (world: World) => void world.store.raw.exec("UPDATE standing_approvals SET object = replace(object, '\"nightly\"', '\"x\"'), signature = replace(signature, 'A', 'B')")],
  ])("is refused once %s", async (_what, happens) => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    await world.approve(id, world.ada);
    await happens(world, id);
    await world.schedules.run(id, world.person(world.ada));
    expect(await world.settled()).toMatchObject({ state: "refused" });
    expect(sentBy(world)).toBe(0);
  });
  it("does not borrow what was granted to a runbook at large", async () => {
    const world = await schedulesWorld();
    await world.circumstances.grant(world.person(world.ada), { skillId: SIGNED.id, version: SIGNED.version, signer: SIGNED.signer, scope: "all", untilAt: world.clock.now + DAY });
    await world.schedules.add(world.draft(), world.person(world.ada), true);
    expect(await world.after(HOUR)).toMatchObject({ state: "refused" });
  });
  it("waits for no one: what policy would ask a person about is refused", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft({ hosts: ["web-01"], inputs: { script: "touch /etc/motd" } }), world.person(world.ada), true);
    await world.approve(id, world.ada);
    expect(await world.after(HOUR)).toMatchObject({ state: "refused", say: expect.stringContaining("it needs a person") });
    expect(world.ledger.of("approval-request")).toEqual([]);
  });
  it("of a group leaves out no host, and runs nothing on one that came after the approval", async () => {
    const world = await schedulesWorld();
    world.hosts.set(DEV.id, { ...DEV, groups: ["lab"] });
    const { id } = await world.schedules.add(world.draft({ hosts: ["lab"] }), world.person(world.ada), true);
    await world.approve(id, world.ada);
    world.hosts.set("dev-02", { ...DEV, id: "dev-02", name: "dev-02", groups: ["lab"] });
    expect(world.schedules.list()[0]?.approval.say).toBe("It does not cover dev-02: not made for them, or they were added or changed since.");
    expect((await world.after(HOUR))?.hosts.map(({ host, outcome }) => `${host.name} ${outcome}`)).toEqual(["dev-01 ok", "dev-02 refused"]);
  });
});

/** The record answers only when it is told to. */
function heldBack(world: World, what: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const append = world.ledger.append;
  const reached = Promise.withResolvers<void>();
  world.ledger.append = async (entry) => {
    if (entry.fields["decision"] === what) {
      reached.resolve();
      await promise;
    }
    return append(entry);
  };
  return { reached: reached.promise, goOn: resolve };
}

describe("what happens at the same time", () => {
  it("does not lend a turn of the old values the yes that was given for the new ones", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const world = await schedulesWorld({ ssh: fakeSsh(() => ({ holds: promise })) });
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    await world.approve(id, world.ada);
    await world.schedules.run(id, world.person(world.ada));
    await world.schedules.change(id, world.draft({ inputs: { script: "uptime -p" } }), world.person(world.ada));
    await expect(world.approve(id, world.ada)).rejects.toMatchObject({ code: "SCHEDULE_OTHER_GOING" });
    resolve();
    await world.settled();
    expect((await world.approve(id, world.ada)).approval).toMatchObject({ state: "holds" });
  });
  it("voids a yes when a turn of something else began while it was signed", async () => {
    const world = await schedulesWorld({ ssh: fakeSsh(() => ({ holds: new Promise(() => {}) })) });
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    await world.approve(id, world.ada);
    const record = heldBack(world, "standing-approval");
    const approving = world.approve(id, world.ada);
    await record.reached;
    await world.schedules.change(id, world.draft({ inputs: { script: "uptime -p" } }), world.person(world.ada));
    await world.schedules.run(id, world.person(world.ada));
    await world.schedules.change(id, world.draft(), world.person(world.ada));
    record.goOn();
    expect((await approving).approval).toMatchObject({ state: "void", say: "A turn of something else began while it was being approved." });
  });
  it("pausing holds, though a change or the turn of another is just being recorded", async () => {
    const world = await schedulesWorld();
    const { id: first } = await world.schedules.add(world.draft({ name: "a" }), world.person(world.ada), true);
    const { id: second } = await world.schedules.add(world.draft({ name: "b" }), world.person(world.ada), true);
    await world.approve(first, world.ada);
    const missed = heldBack(world, "turn-missed");
    world.pass(HOUR + HOUR / 2);
    const looking = world.schedules.look();
    await missed.reached;
    world.schedules.pause(second);
    missed.goOn();
    await looking;
    expect(world.schedules.turns(second, 9)).toEqual([]);
    const voided = heldBack(world, "standing-approval-void");
    const changing = world.schedules.change(first, world.draft({ name: "a", inputs: { script: "uptime -p" } }), world.person(world.ada));
    await voided.reached;
    world.schedules.pause(first);
    voided.goOn();
    expect(await changing).toMatchObject({ state: "paused", inputs: { script: "uptime -p" }, nextAt: null });
  });
  it.each([
    ["somebody else signed", { ...SIGNED, signer: "stranger" }],
    ["is of another version", { ...SIGNED, version: "1.0.1" }],
  ])("hosts that come to their turn later are not told what %s meanwhile", async (_what, skill) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const world = await schedulesWorld({ ssh: fakeSsh(() => ({ holds: promise })) });
    for (let n = 1; n <= 40; n += 1) world.hosts.set(`many-${n}`, { ...DEV, id: `many-${n}`, name: `many-${n}`, groups: ["many"] });
    const { id } = await world.schedules.add(world.draft({ hosts: ["many"] }), world.person(world.ada), true);
    await world.approve(id, world.ada);
    await world.schedules.run(id, world.person(world.ada));
    const stop = new AbortController();
    for await (const _ of world.runs.changes(stop.signal)) if (sentBy(world) === 32) break;
    stop.abort();
    Object.assign(world.state, { skill, script: "uptime --other" });
    resolve();
    await world.settled();
    expect(sentBy(world)).toBe(32);
  });
  it("a turn that cannot be begun, for the record is not there, is over and says so", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    await world.approve(id, world.ada);
    world.state.digest = "files-2";
    world.ledger.breakWith(new Failure("LEDGER_FULL", "The record cannot be written. Nothing was run."));
    expect(await world.after(HOUR)).toMatchObject({ state: "trouble", say: "The record cannot be written. Nothing was run." });
    expect(sentBy(world)).toBe(0);
  });
});

describe("a broken glass", () => {
  it("lets no turn through a freeze", async () => {
    const world = await schedulesWorld({ several: true });
    await world.access.unlock(world.bob, PASS.bob);
    const { id } = await world.schedules.add(world.draft({ inputs: { script: "touch /etc/motd" } }), world.person(world.ada), true);
    await world.approve(id, world.bob);
    world.circumstances.addToCalendar({ kind: "freeze", scope: "all", fromAt: world.clock.now, untilAt: world.clock.now + DAY, isWeekly: false, reason: "year end" });
    await world.circumstances.breakGlass(world.person(world.ada), "the shop is down", 60);
    expect(await world.after(HOUR / 2)).toBeUndefined();
    await world.schedules.run(id, world.person(world.ada));
    expect(await world.settled()).toMatchObject({ state: "refused", say: expect.stringContaining("a change freeze is in force") });
    expect(sentBy(world)).toBe(0);
  });
  it("makes nobody the second person of their own turns for months", async () => {
    const world = await schedulesWorld({ several: true });
    await world.access.unlock(world.ada, PASS.ada);
    const { id } = await world.schedules.add(world.draft({ hosts: ["web-01"], inputs: { script: "touch /etc/motd" } }), world.person(world.ada), true);
    await world.circumstances.breakGlass(world.person(world.ada), "the shop is down", 60);
    await expect(world.approve(id, world.ada)).rejects.toMatchObject({ code: "SCHEDULE_NEEDS_SECOND" });
  });
});
type World = Awaited<ReturnType<typeof schedulesWorld>>;

describe("who may approve", () => {
  it("a change of production: not its owner, but a second person", async () => {
    const world = await schedulesWorld({ several: true });
    await world.access.unlock(world.ada, PASS.ada);
    const { id } = await world.schedules.add(world.draft({ hosts: ["web-01"], inputs: { script: "touch /etc/motd" } }), world.person(world.ada), true);
    await expect(world.approve(id, world.ada)).rejects.toMatchObject({ code: "SCHEDULE_NEEDS_SECOND" });
    await world.access.unlock(world.bob, PASS.bob);
    expect((await world.approve(id, world.bob)).approval).toMatchObject({ state: "holds", by: "bob" });
  });
  it("destruction on production: nobody, since two people decide it each time", async () => {
    const world = await schedulesWorld({ several: true });
    await world.access.unlock(world.bob, PASS.bob);
    const { id } = await world.schedules.add(world.draft({ hosts: ["web-01"], inputs: { script: "wipe /" } }), world.person(world.ada), true);
    await expect(world.approve(id, world.bob)).rejects.toMatchObject({ code: "SCHEDULE_NEEDS_TWO" });
    expect(world.ledger.of("decision").at(-1)).toMatchObject({ actor: { name: "bob" }, fields: { decision: "refused-standing-approval", schedule: id, say: expect.stringContaining("two people") } });
  });
  it("it for the hosts of a group that the runbook is made for; the others are left alone", async () => {
    const world = await schedulesWorld();
    world.hosts.set("sw", { ...DEV, id: "sw", name: "sw", os: "cisco-ios" });
    const { id } = await world.schedules.add(world.draft({ hosts: ["dev-01", "sw"] }), world.person(world.ada), true);
    expect((await world.approve(id, world.ada)).approval).toMatchObject({ state: "holds", say: "" });
    expect((await world.after(HOUR))?.hosts.map(({ host, outcome }) => `${host.name} ${outcome}`)).toEqual(["dev-01 ok"]);
  });
  it("what goes on by what others say, as the worst that it declares", async () => {
    const world = await schedulesWorld({ several: true });
    await world.access.unlock(world.ada, PASS.ada);
    world.state.outline = [{ title: "one", effect: "read" }, { title: "two", effect: "mutate" }];
    const { id } = await world.schedules.add(world.draft({ hosts: ["web-01"] }), world.person(world.ada), true);
    expect(world.schedules.plan(id).isTree).toBe(true);
    await expect(world.approve(id, world.ada)).rejects.toMatchObject({ code: "SCHEDULE_NEEDS_SECOND" });
  });
  it("an operator without the right may not, nor anybody for a runbook nobody signed, nor for another thing than was shown", async () => {
    const world = await schedulesWorld({ several: true });
    await world.access.unlock(world.cyd, PASS.cyd);
    const { id, digest } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    await expect(world.approve(id, world.cyd)).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
    await world.access.unlock(world.bob, PASS.bob);
    world.state.skill = { ...SIGNED, signer: "" };
    await expect(world.approve(id, world.bob)).rejects.toMatchObject({ code: "GRANT_REFUSED" });
    await expect(world.schedules.approve(id, { digest, days: 3 }, world.person(world.bob))).rejects.toMatchObject({ code: "SCHEDULE_MOVED_ON" });
  });
  it("an approver who may no longer approve has approved nothing, and who is retired owns no turn", async () => {
    const world = await schedulesWorld({ several: true });
    await world.access.unlock(world.bob, PASS.bob);
    const { id } = await world.schedules.add(world.draft(), world.person(world.cyd), true);
    await world.approve(id, world.bob);
    await world.access.change(world.bob, { roles: ["operator"] });
    expect(await world.after(HOUR)).toMatchObject({ state: "refused", say: expect.stringContaining("bob, who approved it, may not approve any more.") });
    await world.access.change(world.cyd, { active: false });
    await world.after(HOUR);
    expect(world.schedules.list()[0]).toMatchObject({ state: "stopped", nextAt: null, say: expect.stringContaining("cyd, who owns it, may not run commands here any more.") });
    expect(() => world.schedules.resume(id)).toThrow(/may not run commands here any more/);
    expect(await world.schedules.change(id, world.draft(), world.person(world.ada))).toMatchObject({ state: "active", owner: { name: "ada" } });
  });
});

describe("a yes that its giver may not give any more", () => {
  it("is void at the next turn: its owner gave it alone, and by now a second person works here", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft({ hosts: ["web-01"], inputs: { script: "touch /etc/motd" } }), world.person(world.ada), true);
    world.circumstances.addToCalendar({ kind: "window", scope: "all", fromAt: world.clock.now, untilAt: world.clock.now + DAY, isWeekly: false, reason: "nights" });
    await world.approve(id, world.ada);
    expect(await world.after(HOUR)).toMatchObject({ state: "ok" });
    await world.access.setPassphrase(world.ada, PASS.ada);
    await world.access.setMode("several");
    expect(await world.after(HOUR)).toMatchObject({ state: "refused", say: expect.stringContaining("Who approved it could not approve it today. Asked: it changes a production host;") });
    expect(world.ledger.of("decision").map(({ fields }) => fields["decision"])).toContain("standing-approval-void");
    expect(sentBy(world)).toBe(1);
  });
  it("is not lost over a freeze", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft({ inputs: { script: "touch /etc/motd" } }), world.person(world.ada), true);
    await world.approve(id, world.ada);
    world.circumstances.addToCalendar({ kind: "freeze", scope: "all", fromAt: world.clock.now, untilAt: world.clock.now + HOUR + 1, isWeekly: false, reason: "year end" });
    expect(await world.after(HOUR)).toMatchObject({ state: "refused" });
    expect(await world.after(HOUR)).toMatchObject({ state: "ok" });
  });
});

describe("a lock", () => {
  it("does not hold up what was approved before, and opens nothing that it closed", async () => {
    const world = await schedulesWorld({ several: true });
    await world.access.unlock(world.bob, PASS.bob);
    const { id } = await world.schedules.add(world.draft(), world.person(world.cyd), true);
    await world.approve(id, world.bob);
    await world.access.lock("asked");
    expect([world.access.locked, world.vault.unlocked]).toEqual([true, false]);
    expect(await world.after(HOUR)).toMatchObject({ state: "ok" });
    expect([world.access.locked, world.vault.unlocked]).toEqual([true, false]);
    await expect(world.approve(id, world.bob)).rejects.toMatchObject({ code: "ACCESS_WRONG_PASSPHRASE" });
  });
});

describe("a monthly timetable", () => {
  const patchDay = (nth: "second" | "third") => ({ timetable: { kind: "weekday-of-month" as const, nth, weekday: 2, at: "22:00", zone: "UTC" } });
  it("is taken on its day of each month, shown before the yes, and another one is not what was approved", async () => {
    const world = await schedulesWorld();
    const { id, nextAt } = await world.schedules.add(world.draft(patchDay("second")), world.person(world.ada), true);
    const { turns } = world.schedules.plan(id);
    expect(turns).toHaveLength(5);
    expect(turns[0]).toBe(nextAt);
    await world.approve(id, world.ada, 60);
    const [first = 0, second = 0] = turns;
    expect(await world.after(first - world.clock.now)).toMatchObject({ state: "ok", dueAt: first });
    expect(world.schedules.list()[0]?.nextAt).toBe(second);
    expect(await world.after(DAY)).toMatchObject({ dueAt: first });
    const changed = await world.schedules.change(id, world.draft(patchDay("third")), world.person(world.ada));
    expect(changed.approval).toMatchObject({ state: "void", say: "ada changed the schedule." });
  });
});

describe("the clock", () => {
  it("takes one turn at its time, none while paused, and goes on from now when resumed", async () => {
    const world = await schedulesWorld();
    const { id, nextAt } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    expect(nextAt).toBe(world.clock.now + HOUR);
    await world.after(HOUR - 1);
    expect(world.schedules.turns(id, 9)).toEqual([]);
    await world.after(1);
    await world.after(1);
    expect(world.schedules.turns(id, 9)).toHaveLength(1);
    expect(world.schedules.pause(id)).toMatchObject({ state: "paused", nextAt: null });
    await world.after(5 * HOUR);
    expect(world.schedules.turns(id, 9)).toHaveLength(1);
    expect(world.schedules.resume(id).nextAt).toBeGreaterThan(world.clock.now);
    expect(world.reports).toEqual([]);
  });
  it("tells what was slept over as missed, on the record too, or takes it once where it was asked to", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    expect(await world.after(5.5 * HOUR)).toMatchObject({ state: "missed", missed: 5, dueAt: world.clock.now - HOUR / 2 });
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "turn-missed", missed: 5 });
    await world.schedules.change(id, world.draft({ catchesUp: true }), world.person(world.ada));
    expect(await world.after(5 * HOUR)).toMatchObject({ state: "refused", missed: 4 });
    expect(world.schedules.turns(id, 9)).toHaveLength(2);
  });
  it("tells people of a missed turn that does not come again within a day, and of no other", async () => {
    const world = await schedulesWorld();
    const monthly = { kind: "day-of-month", day: 1, at: "02:00", zone: "UTC" } as const;
    const { id, nextAt } = await world.schedules.add(world.draft({ timetable: monthly }), world.person(world.ada), true);
    world.pass((nextAt ?? 0) - world.clock.now + 5 * HOUR);
    await world.schedules.look();
    const [told] = world.schedules.list();
    expect(told?.last?.state).toBe("missed");
    expect(told?.notice?.say).toContain(`The turn of ${turnWords(nextAt ?? 0, monthly)} was missed. SENA was not running or this machine slept. The next is ${turnWords(told?.nextAt ?? 0, monthly)};`);
    expect(world.schedules.notices()).toBe(1);
    world.schedules.seen(id);
    await world.schedules.change(id, world.draft({ timetable: { ...monthly, kind: "daily" } }), world.person(world.ada));
    world.pass(29 * HOUR);
    await world.schedules.look();
    expect(world.schedules.list()[0]).toMatchObject({ last: { state: "missed" } });
    expect(world.schedules.notices()).toBe(0);
  });
  it("does not begin a turn while the one before still goes on", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const world = await schedulesWorld({ ssh: fakeSsh(() => ({ holds: promise })) });
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    await world.approve(id, world.ada);
    world.pass(HOUR);
    await world.schedules.look();
    await expect(world.schedules.run(id, world.person(world.ada))).rejects.toMatchObject({ code: "SCHEDULE_GOING" });
    world.pass(HOUR);
    await world.schedules.look();
    expect(world.schedules.turns(id, 9).map(({ state }) => state)).toEqual(["missed", "running"]);
    resolve();
    const stop = new AbortController();
    for await (const _ of world.schedules.changes(stop.signal)) if (world.schedules.turns(id, 9).every(({ state }) => state !== "running")) break;
    expect(world.schedules.turns(id, 9).map(({ state }) => state)).toEqual(["missed", "ok"]);
  });
});

describe("what people are told", () => {
  it("is that the result is another than last time, not each time that it is the same", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    await world.approve(id, world.ada);
    await world.after(HOUR);
    expect(world.schedules.notices()).toBe(0);
    world.state.tone = "bad";
    expect(await world.after(HOUR)).toMatchObject({ state: "trouble" });
    expect(world.schedules.list()[0]?.notice?.say).toBe("It was well before; now: trouble. It is bad.");
    world.schedules.seen(id);
    await world.after(HOUR);
    expect(world.schedules.notices()).toBe(0);
    world.state.tone = "good";
    await world.after(HOUR);
    expect(world.schedules.list()[0]?.notice?.say).toBe("Well again; it was trouble before.");
  });
  it("of a first turn that did not go well does not say that it was well before", async () => {
    const world = await schedulesWorld();
    await world.schedules.add(world.draft(), world.person(world.ada), true);
    await world.after(HOUR);
    expect(world.schedules.list()[0]?.notice?.say).toMatch(/^Its first turn: refused\. Not allowed/);
  });
  it("tells a host that cannot be reached from one that is in trouble", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    await world.approve(id, world.ada);
    world.remote.state.identifyThrows = new Error("no route");
    expect(await world.after(HOUR)).toMatchObject({ state: "unreachable", hosts: [{ outcome: "unreachable" }] });
  });
  it("tells of hosts that are gone from the inventory", async () => {
    const world = await schedulesWorld();
    await world.schedules.add(world.draft({ hosts: ["dev-01", "web-01"] }), world.person(world.ada), true);
    world.hosts.delete(PROD.id);
    expect(await world.after(HOUR)).toMatchObject({ state: "refused", say: expect.stringContaining("Not in the inventory: web-01.") });
    world.hosts.delete(DEV.id);
    expect(await world.after(HOUR)).toMatchObject({ state: "trouble", say: "Not in the inventory: dev-01, web-01. Nothing was run." });
  });
});

describe("a process that ends in the middle of a turn", () => {
  it("leaves a turn that the next one tells as unknown, and does not run again", async () => {
    const ssh = fakeSsh(() => ({ holds: new Promise(() => {}) }));
    const first = await schedulesWorld({ ssh });
    const { id } = await first.schedules.add(first.draft(), first.person(first.ada), true);
    await first.approve(id, first.ada);
    first.pass(HOUR);
    await first.schedules.look();
    const stop = new AbortController();
    for await (const _ of first.runs.changes(stop.signal)) if (ssh.sent.length === 1) break;
    // Nothing of it is closed: as after kill -9, only the database is left.
    const next = await schedulesWorld({ gate: first.gate });
    await next.schedules.takeUp();
    await next.runs.takeUp();
    await next.schedules.look();
    expect(next.schedules.turns(id, 9)).toMatchObject([{ state: "unknown", say: expect.stringContaining("nothing of it is run again"), hosts: [{ outcome: "unknown" }] }]);
    expect(next.runs.unfinished()).toEqual([]);
    expect(ssh.sent).toHaveLength(1);
    expect(next.schedules.notices()).toBe(1);
  });
  it("before its run was planned has run nothing, and says that", async () => {
    const world = await schedulesWorld();
    const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
    world.store.raw.prepare("INSERT INTO schedule_turns (id, schedule_id, due_at, began_at, state) VALUES ('turn_lost', ?, 5, 5, 'running')").run(id);
    await world.schedules.takeUp();
    expect(world.schedules.turns(id, 9)).toMatchObject([{ state: "stopped", say: "SENA ended before its run was planned. Nothing was run." }]);
  });
});

it("only looking at them needs no right to act: no notice is quietened and no yes taken back by who only watches", () => {
  const byView = Object.entries(schedulesContract).filter(([, { needs }]) => needs === "view").map(([name]) => name);
  expect(byView).toEqual(["list", "live", "turns", "next", "plan"]);
  expect(schedulesContract.approve.needs).toBe("approve");
});

describe("making one", () => {
  it.each([
    ["a zone that is none", { timetable: { kind: "daily" as const, at: "02:30", zone: "Mars/Olympus" } }, "SCHEDULE_UNKNOWN_ZONE"],
    ["a host nobody knows", { hosts: ["nowhere"] }, "SCHEDULE_UNKNOWN_HOST"],
    ["a name that another has", { name: "nightly" }, "SCHEDULE_NAME_TAKEN"],
  ])("refuses %s", async (_what, more, code) => {
    const world = await schedulesWorld();
    await world.schedules.add(world.draft(), world.person(world.ada), true);
    await expect(world.schedules.add({ ...world.draft({ name: "other" }), ...more }, world.person(world.ada), true)).rejects.toMatchObject({ code });
    expect(world.schedules.list()).toHaveLength(1);
  });
  it("finds hosts by tag, and removing it leaves no turn behind", async () => {
    const world = await schedulesWorld();
    world.hosts.set(DEV.id, { ...DEV, tags: ["edge"] });
    const { id, on } = await world.schedules.add(world.draft({ hosts: ["tag:edge"] }), world.person(world.ada), false);
    expect(on.map(({ name }) => name)).toEqual(["dev-01"]);
    await world.schedules.run(id, world.person(world.ada));
    await world.schedules.remove(id, world.person(world.ada));
    expect(world.schedules.list()).toEqual([]);
    expect(() => world.schedules.turns(id, 1)).toThrow(/There is no schedule/);
  });
});
