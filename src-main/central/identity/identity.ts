import { randomBytes, randomUUID } from "node:crypto";
import { betterAuth } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { organization } from "better-auth/plugins/organization";
import pg from "pg";
import { z } from "zod";
import { connectPatiently, databaseDown, isLost, openPool } from "../database/connect.ts";
import { fail } from "../failures.ts";
import { newSecret, seal, sha256, unseal } from "../sealing.ts";
import { createCeremonies } from "./ceremonies.ts";
import { createPasskeys, type Site } from "./passkeys.ts";
import { weakness } from "./password.ts";
import type { IdentityPort, Member, Person, Session, VouchedPerson } from "./port.ts";
import { otpauthUri, stepOf } from "./totp.ts";
import { createTurns } from "./turns.ts";
import { CentralRole } from "./roles.ts";

export type IdentityNeeds = {
  readonly url: string;
  readonly origin: string;
  /** Known when the server listens. */
  readonly site: () => Site;
  readonly secret: Buffer;
  readonly now: () => number;
  readonly idleMs: number;
  readonly absoluteMs: number;
  readonly onError: (error: Error) => void;
};

/** The name every cookie begins with. By its prefix neither a page without TLS nor a neighbour under the same domain can set one: a session that somebody plants would be theirs. */
const COOKIE = "__Host-sena";
const FREE_ATTEMPTS = 5;
const LONGEST_WAIT_MS = 15 * 60_000;
/** How long a wrong attempt counts. */
const REMEMBERED_MS = 24 * 3_600_000;
const SWEEP_EVERY_MS = 3_600_000;
const FIRST_ADMIN = "first-admin";
/** Somebody a provider vouches for shows the address it says; their own row has one that nobody can be found or invited by. */
const PERSON = `SELECT u.id AS "userId", u.name, COALESCE(p.email, u.email) AS email FROM "user" u LEFT JOIN provider_people p ON p.user_id = u.id`;

type How = { provedAt: string | null; isStrong: boolean; hasCodes: boolean; orgId: string | null; providerId: string | null; email: string | null };
type TotpRow = { sealed: Buffer; last_step: string; confirmed_at: string | null };

/**
 * better-auth keeps people, passwords, sessions and memberships; none of its routes is served. What it leaves open is
 * closed here: codes that work twice, guessing without end, passwords that are only long.
 */
