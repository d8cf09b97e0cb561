import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createFatigueMeter, createForeign, createQueue, DENIAL_NAMESPACE, fatigueOf, judgeApproval, keyBlobOf, mayDecide, objectBytes, openPolicyBook, signSsh, verifySsh, type ApprovalObject } from "../../../src-main/approvals/index.ts";
import { entryHolds, scopeHolds } from "../../../src-main/approvals/circumstances.ts";
import { lifetime } from "../../../src-main/approvals/judge.ts";
import { canonicalJson } from "../../../src-main/kernel/index.ts";
import { askOf, DEFAULT_POLICY, gateWorld, PASS, SCHEMA, sha256, wordClassifier } from "../../fakes/gate.ts";
import { createPolicyReader } from "../../../src-main/policy/index.ts";
import { cedarEngine } from "../../../src-main/shells/process/cedar.ts";

const hasKeygen = spawnSync("ssh-keygen", ["-?"]).error === undefined;
const u32 = (n: number) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n]);
const str = (bytes: Uint8Array | string) => Buffer.concat([u32(Buffer.from(bytes as string).length), Buffer.from(bytes as string)]);
const armor = (blob: Buffer) => `-----BEGIN SSH SIGNATURE-----\n${blob.toString("base64")}\n-----END SSH SIGNATURE-----\n`;

describe("signatures", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from((publicKey.export({ format: "jwk" }) as { x: string }).x, "base64url");
  const lineOf = (type: string, ...parts: Buffer[]) => `${type} ${Buffer.concat([str(type), str(raw), ...parts]).toString("base64")} ada`;
  const line = lineOf("ssh-ed25519");
  const message = Buffer.from("bytes that are approved");
  const good = await signSsh(message, line, async (data) => Buffer.concat([str("ssh-ed25519"), str(sign(null, data, privateKey))]));

  it.skipIf(!hasKeygen)("verify with OpenSSH's own tool, and its own signatures verify here", () => {
    const dir = mkdtempSync(join(tmpdir(), "sshsig-"));
    writeFileSync(join(dir, "signers"), `ada ${line}\n`);
    writeFileSync(join(dir, "sig"), good);
    const check = (input: string) => spawnSync("ssh-keygen", ["-Y", "verify", "-f", join(dir, "signers"), "-I", "ada", "-n", "sena-approval@v1", "-s", join(dir, "sig")], { input });
    expect(check(message.toString()).status).toBe(0);
    expect(check("other bytes").status).not.toBe(0);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(dir, "key")]);
    writeFileSync(join(dir, "object"), message);
    execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", join(dir, "key"), "-n", "sena-approval@v1", join(dir, "object")]);
    expect(verifySsh(message, readFileSync(join(dir, "object.sig"), "utf8"))?.keyBlob).toBe(keyBlobOf(readFileSync(join(dir, "key.pub"), "utf8")));
  });
  it("hold for exactly these bytes, this name and this key", () => {
    expect(verifySsh(message, good)?.keyBlob).toBe(keyBlobOf(line));
    expect(verifySsh(Buffer.from("bytes that are approvee"), good)).toBeUndefined();
    expect(verifySsh(message, good, DENIAL_NAMESPACE)).toBeUndefined();
    expect(verifySsh(message, "nothing")).toBeUndefined();
  });
  it("break when any single bit of them is turned", () => {
    const blob = Buffer.from(good.split("\n").slice(1, -2).join(""), "base64");
    for (let bit = 0; bit < blob.length * 8; bit += 1) {
      const turned = Buffer.from(blob);
      turned[bit >> 3]! ^= 1 << (bit & 7);
      const answer = verifySsh(message, armor(turned));
      expect(answer === undefined || answer.keyBlob !== keyBlobOf(line), `bit ${bit}`).toBe(true);
    }
    for (let length = 0; length < blob.length; length += 1) expect(verifySsh(message, armor(blob.subarray(0, length)))).toBeUndefined();
    expect(verifySsh(message, armor(Buffer.concat([blob, Buffer.from([0])])))).toBeUndefined();
  });
  const signed = (hash: string) => Buffer.concat([Buffer.from("SSHSIG"), str("sena-approval@v1"), str(""), str(hash), str(createHash(hash).update(message).digest())]);
  const made = (key: Buffer, hash: string, signature: Buffer) => armor(Buffer.concat([Buffer.from("SSHSIG"), u32(1), str(key), str("sena-approval@v1"), str(""), str(hash), str(signature)]));
  it("by a security key count only when it was touched", () => {
    const type = "sk-ssh-ed25519@openssh.com";
    const key = Buffer.from(lineOf(type, str("ssh:")).split(" ")[1]!, "base64");
    const h = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();
    const by = (flags: number, extra = Buffer.alloc(0)) => {
      const tail = Buffer.concat([Buffer.from([flags]), u32(7)]);
      return made(key, "sha512", Buffer.concat([str(type), str(sign(null, Buffer.concat([h("ssh:"), tail, h(signed("sha512"))]), privateKey)), tail, extra]));
    };
    expect(verifySsh(message, by(1))).toBeDefined();
    expect(verifySsh(message, by(0))).toBeUndefined();
    expect(verifySsh(message, by(1, Buffer.from([1])))).toBeUndefined();
  });
  it("of other kinds, hashes and shapes are refused", () => {
    const ed = Buffer.from(line.split(" ")[1]!, "base64");
    const sig = (hash: string) => Buffer.concat([str("ssh-ed25519"), str(sign(null, signed(hash), privateKey))]);
    expect(verifySsh(message, made(ed, "sha256", sig("sha256")))).toBeDefined();
    expect(verifySsh(message, made(ed, "md5", sig("md5")))).toBeUndefined();
    expect(verifySsh(message, made(Buffer.concat([str("ssh-rsa"), str(raw)]), "sha512", Buffer.concat([str("ssh-rsa"), str(Buffer.alloc(64))])))).toBeUndefined();
    expect(verifySsh(message, made(Buffer.concat([str("ssh-ed25519"), str(raw.subarray(1))]), "sha512", sig("sha512")))).toBeUndefined();
    expect(verifySsh(message, made(Buffer.concat([ed, Buffer.from([0])]), "sha512", sig("sha512")))).toBeUndefined();
    expect(verifySsh(message, made(ed, "sha512", Buffer.concat([str("ssh-rsa"), str(Buffer.alloc(64))])))).toBeUndefined();
    expect(keyBlobOf("nonsense")).toBe("");
  });
});

