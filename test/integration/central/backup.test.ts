import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { createTally, type Batch } from "../../../src-main/central/backup/rows.ts";
import { startEmbedded } from "../../../src-main/central/database/embedded.ts";
import { examine, PORT_FILE } from "../../../src-main/shells/central/doctor.ts";
import { lockHome } from "../../../src-main/shells/core/lock-home.ts";
import { CORE_HEAP, CORE_MEMORY } from "../../../src-main/shells/process/core-command.ts";
import { makeBackup, readConfig, takeBackup } from "../../../src-main/central/index.ts";
import { binaries, organisation, PASSWORD, signIn, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";
import { linkedDesktop } from "../../fakes/linked-desktop.ts";
import { throwawayFolders } from "../../harness/folders.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const RESOURCES = resolve(import.meta.dirname, "../../../resources/central");
const MAIN = resolve(import.meta.dirname, "../../../src-main/shells/central/main.ts");
const made = throwawayFolders("sena-back-");
/** PostgreSQL runs as another account there when we are root. */
const newFolder = (): string => {
  const folder = made();
  chmodSync(folder, 0o755);
  return folder;
};
const needsOf = (home: string, isRunning: boolean, database?: string) => ({ home, config: readConfig(home, {}, { ...(binaries && { postgresBinaries: binaries.folder }), ...(database !== undefined && { database }) }), packs: "/nowhere", version: "test", now: Date.now, isRunning, log: () => {}, isThrowaway: true });

/** As somebody who knows the format writes it, without the secret: rows changed, and every hash over them made anew. */
function rewritten(text: string, change: (row: string) => string): string {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const tally = createTally();
  const bodies: string[] = [];
  const after: string[] = [];
  for (const line of lines) {
    const value = JSON.parse(line) as Partial<Batch> & { readonly end?: string; readonly file?: string };
    if (value.rows !== undefined && value.table !== undefined) {
      const batch: Batch = { table: value.table, org: value.org ?? null, rows: value.rows.map(change) };
      tally.add(batch);
      bodies.push(JSON.stringify(batch));
    } else if (value.file !== undefined) bodies.push(line);
    else if (value.end === undefined) after.push(line);
  }
  const end = createHash("sha256").update([head, ...bodies].map((line) => `${line}\n`).join("")).digest("hex");
  return [head, ...bodies, JSON.stringify({ end, tally: tally.result() }), ...after, ""].join("\n");
}

describe.skipIf(!binaries)("a backup of the server", () => {
  let world: TestCentral;
  let orgId: string;
  let admin: Browser;
  let email: string;
  let file: string;
  let secretFile: string;
  beforeAll(async () => {
    world = await testCentral();
    ({ orgId, admin, email } = await organisation(world, "Harbour"));
    await admin.ask("POST", `/v1/orgs/${orgId}/approvers`, {});
    file = join(newFolder(), "whole.backup");
    secretFile = join(world.home, "central.secret");
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it("is made while it serves, went into an empty database before it counts, and brings everything back", async () => {
    const desk = await linkedDesktop(String((await admin.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]));
    await desk.write(50);
    await desk.until("kept", () => desk.link.state.value.lag === 0 && desk.link.state.value.kept > 50);
    const { tally } = await makeBackup(needsOf(world.home, true), { path: file, isProved: true });
    expect(tally["app.entries"]?.rows).toBeGreaterThan(50);
    expect(tally["identity.session"]).toBeUndefined();
    expect(gunzipSync(readFileSync(file)).toString("latin1")).not.toContain(readFileSync(secretFile, "utf8").trim());

    const port = world.central.port;
    await world.stop();
    const home = newFolder();
    const restored = await takeBackup(needsOf(home, false), { path: file, secretFile });
    expect(restored.tally).toEqual(tally);
    await using back = await testCentral({}, { port }, home);
    const browser = back.browser();
    await signIn(browser, email);
    expect((await browser.ask("GET", `/v1/orgs/${orgId}/desktops`)).body["items"]).toMatchObject([{ desktopId: desk.membership.desktopId, keptSize: tally["app.entries"]?.rows }]);
    // A server that has all it confirmed is the same server to its desktops: no alarm.
    await desk.until("linked again", () => desk.link.state.value.state === "linked" && desk.link.state.value.lag === 0, 60_000);
    await desk[Symbol.asyncDispose]();
    await back.stop();
    await world.restart(port);
    await signIn(admin, email);
  });

  it("of before the last entries is noticed by the desktop that sent them, and sent them again", async () => {
    await using desk = await linkedDesktop(String((await admin.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]));
    await desk.write(10);
    await desk.until("kept", () => desk.link.state.value.lag === 0 && desk.link.state.value.kept > 10);
    const early = join(newFolder(), "early.backup");
    await makeBackup(needsOf(world.home, true), { path: early, isProved: false });
    await desk.write(20, "later ");
    await desk.until("kept", () => desk.link.state.value.lag === 0 && desk.link.state.value.kept > 30);
    const port = world.central.port;
    await world.stop();
    const home = newFolder();
    await takeBackup(needsOf(home, false), { path: early, secretFile });
    {
      await using back = await testCentral({}, { port }, home);
      await desk.until("the alarm", () => desk.link.state.value.state === "alarm", 60_000);
      expect(desk.link.state.value.say).toMatch(/put back to an older state/);
      await desk.until("sent again", () => desk.link.state.value.lag === 0, 60_000);
      const browser = back.browser();
      await signIn(browser, email);
      expect((await browser.ask("GET", `/v1/orgs/${orgId}/desktops`)).text).toContain(`"keptSize":${desk.ledger.head().size}`);
    }
    await world.restart(port);
    await signIn(admin, email);
  });

  it("is refused when it is cut off, altered, of another kind, of another server or for a place that holds something", async () => {
    const home = newFolder();
    const put = (name: string, bytes: Buffer): string => {
      const path = join(newFolder(), name);
      writeFileSync(path, bytes);
      return path;
    };
    const plain = gunzipSync(readFileSync(file));
    const take = (path: string, at = home, secret = secretFile) => takeBackup(needsOf(at, false), { path, secretFile: secret });
    await expect(take(put("cut", readFileSync(file).subarray(0, 5000)))).rejects.toThrow(/cut off.*Nothing was changed/);
    const lines = plain.toString().trimEnd().split("\n");
    await expect(take(put("no-end", gzipSync(`${lines.slice(0, -1).join("\n")}\n`)))).rejects.toThrow(/cut off/);
    await expect(take(put("altered", gzipSync(plain.toString().replace("Harbour", "Harbaur"))))).rejects.toThrow(/not the ones that were written/);
    await expect(take(put("longer", gzipSync(`${plain.toString()}${lines[1]}\n`)))).rejects.toThrow(/after its end/);
    await expect(take(put("other", gzipSync('{"kind":"something"}\n')))).rejects.toThrow(/does not begin like a backup/);
    await expect(take(put("text", Buffer.from("hello")))).rejects.toThrow(/not taken as a backup/);
    await expect(take(join(home, "nothing"))).rejects.toThrow(/no such file/);
    const wrong = put("secret", Buffer.from(`${Buffer.alloc(32, 4).toString("base64url")}\n`));
    await expect(take(file, home, wrong)).rejects.toThrow(/not the one of the server this backup is of/);
    await expect(takeBackup(needsOf(home, false), { path: file, secretFile: undefined })).rejects.toThrow(/none was named/);
    expect(existsSync(join(home, "ledger"))).toBe(false);
    await expect(takeBackup(needsOf(world.home, true), { path: file, secretFile: undefined })).rejects.toThrow(/empty place only/);
    await expect(makeBackup(needsOf(world.home, true), { path: file, isProved: false })).rejects.toThrow(/exists/);
  });

  it("is refused when somebody who has not the secret rewrote it, hashes and all, and does not bring back what was good once", async () => {
    const invite = async (mail: string) => {
      await signIn(admin, email);
      return (await admin.ask("POST", `/v1/orgs/${orgId}/invitations`, { email: mail, role: "admin" })).body as { code: string };
    };
    const { code } = await invite("withdrawn@example.org");
    const path = join(newFolder(), "before.backup");
    await makeBackup(needsOf(world.home, true), { path, isProved: false });
    const forged = join(newFolder(), "forged.backup");
    writeFileSync(forged, gzipSync(rewritten(gunzipSync(readFileSync(path)).toString(), (row) => row.replace("Harbour", "Harbaur"))));
    await expect(takeBackup(needsOf(newFolder(), false), { path: forged, secretFile })).rejects.toThrow(/nobody without this server's secret.*Nothing was changed/);
    // The same one, as a version before wrote it: then nothing in it says who wrote it, and it takes a word.
    const old = join(newFolder(), "old.backup");
    const bare = gunzipSync(readFileSync(path)).toString().trimEnd().split("\n").slice(0, -1).join("\n").replace('"format":2', '"format":1');
    writeFileSync(old, gzipSync(rewritten(`${bare}\n`, (row) => row)));
    await expect(takeBackup(needsOf(newFolder(), false), { path: old, secretFile })).rejects.toThrow(/--unsealed/);
    await expect(takeBackup(needsOf(newFolder(), false), { path: forged, secretFile, mayBeUnsealed: true })).rejects.toThrow(/nobody without/);

    const loose = join(newFolder(), "from-a-stick");
    cpSync(secretFile, loose);
    chmodSync(loose, 0o644);
    for (const [one, mayBeUnsealed] of [[old, true], [path, false]] as const) {
      const home = newFolder();
      await takeBackup(needsOf(home, false), { path: one, secretFile: loose, mayBeUnsealed });
      expect(statSync(join(home, "central.secret")).mode & 0o777).toBe(0o600);
      await using back = await testCentral({}, {}, home);
      const browser = back.browser();
      expect((await browser.ask("POST", "/v1/invitations", { invitation: code, name: "Once", password: PASSWORD })).body["code"]).toBe("CODE_SPENT");
      await signIn(browser, email);
      const told = ((await browser.ask("GET", `/v1/orgs/${orgId}/events?limit=5`)).body["items"] as { kind: string }[]).map(({ kind }) => kind);
      expect(told).toContain("server.restored");
      const again = await browser.ask("POST", `/v1/orgs/${orgId}/invitations`, { email: "withdrawn@example.org", role: "viewer" });
      expect((await browser.ask("POST", "/v1/invitations", { invitation: again.body["code"], name: "Once", password: PASSWORD })).status).toBe(200);
    }
  });

  it("is written to a file of its own, and through no link that somebody laid where it is made", async () => {
    const folder = newFolder();
    const victim = join(newFolder(), "theirs");
    writeFileSync(victim, "untouched");
    const path = join(folder, "made.backup");
    symlinkSync(victim, `${path}.new`);
    await makeBackup(needsOf(world.home, true), { path, isProved: false });
    expect([readFileSync(victim, "utf8"), lstatSync(path).isFile(), statSync(path).mode & 0o777]).toEqual(["untouched", true, 0o600]);
  });

  it("holds everything when the account at DATABASE_URL may not look past row security", async () => {
    const home = newFolder();
    await using cluster = await startEmbedded({ home, places: { configured: binaries?.folder, packs: "/nowhere" }, log: () => {}, isThrowaway: true });
    const root = new pg.Client({ connectionString: cluster.url });
    await root.connect();
    await root.query("CREATE ROLE house LOGIN CREATEROLE CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD 'house'");
    await root.query("CREATE DATABASE there OWNER house");
    await root.query("CREATE DATABASE empty OWNER house");
    await root.end();
    const urlOf = (name: string): string => Object.assign(new URL(cluster.url), { username: "house", password: "house", pathname: `/${name}` }).href;
    const kept = newFolder();
    const path = join(kept, "external.backup");
    let first: { orgId: string };
    {
      await using external = await testCentral({}, { database: urlOf("there") });
      first = await organisation(external, "External");
      const made = await makeBackup(needsOf(external.home, true, urlOf("there")), { path, isProved: true });
      expect(made.tally["app.events"]?.rows).toBeGreaterThan(0);
      cpSync(join(external.home, "central.secret"), join(kept, "secret"));
    }
    const fresh = newFolder();
    await takeBackup(needsOf(fresh, false, urlOf("empty")), { path, secretFile: join(kept, "secret") });
    await using back = await testCentral({}, { database: urlOf("empty") }, fresh);
    await back.restart(); // with an account like this, a second start has to do without what only a superuser may
    const browser = back.browser();
    await signIn(browser, "root-of-external@example.org");
    expect((await browser.ask("GET", `/v1/orgs/${first.orgId}`)).body["name"]).toBe("External");
  });

  it("is looked at by the doctor on the port it really has", async () => {
    using _ = lockHome(world.home);
    writeFileSync(join(world.home, PORT_FILE), `${world.central.port}\n`);
    const said: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
    const code = await examine({ home: world.home, start: () => Promise.reject(new Error("it was started twice")) }).finally(() => log.mockRestore());
    expect([code, said.join("\n")]).toEqual([0, expect.stringContaining(`✔ health: a server runs here on port ${world.central.port}`)]);
  });

  it("stops without cutting off who is being answered", async () => {
    const { port } = world.central;
    // A sign-in costs some time at the server: it is on its way when the server is told to stop.
    const answer = world.browser().ask("POST", "/v1/session", { email, password: PASSWORD });
    await vi.waitFor(() => expect(world.central.busy()).toBeGreaterThan(0), { timeout: 5000, interval: 1 });
    await world.stop();
    expect((await answer).status).toBe(200);
    await world.restart(port);
  });
});

describe("what the server is run with", () => {
  it("is told of a word it does not know in a line, and what there is", () => {
    const { status, stderr } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "--prot", "3"], { encoding: "utf8" });
    expect(status).toBe(64);
    expect(stderr).toMatch(/^Unknown option '--prot'\.\n\nsena central/);
  });

  it("names settings that exist and files that are there", () => {
    const compose = parse(readFileSync(join(RESOURCES, "compose.yaml"), "utf8")) as { services: Record<string, { environment: Record<string, string>; command: readonly string[] }> };
    const { environment } = compose.services["central"] as { environment: Record<string, string> };
    const given = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{[^}]*\}/, "central.example.org")]));
    expect(readConfig(newFolder(), given)).toMatchObject({ address: "0.0.0.0", port: 8443, names: ["central.example.org", "localhost"] });
    const unit = readFileSync(join(RESOURCES, "sena-central.service"), "utf8");
    for (const line of ["NoNewPrivileges=true", "ProtectSystem=strict", "KillSignal=SIGTERM", "StateDirectoryMode=0700"]) expect(unit).toContain(line);
    // Both start it with the settings that a core has, at figures of a server's own.
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(Object.keys(CORE_MEMORY)));
    const [heap = ""] = CORE_HEAP.split("=");
    expect(compose.services["central"]?.command.at(-1)).toContain(` ${heap}=`);
    for (const name of Object.keys(CORE_MEMORY)) expect(unit).toContain(`${name}=`);
    expect(unit).toContain(` ${heap}=`);
  });

  it.skipIf(spawnSync("systemd-analyze", ["--version"]).status !== 0)("is a unit that systemd itself finds nothing wrong with", () => {
    const folder = newFolder();
    const path = join(folder, "sena-central.service");
    cpSync(join(RESOURCES, "sena-central.service"), path);
    // The programs and the account of a real installation are not here; everything else of it is read.
    writeFileSync(path, readFileSync(path, "utf8").replace("/usr/bin/node", process.execPath).replaceAll("/opt/sena/dist/central.mjs", import.meta.filename).replace(/^(User|Group|WorkingDirectory)=.*$/gm, ""));
    const said = execFileSync("systemd-analyze", ["verify", "--man=no", path], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    expect(said).not.toMatch(/sena-central/);
  });
});
