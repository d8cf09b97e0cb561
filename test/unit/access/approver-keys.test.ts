import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createSshAgent } from "../../../src-main/access/index.ts";
import { objectBytes, signSsh, verifySsh } from "../../../src-main/approvals/index.ts";
import { askOf, gateWorld, PASS } from "../../fakes/gate.ts";
import { fakeAgent, securityKey, str, u32 } from "../../fakes/security-key.ts";

const folder = mkdtempSync(join(tmpdir(), "sena-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));
let n = 0;
const newPath = (name: string) => join(folder, `${name}-${(n += 1)}`);

describe("a security key (in software)", () => {
  const message = Buffer.from("bytes that are approved");
  const sigOf = (key: ReturnType<typeof securityKey>) => signSsh(message, key.line, async (data) => key.sign(data));
  it.each(["ed25519", "ecdsa"] as const)("%s: counts when it was touched, tells PIN and count", async (kind) => {
    const touch = { flags: 1, counter: 6 };
    const key = securityKey(kind, touch);
    const sig = await sigOf(key);
    expect(verifySsh(message, sig)).toEqual({ keyBlob: key.blob.toString("base64"), securityKey: { counter: 7, isVerified: false } });
    touch.flags = 5;
    expect(verifySsh(message, await sigOf(key))?.securityKey).toEqual({ counter: 8, isVerified: true });
    for (const flags of [0, 4]) {
      touch.flags = flags;
      expect(verifySsh(message, await sigOf(key))).toBeUndefined();
    }
  });
  it.each(["ed25519", "ecdsa"] as const)("%s: breaks when any byte of the signature is turned or left over", async (kind) => {
    const key = securityKey(kind, { flags: 1, counter: 0 });
    const sig = Buffer.from((await sigOf(key)).split("\n").slice(1, -2).join(""), "base64");
    const armor = (blob: Buffer) => `-----BEGIN SSH SIGNATURE-----\n${blob.toString("base64")}\n-----END SSH SIGNATURE-----\n`;
    expect(verifySsh(message, armor(sig))).toBeDefined();
    for (let byte = 0; byte < sig.length; byte += 1) {
      const turned = Buffer.from(sig);
      turned[byte]! ^= 0x11;
      const answer = verifySsh(message, armor(turned));
      expect(answer === undefined || answer.keyBlob !== key.blob.toString("base64"), `byte ${byte}`).toBe(true);
      expect(verifySsh(message, armor(sig.subarray(0, byte)))).toBeUndefined();
    }
    expect(verifySsh(message, await signSsh(message, key.line, async (data) => Buffer.concat([key.sign(data), Buffer.from([0])])))).toBeUndefined();
  });
  it("of another curve, off its curve, with halves too long or too short, is no key", async () => {
    const type = "sk-ecdsa-sha2-nistp256@openssh.com";
    const good = securityKey("ecdsa", { flags: 1, counter: 0 });
    const by = (blob: Buffer, sig: Buffer) => signSsh(message, `${type} ${blob.toString("base64")}`, async () => sig);
    const tail = Buffer.concat([Buffer.from([1]), u32(1)]);
    const sigWith = (...halves: Buffer[]) => Buffer.concat([str(type), str(Buffer.concat(halves.map((half) => str(half)))), tail]);
    const blobWith = (curve: string, point: Buffer) => Buffer.concat([str(type), str(curve), str(point), str("ssh:")]);
    const halves = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const;
    for (const [blob, sig] of [
      [blobWith("nistp384", Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)])), sigWith(...halves)],
      [blobWith("nistp256", Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)])), sigWith(...halves)],
      [blobWith("nistp256", Buffer.concat([Buffer.from([2]), Buffer.alloc(64, 1)])), sigWith(...halves)],
      [blobWith("nistp256", Buffer.alloc(33, 4)), sigWith(...halves)],
      [good.blob, sigWith(Buffer.alloc(33, 1), halves[1])],
      [good.blob, sigWith(Buffer.alloc(0), halves[1])],
      [good.blob, sigWith(...halves, halves[0])],
    ] as const) expect(verifySsh(message, await by(blob, sig))).toBeUndefined();
  });
  it("approves from the queue through an agent; untouched, and counting backwards, it does not", async () => {
    const touch = { flags: 1, counter: 40 };
    const key = securityKey("ed25519", touch);
    const socket = newPath("sk-agent");
    await using _agent = await fakeAgent(socket, [key]);
    const world = await gateWorld({ several: true, agent: createSshAgent(() => socket) });
    expect(await world.access.agentKeys()).toEqual([{ publicKey: key.line, type: "sk-ssh-ed25519@openssh.com", comment: "fake key", isSecurityKey: true }]);
    await world.access.useAgentKey(world.bob, key.line, PASS.bob);
    const yes = async () => {
      const { id } = await world.queue.request(askOf({ person: world.ada }));
      return { id, done: world.queue.approve(id, { operatorId: world.bob, passphrase: PASS.bob }) };
    };
    const first = await yes();
    expect((await first.done).state).toBe("approved");
    expect(world.ledger.of("approval").at(-1)?.fields).toMatchObject({ touch: "touched, count 42" });
    touch.flags = 0;
    await expect((await yes()).done).rejects.toMatchObject({ code: "APPROVAL_BAD_SIGNATURE" });
    touch.flags = 5;
    touch.counter = 41;
    const copied = await yes();
    await expect(copied.done).rejects.toMatchObject({ code: "APPROVAL_KEY_COPIED" });
    expect(world.queue.get(copied.id).state).toBe("waiting");
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused-approve", say: "The security key counted backwards." });
    touch.counter = 50;
    expect((await (await yes()).done).state).toBe("approved");
    expect(world.ledger.of("approval").at(-1)?.fields).toMatchObject({ touch: "touched, with PIN or fingerprint, count 51" });
  });
  it("by file may arrive in another order, but no count comes twice; keys that do not count say 0 for ever", async () => {
    const world = await gateWorld({ several: true });
    const touch = { flags: 1, counter: 0 };
    const key = securityKey("ecdsa", touch);
    await world.access.addRemote({ name: "eve", roles: ["approver"], publicKey: key.line });
    const signed = async (counter: number) => {
      const { id } = await world.queue.request(askOf({ person: world.ada }));
      touch.counter = counter - 1;
      return { id, signature: await signSsh(objectBytes(world.queue.objectOf(id)), key.line, async (data) => key.sign(data)) };
    };
    const accept = ({ id, signature }: { id: string; signature: string }) => world.queue.accept(id, { decision: "approve", signature, note: "" });
    const [five, six, again, ...zeros] = [await signed(5), await signed(6), await signed(6), await signed(0), await signed(0)] as const;
    expect((await accept(six)).state).toBe("approved");
    expect((await accept(five)).state).toBe("approved");
    await expect(accept(again)).rejects.toMatchObject({ code: "APPROVAL_KEY_COPIED" });
    for (const zero of zeros) expect((await accept(zero)).state).toBe("approved");
  });
});