const object = (more: Partial<ApprovalObject> = {}): ApprovalObject => {
  const { shown: _shown, ...rest } = askOf();
  return { ...rest, v: 1, id: "appr_1", nonce: "n".repeat(32), head: { size: 1, root: "r" }, created_at: 1000, not_after: 901_000, max_uses: 1, ...more } as ApprovalObject;
};
describe("the last look", () => {
  const { script, wire, stdin, dialect, hosts, effect, classifier, policy } = object();
  const facts = { script, wire, stdin, dialect, hosts, effect, classifier, policy };
  const bob = { operatorId: "bob", name: "bob", isGood: true, isActive: true, mayApprove: true };
  const at = { now: 2000, aliveMs: 1000 };
  it("lets through what is as it was", () => expect(judgeApproval(object(), [bob], facts, at)).toEqual({ ok: true, by: ["bob"] }));
  it.each([
    ["expired by the wall", { at: { now: 901_001, aliveMs: 0 } }, "expired"],
    ["expired by the clock nobody can set", { at: { now: 2000, aliveMs: 900_001 } }, "expired"],
    ["a clock before its birth", { at: { now: 999, aliveMs: 0 } }, "expired"],
    ["another script", { facts: { ...facts, script: "0" } }, "the command"],
    ["another file", { facts: { ...facts, stdin: "0" } }, "the file"],
    ["another device kind", { facts: { ...facts, dialect: "racadm" as const } }, "the kind"],
    ["a bad signature", { signatures: [{ ...bob, isGood: false }] }, "signature"],
    ["somebody gone", { signatures: [{ ...bob, isActive: false }] }, "work here"],
    ["somebody without the role", { signatures: [{ ...bob, mayApprove: false }] }, "does not count"],
    ["nobody", { signatures: [] }, "0 of 1"],
    ["one counted twice", { object: object({ approvals: 2 }), signatures: [bob, bob] }, "1 of 2"],
  ])("refuses %s", (_name, more, words) => {
    const of = { object: object(), signatures: [bob], facts, at, ...more };
    const judged = judgeApproval(of.object, of.signatures, of.facts as typeof facts, of.at);
    expect(judged).toMatchObject({ ok: false, say: expect.stringContaining(words) });
  });
  it("counts who asked through a model as the requester", () => {
    expect(mayDecide(object({ person: "ada" }), "ada", true).ok).toBe(false);
    expect(mayDecide(object({ person: "ada", own: true }), "ada", false).ok).toBe(true);
    expect(mayDecide(object({ requester: { kind: "operator", id: "cyd", name: "cyd" } }), "cyd", true).ok).toBe(false);
    expect(mayDecide(object({ approvers: ["bob"] }), "dan", true).ok).toBe(false);
    expect(mayDecide(object(), "dan", false).ok).toBe(false);
    expect(lifetime(object(), { now: 901_000, aliveMs: 900_000 })).toBe("alive");
  });
  it("is over the exact canonical bytes", () => expect(Buffer.from(objectBytes(object())).toString()).toBe(canonicalJson(object())));
});

