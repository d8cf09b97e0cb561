import { describe, expect, it } from "vitest";
import { openAccess } from "../../../src-main/access/index.ts";
import { createVault } from "../../../src-main/vault/index.ts";
import { gateWorld, PASS } from "../../fakes/gate.ts";

describe("one person alone", () => {
  it("works at once, unlocked, as admin, and says that it is one person", async () => {
    const { access, vault } = await gateWorld();
    expect(access.singleOperator).toBe(true);
    expect(access.locked).toBe(false);
    expect(vault.unlocked).toBe(true);
    expect(access.principal().permissions).toContain("administer");
    await access.lock("asked");
    expect(access.locked).toBe(false);
  });
  it("can lock once there is a passphrase, and is not locked out of the secrets by setting one", async () => {
    const { access, vault, ada, ledger } = await gateWorld();
    await vault.put("a", "x");
    await expect(access.setPassphrase(ada, "short")).rejects.toMatchObject({ code: "ACCESS_WEAK_PASSPHRASE" });
    await access.setPassphrase(ada, PASS.ada);
    await access.lock("asked");
    expect(access.principal().permissions).toEqual(["public"]);
    expect(vault.unlocked).toBe(false);
    await expect(access.unlock(ada, "wrong wrong wrong")).rejects.toMatchObject({ code: "ACCESS_WRONG_PASSPHRASE" });
    await access.unlock(ada, PASS.ada);
    expect(await vault.reveal("a", { for: "t" })).toBe("x");
    expect(ledger.of("login").map(({ fields }) => `${fields["act"]} ${fields["result"]}`)).toEqual(["unlock ok", "lock asked", "unlock wrong-passphrase", "unlock ok"]);
    expect(JSON.stringify(ledger.entries)).not.toContain(PASS.ada);
  });
});