describe("an agent that misbehaves", () => {
  const key = securityKey("ed25519", { flags: 1, counter: 0 });
  const answered = async (said: Buffer | "silence" | "hang-up") => {
    const socket = newPath("odd");
    const server = await fakeAgent(socket, [key], () => said);
    return { agent: createSshAgent(() => socket), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  };
  it.each([
    ["hangs up", "hang-up" as const],
    ["fails", Buffer.from([5])],
    ["cuts its answer short", Buffer.concat([Buffer.from([12]), u32(3), u32(99)])],
  ])("%s", async (_what, said) => {
    await using world = await answered(said);
    await expect(world.agent.keys()).rejects.toMatchObject({ code: "ACCESS_NO_AGENT" });
  });
  it("is not there", async () => {
    await expect(createSshAgent(() => undefined).keys()).rejects.toMatchObject({ code: "ACCESS_NO_AGENT" });
    await expect(createSshAgent(() => join(folder, "nobody")).keys()).rejects.toMatchObject({ code: "ACCESS_NO_AGENT" });
  });
  it("says more than it may", async () => {
    const socket = newPath("long");
    await using _server = await fakeAgent(socket, [key], () => Buffer.alloc(300_000));
    await expect(createSshAgent(() => socket).keys()).rejects.toThrow(/too long/);
  });
  it("signs something else: neither does it become an approver's key, nor does its yes count", async () => {
    const other = securityKey("ed25519", { flags: 1, counter: 0 });
    const socket = newPath("liar");
    let isLying = true;
    await using _server = await fakeAgent(socket, [key], (request) => (request[0] === 13 && isLying ? Buffer.concat([Buffer.from([14]), str(other.sign(Buffer.from("something else")))]) : undefined));
    const world = await gateWorld({ several: true, agent: createSshAgent(() => socket) });
    await expect(world.access.useAgentKey(world.bob, key.line, PASS.bob)).rejects.toMatchObject({ code: "ACCESS_AGENT_REFUSED" });
    isLying = false;
    await world.access.useAgentKey(world.bob, key.line, PASS.bob);
    isLying = true;
    const { id } = await world.queue.request(askOf({ person: world.ada }));
    await expect(world.queue.approve(id, { operatorId: world.bob, passphrase: PASS.bob })).rejects.toMatchObject({ code: "APPROVAL_BAD_SIGNATURE" });
  });
});
