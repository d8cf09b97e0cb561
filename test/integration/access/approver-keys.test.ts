import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createAgent } from "../../../src-main/access/index.ts";
import { DENIAL_NAMESPACE, objectBytes, signSsh, verifySsh } from "../../../src-main/approvals/index.ts";
import { askOf, gateWorld, PASS } from "../../fakes/gate.ts";
import { fakeAgent, securityKey, str, u32 } from "../../fakes/security-key.ts";

const hasOpenSsh = spawnSync("ssh-keygen", ["-?"]).error === undefined && spawnSync("ssh-agent", ["-h"]).error === undefined;
if (!hasOpenSsh) console.warn("NOT TESTED: approver keys against OpenSSH's own tools (no ssh-keygen, no ssh-agent)");
const folder = mkdtempSync(join(tmpdir(), "sena-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));
let n = 0;
const newPath = (name: string) => join(folder, `${name}-${(n += 1)}`);

/** What anybody with OpenSSH can check. */
function stockVerify(line: string, message: Uint8Array, sig: string, namespace = "sena-approval@v1"): boolean {
  const [signers, sigFile] = [newPath("signers"), newPath("sig")];
  writeFileSync(signers, `ada ${line}\n`);
  writeFileSync(sigFile, sig);
  return spawnSync("ssh-keygen", ["-Y", "verify", "-f", signers, "-I", "ada", "-n", namespace, "-s", sigFile], { input: message }).status === 0;
}
async function realAgent(...types: readonly string[]): Promise<AsyncDisposable & { readonly socket: string; readonly files: readonly string[]; remove(file: string): void }> {
  const socket = newPath("agent");
  const child = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  for (let tries = 0; spawnSync("ssh-add", ["-l"], { env }).status === 2 && tries < 100; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  const files = types.map((type) => {
    const file = newPath(type);
    execFileSync("ssh-keygen", ["-q", "-t", type, ...(type === "ecdsa" ? ["-b", "256"] : []), "-N", "", "-C", `the ${type} key`, "-f", file]);
    execFileSync("ssh-add", ["-q", file], { env, stdio: "ignore" });
    return file;
  });
  return {
    socket, files,
    remove: (file) => void execFileSync("ssh-add", ["-q", "-d", file], { env, stdio: "ignore" }),
    async [Symbol.asyncDispose]() {
      child.kill();
      await new Promise((resolve) => child.once("close", resolve));
    },
  };
}
const lineOf = (file: string) => readFileSync(`${file}.pub`, "utf8").trim().split(" ").slice(0, 2).join(" ");

describe.skipIf(!hasOpenSsh)("OpenSSH's agent", () => {
  it("lists the keys that can sign approvals, signs with each, and stock ssh-keygen verifies it", async () => {
    await using agent = await realAgent("ed25519", "ecdsa", "rsa");
    const { keys, sign } = createAgent(() => agent.socket);
    const list = await keys();
    expect(list.map(({ type, comment, isSecurityKey }) => [type, comment, isSecurityKey])).toEqual([["ssh-ed25519", "the ed25519 key", false], ["ecdsa-sha2-nistp256", "the ecdsa key", false]]);
    const message = Buffer.from("bytes that are approved");
    for (const { publicKey } of list) {
      const sig = await signSsh(message, publicKey, (data) => sign(publicKey, data));
      expect(verifySsh(message, sig)).toMatchObject({ keyBlob: publicKey.split(" ")[1] });
      expect(verifySsh(message, sig, DENIAL_NAMESPACE)).toBeUndefined();
      expect(stockVerify(publicKey, message, sig)).toBe(true);
      expect(stockVerify(publicKey, Buffer.from("other bytes"), sig)).toBe(false);
      expect(verifySsh(Buffer.from("other bytes"), sig)).toBeUndefined();
    }
  });
  it("carries an approval from the queue to the run's last look; without its key, without itself, nothing is approved", async () => {
    await using agent = await realAgent("ecdsa");
    const world = await gateWorld({ several: true, agent: createAgent(() => agent.socket) });
    const line = lineOf(agent.files[0] as string);
    const before = await world.queue.request(askOf({ person: world.ada }));
    await world.queue.approve(before.id, { operatorId: world.bob, passphrase: PASS.bob });
    expect(await world.access.useAgentKey(world.bob, line, PASS.bob)).toMatchObject({ publicKey: line, isAgentKey: true });
    expect(world.ledger.of("key").at(-1)).toMatchObject({ fields: { act: "approver-key", key: line, kept: "agent" } });
    const { object } = before;
    expect(world.queue.usable(before.id, object)).toMatchObject({ ok: false, say: expect.stringContaining("signature of bob") as string });

    const { id } = await world.queue.request(askOf({ person: world.ada }));
    expect((await world.queue.approve(id, { operatorId: world.bob, passphrase: PASS.bob })).state).toBe("approved");
    expect(world.queue.usable(id, world.queue.objectOf(id))).toMatchObject({ ok: true, by: ["bob"] });
    const sig = Buffer.from(world.ledger.of("approval").at(-1)?.blobs?.find(({ role }) => role === "approval.sig")?.bytes as Uint8Array).toString();
    expect(stockVerify(line, objectBytes(world.queue.objectOf(id)), sig)).toBe(true);
    expect(world.ledger.of("approval").at(-1)?.fields).toMatchObject({ signer: `bob ${line}`, touch: "none" });

    const next = await world.queue.request(askOf({ person: world.ada }));
    agent.remove(agent.files[0] as string);
    await expect(world.queue.approve(next.id, { operatorId: world.bob, passphrase: PASS.bob })).rejects.toMatchObject({ code: "ACCESS_AGENT_REFUSED" });
    await expect(world.queue.approve(next.id, { operatorId: world.bob, passphrase: "another passphrase" })).rejects.toMatchObject({ code: "ACCESS_WRONG_PASSPHRASE" });
    expect((await world.queue.deny(next.id, { operatorId: world.bob, passphrase: PASS.bob })).state).toBe("denied");
    await world.access.useAgentKey(world.bob, undefined, PASS.bob);
    const last = await world.queue.request(askOf({ person: world.ada }));
    expect((await world.queue.approve(last.id, { operatorId: world.bob, passphrase: PASS.bob })).state).toBe("approved");
  });
  it("lets nobody take a key that it does not hold, or that is none", async () => {
    await using agent = await realAgent("ed25519");
    const world = await gateWorld({ agent: createAgent(() => agent.socket) });
    await expect(world.access.useAgentKey(world.ada, securityKey("ed25519", { flags: 1, counter: 0 }).line)).rejects.toMatchObject({ code: "ACCESS_AGENT_REFUSED" });
    for (const bad of ["ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7", "ssh-ed25519 AAAA", `ssh-ed25519 ${Buffer.concat([u32(500), Buffer.alloc(60)]).toString("base64")}`, `ssh-ed25519 ${Buffer.concat([str("sk-ssh-ed25519@openssh.com"), Buffer.alloc(40)]).toString("base64")}`]) await expect(world.access.useAgentKey(world.ada, bad)).rejects.toMatchObject({ code: "ACCESS_BAD_KEY" });
    expect(world.access.operators()[0]).toMatchObject({ isAgentKey: false });
    expect(await world.access.useAgentKey(world.ada, lineOf(agent.files[0] as string))).toMatchObject({ isAgentKey: true });
    const { id } = await world.queue.request(askOf({ person: world.ada, own: true }));
    expect((await world.queue.approve(id, { operatorId: world.ada })).state).toBe("approved");
  });
  it("is not needed: ssh-keygen signs the same bytes from a file, and its signature counts once, for whose key it is", async () => {
    const world = await gateWorld({ several: true });
    const key = newPath("stock");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const eve = await world.access.addRemote({ name: "eve", roles: ["approver"], publicKey: lineOf(key) });
    const { id } = await world.queue.request(askOf({ person: world.ada }));
    const file = newPath("object");
    writeFileSync(file, objectBytes(world.queue.objectOf(id)));
    execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", key, "-n", "sena-approval@v1", file], { stdio: "ignore" });
    const signature = readFileSync(`${file}.sig`, "utf8");
    const other = await world.queue.request(askOf({ person: world.ada }));
    await expect(world.queue.accept(other.id, { decision: "approve", signature, note: "" })).rejects.toMatchObject({ code: "APPROVAL_BAD_FILE" });
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused-file-approve" });
    expect((await world.queue.accept(id, { decision: "approve", signature, note: "" })).decisions).toMatchObject([{ operatorId: eve.id, from: "file" }]);
    await expect(world.queue.accept(id, { decision: "approve", signature, note: "" })).rejects.toMatchObject({ code: "APPROVAL_DECIDED" });
  });
});

describe("a security key (in software)", () => {
  const message = Buffer.from("bytes that are approved");
  const sigOf = (key: ReturnType<typeof securityKey>) => signSsh(message, key.line, async (data) => key.sign(data));
  it.each(["ed25519", "ecdsa"] as const)("%s: counts when it was touched, tells PIN and count, and stock ssh-keygen verifies it", async (kind) => {
    const touch = { flags: 1, counter: 6 };
    const key = securityKey(kind, touch);
    const sig = await sigOf(key);
    expect(verifySsh(message, sig)).toEqual({ keyBlob: key.blob.toString("base64"), securityKey: { counter: 7, isVerified: false } });
    if (hasOpenSsh) expect(stockVerify(key.line, message, sig)).toBe(true);
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
    const world = await gateWorld({ several: true, agent: createAgent(() => socket) });
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
    return { agent: createAgent(() => socket), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
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
    await expect(createAgent(() => undefined).keys()).rejects.toMatchObject({ code: "ACCESS_NO_AGENT" });
    await expect(createAgent(() => join(folder, "nobody")).keys()).rejects.toMatchObject({ code: "ACCESS_NO_AGENT" });
  });
  it("says more than it may", async () => {
    const socket = newPath("long");
    await using _server = await fakeAgent(socket, [key], () => Buffer.alloc(300_000));
    await expect(createAgent(() => socket).keys()).rejects.toThrow(/too long/);
  });
  it("signs something else: neither does it become an approver's key, nor does its yes count", async () => {
    const other = securityKey("ed25519", { flags: 1, counter: 0 });
    const socket = newPath("liar");
    let isLying = true;
    await using _server = await fakeAgent(socket, [key], (request) => (request[0] === 13 && isLying ? Buffer.concat([Buffer.from([14]), str(other.sign(Buffer.from("something else")))]) : undefined));
    const world = await gateWorld({ several: true, agent: createAgent(() => socket) });
    await expect(world.access.useAgentKey(world.bob, key.line, PASS.bob)).rejects.toMatchObject({ code: "ACCESS_AGENT_REFUSED" });
    isLying = false;
    await world.access.useAgentKey(world.bob, key.line, PASS.bob);
    isLying = true;
    const { id } = await world.queue.request(askOf({ person: world.ada }));
    await expect(world.queue.approve(id, { operatorId: world.bob, passphrase: PASS.bob })).rejects.toMatchObject({ code: "APPROVAL_BAD_SIGNATURE" });
  });
});