describe("several people", () => {
  it("slows down guessing, for the guessed operator only", async () => {
    const { access, bob, cyd, pass } = await gateWorld({ several: true });
    for (let i = 0; i < 5; i += 1) await expect(access.unlock(bob, "wrong wrong wrong")).rejects.toMatchObject({ code: "ACCESS_WRONG_PASSPHRASE" });
    await expect(access.unlock(bob, PASS.bob)).rejects.toMatchObject({ code: "ACCESS_WAIT" });
    await access.unlock(cyd, PASS.cyd);
    pass(2001);
    await access.unlock(bob, PASS.bob);
    expect(access.principal().name).toBe("bob");
    expect(access.sessions(5).map(({ name, ended }) => [name, ended])).toEqual([["bob", ""], ["cyd", "asked"], ["ada", "asked"]]);
  });
  it("are refused where one is set, and one where several work", async () => {
    const alone = await gateWorld();
    await expect(alone.access.add({ name: "bob", roles: ["operator"], passphrase: PASS.bob })).rejects.toMatchObject({ code: "ACCESS_SINGLE" });
    await expect(alone.access.setMode("several")).rejects.toMatchObject({ code: "ACCESS_NEEDS_PASSPHRASE" });
    const world = await gateWorld({ several: true });
    await expect(world.access.setMode("single")).rejects.toMatchObject({ code: "ACCESS_SEVERAL" });
    await expect(world.access.add({ name: "bob", roles: ["operator"], passphrase: PASS.bob })).rejects.toMatchObject({ code: "ACCESS_NAME_TAKEN" });
    await expect(world.access.change(world.ada, { roles: ["viewer"] })).rejects.toMatchObject({ code: "ACCESS_LAST_ADMIN" });
    await expect(world.access.change(world.bob, { name: "cyd" })).rejects.toMatchObject({ code: "ACCESS_NAME_TAKEN" });
    await expect(world.access.addRemote({ name: "eve", roles: ["approver"], publicKey: "ssh-rsa AAAA" })).rejects.toMatchObject({ code: "ACCESS_BAD_KEY" });
    await expect(world.access.signer(world.bob)).rejects.toMatchObject({ code: "ACCESS_WRONG_PASSPHRASE" });
  });
  it("lend approving to each other for a while", async () => {
    const { access, bob, cyd, clock } = await gateWorld({ several: true });
    const { id } = await access.delegate({ fromId: bob, toId: cyd, untilAt: clock.now + 1000, reason: "holiday" });
    expect(access.rolesOf(cyd)).toContain("approver");
    await access.revokeDelegation(id);
    expect(access.rolesOf(cyd)).toEqual(["operator"]);
    await access.delegate({ fromId: bob, toId: cyd, untilAt: clock.now + 1000, reason: "holiday" });
    clock.now += 1001;
    expect(access.rolesOf(cyd)).toEqual(["operator"]);
    expect(access.delegations()).toHaveLength(2);
  });
  it("lend for a while that is to come and not too long, to somebody else who needs it, and what is lent is not lent on", async () => {
    const { access, ada, bob, cyd, clock } = await gateWorld({ several: true });
    const lend = (fromId: string, toId: string, lastsMs = 1000) => access.delegate({ fromId, toId, untilAt: clock.now + lastsMs, reason: "holiday" });
    const moved = access.state.value;
    const { id } = await lend(bob, cyd);
    expect(access.state.value).not.toBe(moved);
    expect(access.lendersOf(cyd)).toEqual([bob]);
    const dan = await access.add({ name: "dan", roles: ["operator"], passphrase: "seven tall windows" });
    for (const refused of [() => lend(cyd, dan.id), () => lend(bob, bob), () => lend(bob, ada), () => lend(bob, dan.id, 0), () => lend(bob, dan.id, 93 * 86_400_000)]) await expect(refused()).rejects.toMatchObject({ code: "ACCESS_STAND_IN" });
    await access.change(bob, { roles: ["operator"] });
    expect(access.delegations()).toMatchObject([{ id, holds: false }]);
    await access.change(bob, { roles: ["approver"] });
    expect(access.delegations()).toMatchObject([{ id, holds: true }]);
    await access.change(cyd, { roles: ["approver"] });
    expect(access.lendersOf(cyd)).toEqual([]);
  });
  it("have a key each: nobody brings one that is somebody's already, under whatever comment", async () => {
    const { access, ada, bob } = await gateWorld({ several: true });
    const keyOf = (id: string) => access.operators().find((each) => each.id === id)!.publicKey;
    const [type, key] = keyOf(ada).split(" ") as [string, string];
    await expect(access.addRemote({ name: "ghost", roles: ["approver"], publicKey: ` ${type} ${key} ghost@elsewhere` })).rejects.toMatchObject({ code: "ACCESS_KEY_TAKEN", message: expect.stringContaining("ada") as string });
    await access.change(bob, { active: false });
    await expect(access.addRemote({ name: "bob again", roles: ["approver"], publicKey: keyOf(bob) })).rejects.toMatchObject({ code: "ACCESS_KEY_TAKEN" });
    const elsewhere = await gateWorld();
    expect(await access.addRemote({ name: "eve", roles: ["approver"], publicKey: elsewhere.access.operators()[0]!.publicKey })).toMatchObject({ name: "eve", isRemote: true });
  });
  it("find it locked after a restart and after nobody touched it, and lock out whoever is retired", async () => {
    const world = await gateWorld({ several: true });
    let tick = () => {};
    const vault = createVault({ store: world.store, now: () => world.clock.now, newId: world.newId, random: world.random });
    const access = await openAccess({ store: world.store, ledger: world.ledger, vault, deviceKey: new Uint8Array(32).fill(9), firstName: "x", agent: { keys: async () => [], sign: () => Promise.reject(new Error("no agent")) }, now: () => world.clock.now, newId: world.newId, random: world.random, idleLockMs: () => 60_000, every: (_ms, run) => ((tick = run), { [Symbol.dispose]() {} }) });
    expect(access.locked).toBe(true);
    await access.unlock(world.bob, PASS.bob);
    world.clock.now += 59_000;
    access.touch();
    world.clock.now += 59_000;
    tick();
    expect(access.locked).toBe(false);
    world.clock.now += 2000;
    tick();
    expect(access.locked).toBe(true);
    await access.unlock(world.bob, PASS.bob);
    await access.change(world.bob, { active: false });
    expect(access.locked).toBe(true);
    await expect(access.unlock(world.bob, PASS.bob)).rejects.toMatchObject({ code: "ACCESS_NO_OPERATOR" });
    access[Symbol.dispose]();
  });
});