export function openIdentity(needs: IdentityNeeds): IdentityPort & AsyncDisposable {
  const { now, secret } = needs;
  const pool = openPool({ connectionString: needs.url, max: 8, connectionTimeoutMillis: 5000, options: "-c search_path=identity -c statement_timeout=10000" }, needs.onError);
  const { auth, readSession } = authOver(pool, needs);
  const rows = async <T extends pg.QueryResultRow>(sql: string, params: readonly unknown[] = []): Promise<T[]> => {
    const client = await connectPatiently(pool);
    let isLostNow = false;
    try {
      return (await client.query<T>(sql, params as unknown[])).rows;
    } catch (error) {
      isLostNow = isLost(error);
      throw isLostNow ? databaseDown(error) : error;
    } finally {
      client.release(isLostNow);
    }
  };
  const totpContext = (userId: string): string => `totp ${userId}`;
  const totpOf = async (userId: string): Promise<TotpRow | undefined> => (await rows<TotpRow>("SELECT sealed, last_step, confirmed_at FROM totp WHERE user_id = $1", [userId]))[0];
  const hasFactor = async (userId: string): Promise<boolean> => typeof (await totpOf(userId))?.confirmed_at === "string";

  /** True once for each code: the step moves forward in the same statement that asks whether it may. */
  async function takeCode(userId: string, code: string): Promise<boolean> {
    const row = await totpOf(userId);
    if (!row) return false;
    const step = stepOf(unseal(secret, totpContext(userId), row.sealed), code, now(), Number(row.last_step));
    if (step === undefined) return false;
    return (await rows("UPDATE totp SET last_step = $2 WHERE user_id = $1 AND last_step < $2 RETURNING user_id", [userId, step])).length === 1;
  }

  const who = (name: string): string => sha256(name.toLowerCase()).toString("hex");
  const inTurn = createTurns();
  async function assertNotWaiting(email: string): Promise<void> {
    const [row] = await rows<{ failed: number; last_at: string }>("SELECT failed, last_at FROM attempts WHERE who = $1", [who(email)]);
    if (!row || row.failed < FREE_ATTEMPTS) return;
    const leftMs = Number(row.last_at) + Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (row.failed - FREE_ATTEMPTS)) - now();
    if (leftMs > 0) throw fail("SIGN_IN_WAIT", { seconds: Math.ceil(leftMs / 1000) });
  }
  let sweptAt = Number.NEGATIVE_INFINITY;
  async function noteFailure(email: string): Promise<void> {
    const over = now() - REMEMBERED_MS;
    await rows("INSERT INTO attempts (who, failed, last_at) VALUES ($1, 1, $2) ON CONFLICT (who) DO UPDATE SET failed = CASE WHEN attempts.last_at < $3 THEN 1 ELSE attempts.failed + 1 END, last_at = $2", [who(email), now(), over]);
    // Whoever is nobody may give any number of names: they are forgotten when they mean nothing any more.
    if (now() - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = now();
    await rows("DELETE FROM attempts WHERE last_at < $1", [over]);
  }
  const forgetFailures = (email: string) => rows("DELETE FROM attempts WHERE who = $1", [who(email)]);

  /**
   * Guessing from a session that was left open waits as guessing at the door does. It is counted for the person and not for
   * their address: a provider may say any address, and would keep whoever has that one here from signing in.
   */
  async function guarded({ userId }: Session, code: "SIGN_IN_REFUSED" | "CODE_WRONG", holds: () => Promise<boolean>): Promise<void> {
    const name = `person ${userId}`;
    await inTurn(who(name), async () => {
      await assertNotWaiting(name);
      if (await holds()) return forgetFailures(name);
      await noteFailure(name);
      throw fail(code);
    });
  }

  const personOf = async (userId: string): Promise<Person | undefined> => (await rows<Person>(`${PERSON} WHERE u.id = $1`, [userId]))[0];
  async function passwordHolds(userId: string, password: string): Promise<boolean> {
    const context = await auth.$context;
    const [row] = await rows<{ password: string | null }>(`SELECT password FROM account WHERE "userId" = $1 AND "providerId" = 'credential'`, [userId]);
    return typeof row?.password === "string" && context.password.verify({ hash: row.password, password });
  }

  async function createPerson({ email, name, password }: { readonly email: string; readonly name: string; readonly password: string }): Promise<Person> {
    const weak = weakness(password, { email, name });
    if (weak) throw fail("PASSWORD_WEAK", { detail: weak });
    const context = await auth.$context;
    if (await context.internalAdapter.findUserByEmail(email.toLowerCase())) throw fail("TAKEN", { what: "somebody with this address" });
    const user = await context.internalAdapter.createUser({ email: email.toLowerCase(), name, emailVerified: true }, { method: "email-password" });
    await context.internalAdapter.linkAccount({ userId: user.id, providerId: "credential", accountId: user.id, password: await context.password.hash(password) });
    return { userId: user.id, name, email: email.toLowerCase() };
  }

  const noteProof = async ({ sessionId }: Session): Promise<void> => void (await rows("INSERT INTO proofs (session_id, proved_at) VALUES ($1, $2) ON CONFLICT (session_id) DO UPDATE SET proved_at = $2", [sessionId, now()]));
  const ceremonies = createCeremonies({ rows, now });

  return {
    createPerson,
    ceremonies,
    passkeys: createPasskeys({ rows, ceremonies, now, site: needs.site }),

    async openSession(userId, { address, agent, isStrong }) {
      const person = await personOf(userId);
      if (!person) throw fail("SIGN_IN_REFUSED");
      const headers = new Headers({ "user-agent": agent.slice(0, 200), "x-forwarded-for": address });
      const opened = await auth.api.openSession({ body: { userId }, headers, returnHeaders: true });
      await rows("INSERT INTO session_ways (session_id, is_strong) VALUES ($1, $2)", [opened.response.sessionId, isStrong]);
      return { person, cookies: opened.headers.getSetCookie() };
    },
    knownVouched: async ({ providerId, subject }) => (await rows<Person>(`${PERSON} WHERE p.provider_id = $1 AND p.subject = $2`, [providerId, subject]))[0],
    admitVouched: (of) => inOneTransaction(pool, (client) => admitted(client, of)),
    personByEmail: async (email) => (await rows<Person>(`SELECT id AS "userId", name, email FROM "user" WHERE email = $1`, [email.toLowerCase()]))[0],
    person: personOf,
    isEmpty: async () => (await rows(`SELECT 1 FROM "user" LIMIT 1`)).length === 0,

    async newFirstAdminCode() {
      const code = `first_${newSecret()}`;
      await rows("INSERT INTO one_time (name, secret_hash) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET secret_hash = excluded.secret_hash WHERE one_time.used_at IS NULL", [FIRST_ADMIN, sha256(code)]);
      return code;
    },
    firstAdminCodeHolds: async (code) => (await rows("SELECT 1 FROM one_time WHERE name = $1 AND secret_hash = $2 AND used_at IS NULL", [FIRST_ADMIN, sha256(code)])).length === 1,
    async spendFirstAdminCode(code) {
      const taken = await rows("UPDATE one_time SET used_at = $3 WHERE name = $1 AND secret_hash = $2 AND used_at IS NULL RETURNING name", [FIRST_ADMIN, sha256(code), now()]);
      if (taken.length === 0) throw fail("CODE_SPENT");
    },

    signIn: ({ email, password, code, address, agent }) => inTurn(who(email), async () => {
      await assertNotWaiting(email);
      const person = (await rows<Person>(`SELECT id AS "userId", name, email FROM "user" WHERE email = $1`, [email.toLowerCase()]))[0];
      const context = await auth.$context;
      // Somebody unknown costs as much time as a wrong password.
      const holds = person ? await passwordHolds(person.userId, password) : (await context.password.hash(password), false);
      if (!person || !holds) {
        await noteFailure(email);
        throw fail("SIGN_IN_REFUSED");
      }
      if (await hasFactor(person.userId)) {
        if (code === undefined) throw fail("CODE_NEEDED");
        if (!(await takeCode(person.userId, code))) {
          await noteFailure(email);
          throw fail("SIGN_IN_REFUSED");
        }
      }
      await forgetFailures(email);
      // Always a new session with a new token: one that was planted before means nothing.
      const headers = new Headers({ "user-agent": agent.slice(0, 200), "x-forwarded-for": address });
      const { headers: answered } = await auth.api.signInEmail({ body: { email: person.email, password }, headers, returnHeaders: true });
      return { person, cookies: answered.getSetCookie() };
    }),

    async session(cookie) {
      const found = await readSession(cookie);
      if (!found.response) return undefined;
      const { session, user } = found.response;
      const bornAt = session.createdAt.getTime();
      if (now() - bornAt > needs.absoluteMs) {
        await rows("DELETE FROM session WHERE id = $1", [session.id]);
        return undefined;
      }
      const [how] = await rows<How>(`SELECT (SELECT proved_at FROM proofs WHERE session_id = $1) AS "provedAt", COALESCE((SELECT is_strong FROM session_ways WHERE session_id = $1), false) AS "isStrong", EXISTS (SELECT 1 FROM totp WHERE user_id = $2 AND confirmed_at IS NOT NULL) AS "hasCodes", p.org_id AS "orgId", p.provider_id AS "providerId", p.email FROM (SELECT 1) one LEFT JOIN provider_people p ON p.user_id = $2`, [session.id, user.id]);
      const { hasCodes = false, isStrong = false, provedAt, orgId, providerId, email } = how ?? {};
      return { sessionId: session.id, userId: user.id, name: user.name, email: email ?? user.email, hasSecondFactor: hasCodes || isStrong, hasCodes, provider: orgId && providerId ? { orgId, providerId } : undefined, provedAt: Number(provedAt ?? 0), cookies: found.headers.getSetCookie() } satisfies Session;
    },
    async signOut(cookie) {
      const { headers } = await auth.api.signOut({ headers: new Headers({ cookie }), returnHeaders: true });
      return headers.getSetCookie();
    },
    sessions: async (userId) => (await rows<{ sessionId: string; createdAt: Date; updatedAt: Date; address: string | null; agent: string | null }>(`SELECT id AS "sessionId", "createdAt", "updatedAt", "ipAddress" AS address, "userAgent" AS agent FROM session WHERE "userId" = $1 AND "expiresAt" > now() ORDER BY "updatedAt" DESC`, [userId])).map((row) => ({ sessionId: row.sessionId, createdAt: row.createdAt.getTime(), usedAt: row.updatedAt.getTime(), address: row.address ?? "", agent: row.agent ?? "" })),
    endSession: async (userId, sessionId) => (await rows(`DELETE FROM session WHERE id = $1 AND "userId" = $2 RETURNING id`, [sessionId, userId])).length === 1,

    endSessions: async (userId) => (await rows(`DELETE FROM session WHERE "userId" = $1 RETURNING id`, [userId])).length,

    async prove(session, { password, code }) {
      if (session.provider) throw fail("PROVIDER_ACCOUNT");
      await guarded(session, "SIGN_IN_REFUSED", async () => (await passwordHolds(session.userId, password)) && (!session.hasCodes || (code !== undefined && (await takeCode(session.userId, code)))));
      await noteProof(session);
    },
    noteProof,
    async changePassword(session, { password, next }) {
      if (session.provider) throw fail("PROVIDER_ACCOUNT");
      await guarded(session, "SIGN_IN_REFUSED", () => passwordHolds(session.userId, password));
      const weak = next === password ? "it is the one you have" : weakness(next, session);
      if (weak) throw fail("PASSWORD_WEAK", { detail: weak });
      const context = await auth.$context;
      await rows(`UPDATE account SET password = $2, "updatedAt" = now() WHERE "userId" = $1 AND "providerId" = 'credential'`, [session.userId, await context.password.hash(next)]);
      await rows(`DELETE FROM session WHERE "userId" = $1 AND id <> $2`, [session.userId, session.sessionId]);
    },

    async beginSecondFactor(session) {
      if (session.provider) throw fail("PROVIDER_ACCOUNT");
      if (session.hasCodes) throw fail("FACTOR_EXISTS");
      const own = randomBytes(20);
      await rows("INSERT INTO totp (user_id, sealed) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, last_step = 0 WHERE totp.confirmed_at IS NULL", [session.userId, seal(secret, totpContext(session.userId), own)]);
      return { uri: otpauthUri(own, session.email) };
    },
    async confirmSecondFactor(session, code) {
      if (session.hasCodes) throw fail("FACTOR_EXISTS");
      await guarded(session, "CODE_WRONG", () => takeCode(session.userId, code));
      // From here on a session of theirs counts as one that was asked for a code. One that was opened without, perhaps by whoever
      // has their password, was not; and none is being opened meanwhile.
      await inTurn(who(session.email), async () => {
        await rows("UPDATE totp SET confirmed_at = $2 WHERE user_id = $1", [session.userId, now()]);
        await rows(`DELETE FROM session WHERE "userId" = $1 AND id <> $2 AND NOT EXISTS (SELECT 1 FROM session_ways w WHERE w.session_id = session.id AND w.is_strong)`, [session.userId, session.sessionId]);
      });
    },
    async removeSecondFactor(session, code) {
      await guarded(session, "CODE_WRONG", () => takeCode(session.userId, code));
      await rows("DELETE FROM totp WHERE user_id = $1", [session.userId]);
    },

    async createEmptyOrganisation(name) {
      const orgId = randomUUID();
      await rows(`INSERT INTO organization (id, name, slug, "createdAt") VALUES ($1, $2, $3, now())`, [orgId, name, orgId]);
      return orgId;
    },
    organisations: async () => (await rows<{ id: string }>("SELECT id FROM organization ORDER BY id")).map(({ id }) => id),
    async createOrganisation(name, adminId) {
      const organisation = await auth.api.createOrganization({ body: { name, slug: randomUUID(), userId: adminId } });
      if (!organisation) throw new Error("the organisation was not made");
      await rows(`UPDATE member SET role = 'admin' WHERE "organizationId" = $1 AND "userId" = $2`, [organisation.id, adminId]);
      return organisation.id;
    },
    memberships: async (userId) => (await rows<{ orgId: string; name: string; role: string }>(`SELECT o.id AS "orgId", o.name, m.role FROM member m JOIN organization o ON o.id = m."organizationId" WHERE m."userId" = $1 ORDER BY o.name`, [userId])).map((row) => ({ ...row, role: CentralRole.catch("guest").parse(row.role) })),
    async roleIn(orgId, userId) {
      const [row] = await rows<{ role: string }>(`SELECT role FROM member WHERE "organizationId" = $1 AND "userId" = $2`, [orgId, userId]);
      return row && CentralRole.catch("guest").parse(row.role);
    },
    members: async (orgId) => (await rows<Omit<Member, "role" | "joinedAt"> & { role: string; joinedAt: Date }>(`SELECT u.id AS "userId", u.name, COALESCE(p.email, u.email) AS email, m.role, m."createdAt" AS "joinedAt", t.confirmed_at IS NOT NULL AS "hasSecondFactor", EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = u.id) AS "hasPasskey", p.user_id IS NOT NULL AS "isVouchedFor" FROM member m JOIN "user" u ON u.id = m."userId" LEFT JOIN totp t ON t.user_id = u.id LEFT JOIN provider_people p ON p.user_id = u.id WHERE m."organizationId" = $1 ORDER BY u.name, u.id`, [orgId])).map((row) => ({ ...row, role: CentralRole.catch("guest").parse(row.role), joinedAt: row.joinedAt.getTime() })),
    async addMember(orgId, userId, role) {
      // Its own names of roles mean nothing here: what a role may is this server's policy.
      await auth.api.addMember({ body: { organizationId: orgId, userId, role: role as "member" } });
    },
    async setRole(orgId, userId, role) {
      await changeKeepingAnAdmin(pool, { orgId, userId, role, at: now() });
    },
    async removeMember(orgId, userId) {
      await changeKeepingAnAdmin(pool, { orgId, userId, role: undefined, at: now() });
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

async function inOneTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await connectPatiently(pool);
  let isClean = false;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    isClean = true;
    return result;
  } catch (error) {
    isClean = await client.query("ROLLBACK").then(() => true, () => false);
    throw isLost(error) ? databaseDown(error) : error;
  } finally {
    client.release(!isClean);
  }
}

/** Two admins who demote each other at the same moment: the lock makes the second see the first. */
const changeKeepingAnAdmin = (pool: pg.Pool, { orgId, userId, role, at }: { readonly orgId: string; readonly userId: string; readonly role: CentralRole | undefined; readonly at: number }): Promise<void> =>
  inOneTransaction(pool, async (client) => {
    // Before the memberships, as a sign-in takes them: the other way round the two would wait for each other.
    if (role === undefined) await client.query("UPDATE provider_people SET removed_at = $3 WHERE user_id = $2 AND org_id::text = $1", [orgId, userId, at]);
    const { rows } = await client.query<{ userId: string; role: string }>(`SELECT "userId", role FROM member WHERE "organizationId" = $1 FOR UPDATE`, [orgId]);
    if (!rows.some((row) => row.userId === userId)) throw fail("NOT_HERE");
    if (role !== "admin" && !rows.some((row) => row.userId !== userId && row.role === "admin")) throw fail("LAST_ADMIN");
    if (role === undefined) await client.query(`DELETE FROM member WHERE "organizationId" = $1 AND "userId" = $2`, [orgId, userId]);
    else await client.query(`UPDATE member SET role = $3 WHERE "organizationId" = $1 AND "userId" = $2`, [orgId, userId, role]);
  });

/** Person and membership are one: whoever has the first without the second would be neither new nor a member, for good. */
async function admitted(client: pg.PoolClient, { orgId, providerId, subject, email, name, role }: VouchedPerson & { readonly role: CentralRole }): Promise<{ readonly person: Person; readonly isNew: boolean } | undefined> {
  // Two first sign-ins of one person: the second waits here and finds what the first made.
  await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`vouched ${providerId} ${subject}`]);
  const { rows: [known] } = await client.query<{ userId: string; removedAt: string | null }>(`UPDATE provider_people SET email = $3 WHERE provider_id = $1 AND subject = $2 RETURNING user_id AS "userId", removed_at AS "removedAt"`, [providerId, subject, email]);
  if (known !== undefined && known.removedAt !== null) return undefined;
  const userId = known?.userId ?? randomUUID();
  if (known === undefined) {
    await client.query(`INSERT INTO "user" (id, name, email, "emailVerified", "updatedAt") VALUES ($1, $2, $1 || '@provider.invalid', false, now())`, [userId, name]);
    await client.query("INSERT INTO provider_people (user_id, org_id, provider_id, subject, email) VALUES ($1, $2, $3, $4, $5)", [userId, orgId, providerId, subject, email]);
  }
  const { rowCount } = await client.query(`INSERT INTO member (id, "organizationId", "userId", role, "createdAt") VALUES ($1, $2, $3, $4, now()) ON CONFLICT ("organizationId", "userId") DO NOTHING`, [randomUUID(), orgId, userId, role]);
  const { rows: [person] } = await client.query<Person>(`${PERSON} WHERE u.id = $1`, [userId]);
  return { person: person as Person, isNew: rowCount === 1 };
}

