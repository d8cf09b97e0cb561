import { vaultHandlers } from "../../../src-main/api/vault.ts";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SourceConfig } from "../../../src-main/contract/vault.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { createFetch, createSourceBook, createVault } from "../../../src-main/vault/index.ts";
import { awsState, azureState, gcpState, openbaoState, serve } from "../../fakes/secret-servers.ts";

// Against FAKES of the four stores on loopback (test/fakes/secret-servers.ts): the protocols are theirs, the servers are not.

const hasOpenssl = existsSync("/usr/bin/openssl");
const hasKeygen = existsSync("/usr/bin/ssh-keygen");
if (!hasOpenssl) console.warn("NOT TESTED: secret sources over TLS (no /usr/bin/openssl)");
if (!hasKeygen) console.warn("NOT TESTED: SSH certificates of a secret source (no /usr/bin/ssh-keygen)");
const folder = mkdtempSync(join(tmpdir(), "sena-sources-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function world(isSealed = false) {
  const clock = { now: Date.UTC(2026, 10, 21, 9, 0) };
  const store = openStore({ path: ":memory:" });
  let n = 0;
  const vault = createVault({ store, now: () => clock.now, newId: (p) => `${p}_${(n += 1)}`, random: (into) => crypto.getRandomValues(into) });
  const root = vault.newRoot();
  vault.unlock(root);
  const network = { isSealed };
  const book = createSourceBook({ store, vault, fetch: createFetch({ isSealed: () => network.isSealed }), now: () => clock.now });
  const read = (name: string) => vault.reveal(name, { for: "ssh to web-01" });
  return { clock, now: () => clock.now, store, vault, root, book, network, read, set: (config: unknown) => book.set(SourceConfig.parse(config)), check: (id: string) => book.check(id, AbortSignal.timeout(5000)) };
}
const says = (detail: RegExp) => expect.objectContaining({ code: "VAULT_SOURCE", message: expect.stringMatching(detail) as string }) as object;

describe("OpenBao and HashiCorp Vault (fake)", () => {
  async function bao() {
    const w = await world();
    const fake = openbaoState({ now: w.now });
    fake.state.tokens.set("hvs.canary-token", { until: w.clock.now + 3600_000, policies: ["reader"] });
    fake.state.secrets.set("db/prod", [{ data: { password: "old-1" }, deletion: "" }, { data: null, deletion: "2026-02-01T00:00:00Z" }, { data: { user: "app", password: "new-3" }, deletion: "" }]);
    fake.state.secrets.set("one", [{ data: { value: "only" }, deletion: "" }]);
    const server = await serve(fake.answer);
    await w.vault.put("bao-token", "hvs.canary-token");
    w.set({ kind: "openbao", id: "bao", url: server.url, tokenSecret: "bao-token" });
    return { ...w, ...fake, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }
  it("reads a field of the newest version, an older version, and a secret with one field by its path alone", async () => {
    await using w = await bao();
    expect(await w.read("bao:db/prod#password")).toBe("new-3");
    expect(await w.read("bao:db/prod?version=1#password")).toBe("old-1");
    expect(await w.read("bao:one")).toBe("only");
    expect(await w.check("bao")).toEqual({ ok: true, say: "The token is good for 60 more minutes." });
    expect(w.vault.uses(9).filter(({ name }) => name.startsWith("bao:")).map(({ name, for: what }) => `${name} ${what}`)).toContain("bao:db/prod#password ssh to web-01");
    expect(w.server.asked[0]).toMatchObject({ method: "GET", path: "/v1/secret/data/db/prod", headers: { "x-vault-token": "hvs.canary-token", "x-vault-request": "true" } });
  });
  it("says sealed, standby, expired, forbidden, deleted, never there and no such field apart", async () => {
    await using w = await bao();
    await expect(w.read("bao:db/prod?version=2#password")).rejects.toEqual(says(/that version was deleted there/));
    await expect(w.read("bao:db/prod?version=9#password")).rejects.toEqual(says(/nothing under this path, or not in this version/));
    await expect(w.read("bao:db/prod")).rejects.toEqual(says(/holds 2 fields: say which/));
    await expect(w.read("bao:db/prod#pin")).rejects.toEqual(says(/has no field "pin"/));
    w.state.isStandby = true;
    await expect(w.read("bao:one")).rejects.toEqual(says(/stands by for another server/));
    w.state.isStandby = false;
    w.state.isSealed = true;
    await expect(w.read("bao:one")).rejects.toEqual(says(/it is sealed/));
    expect(await w.check("bao")).toMatchObject({ ok: false, say: expect.stringContaining("sealed") as string });
    w.state.isSealed = false;
    w.state.tokens.set("hvs.canary-token", { until: w.clock.now + 3600_000, policies: [] });
    await expect(w.read("bao:one")).rejects.toEqual(says(/expired, or may not read this/));
    w.state.tokens.set("hvs.canary-token", { until: w.clock.now - 1, policies: ["reader"] });
    await expect(w.read("bao:one")).rejects.toEqual(says(/expired, or may not read this/));
    w.state.tokens.set("hvs.canary-token", { until: w.clock.now + 1, policies: ["reader"] });
    expect(await w.read("bao:one")).toBe("only");
  });
  it("signs in by AppRole, keeps that token until it ends, and takes a fresh one when it was revoked there", async () => {
    await using w = await bao();
    await w.vault.put("bao-secret-id", "secret-id-1");
    w.set({ kind: "openbao", id: "role", url: w.server.url, tokenSecret: "bao-secret-id", roleId: "role-1" });
    expect(await w.read("role:one")).toBe("only");
    expect(await w.read("role:one")).toBe("only");
    expect(w.state.logins).toBe(1);
    w.state.tokens.clear();
    expect(await w.read("role:one")).toBe("only");
    expect(w.state.logins).toBe(2);
    w.clock.now += 1200_000;
    expect(await w.read("role:one")).toBe("only");
    expect(w.state.logins).toBe(3);
    await w.vault.put("bao-secret-id", "another");
    w.state.tokens.clear();
    await expect(w.read("role:one")).rejects.toEqual(says(/does not accept the role or its secret id/));
  });
  it("stays inside its mount and sends its namespace", async () => {
    await using w = await bao();
    await expect(w.read("bao:../../sys/seal")).rejects.toEqual(says(/nothing under this path/));
    expect(w.server.asked.at(-1)?.path).toBe("/v1/secret/data/sys/seal");
    w.state.namespace = "team-a/";
    await expect(w.read("bao:one")).rejects.toEqual(says(/expired, or may not/));
    w.set({ kind: "openbao", id: "bao", url: w.server.url, tokenSecret: "bao-token", namespace: "team-a/" });
    expect(await w.read("bao:one")).toBe("only");
  });
  it("waits no longer than its bound for one that accepts and says nothing, and says so; the caller's own end comes first", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const w = await world();
    await w.vault.put("bao-token", "t");
    const book = createSourceBook({ store: openStore({ path: ":memory:" }), vault: w.vault, fetch: createFetch({ isSealed: () => false }), now: w.now, answerMs: 50 });
    book.set(SourceConfig.parse({ kind: "openbao", id: "bao", url, tokenSecret: "bao-token" }));
    await expect(book.signSshKey("bao", "ops", "ssh-ed25519 AAAA x", "root", new AbortController().signal)).rejects.toEqual(says(/did not answer in time/));
    expect(await book.check("bao", new AbortController().signal)).toMatchObject({ ok: false, say: expect.stringMatching(/did not answer in time/) as string });
    w.book.set(SourceConfig.parse({ kind: "openbao", id: "bao", url, tokenSecret: "bao-token" }));
    await expect(w.book.signSshKey("bao", "ops", "ssh-ed25519 AAAA x", "root", AbortSignal.abort())).rejects.toEqual(says(/did not answer in time/));
    silent.close();
  });
  it.skipIf(!hasKeygen)("gets a certificate for ten minutes from its SSH authority, for a key and an account", async () => {
    const ca = join(folder, "ca");
    const key = join(folder, "user");
    for (const path of [ca, key]) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
    const w = await world();
    const fake = openbaoState({
      now: w.now,
      signSsh(publicKey, principal, ttl) {
        writeFileSync(join(folder, "asked.pub"), publicKey);
        execFileSync("ssh-keygen", ["-q", "-s", ca, "-I", "fake", "-n", principal, "-V", `+${ttl}`, join(folder, "asked.pub")]);
        return readFileSync(join(folder, "asked-cert.pub"), "utf8");
      },
    });
    fake.state.tokens.set("t", { until: w.clock.now + 1e6, policies: ["reader"] });
    await using server = await serve(fake.answer);
    await w.vault.put("t", "t");
    w.set({ kind: "openbao", id: "bao", url: server.url, tokenSecret: "t" });
    const line = await w.book.signSshKey("bao", "ops", readFileSync(`${key}.pub`, "utf8").trim(), "root", AbortSignal.timeout(5000));
    writeFileSync(join(folder, "got-cert.pub"), `${line}\n`);
    const shown = execFileSync("ssh-keygen", ["-L", "-f", join(folder, "got-cert.pub")]).toString();
    expect(shown).toMatch(/user certificate/);
    expect(shown).toMatch(/Principals:\s+root/);
    const [, from, to] = /Valid: from (\S+) to (\S+)/.exec(shown) ?? [];
    expect(Date.parse(String(to)) - Date.parse(String(from))).toBeLessThanOrEqual(15 * 60_000);
    const asked = vaultHandlers({ vault: w.vault, sources: w.book, now: w.now }).certify({ id: "bao", role: "ops", principal: "root", publicKey: readFileSync(`${key}.pub`, "utf8").trim() }, { signal: AbortSignal.timeout(5000) } as never);
    expect((await asked).certificate).toContain("-cert-v01@openssh.com ");
    await expect(w.book.signSshKey("bao", "nobody", "ssh-ed25519 AAAA x", "root", AbortSignal.timeout(5000))).rejects.toEqual(says(/does not accept this question/));
    await expect(w.book.signSshKey("none", "ops", "x", "root", AbortSignal.timeout(5000))).rejects.toMatchObject({ code: "VAULT_SOURCE_NOT_SET_UP" });
  });
});

describe("AWS Secrets Manager (fake)", () => {
  const KEY = { id: "AKIAEXAMPLE", secret: "canary/aws/secret+key" };
  async function aws() {
    const w = await world();
    const fake = awsState({ now: w.now, region: "eu-central-1" });
    fake.state.keys.set(KEY.id, { secret: KEY.secret, isAllowed: true });
    fake.state.secrets.set("db/prod", [{ id: "11111111-2222-3333-4444-555555555555", stages: ["AWSPREVIOUS"], text: '{"password":"old"}' }, { id: "66666666-2222-3333-4444-555555555555", stages: ["AWSCURRENT"], text: '{"user":"app","password":"new"}' }]);
    const server = await serve(fake.answer);
    await w.vault.put("aws-key", KEY.secret);
    const config = { kind: "aws", id: "aws", region: "eu-central-1", url: `${server.url}/`, accessKeyId: KEY.id, secretKeySecret: "aws-key" };
    w.set(config);
    return { ...w, ...fake, server, config, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }
  it("signs what it asks so that the signature can be recomputed, and reads current, previous and named versions", async () => {
    await using w = await aws();
    expect(await w.read("aws:db/prod#password")).toBe("new");
    expect(await w.read("aws:db/prod")).toBe('{"user":"app","password":"new"}');
    expect(await w.read("aws:db/prod?version=AWSPREVIOUS#password")).toBe("old");
    expect(await w.read("aws:db/prod?version=11111111-2222-3333-4444-555555555555#password")).toBe("old");
    expect(await w.check("aws")).toEqual({ ok: true, say: "The key is accepted." });
    expect(JSON.stringify(w.server.asked.map(({ headers, body, url }) => [headers, body, url]))).not.toContain(KEY.secret);
  });
  it("says a wrong key, a wrong clock, an unknown key, a forbidden and a missing secret and a wrong version apart", async () => {
    await using w = await aws();
    await expect(w.read("aws:none")).rejects.toEqual(says(/nothing under this name/));
    await expect(w.read("aws:db/prod?version=AWSPENDING")).rejects.toEqual(says(/not in this version/));
    await w.vault.put("aws-key", "another");
    await expect(w.read("aws:db/prod")).rejects.toEqual(says(/does not accept the signature/));
    await w.vault.put("aws-key", KEY.secret);
    w.state.keys.set(KEY.id, { secret: KEY.secret, isAllowed: false });
    await expect(w.read("aws:db/prod")).rejects.toEqual(says(/may not read it/));
    w.state.keys.delete(KEY.id);
    await expect(w.read("aws:db/prod")).rejects.toEqual(says(/does not know this access key/));
  });
  it("carries the token of temporary credentials, and says when they have ended", async () => {
    await using w = await aws();
    await w.vault.put("aws-session", "session-canary");
    w.state.keys.set(KEY.id, { secret: KEY.secret, isAllowed: true, session: "session-canary", until: w.clock.now + 1000 });
    await expect(w.read("aws:db/prod")).rejects.toEqual(says(/temporary credentials have expired/));
    w.set({ ...w.config, sessionTokenSecret: "aws-session" });
    expect(await w.read("aws:db/prod#password")).toBe("new");
    w.clock.now += 1001;
    await expect(w.read("aws:db/prod")).rejects.toEqual(says(/temporary credentials have expired/));
  });
});

describe("Azure Key Vault (fake)", () => {
  async function azure() {
    const w = await world();
    const fake = azureState({ now: w.now });
    fake.state.secrets.set("db-prod", [{ version: "v1", value: "old", enabled: true }, { version: "v2", value: "new", enabled: true }]);
    fake.state.secrets.set("off", [{ version: "v1", value: "x", enabled: false }]);
    const server = await serve(fake.answer);
    await w.vault.put("azure-app", "app-secret-1");
    w.set({ kind: "azure", id: "az", url: server.url, loginUrl: server.url, tenant: "tenant-1", clientId: "app-1", clientSecret: "azure-app" });
    return { ...w, ...fake, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }
  it("signs in once, reads the newest and a named version, and signs in again when the token ends or is revoked", async () => {
    await using w = await azure();
    expect(await w.read("az:db-prod")).toBe("new");
    expect(await w.read("az:db-prod?version=v1")).toBe("old");
    expect(await w.check("az")).toEqual({ ok: true, say: "The application is accepted." });
    expect(w.state.logins).toBe(1);
    w.state.tokens.clear();
    expect(await w.read("az:db-prod")).toBe("new");
    w.clock.now += 3600_000;
    expect(await w.read("az:db-prod")).toBe("new");
    expect(w.state.logins).toBe(3);
  });
  it("says a wrong application secret, a forbidden, a disabled and a missing secret apart, and repeats nothing it was sent", async () => {
    await using w = await azure();
    await expect(w.read("az:none")).rejects.toEqual(says(/nothing under this path/));
    await expect(w.read("az:off")).rejects.toEqual(says(/is disabled there/));
    w.state.isAllowed = false;
    await expect(w.read("az:db-prod")).rejects.toEqual(says(/may not read this/));
    w.state.tokens.clear();
    w.state.secret = "rotated";
    const failure = await w.read("az:db-prod").catch((error: Error) => error);
    expect(failure).toEqual(says(/does not accept the application's secret/));
    expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain("app-secret-1");
  });
  it("gives nothing while SENA is locked, though it still holds a token", async () => {
    await using w = await azure();
    expect(await w.read("az:db-prod")).toBe("new");
    w.vault.lock();
    await expect(w.read("az:db-prod")).rejects.toMatchObject({ code: "VAULT_LOCKED" });
    w.vault.unlock(w.root);
    expect(await w.read("az:db-prod")).toBe("new");
  });
});

describe("Google Secret Manager (fake)", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  async function gcp() {
    const w = await world();
    let url = "";
    const fake = gcpState({ now: w.now, publicKey, tokenUri: () => `${url}/token` });
    fake.state.secrets.set("db", [{ value: "one", isEnabled: true }, { value: "two", isEnabled: false }, { value: "three", isEnabled: true }]);
    const server = await serve(fake.answer);
    url = server.url;
    const keyFile = { type: "service_account", client_email: "sena@project-1.iam.gserviceaccount.com", private_key_id: "k1", private_key: privateKey.export({ type: "pkcs8", format: "pem" }), token_uri: `${url}/token` };
    await w.vault.put("gcp-key", JSON.stringify(keyFile));
    w.set({ kind: "gcp", id: "gcp", project: "project-1", keySecret: "gcp-key", url });
    return { ...w, ...fake, server, keyFile, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }
  it("signs its own assertion, keeps the token, reads the newest and a named version", async () => {
    await using w = await gcp();
    expect(await w.read("gcp:db")).toBe("three");
    expect(await w.read("gcp:db?version=1")).toBe("one");
    expect(await w.check("gcp")).toEqual({ ok: true, say: "The service account is accepted." });
    expect(w.state.logins).toBe(1);
    w.state.tokens.clear();
    expect(await w.read("gcp:db")).toBe("three");
    expect(w.state.logins).toBe(2);
  });
  it("says a revoked key, a forbidden, a missing and a destroyed version, and a key file that is none apart", async () => {
    await using w = await gcp();
    await expect(w.read("gcp:none")).rejects.toEqual(says(/nothing under this path/));
    await expect(w.read("gcp:db?version=2")).rejects.toEqual(says(/disabled or destroyed there/));
    w.state.isAllowed = false;
    await expect(w.read("gcp:db")).rejects.toEqual(says(/may not read this/));
    w.state.tokens.clear();
    w.state.isRevoked = true;
    await expect(w.read("gcp:db")).rejects.toEqual(says(/does not accept the service account's key/));
    await w.vault.put("gcp-key", JSON.stringify({ ...w.keyFile, private_key: "-----BEGIN PRIVATE KEY-----\nno\n-----END PRIVATE KEY-----\n" }));
    await expect(w.read("gcp:db")).rejects.toEqual(says(/is not a service account key file/));
    await w.vault.put("gcp-key", "{}");
    await expect(w.read("gcp:db")).rejects.toEqual(says(/is not a service account key file/));
  });
});

describe("on the way to any source", () => {
  const set = async (w: Awaited<ReturnType<typeof world>>, url: string, caFile = "") => {
    await w.vault.put("t", "t");
    w.set({ kind: "openbao", id: "bao", url, tokenSecret: "t", caFile });
  };
  it("nothing leaves a sealed machine, and this machine's own agent is not the network", async () => {
    const w = await world(true);
    const fake = openbaoState({ now: w.now });
    fake.state.tokens.set("t", { until: w.clock.now + 1e6, policies: ["reader"] });
    fake.state.secrets.set("a", [{ data: { v: "x" }, deletion: "" }]);
    await using server = await serve(fake.answer);
    await set(w, server.url);
    expect(await w.read("bao:a")).toBe("x");
    await set(w, "https://bao.internal:8200");
    await expect(w.read("bao:a")).rejects.toMatchObject({ code: "NETWORK_SEALED" });
  });
  it("a token is never sent in clear to another machine", async () => {
    const w = await world();
    await set(w, "http://bao.internal:8200");
    await expect(w.read("bao:a")).rejects.toEqual(says(/begins with http/));
  });
  it("says what answers wrongly: no JSON, no object, another status, a redirect that is not followed, an answer without end, nobody", async () => {
    const w = await world();
    const answers = [{ status: 200, html: "<html>" }, { status: 200, body: [] }, { status: 502, html: "<html>" }, { status: 302, body: {} }, { status: 200, html: `{"a":"${"x".repeat(1_100_000)}"}` }, { status: 429, body: {} }];
    await using server = await serve(() => answers.shift() ?? { status: 500 });
    await set(w, server.url);
    for (const words of [/not JSON/, /holds 0 fields/, /out of order \(status 502\)/, /answered with status 302/, /cannot be reached/, /stands by/]) await expect(w.read("bao:a")).rejects.toEqual(says(words));
    expect(server.asked).toHaveLength(6);
    await set(w, "http://127.0.0.1:1");
    await expect(w.read("bao:a")).rejects.toEqual(says(/cannot be reached/));
  });
  it("does not wait for ever", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const w = await world();
    await set(w, `http://127.0.0.1:${(silent.address() as { port: number }).port}`);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    expect(await w.book.check("bao", stop.signal)).toMatchObject({ ok: false, say: expect.stringContaining("did not answer in time") as string });
    silent.close();
  });
  it("forgets a source that is removed, and keeps them over a restart", async () => {
    const w = await world();
    await set(w, "https://bao.internal:8200");
    const again = createSourceBook({ store: w.store, vault: w.vault, fetch: createFetch({ isSealed: () => true }), now: w.now });
    expect(again.list()).toMatchObject([{ id: "bao", kind: "openbao" }]);
    again.remove("bao");
    expect(again.list()).toEqual([]);
    await expect(w.read("bao:a")).rejects.toMatchObject({ code: "VAULT_SOURCE_NOT_SET_UP" });
  });

  describe.skipIf(!hasOpenssl)("over TLS", () => {
    const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
    const made = (name: string, san: string, ...more: string[]) => {
      openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
      writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${san}\n`);
      openssl("x509", "-req", "-in", `${name}.csr`, "-CA", "tls-ca.pem", "-CAkey", "tls-ca.key", "-CAcreateserial", "-out", `${name}.pem`, "-extfile", `${name}.ext`, ...more);
      return { key: readFileSync(join(folder, `${name}.key`), "utf8"), cert: readFileSync(join(folder, `${name}.pem`), "utf8") };
    };
    it("an authority on the premises is trusted by its file and by nothing else; another name and another authority are refused", async () => {
      openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tls-ca.key", "-out", "tls-ca.pem", "-subj", "/CN=Premises CA", "-days", "2");
      openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "other-ca.key", "-out", "other-ca.pem", "-subj", "/CN=Other CA", "-days", "2");
      const good = made("good", "IP:127.0.0.1", "-days", "2");
      const elsewhere = made("elsewhere", "DNS:bao.example", "-days", "2");
      const w = await world();
      const fake = openbaoState({ now: w.now });
      fake.state.tokens.set("t", { until: w.clock.now + 1e6, policies: ["reader"] });
      fake.state.secrets.set("a", [{ data: { v: "x" }, deletion: "" }]);
      await using server = await serve(fake.answer, good);
      await using wrong = await serve(fake.answer, elsewhere);
      await set(w, server.url, join(folder, "tls-ca.pem"));
      expect(await w.read("bao:a")).toBe("x");
      await set(w, server.url);
      await expect(w.read("bao:a")).rejects.toEqual(says(/signed by nobody known here/));
      await set(w, server.url, join(folder, "other-ca.pem"));
      await expect(w.read("bao:a")).rejects.toEqual(says(/signed by nobody known here/));
      await set(w, wrong.url, join(folder, "tls-ca.pem"));
      await expect(w.read("bao:a")).rejects.toEqual(says(/certificate is for another name/));
      await set(w, server.url, join(folder, "missing.pem"));
      await expect(w.read("bao:a")).rejects.toMatchObject({ code: "SOURCE_CA_FILE" });
      await set(w, server.url, join(folder, "good.key"));
      await expect(w.read("bao:a")).rejects.toMatchObject({ code: "SOURCE_CA_FILE" });
      expect(wrong.asked).toEqual([]);
    });
  });
});
