import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import pg from "pg";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startEmbedded } from "../../../src-main/central/database/embedded.ts";
import { connectPatiently } from "../../../src-main/central/database/connect.ts";
import { IDENTITY_MIGRATIONS } from "../../../src-main/central/database/identity-migrations.ts";
import { migrate } from "../../../src-main/central/database/migrate.ts";
import { CENTRAL_MIGRATIONS } from "../../../src-main/central/database/migrations.ts";
import { openTenants } from "../../../src-main/central/database/tenants.ts";
import { readConfig } from "../../../src-main/central/index.ts";
import { binaries } from "../../fakes/central.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const homes: string[] = [];
const newHome = (): string => {
  const home = mkdtempSync(join(tmpdir(), "sena-db-"));
  chmodSync(home, 0o755);
  homes.push(home);
  return home;
};
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});
const ORG = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const places = { configured: binaries?.folder, packs: "/nowhere" };
// Without its syncs: what is tested are processes that die, not a machine that loses power.
const quiet = { log: () => {}, isThrowaway: true };
/** A zombie whose parent was killed is still a number, and works nowhere. */
const works = (pid: number): boolean => existsSync(`/proc/${pid}/cwd`);

describe.skipIf(!binaries)("the server's own database", () => {
  it("is started again when it is killed, with everything acknowledged, and goes on serving", async () => {
    const home = newHome();
    await using database = await startEmbedded({ home, places, ...quiet });
    const { appUrl } = await migrate({ url: database.url, rolePrefix: "sena", secret: Buffer.alloc(32, 3), now: Date.now });
    await using tenants = openTenants({ url: appUrl, connections: 3, statementTimeoutMs: 5000, onError: () => {} });
    const add = (name: string) => tenants.withOrg(ORG, "test", (tx) => tx.run("INSERT INTO app.invitations (org_id, invitation_id, secret_hash, email, role, created_by, created_at, expires_at) VALUES ($1, gen_random_uuid(), '', $2, 'viewer', 'x', 1, 1)", [ORG, name]));
    await tenants.withOrg(ORG, "test", (tx) => tx.run("INSERT INTO app.orgs (org_id, name, created_at) VALUES ($1, 'o', 1)", [ORG]));
    const acknowledged: string[] = [];
    // A backend outlives its postmaster by a moment and still answers: either side of the kill may meet the loss, and so may
    // whatever is asked after. What is met is always the declared failure.
    const untilTaken = async <T>(work: () => Promise<T>): Promise<T> => {
      const until = performance.now() + 40_000;
      for (;;) {
        try {
          return await work();
        } catch (error) {
          expect(error).toMatchObject({ code: "CENTRAL_DATABASE_DOWN", retryable: true });
          if (performance.now() > until) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const addUntilTaken = async (name: string): Promise<void> => {
      await untilTaken(() => add(name));
      acknowledged.push(name);
    };
    for (let round = 0; round < 3; round += 1) {
      await addUntilTaken(`before ${round}`);
      const killed = database.pid() as number;
      process.kill(killed, "SIGKILL");
      await addUntilTaken(`after ${round}`);
      await vi.waitFor(() => expect(database.pid()).not.toBe(killed), { timeout: 40_000 });
    }
    const kept = await untilTaken(() => tenants.withOrg(ORG, "test", (tx) => tx.rows<{ email: string }>("SELECT email FROM app.invitations")));
    for (const name of acknowledged) expect(kept.map(({ email }) => email)).toContain(name);
  });

  it("is taken over when its server was killed and it lived on", async () => {
    const home = newHome();
    const script = join(home, "orphan.mjs");
    writeFileSync(script, `import { startEmbedded } from ${JSON.stringify(join(import.meta.dirname, "../../../src-main/central/database/embedded.ts"))};\nconst d = await startEmbedded({ home: ${JSON.stringify(home)}, places: ${JSON.stringify(places)}, log: () => {}, isThrowaway: true });\nconsole.log(d.pid());\nsetInterval(() => {}, 1000);\n`);
    const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const orphan = Number(await new Promise<string>((resolve) => child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()))));
    const gone = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await gone;
    expect(works(orphan)).toBe(true);
    await using database = await startEmbedded({ home, places, ...quiet });
    expect(works(orphan)).toBe(false);
    expect(database.pid()).not.toBe(orphan);
  });

  it("is migrated once, by two at the same time too, and not by a version that does not know it", async () => {
    await using database = await startEmbedded({ home: newHome(), places, ...quiet });
    const both = await Promise.all([1, 2].map(() => migrate({ url: database.url, rolePrefix: "sena", secret: Buffer.alloc(32, 3), now: Date.now })));
    const once = both.flatMap(({ applied }) => applied);
    expect(once.toSorted((a, b) => a - b)).toEqual(Array.from({ length: once.length }, (_, n) => n + 1));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query("INSERT INTO sena_meta.migrations VALUES (99, 'later', 'x', 1)");
    await expect(migrate({ url: database.url, rolePrefix: "sena", secret: Buffer.alloc(32, 3), now: Date.now })).rejects.toThrow(/newer SENA/);
    await client.query("DELETE FROM sena_meta.migrations WHERE n = 99");
    await client.query("UPDATE sena_meta.migrations SET hash = 'other' WHERE n = 1");
    await expect(migrate({ url: database.url, rolePrefix: "sena", secret: Buffer.alloc(32, 3), now: Date.now })).rejects.toThrow(/another text/);
    await client.end();
  });

  it.each(["the cluster's own account", "one that may not look past row security"])("of a server whose rules still took proofs loses those rules in every organisation, by %s, and hides what is others' as before", async (account) => {
    await using database = await startEmbedded({ home: newHome(), places, ...quiet });
    const root = new pg.Client({ connectionString: database.url });
    await root.connect();
    await root.query("CREATE ROLE house LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS PASSWORD 'house'");
    await root.query("CREATE DATABASE there OWNER house");
    await root.end();
    const url = account.startsWith("one") ? Object.assign(new URL(database.url), { username: "house", password: "house", pathname: "/there" }).href : database.url;
    const older = [...CENTRAL_MIGRATIONS, ...IDENTITY_MIGRATIONS].filter(({ n }) => n < 12).map(({ n, sql }) => ({ n, hash: createHash("sha256").update(sql).digest("hex") }));
    const needs = { url, rolePrefix: "sena", secret: Buffer.alloc(32, 3), now: Date.now };
    const { appUrl } = await migrate({ ...needs, onlyThese: older });
    await using tenants = openTenants({ url: appUrl, connections: 2, statementTimeoutMs: 5000, onError: () => {} });
    const orgs = [ORG, "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"];
    const rules = (org: string) => tenants.withOrg(org, "test", (tx) => tx.rows<{ type: string; days: number }>("SELECT type, days FROM app.retention ORDER BY type"));
    for (const [index, org] of orgs.entries()) {
      await tenants.withOrg(org, "test", async (tx) => {
        await tx.run("INSERT INTO app.orgs (org_id, name, created_at) VALUES ($1, 'o', 1)", [org]);
        for (const type of ["*", "anchor", "intent", "key", "redaction"]) await tx.run("INSERT INTO app.retention (org_id, type, days, set_by, set_at) VALUES ($1, $2, $3, 'ada', 1)", [org, type, 30 + index]);
      });
      expect(await rules(org)).toHaveLength(5);
    }
    expect((await migrate(needs)).applied).toContain(12);
    for (const [index, org] of orgs.entries()) expect(await rules(org)).toEqual([{ type: "*", days: 30 + index }, { type: "intent", days: 30 + index }]);
    expect(await rules("cccccccc-cccc-4ccc-8ccc-cccccccccccc")).toEqual([]);
    // Whoever owns the table sees no organisation's rows either, again.
    const owner = new pg.Client({ connectionString: url });
    await owner.connect();
    expect((await owner.query("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'app.retention'::regclass")).rows).toEqual([{ relrowsecurity: true, relforcerowsecurity: true }]);
    await owner.end();
  });

  it("leaves no tenant on a connection, whatever the work did", async () => {
    await using database = await startEmbedded({ home: newHome(), places, ...quiet });
    const { appUrl } = await migrate({ url: database.url, rolePrefix: "sena", secret: Buffer.alloc(32, 3), now: Date.now });
    await using tenants = openTenants({ url: appUrl, connections: 1, statementTimeoutMs: 5000, onError: () => {} });
    const other = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
    const setting = () => tenants.withOrg(other, "test", (tx) => tx.one<{ org: string }>("SELECT current_setting('app.org_id') AS org"));
    await expect(tenants.withOrg(ORG, "test", () => Promise.reject(new Error("thrown")))).rejects.toThrow("thrown");
    expect((await setting())?.org).toBe(other);
    await expect(tenants.withOrg(ORG, "test", (tx) => tx.rows("SELECT nonsense"))).rejects.toThrow(/nonsense/);
    expect((await setting())?.org).toBe(other);
    let late = (): Promise<unknown> => Promise.resolve();
    await tenants.withOrg(ORG, "test", async (tx) => {
      late = () => tx.rows("SELECT 1");
    });
    await expect(late()).rejects.toThrow(/transaction is over/);
    await expect(tenants.withOrg("' OR 1=1 --", "test", async () => 1)).rejects.toThrow(/nothing of that name/);
    await expect(tenants.withOrg(ORG, "x'; SET ROLE sena_owner --", async () => 1)).rejects.toThrow(/actor/);
  });
});

describe("a connection to a database that is being started again", () => {
  const refused = (code: string) => Object.assign(new Error(code), { code });
  it("is waited for, since nothing was asked yet, and refused in words when it takes too long or the refusal is another one", async () => {
    const answers = [refused("ECONNREFUSED"), refused("57P03")];
    const client = {} as pg.PoolClient;
    const pool = { connect: () => (answers.length > 0 ? Promise.reject(answers.shift() as Error) : Promise.resolve(client)) } as unknown as pg.Pool;
    expect(await connectPatiently(pool)).toBe(client);
    let clock = 0;
    const never = { connect: () => Promise.reject(refused("ECONNREFUSED")) } as unknown as pg.Pool;
    await expect(connectPatiently(never, () => (clock += 2000))).rejects.toMatchObject({ code: "CENTRAL_DATABASE_DOWN" });
    const wrong = { connect: vi.fn(() => Promise.reject(refused("28P01"))) };
    await expect(connectPatiently(wrong as unknown as pg.Pool)).rejects.toMatchObject({ code: "CENTRAL_DATABASE_DOWN" });
    expect(wrong.connect).toHaveBeenCalledOnce();
  });
});

describe("the configuration", () => {
  it("takes the file, then the environment, then flags, and says what does not fit", () => {
    const home = newHome();
    writeFileSync(join(home, "central.yaml"), "port: 1000\nnames: [central.example]\n");
    expect(readConfig(home, {})).toMatchObject({ port: 1000, names: ["central.example"] });
    expect(readConfig(home, { SENA_CENTRAL_PORT: "2000" })).toMatchObject({ port: 2000 });
    expect(readConfig(home, { SENA_CENTRAL_PORT: "2000", SENA_CENTRAL_NAMES: "a, b" }, { port: 3000 })).toMatchObject({ port: 3000, names: ["a", "b"] });
    expect(() => readConfig(home, { SENA_CENTRAL_PORT: "many" })).toThrow(/port: .*not started/);
    expect(() => readConfig(home, { DATABASE_URL: "mysql://x" })).toThrow(/database/);
    expect(() => readConfig(home, { SENA_CENTRAL_KEY: "/x" })).toThrow(/belong together/);
    writeFileSync(join(home, "central.yaml"), "prot: 1000\n");
    expect(() => readConfig(home, {})).toThrow(/prot/);
  });
});
