import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SourceConfig } from "../../../src-main/contract/vault.ts";
import type { Host } from "../../../src-main/inventory/port.ts";
import { createForwards, type Certifier } from "../../../src-main/ssh/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { createFetch, createSourceBook, createVault } from "../../../src-main/vault/index.ts";
import { openbaoState, serve } from "../../fakes/secret-servers.ts";
import { PASSWORD, run, startSshd, USER, whyNoSshd, type Sshd } from "./sshd.ts";
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
  const CREDENTIAL = { kind: "certificate", source: "bao", role: "ops" } as const;
  const world = (certifier: Partial<Certifier>, over: { readonly transport?: "system" } = {}, { more = {}, at = server, handshakeMs = 20_000, answers }: { readonly more?: Partial<Host>; readonly at?: Sshd; readonly handshakeMs?: number; readonly answers?: () => readonly string[] } = {}) =>
    sshWorld({
      hosts: [{ id: "h1", name: "srv", port: at.port, user: USER, credential: CREDENTIAL, ...over }, { id: "h2", name: "inner", port: at.port, user: USER, credential: CREDENTIAL, jumps: ["h1"], ...more }],
      knownHosts: `[127.0.0.1]:${at.port} ${at.hostKeys.ed25519}\n`,
      handshakeMs,
      ...(answers && { answers }),
      certifier: { sign: async ({ publicKey }) => signed(publicKey), record: async () => {}, ...certifier },
    });

  /** The fake authority behind the real source book; what it is asked to let a certificate carry, it does. */
  async function authorityThatSigns() {
    const store = openStore({ path: ":memory:" });
    let n = 0;
    const vault = createVault({ store, now: Date.now, newId: (prefix) => `${prefix}_${(n += 1)}`, random: (into) => crypto.getRandomValues(into) });
    vault.unlock(vault.newRoot());
    await vault.put("bao-token", "t");
    const fake = openbaoState({ now: Date.now, signSsh: (publicKey, principal, _ttl, extensions) => signed(publicKey, { principal, args: ["-O", "clear", ...extensions.flatMap((name) => ["-O", name])] }) });
    fake.state.tokens.set("t", { until: Date.now() + 1e6, policies: ["reader"] });
    const served = await serve(fake.answer);
    const book = createSourceBook({ store, vault, fetch: createFetch({ isSealed: () => false }), now: Date.now });
    book.set(SourceConfig.parse({ kind: "openbao", id: "bao", url: served.url, tokenSecret: "bao-token" }));
    const sign: Certifier["sign"] = ({ source, role, principal, publicKey }, signal) => book.signSshKey(source, role, publicKey, principal, signal);
    return { vault, book, sign, state: fake.state, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() };
  }

  it("asks the authority for this user and a fresh key, records the certificate, and is let in", async () => {
    await using authority = await authorityThatSigns();
    const { vault, book } = authority;
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
    ["for others beside the one asked for", { principal: `${USER},root` }, /for sena-test, root, and only sena-test was asked for/],
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
    await using hop = await world({}, {}, { more: { transport: "system", credential: { kind: "agent" } } });
    await expect(hop.ssh.exec("h2", { wire: "true" })).rejects.toMatchObject({ code: "SSH_CERTIFICATE_SYSTEM", message: expect.stringMatching(/^srv, the way to inner, signs in .* Set the transport of inner/) as string });
  });

  it("reaches a host behind another with certificates for both; where the role signs no forwards, the one in between says that it does not want to", async () => {
    await using authority = await authorityThatSigns();
    await using w = await world({ sign: authority.sign });
    expect(text((await w.ssh.exec("h2", { wire: "id -un" })).stdout)).toBe(`${USER}\n`);
    authority.state.allowedExtensions = ["permit-pty"];
    for (const id of ["h2", "h1"]) w.ssh.disconnect(id);
    expect((await w.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
    await expect(w.ssh.exec("h2", { wire: "true" })).rejects.toMatchObject({ code: "SSH_NO_WAY_THROUGH", message: expect.stringMatching(/srv does not let sena-test reach inner .*role ops of bao sign "permit-port-forwarding"/) as string });
    await using forwards = createForwards({ connections: w.ssh.connections, inventory: w.inventory, newId: (prefix) => prefix, now: Date.now });
    const { listenPort } = await forwards.start({ hostId: "h1", listenPort: 0, toHost: "127.0.0.1", toPort: server.port });
    await new Promise<void>((resolve) => connect(listenPort, "127.0.0.1").on("error", () => {}).on("close", () => resolve()).resume());
    await vi.waitFor(() => expect(forwards.open.value[0]?.refused).toMatch(/^srv does not let sena-test reach 127\.0\.0\.1:\d+ through it/));
  });

  it("does not hold a connection for an authority that says nothing", async () => {
    await using w = await world({ sign: () => new Promise(() => {}) }, {}, { handshakeMs: 300 });
    await expect(w.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HANDSHAKE_TIMEOUT" });
  });

  it("is not made for a host that takes no keys, and nobody is asked for a password in its place", async () => {
    await using other = await startSshd({ config: ["PubkeyAuthentication no", "KbdInteractiveAuthentication yes"] });
    await using w = await world({ sign: () => Promise.reject(new Error("must not be asked")) }, {}, { at: other, answers: () => [PASSWORD] });
    await expect(w.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_AUTH_FAILED", message: expect.stringContaining("takes no keys") as string });
    expect(w.asked).toEqual([]);
  });

  it("asks a person for a second factor behind it, and not after a certificate that was refused", async () => {
    await using other = await startSshd({ config: [`TrustedUserCAKeys ${join(folder, "ca.pub")}`, "KbdInteractiveAuthentication yes", "AuthenticationMethods publickey,keyboard-interactive"] });
    await using w = await world({}, {}, { at: other, answers: () => [PASSWORD] });
    expect(text((await w.ssh.exec("h1", { wire: "id -un" })).stdout)).toBe(`${USER}\n`);
    expect(w.asked).toHaveLength(1);
    await using either = await startSshd({ config: [`TrustedUserCAKeys ${join(folder, "ca.pub")}`, "KbdInteractiveAuthentication yes"] });
    await using refused = await world({ sign: async ({ publicKey }) => signed(publicKey, { ca: "stranger" }) }, {}, { at: either, answers: () => [PASSWORD] });
    await expect(refused.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_AUTH_FAILED" });
    expect(refused.asked).toEqual([]);
  });
});
