import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SourceConfig } from "../../../src-main/contract/vault.ts";
import type { Certifier } from "../../../src-main/ssh/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { createFetch, createSourceBook, createVault } from "../../../src-main/vault/index.ts";
import { openbaoState, serve } from "../../fakes/secret-servers.ts";
import { run, startSshd, USER, whyNoSshd, type Sshd } from "./sshd.ts";
import { sshWorld, text } from "./world.ts";

// A FAKE of OpenBao's SSH authority on loopback (test/fakes/secret-servers.ts) signs with ssh-keygen; the server that believes it is Debian's own.
const why = whyNoSshd();
if (why !== undefined) process.stderr.write(`\nNOT TESTED against OpenSSH: ${why}\n`);

describe.skipIf(why !== undefined)("signing in with a certificate that is made for the connection", () => {
  let folder: string;
  let server: Sshd;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sena-ca-"));
    for (const name of ["ca", "stranger", "mine"]) run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
    server = await startSshd({ config: [`TrustedUserCAKeys ${join(folder, "ca.pub")}`] });
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** What an authority answers: signs the key it was sent, as told. */
  const signed = (publicKey: string, options: { readonly ca?: string; readonly principal?: string; readonly validity?: string; readonly args?: readonly string[] } = {}): string => {
    const file = join(folder, "asked");
    writeFileSync(`${file}.pub`, `${publicKey}\n`);
    run("ssh-keygen", ["-q", "-s", join(folder, options.ca ?? "ca"), "-I", "vault-ops-7", "-z", "7", "-n", options.principal ?? USER, "-V", options.validity ?? "-1m:+10m", ...(options.args ?? []), `${file}.pub`]);
    return readFileSync(`${file}-cert.pub`, "utf8").trim();
  };
  const world = (certifier: Partial<Certifier>, over: { readonly transport?: "system" } = {}) =>
    sshWorld({
      hosts: [{ id: "h1", name: "srv", port: server.port, user: USER, credential: { kind: "certificate", source: "bao", role: "ops" }, ...over }],
      knownHosts: `[127.0.0.1]:${server.port} ${server.hostKeys.ed25519}\n`,
      certifier: { sign: async ({ publicKey }) => signed(publicKey), record: async () => {}, ...certifier },
    });

  it("asks the authority for this user and a fresh key, records the certificate, and is let in", async () => {
    const store = openStore({ path: ":memory:" });
    let n = 0;
    const vault = createVault({ store, now: Date.now, newId: (prefix) => `${prefix}_${(n += 1)}`, random: (into) => crypto.getRandomValues(into) });
    vault.unlock(vault.newRoot());
    await vault.put("bao-token", "t");
    const fake = openbaoState({ now: Date.now, signSsh: (publicKey, principal) => signed(publicKey, { principal }) });
    fake.state.tokens.set("t", { until: Date.now() + 1e6, policies: ["reader"] });
    await using authority = await serve(fake.answer);
    const book = createSourceBook({ store, vault, fetch: createFetch({ isSealed: () => false }), now: Date.now });
    book.set(SourceConfig.parse({ kind: "openbao", id: "bao", url: authority.url, tokenSecret: "bao-token" }));
    const keys: string[] = [];
    const recorded: unknown[] = [];
    await using w = await world({
      sign: ({ source, role, principal, publicKey }, signal) => (keys.push(publicKey), book.signSshKey(source, role, publicKey, principal, signal)),
      record: async (host, ask, certificate) => void recorded.push([host.id, ask.principal, certificate.keyId, certificate.serial]),
    });
    expect(text((await w.ssh.exec("h1", { wire: "id -un" })).stdout)).toBe(`${USER}\n`);
    expect(server.log()).toMatch(/Accepted publickey for sena-test .* ED25519-CERT .* ID vault-ops-7 \(serial 7\) CA ED25519/);
    w.ssh.disconnect("h1");
    expect((await w.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
    expect(new Set(keys).size).toBe(2);
    expect(recorded).toEqual([1, 2].map(() => ["h1", USER, "vault-ops-7", "7"]));
    vault.lock();
    w.ssh.disconnect("h1");
    await expect(w.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "VAULT_LOCKED" });
  });

  it("is not let in by an authority the host does not know, and says what was tried", async () => {
    await using w = await world({ sign: async ({ publicKey }) => signed(publicKey, { ca: "stranger" }) });
    await expect(w.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_AUTH_FAILED", message: expect.stringContaining("tried a certificate") as string });
  });

  it.each([
    ["for somebody else", { principal: "root" }, /it is for root, not for sena-test/],
    ["that has ended", { validity: "-2h:-1h" }, /has ended already/],
    ["that begins later, as the host sees it", { validity: "+30m:+50m" }, undefined],
    ["that is good for a day", { validity: "+1d" }, /more than an hour/],
    ["of a host", { args: ["-h"] }, /a certificate of a host/],
  ] as const)("uses no certificate %s", async (_name, options, words) => {
    await using w = await world({ sign: async ({ publicKey }) => signed(publicKey, options), record: async () => expect(words).toBeUndefined() });
    await expect(w.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject(words === undefined ? { code: "SSH_AUTH_FAILED" } : { code: "SSH_CERTIFICATE", message: expect.stringMatching(words) as string });
  });

  it.each([
    ["of another key", async () => signed(readFileSync(join(folder, "mine.pub"), "utf8").trim()), /certifies another key/],
    ["that is a plain key", async ({ publicKey }: { readonly publicKey: string }) => publicKey, /no certificate of an Ed25519 key/],
    ["that is cut off", async ({ publicKey }: { readonly publicKey: string }) => signed(publicKey).slice(0, 200), /cannot be read/],
    ["that is nothing", async () => "", /cannot be read/],
  ] as const)("uses no certificate %s", async (_name, sign, words) => {
    await using w = await world({ sign });
    await expect(w.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_CERTIFICATE", message: expect.stringMatching(words) as string });
  });

  it("is not used when it cannot be recorded, and not asked for by the machine's own OpenSSH", async () => {
    await using unrecorded = await world({ record: () => Promise.reject(new Error("the disk is full")) });
    await expect(unrecorded.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_AUTH_FAILED" });
    await using system = await world({}, { transport: "system" });
    await expect(system.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_CERTIFICATE_SYSTEM" });
  });
});
