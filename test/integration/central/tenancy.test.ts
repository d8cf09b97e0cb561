import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { binaries, member, organisation, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";
import { createHmac } from "node:crypto";
import { runningUrl } from "../../../src-main/central/database/embedded.ts";
import { samlProvider } from "../../fakes/saml-provider.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

// Nothing of one organisation reaches another: not by any route, and not by SQL in the hands of the server's own role.

describe.skipIf(!binaries)("two organisations on one server", () => {
  let world: TestCentral;
  let a: { orgId: string; admin: Browser };
  let b: { orgId: string; admin: Browser };
  let app: pg.Client;
  let owner: pg.Client;
  const seeded: Record<string, string> = {};

  beforeAll(async () => {
    world = await testCentral();
    a = await organisation(world, "Alpha");
    b = await organisation(world, "Beta");
    const key = await b.admin.ask("POST", `/v1/orgs/${b.orgId}/keys`, { name: "beta key", scopes: ["desktops:read", "audit:read"] });
    seeded["keyId"] = String(key.body["keyId"]);
    seeded["key"] = String(key.body["key"]);
    const auditor = await member(world, b.admin, b.orgId, "auditor@beta.example", "auditor");
    seeded["userId"] = String((await auditor.ask("GET", "/v1/session")).body["userId"]);
    await b.admin.ask("POST", `/v1/orgs/${b.orgId}/desktops`, {});
    const hook = await b.admin.ask("POST", `/v1/orgs/${b.orgId}/webhooks`, { url: "https://hooks.beta.example/x", kinds: ["*"] });
    seeded["hookId"] = String(hook.body["hookId"]);
    await b.admin.ask("POST", `/v1/orgs/${b.orgId}/invitations`, { email: "open@beta.example", role: "viewer" });
    seeded["invitationId"] = String(((await b.admin.ask("GET", `/v1/orgs/${b.orgId}/invitations`)).body["items"] as { invitationId: string }[])[0]?.invitationId);
    seeded["inletId"] = String((await b.admin.ask("POST", `/v1/orgs/${b.orgId}/inlets`, { name: "beta inlet" })).body["inletId"]);
    await b.admin.ask("POST", `/v1/orgs/${b.orgId}/editions`, { after: 0, note: "beta edition", modelHosts: ["models.beta.example"] });
    const connectionString = runningUrl(world.home) ?? "";
    const host = new URL(connectionString).searchParams.get("host") ?? "";
    const secret = Buffer.from(readFileSync(join(world.home, "central.secret"), "utf8").trim(), "base64url");
    app = new pg.Client({ host, database: "postgres", user: "sena_app", password: createHmac("sha256", secret).update("database role sena_app").digest("hex") });
    owner = new pg.Client({ connectionString });
    await app.connect();
    await owner.connect();
    await owner.query(`INSERT INTO app.desktops (org_id, desktop_id, name, public_key, log_origin, log_key, version, enrolled_at, seen_at) VALUES ($1, '11111111-1111-4111-8111-111111111111', 'beta desk', 'k', 'o', 'k', 'v', 1, 1)`, [b.orgId]);
    await owner.query(`INSERT INTO app.providers (org_id, provider_id, name, issuer, client_id, sealed, role, created_by, created_at) VALUES ($1, '22222222-2222-4222-8222-222222222222', 'beta provider', 'https://idp.beta.example', 'c', '', 'viewer', 'x', 1)`, [b.orgId]);
    await owner.query(`INSERT INTO app.inbox (org_id, item_id, inlet_id, number, hash, at, sent_at, title, content) VALUES ($1, '33333333-3333-4333-8333-333333333333', $2, '1', '', 1, 1, 'beta alert', 'x')`, [b.orgId, seeded["inletId"]]);
    const { rows: [delivery] } = await owner.query<{ event_id: string }>("SELECT event_id FROM app.deliveries WHERE org_id = $1 LIMIT 1", [b.orgId]);
    seeded["eventId"] = String(delivery?.event_id);
    await owner.query(`INSERT INTO app.ledgers (org_id, desktop_id) VALUES ($1, '11111111-1111-4111-8111-111111111111')`, [b.orgId]);
    await owner.query(`INSERT INTO app.entries (org_id, desktop_id, seq, type, at, leaf) VALUES ($1, '11111111-1111-4111-8111-111111111111', 0, 'boot', '2026-01-01T00:00:00.000Z', 'x')`, [b.orgId]);
  });
  afterAll(async () => {
    await app?.end();
    await owner?.end();
    await world?.[Symbol.asyncDispose]();
  });

  it("has no table of tenants without forced row security, its policy, an owner of nothing else and keys that begin with the organisation", async () => {
    const { rows } = await owner.query<{ name: string; enabled: boolean; forced: boolean; owner: string; policies: number; first: string; kind: string }>(`
      SELECT c.relname AS name, c.relkind AS kind, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, pg_get_userbyid(c.relowner) AS owner,
        (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid AND pg_get_expr(p.polqual, p.polrelid) LIKE '%app.org_id%' AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%app.org_id%') AS policies,
        (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE i.indrelid = c.oid AND i.indisprimary) AS first
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'app' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`);
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row).toMatchObject({ kind: "r", enabled: true, forced: true, owner: "sena_owner", policies: 1, first: "org_id" });
  });

  it("joins tables of tenants by the organisation and by nothing less", async () => {
    const { rows } = await owner.query<{ name: string; columns: string }>(`SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS columns FROM pg_constraint WHERE contype = 'f' AND connamespace = 'app'::regnamespace`);
    expect(rows.length).toBeGreaterThan(10);
    for (const { columns } of rows) expect(columns).toMatch(/^FOREIGN KEY \(org_id\b/);
  });

  it("serves tenants under a role that is nobody, owns nothing, and sees no people", async () => {
    const { rows: [role] } = await owner.query("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'sena_app'");
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false });
    const { rows: owned } = await owner.query("SELECT 1 FROM pg_class WHERE pg_get_userbyid(relowner) = 'sena_app'");
    expect(owned).toEqual([]);
    await expect(app.query(`SELECT * FROM identity."user"`)).rejects.toThrow(/permission denied/);
    await expect(app.query("SET ROLE sena_owner")).rejects.toThrow(/permission denied/);
    await expect(app.query("ALTER TABLE app.desktops DISABLE ROW LEVEL SECURITY")).rejects.toThrow(/must be owner/);
  });

  it("shows that role 0 rows of another organisation, in every table, with no tenant, a wrong one, or one that is no name at all", async () => {
    const { rows: tables } = await owner.query<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind = 'r'");
    for (const setting of ["", a.orgId]) {
      await app.query("BEGIN");
      await app.query("SELECT set_config('app.org_id', $1, true)", [setting]);
      for (const { name } of tables) {
        const { rows } = await app.query<{ n: number }>(`SELECT count(*)::int AS n FROM app.${name} WHERE org_id = $1`, [b.orgId]);
        expect(`${name} ${rows[0]?.n}`).toBe(`${name} 0`);
      }
      await app.query("ROLLBACK");
    }
    // The twin: with its own tenant the same role sees what was put there.
    await app.query("BEGIN");
    await app.query("SELECT set_config('app.org_id', $1, true)", [b.orgId]);
    const { rows } = await app.query<{ n: number }>("SELECT count(*)::int AS n FROM app.entries");
    expect(rows[0]?.n).toBe(1);
    await app.query("ROLLBACK");
  });

  it("lets that role write into no other organisation, and change or remove nothing of a record", async () => {
    const as = async (orgId: string, sql: string): Promise<string> => {
      await app.query("BEGIN");
      await app.query("SELECT set_config('app.org_id', $1, true)", [orgId]);
      const said = await app.query(sql).then(({ rowCount }) => `${rowCount} rows`, (error: Error) => error.message);
      await app.query("ROLLBACK");
      return said;
    };
    expect(await as(a.orgId, `INSERT INTO app.invitations (org_id, invitation_id, secret_hash, email, role, created_by, created_at, expires_at) VALUES ('${b.orgId}', gen_random_uuid(), '', 'e', 'admin', 'x', 1, 1)`)).toMatch(/row-level security/);
    expect(await as(a.orgId, `UPDATE app.desktops SET name = 'stolen' WHERE org_id = '${b.orgId}'`)).toBe("0 rows");
    expect(await as(b.orgId, "UPDATE app.desktops SET name = 'renamed'")).toBe("1 rows");
    expect(await as(b.orgId, "UPDATE app.entries SET leaf = 'y'")).toMatch(/permission denied/);
    expect(await as(b.orgId, "DELETE FROM app.entries")).toMatch(/permission denied/);
    expect(await as(b.orgId, "TRUNCATE app.entries")).toMatch(/permission denied/);
    await expect(owner.query("UPDATE app.entries SET leaf = 'y'")).rejects.toThrow(/only grows/);
    await expect(owner.query("TRUNCATE app.entries CASCADE")).rejects.toThrow(/only grows/);
  });

  it("answers on every route as if the other organisation were not there", async () => {
    const names: Record<string, string> = { desktopId: "11111111-1111-4111-8111-111111111111", keyId: seeded["keyId"] as string, userId: seeded["userId"] as string, approvalId: "appr_x", sessionId: "s", hookId: seeded["hookId"] as string, eventId: seeded["eventId"] as string, inletId: seeded["inletId"] as string, itemId: "33333333-3333-4333-8333-333333333333", invitationId: seeded["invitationId"] as string, providerId: "22222222-2222-4222-8222-222222222222", n: "1" };
    const body = { email: "fuzz@example.org", role: "viewer", name: "x", scopes: ["audit:read"], decision: "approve", seqs: [0], why: "x", requiresSecondFactor: false, desktopId: names["desktopId"], url: "https://x.example", kinds: ["*"], after: 0, note: "x", issuer: "https://127.0.0.1:1", clientId: "x", clientSecret: "x", file: "x", certificates: [samlProvider().certificate], reason: "fuzz", question: "x", rules: [{ type: "*", days: 30 }] };
    const routes = world.central.routes.filter(({ who }) => who === "member");
    expect(routes.length).toBeGreaterThan(30);
    // No name in a path is one that this test does not know: a route of tomorrow needs something of Beta's to be asked for.
    for (const { path } of routes) for (const [, name = ""] of path.matchAll(/:(\w+)/g)) expect(["orgId", ...Object.keys(names)], path).toContain(name);
    const wide = String((await a.admin.ask("POST", `/v1/orgs/${a.orgId}/keys`, { name: "wide", scopes: ["people:read", "people:write", "desktops:read", "desktops:write", "approvals:read", "approvals:decide", "audit:read", "audit:erase", "keys:write", "settings:write", "policy:read", "policy:write", "webhooks:write", "inbox:read", "inbox:write"] })).body["key"]);
    const filled = (path: string, orgId: string): string => `${path.replaceAll(/:(\w+)/g, (_, name: string) => (name === "orgId" ? orgId : (names[name] ?? "x")))}?reason=fuzz`;
    for (const { method, path } of routes) {
      const given = method === "GET" ? undefined : body;
      // Beta by name, as Alpha's admin and with Alpha's key.
      const asPerson = await a.admin.ask(method, filled(path, b.orgId), given);
      expect(`${method} ${path} ${asPerson.status}`).toBe(`${method} ${path} 404`);
      const asKey = await world.browser().ask(method, filled(path, b.orgId), given, { authorization: `Bearer ${wide}` });
      expect(`${method} ${path} ${asKey.status}`).toBe(`${method} ${path} 404`);
      // Beta's things under Alpha's name.
      const own = await a.admin.ask(method, filled(path, a.orgId), given);
      expect(own.status, `${method} ${path} ${own.text}`).toBeLessThan(500);
      for (const secret of [b.orgId, "beta desk", "beta key", "auditor@beta.example", "open@beta.example", "beta.example", "beta provider", "beta edition", "beta inlet", "beta alert"]) expect(own.text).not.toContain(secret);
      if (/:(desktopId|keyId|userId|approvalId|hookId|invitationId|providerId|inletId|itemId|n)\b/.test(path)) expect(`${method} ${path} ${own.status}`).toBe(`${method} ${path} 404`);
    }
    const { rows } = await owner.query("SELECT left_at, name FROM app.desktops");
    expect(rows).toEqual([{ left_at: null, name: "beta desk" }]);
    const { rows: keys } = await owner.query("SELECT revoked_at FROM app.api_keys WHERE key_id = $1", [seeded["keyId"]]);
    expect(keys).toEqual([{ revoked_at: null }]);
    // What may be asked without an account names providers to whoever holds the organisation's address, and nothing else.
    expect((await world.browser().ask("GET", `/v1/sign-in/${b.orgId}`)).body).toEqual({ items: [{ providerId: names["providerId"], name: "beta provider" }], next: null });
    expect((await world.browser().ask("GET", `/v1/sign-in/${a.orgId}`)).body).toEqual({ items: [], next: null });
    expect((await world.browser().ask("POST", `/v1/sign-in/${a.orgId}`, { providerId: names["providerId"] })).status).toBe(404);
    // The twin: Beta's own admin and key get in.
    expect((await b.admin.ask("GET", `/v1/orgs/${b.orgId}/desktops`)).text).toContain("beta desk");
    expect((await world.browser().ask("GET", `/v1/orgs/${b.orgId}/desktops`, undefined, { authorization: `Bearer ${seeded["key"]}` })).text).toContain("beta desk");
  });

  it("takes no key that is wrong, revoked, expired, or short of the scope, and takes it with the scope", async () => {
    const ask = (key: string, path: string) => world.browser().ask("GET", `/v1/orgs/${b.orgId}${path}`, undefined, { authorization: `Bearer ${key}` });
    const key = seeded["key"] as string;
    expect((await ask(`${key.slice(0, -3)}AAA`, "/desktops")).body["code"]).toBe("KEY_REFUSED");
    expect((await ask(key, "/members")).body["code"]).toBe("NOT_ALLOWED");
    expect((await ask(key, "/desktops")).status).toBe(200);
    const made = await b.admin.ask("POST", `/v1/orgs/${b.orgId}/keys`, { name: "short", scopes: ["desktops:read"], days: 1 });
    const rotated = await b.admin.ask("POST", `/v1/orgs/${b.orgId}/keys/${made.body["keyId"]}/rotation`, {});
    for (const each of [made, rotated]) expect((await ask(String(each.body["key"]), "/desktops")).status).toBe(200);
    await b.admin.ask("DELETE", `/v1/orgs/${b.orgId}/keys/${made.body["keyId"]}`);
    expect((await ask(String(made.body["key"]), "/desktops")).body["code"]).toBe("KEY_REFUSED");
    world.clock.value = 25 * 3_600_000;
    expect((await ask(String(rotated.body["key"]), "/desktops")).body["code"]).toBe("KEY_REFUSED");
    world.clock.value = 0;
    const listed = ((await b.admin.ask("GET", `/v1/orgs/${b.orgId}/events?limit=200`)).body["items"] as { kind: string; detail: Record<string, string> }[]).filter(({ kind }) => kind === "refused").map(({ detail }) => `${detail["code"]} ${detail["name"] ?? detail["route"]}`);
    // A key that was revoked and one that expired are two lines; a guessed one is told as that.
    expect(listed.filter((line) => line === "KEY_REFUSED short").length).toBe(2);
    expect(listed).toContain("NOT_ALLOWED GET /v1/orgs/:orgId/members");
  });

  it("does a thing once for one idempotency key and answers the same again", async () => {
    const ask = (email: string) => a.admin.ask("POST", `/v1/orgs/${a.orgId}/invitations`, { email, role: "viewer" }, { "idempotency-key": "one" });
    const first = await ask("idem@example.org");
    const second = await ask("idem@example.org");
    expect(first.status, first.text).toBe(200);
    expect(second.body["code"]).toBe(first.body["code"]);
    expect((await ask("other@example.org")).body["code"]).toBe("KEY_REUSED");
    const { rows } = await owner.query("SELECT 1 FROM app.invitations WHERE email = 'idem@example.org'");
    expect(rows.length).toBe(1);
  });
});