/** A session for somebody who did not come by password. As all of them, it is called from here and served to nobody. */
const openSession = createAuthEndpoint("/sena/open-session", { method: "POST", body: z.object({ userId: z.string() }) }, async (ctx) => {
  const { internalAdapter } = ctx.context;
  const user = await internalAdapter.findUserById(ctx.body.userId);
  if (!user) throw fail("SIGN_IN_REFUSED");
  const session = await internalAdapter.createSession(user.id);
  await setSessionCookie(ctx, { session, user });
  return { sessionId: session.id };
});

function authOver(pool: pg.Pool, { origin, secret, idleMs }: IdentityNeeds) {
  const auth = betterAuth({
    // Its connections wait over a restart as ours do.
    database: { connect: () => connectPatiently(pool), end: () => pool.end() } as unknown as pg.Pool,
    baseURL: origin,
    secret: sha256(Buffer.concat([Buffer.from("sessions"), secret])).toString("base64url"),
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true, autoSignIn: false, minPasswordLength: 12 },
    session: { expiresIn: Math.ceil(idleMs / 1000), updateAge: 60, cookieCache: { enabled: false } },
    advanced: { cookiePrefix: COOKIE, useSecureCookies: false /* it would put a prefix of its own before ours */, defaultCookieAttributes: { secure: true, sameSite: "strict", httpOnly: true, path: "/" }, database: { generateId: () => randomUUID() }, ipAddress: { ipAddressHeaders: ["x-forwarded-for"] } },
    plugins: [organization({ allowUserToCreateOrganization: false }), { id: "sena", endpoints: { openSession } }],
  });
  const read = (cookie: string) => auth.api.getSession({ headers: new Headers({ cookie }), returnHeaders: true });
  /** A connection that died while it rested is met here first, and the engine does not say so: what only reads is asked again. */
  const readSession = async (cookie: string) => {
    try {
      return await read(cookie).catch(() => read(cookie));
    } catch (error) {
      await pool.query("SELECT 1").catch((found: unknown) => {
        throw databaseDown(found);
      });
      throw error;
    }
  };
  return { auth, readSession };
}