describe("the queue", () => {
  it("cannot be made to live longer than fifteen minutes", async () => {
    const world = await gateWorld();
    const { object: made } = await world.queue.request(askOf({ lifetimeMs: 1e9 }));
    expect(made.not_after - made.created_at).toBe(15 * 60_000);
    expect((await world.queue.request(askOf({ lifetimeMs: -5 }))).object.not_after).toBe(world.clock.now + 1);
  });
  it("refuses to decide what has expired, is decided, or is not there", async () => {
    const world = await gateWorld();
    const first = await world.queue.request(askOf());
    world.pass(15 * 60_000 + 1);
    await expect(world.queue.approve(first.id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_EXPIRED" });
    await expect(world.queue.approve(first.id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_EXPIRED" });
    const second = await world.queue.request(askOf());
    await world.queue.deny(second.id, { operatorId: world.ada });
    await expect(world.queue.deny(second.id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_DECIDED" });
    await world.queue.cancel(second.id, { kind: "system", id: "x", name: "x" }, "no");
    expect(world.queue.get(second.id).state).toBe("denied");
    expect(() => world.queue.get("nothing")).toThrow(expect.objectContaining({ code: "APPROVAL_NOT_FOUND" }));
    expect(world.queue.usable(first.id, {} as never)).toMatchObject({ ok: false, reason: "expired" });
    expect(world.queue.list({ open: false, limit: 1 })).toHaveLength(1);
    await expect(world.queue.settled(second.id, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  });
  it("lets neither a stranger nor somebody without the role decide", async () => {
    const world = await gateWorld({ several: true });
    const { id } = await world.queue.request(askOf({ requester: { kind: "operator", id: world.ada, name: "ada" }, person: world.ada }));
    await expect(world.queue.approve(id, { operatorId: "op_none" })).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
    await expect(world.queue.approve(id, { operatorId: world.cyd, passphrase: PASS.cyd })).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
    await expect(world.queue.deny(id, { operatorId: world.cyd, passphrase: PASS.cyd })).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
    await expect(world.queue.approve(id, { operatorId: world.bob, passphrase: "wrong wrong wrong" })).rejects.toMatchObject({ code: "ACCESS_WRONG_PASSPHRASE" });
    expect((await world.queue.deny(id, { operatorId: world.ada })).state).toBe("denied");
  });
  it("does not count a yes that a no overtook while it was being written down", async () => {
    const world = await gateWorld({ several: true });
    const { id } = await world.queue.request(askOf());
    const both = await Promise.allSettled([world.queue.deny(id, { operatorId: world.ada }), world.queue.approve(id, { operatorId: world.bob, passphrase: PASS.bob })]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(world.queue.get(id).state).toBe("denied");
  });
  it("does not count one person twice who says yes twice at once", async () => {
    const world = await gateWorld({ several: true });
    const { id } = await world.queue.request(askOf({ approvals: 2 }));
    const twice = await Promise.allSettled([1, 2].map(() => world.queue.approve(id, { operatorId: world.bob, passphrase: PASS.bob })));
    expect(twice.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(world.queue.get(id).state).toBe("waiting");
  });
  it("lets nothing wait on after a restart: whoever waited for it is gone", async () => {
    const world = await gateWorld();
    const { id } = await world.queue.request(askOf());
    const { every: _every, ...needs } = world.queueNeeds;
    using again = createQueue(needs);
    expect(again.get(id)).toMatchObject({ state: "cancelled", say: expect.stringContaining("anew") });
    world.store.raw.prepare("UPDATE approval_requests SET state = 'approved' WHERE id = ?").run(id);
    expect(again.usable(id, {} as never)).toMatchObject({ ok: false, reason: "expired" });
  });
  it("records nothing it did not do when the record fails", async () => {
    const world = await gateWorld();
    world.ledger.breakWith(Object.assign(new Error("full")) as never);
    await expect(world.queue.request(askOf())).rejects.toThrow("full");
    expect(world.queue.list({ open: true, limit: 9 })).toEqual([]);
  });
});

describe("a round trip to another installation", () => {
  async function two() {
    const home = await gateWorld();
    const away = await gateWorld();
    const foreign = (world: typeof home) => createForeign({ queue: world.queue, access: world.access, ledger: world.ledger, classify: wordClassifier(), now: () => world.clock.now });
    const key = away.access.operators()[0]!.publicKey;
    const eve = await home.access.addRemote({ name: "eve", roles: ["approver", "admin"], publicKey: key });
    const { id } = await home.queue.request(askOf());
    return { home, away, eve, id, here: foreign(home), there: foreign(away) };
  }
  it("carries a yes, signed by a key known here", async () => {
    const { home, away, eve, id, here, there } = await two();
    expect(eve.roles).toEqual(["approver"]);
    const answer = await there.sign(here.write(id), { decision: "approve", note: "ok", operatorId: away.ada });
    expect(await here.accept(answer)).toMatchObject({ state: "approved", decisions: [{ name: "eve", from: "file" }] });
    expect(away.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "approve-elsewhere", headSize: home.queue.objectOf(id).head.size });
  });
  it("carries a no that cannot be turned into a yes", async () => {
    const { away, id, here, there } = await two();
    const answer = await there.sign(here.write(id), { decision: "deny", note: "", operatorId: away.ada });
    await expect(here.accept(answer.replace('"deny"', '"approve"'))).rejects.toMatchObject({ code: "APPROVAL_BAD_FILE" });
    expect(await here.accept(answer)).toMatchObject({ state: "denied" });
  });
  it("tells the request from the decision, where one was brought for the other", async () => {
    const { away, id, here, there } = await two();
    const file = here.write(id);
    await expect(async () => here.accept(file)).rejects.toMatchObject({ code: "APPROVAL_BAD_FILE", message: expect.stringContaining("the request itself") as string });
    const answer = await there.sign(file, { decision: "deny", note: "", operatorId: away.ada });
    expect(() => there.read(answer)).toThrow("goes back to where it was asked");
    expect(() => there.read("null")).toThrow("not a request written by SENA");
  });
  it("reads the command again and refuses one that is not what the request is about", async () => {
    const { away, id, here, there } = await two();
    const file = here.write(id);
    expect(there.read(file)).toMatchObject({ isScriptTrue: true, warnings: [] });
    const swapped = file.replace("touch /etc/motd", "ls /etc/motd");
    expect(there.read(swapped)).toMatchObject({ isScriptTrue: false, warnings: [expect.stringContaining("Do not approve"), expect.stringContaining("read here it is read")] });
    await expect(there.sign(swapped, { decision: "approve", note: "", operatorId: away.ada })).rejects.toMatchObject({ code: "APPROVAL_BAD_FILE" });
    away.pass(16 * 60_000);
    expect(there.read(file).warnings).toEqual([expect.stringContaining("expired")]);
    await expect(there.sign(file, { decision: "approve", note: "", operatorId: away.ada })).rejects.toMatchObject({ code: "APPROVAL_EXPIRED" });
  });
  it("takes neither a stranger's signature nor a role that may not, nor what is no file", async () => {
    const { home, away, eve, id, here, there } = await two();
    const answer = await there.sign(here.write(id), { decision: "approve", note: "", operatorId: away.ada });
    await home.access.change(eve.id, { roles: ["viewer"] });
    await expect(here.accept(answer)).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
    await home.access.change(eve.id, { active: false });
    await expect(here.accept(answer)).rejects.toMatchObject({ code: "APPROVAL_BAD_FILE" });
    expect(() => here.accept("{")).toThrow(expect.objectContaining({ code: "APPROVAL_BAD_FILE" }));
    expect(() => here.read("[]")).toThrow(expect.objectContaining({ code: "APPROVAL_BAD_FILE" }));
  });
});

describe("circumstances", () => {
  it("hold by scope and time, also weekly", () => {
    const host = { id: "h", environment: "prod" };
    expect(["all", "environment:prod", "host:h", "environment:dev", "host:x"].map((scope) => scopeHolds(scope, host))).toEqual([true, true, true, false, false]);
    const weekly = { fromAt: 1000, untilAt: 2000, isWeekly: true };
    expect([999, 1000, 1999, 2000, 1000 + 7 * 86_400_000].map((at) => entryHolds(weekly, at))).toEqual([false, true, true, false, true]);
    expect([1999, 2000].map((at) => entryHolds({ ...weekly, isWeekly: false }, at))).toEqual([true, false]);
  });
  it("keep what is remembered to signed skills, with scope and end, listed and revocable", async () => {
    const { circumstances, clock, ada } = await gateWorld();
    const by = { id: ada, name: "ada" };
    const grant = { skillId: "s", version: "1", signer: "k", scope: "host:h", untilAt: clock.now + 1000 };
    for (const bad of [{ signer: "" }, { scope: "h*" }, { untilAt: clock.now }, { untilAt: clock.now + 400 * 86_400_000 }]) await expect(circumstances.grant(by, { ...grant, ...bad })).rejects.toMatchObject({ code: "GRANT_REFUSED" });
    const skill = { id: "s", version: "1", signer: "k" };
    const { id } = await circumstances.grant(by, grant);
    const of = () => circumstances.of({ id: "h", environment: "dev" }, skill).grantedBy;
    expect(of()).toEqual([ada]);
    expect(circumstances.of({ id: "h", environment: "dev" }, undefined).grantedBy).toEqual([]);
    expect(circumstances.of({ id: "x", environment: "dev" }, skill).grantedBy).toEqual([]);
    expect(circumstances.of({ id: "h", environment: "dev" }, { ...skill, signer: "z" }).grantedBy).toEqual([]);
    await circumstances.grant(by, grant);
    expect(of()).toEqual([ada]);
    for (const each of circumstances.grants()) await circumstances.revokeGrant(each.id, by);
    expect([id, of()]).toEqual([expect.any(String), []]);
    expect(circumstances.grants()).toHaveLength(2);
    await circumstances.grant(by, grant);
    clock.now += 2000;
    expect(of()).toEqual([]);
  });
  it("open a glass loudly, for a while, to be reviewed by somebody else", async () => {
    const { circumstances, clock, ada, ledger } = await gateWorld();
    const by = { id: ada, name: "ada" };
    await circumstances.closeBreakGlass(by);
    for (const [reason, minutes] of [["short", 10], ["a real emergency", 61], ["a real emergency", 0]] as const) await expect(circumstances.breakGlass(by, reason, minutes)).rejects.toMatchObject({ code: "BREAK_GLASS_LIMIT" });
    const glass = await circumstances.breakGlass(by, "a real emergency", 10);
    expect(circumstances.of({ id: "h", environment: "prod" }, undefined).breakGlass).toBe(true);
    await expect(circumstances.reviewBreakGlass(glass.id, by, "fine")).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
    await expect(circumstances.reviewBreakGlass("none", by, "fine")).rejects.toMatchObject({ code: "APPROVAL_NOT_FOUND" });
    expect(await circumstances.reviewBreakGlass(glass.id, { id: "bob", name: "bob" }, "fine")).toMatchObject({ reviewedBy: "bob" });
    await circumstances.closeBreakGlass(by);
    clock.now += 1;
    expect(circumstances.openBreakGlass()).toBeUndefined();
    expect(ledger.of("decision").map(({ fields }) => fields["decision"])).toEqual(["break-glass", "break-glass-reviewed", "break-glass-closed"]);
  });
  it("take windows and freezes, and refuse nonsense", async () => {
    const { circumstances } = await gateWorld();
    expect(() => circumstances.addToCalendar({ kind: "freeze", scope: "all", fromAt: 2, untilAt: 1, isWeekly: false, reason: "" })).toThrow();
    expect(() => circumstances.addToCalendar({ kind: "freeze", scope: "*", fromAt: 1, untilAt: 2, isWeekly: false, reason: "" })).toThrow();
    const { id } = circumstances.addToCalendar({ kind: "window", scope: "host:h", fromAt: 0, untilAt: 1000, isWeekly: true, reason: "Sunday" });
    circumstances.addToCalendar({ kind: "freeze", scope: "host:h", fromAt: 0, untilAt: 1000, isWeekly: false, reason: "once" });
    expect(circumstances.calendar().map(({ isWeekly }) => isWeekly)).toEqual(expect.arrayContaining([true, false]));
    for (const { id: each, isWeekly } of circumstances.calendar()) if (!isWeekly) circumstances.removeFromCalendar(each);
    expect(circumstances.calendar()).toHaveLength(1);
    circumstances.removeFromCalendar(id);
    expect(circumstances.calendar()).toEqual([]);
  });
});

describe("fatigue", () => {
  const of = (count: number, tookMs: number) => fatigueOf(Array.from({ length: count }, () => ({ approved: true, tookMs })));
  it("is said when people decide faster than they read, or very often", async () => {
    expect([of(0, 0), of(4, 100), of(5, 100), of(12, 60_000), of(11, 60_000)].map(({ level }) => level)).toEqual(["calm", "calm", "hasty", "many", "calm"]);
    const world = await gateWorld();
    const { id } = await world.queue.request(askOf());
    world.pass(5000);
    await world.queue.approve(id, { operatorId: world.ada });
    expect(createFatigueMeter({ store: world.store, now: () => world.clock.now })(world.ada)).toMatchObject({ decided: 1, approved: 1, medianMs: 5000 });
  });
});

describe("versions of the policies", () => {
  const next = `${DEFAULT_POLICY}\n@id("extra") @says("x") forbid (principal, action == Action::"run", resource) when { context.hourOfDay == 3 };`;
  it("take force at once where one works alone, and by a second admin where several do", async () => {
    const alone = await gateWorld();
    expect(await alone.policies.propose(next, { id: alone.ada, name: "ada" }, "note")).toMatchObject({ state: "active" });
    expect(alone.policies.hash).toBe(sha256(next));
    const world = await gateWorld({ several: true });
    const { n } = await world.policies.propose(next, { id: world.ada, name: "ada" }, "note");
    expect(world.policies.hash).toBe(sha256(DEFAULT_POLICY));
    await expect(world.policies.confirm(n, { id: world.ada, name: "ada" })).rejects.toMatchObject({ code: "POLICY_NEEDS_SECOND" });
    expect(await world.policies.confirm(n, { id: world.bob, name: "bob" })).toMatchObject({ state: "active", confirmedBy: "bob" });
    await expect(world.policies.confirm(n, { id: world.bob, name: "bob" })).rejects.toMatchObject({ code: "POLICY_NOT_PROPOSED" });
    await expect(world.policies.confirm(99, { id: world.bob, name: "bob" })).rejects.toMatchObject({ code: "POLICY_NOT_PROPOSED" });
    const other = await world.policies.propose(DEFAULT_POLICY, { id: world.ada, name: "ada" }, "back");
    expect(await world.policies.reject(other.n, { id: world.bob, name: "bob" })).toMatchObject({ state: "rejected" });
    expect(world.policies.versions().map(({ state }) => state)).toEqual(["rejected", "active", "past"]);
    expect(world.ledger.of("policy").map(({ fields }) => fields["act"])).toEqual(["default", "proposed", "in-force", "proposed", "rejected"]);
  });
  it("that were written from what is not in force any more do not take back what came since", async () => {
    const world = await gateWorld({ several: true });
    const [ada, bob] = [{ id: world.ada, name: "ada" }, { id: world.bob, name: "bob" }];
    const first = await world.policies.propose(next, ada, "stricter at night");
    const second = await world.policies.propose(`${DEFAULT_POLICY}\n// a word more`, ada, "a word");
    expect([first.base, second.base]).toEqual([1, 1]);
    await world.policies.confirm(first.n, bob);
    await expect(world.policies.confirm(second.n, bob)).rejects.toMatchObject({ code: "POLICY_OVERTAKEN", message: expect.stringContaining(`version ${first.n} is in force since`) as string });
    expect(world.policies.hash).toBe(sha256(next));
    const again = await world.policies.propose(`${next}\n// a word more`, ada, "a word");
    expect(await world.policies.confirm(again.n, bob)).toMatchObject({ state: "active", base: first.n });
    expect(world.ledger.of("policy").at(-1)?.fields).toMatchObject({ act: "in-force", proposedBy: "ada" });
  });
  it("are put in force or turned down, whoever comes first: one of them is always in force", async () => {
    const world = await gateWorld({ several: true });
    const { n } = await world.policies.propose(next, { id: world.ada, name: "ada" }, "note");
    const before = world.policies.changes.value;
    const [confirmed, rejected] = await Promise.allSettled([world.policies.confirm(n, { id: world.bob, name: "bob" }), world.policies.reject(n, { id: world.cyd, name: "cyd" })]);
    expect([confirmed.status, rejected.status]).toEqual(["fulfilled", "rejected"]);
    expect(world.policies.versions().filter(({ state }) => state === "active")).toMatchObject([{ n, confirmedBy: "bob" }]);
    expect(world.ledger.of("policy").map(({ fields }) => fields["act"])).toEqual(["default", "proposed", "in-force"]);
    expect(world.policies.changes.value).toBe(before + 1);
  });
  it("refuse what does not load, and the old ones stay", async () => {
    const world = await gateWorld();
    await expect(world.policies.propose("permit (", { id: world.ada, name: "ada" }, "note")).rejects.toMatchObject({ code: "POLICY_INVALID" });
    expect(world.policies.hash).toBe(sha256(DEFAULT_POLICY));
    expect(world.policies.check("permit (").length).toBeGreaterThan(0);
    await world.run(world.request({ script: "ls" }));
    expect(world.policies.simulate(next, 10)).toMatchObject([{ differs: false }]);
    expect(world.policies.explain(world.policies.past(1)[0]!.question).verdict).toBe("allow");
  });
  it("that were checked before are not checked at every start: the engine comes with the first question", async () => {
    const world = await gateWorld();
    const loads: string[] = [];
    const engine = () => {
      loads.push("load");
      return cedarEngine();
    };
    const open = (edition: string) => openPolicyBook({ store: world.store, ledger: world.ledger, access: world.access, now: () => 1, reader: createPolicyReader({ engine, edition }), schema: SCHEMA, defaultText: DEFAULT_POLICY });
    const first = await open("1");
    expect(loads).not.toEqual([]);
    loads.length = 0;
    const again = await open("1");
    expect(loads).toEqual([]);
    expect(again.active.value.rules).toEqual(first.active.value.rules);
    await world.run(world.request({ script: "ls" }));
    const { question } = world.policies.past(1)[0]!;
    expect(again.explain(question)).toEqual(first.explain(question));
    expect(loads).not.toEqual([]);
    // Another edition may judge the same text otherwise, so it looks for itself.
    loads.length = 0;
    await open("2");
    expect(loads).not.toEqual([]);
  });
  it("are read again at the next start; what no longer loads gives way to the default, on the record", async () => {
    const world = await gateWorld();
    await world.policies.propose(next, { id: world.ada, name: "ada" }, "note");
    const open = (defaultText = DEFAULT_POLICY) => openPolicyBook({ store: world.store, ledger: world.ledger, access: world.access, now: () => 1, reader: createPolicyReader({ engine: cedarEngine, edition: "test" }), schema: SCHEMA, defaultText });
    expect((await open()).hash).toBe(sha256(next));
    world.store.raw.prepare("UPDATE policy_versions SET text = 'permit (' WHERE state = 'active'").run();
    expect((await open()).hash).toBe(sha256(DEFAULT_POLICY));
    expect(world.ledger.of("policy").at(-1)?.fields["act"]).toBe("fell-back-to-default");
    world.store.raw.prepare("DELETE FROM policy_versions").run();
    await expect(open("permit (")).rejects.toMatchObject({ code: "POLICY_INVALID" });
  });
});

describe("around the queue", () => {
  it("tells those who follow it of every change", async () => {
    const world = await gateWorld();
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const version of world.queue.changes(stop.signal)) {
      seen.push(version);
      if (seen.length === 1) void world.queue.request(askOf());
      else stop.abort();
    }
    expect(seen).toHaveLength(2);
  });
  it("signs no file for somebody who does not work here", async () => {
    const world = await gateWorld();
    const { id } = await world.queue.request(askOf({ person: world.ada }));
    const foreign = createForeign({ queue: world.queue, access: world.access, ledger: world.ledger, classify: wordClassifier(), now: () => world.clock.now });
    await expect(foreign.sign(foreign.write(id), { operatorId: "op_nobody", decision: "approve", note: "" })).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
  });
});
