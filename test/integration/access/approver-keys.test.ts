import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createSshAgent } from "../../../src-main/access/index.ts";
import { DENIAL_NAMESPACE, objectBytes, signSsh, verifySsh } from "../../../src-main/approvals/index.ts";
import { askOf, gateWorld, PASS } from "../../fakes/gate.ts";
import { securityKey, str, u32 } from "../../fakes/security-key.ts";

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
    const { keys, sign } = createSshAgent(() => agent.socket);
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
    const world = await gateWorld({ several: true, agent: createSshAgent(() => agent.socket) });
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
    const world = await gateWorld({ agent: createSshAgent(() => agent.socket) });
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

describe.skipIf(!hasOpenSsh)("a security key (in software)", () => {
  it.each(["ed25519", "ecdsa"] as const)("%s: what it signs, stock ssh-keygen verifies too, and not over other bytes", async (kind) => {
    const message = Buffer.from("bytes that are approved");
    const key = securityKey(kind, { flags: 1, counter: 6 });
    const sig = await signSsh(message, key.line, async (data) => key.sign(data));
    expect(verifySsh(message, sig)).toEqual({ keyBlob: key.blob.toString("base64"), securityKey: { counter: 7, isVerified: false } });
    expect(stockVerify(key.line, message, sig)).toBe(true);
    expect(stockVerify(key.line, Buffer.from("other bytes"), sig)).toBe(false);
  });
});
