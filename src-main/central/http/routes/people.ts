import { z } from "zod";
import type { RemoteApprovals } from "../../approvals/remote.ts";
import type { Wakes } from "../../approvals/wakes.ts";
import type { Tenants } from "../../database/tenants.ts";
import { record } from "../../events.ts";
import { fail } from "../../failures.ts";
import type { ApiKeys } from "../../identity/api-keys.ts";
import type { Invitations } from "../../identity/invitations.ts";
import type { IdentityPort, Session } from "../../identity/port.ts";
import { CentralPermission, CentralRole, type Grants } from "../../identity/roles.ts";
import { createNoted, type SignInRecord } from "../noted.ts";
import type { Asking, Route } from "../route.ts";
import { Done, done, inOrg, listOf, paged, pageOf, pageOfAll, readCursor, route } from "../route.ts";

export type PeopleNeeds = { readonly identity: IdentityPort; readonly invitations: Invitations; readonly keys: ApiKeys; readonly tenants: Tenants; readonly approvals: RemoteApprovals; readonly wakes: Wakes; readonly grants: Grants; readonly now: () => number; readonly recordSignIn: SignInRecord };

const Email = z.email().max(200);
const Password = z.string().min(1).max(256);
const SixDigits = z.string().regex(/^\d{6}$/).meta({ examples: ["287082"] });
const Code = SixDigits.optional();
const Name = z.string().trim().min(1).max(80);
const Nothing = z.object({});
const Person = z.object({ userId: z.string(), name: z.string(), email: z.string() });
const OrgInput = z.object(inOrg);
const MAX_KEY_DAYS = 365;
const DAY_MS = 86_400_000;

const sessionOf = ({ session }: Asking): Session => {
  if (!session) throw fail("SIGN_IN_NEEDED");
  return session;
};

export const peopleRoutes = (needs: PeopleNeeds): readonly Route[] => [...sessionRoutes(needs), ...memberRoutes(needs), ...keyRoutes(needs)];

function sessionRoutes({ identity, invitations, tenants, grants, now, recordSignIn }: PeopleNeeds): readonly Route[] {
  const noted = createNoted(recordSignIn);
  /** Of the own account: what was done with it, or tried. */
  const ofOwn = async (asking: Asking, way: string, work: (session: Session) => Promise<unknown>): Promise<typeof done> => {
    const session = sessionOf(asking);
    await noted({ email: session.email, way }, asking, () => work(session));
    return done;
  };
  const signIn = async (of: { readonly email: string; readonly password: string; readonly code?: string | undefined }, asking: Asking) => {
    try {
      const { person, cookies } = await identity.signIn({ ...of, code: of.code, address: asking.address, agent: asking.agent });
      await recordSignIn({ email: of.email, result: "ok", address: asking.address });
      asking.setCookies(cookies);
      return person;
    } catch (error) {
      await recordSignIn({ email: of.email, result: (error as { code?: string }).code ?? "failed", address: asking.address });
      throw error;
    }
  };
  return [
    route({
      method: "POST", path: "/v1/bootstrap", who: "anyone", says: "The first admin and the first organisation, with the code printed when the server first started.",
      input: z.object({ code: z.string().max(100), organisation: Name, name: Name, email: Email, password: Password }),
      output: z.object({ orgId: z.string(), userId: z.string() }),
      example: { code: "first_…", organisation: "Harbour Lab", name: "Ada", email: "ada@example.org", password: "correct horse battery" },
      async handle({ code, organisation, ...of }) {
        if (!(await identity.firstAdminCodeHolds(code))) throw fail("CODE_SPENT");
        // The person first: a password that will not do must not cost the code. Until the code is spent they are in no organisation.
        const person = await identity.createPerson(of);
        await identity.spendFirstAdminCode(code);
        const orgId = await identity.createOrganisation(organisation, person.userId);
        await tenants.withOrg(orgId, person.userId, async (tx) => {
          await tx.run("INSERT INTO app.orgs (org_id, name, created_at) VALUES ($1, $2, $3)", [orgId, organisation, now()]);
          await record(tx, orgId, now(), { actor: person.userId, kind: "organisation.created", detail: { name: organisation } });
        });
        return { orgId, userId: person.userId };
      },
    }),
    route({
      method: "POST", path: "/v1/session", who: "anyone", says: "Sign in. The session is a cookie.",
      input: z.object({ email: Email, password: Password, code: Code }), output: Person, example: { email: "ada@example.org", password: "correct horse battery" },
      handle: (input, asking) => signIn(input, asking),
    }),
    route({
      method: "GET", path: "/v1/session", who: "person", says: "Who is signed in, and where they are a member.", input: Nothing,
      output: Person.extend({ hasSecondFactor: z.boolean(), hasCodes: z.boolean(), hasPasskey: z.boolean(), provider: z.object({ orgId: z.string(), providerId: z.string() }).nullable(), provedAt: z.number(), organisations: z.array(z.object({ orgId: z.string(), name: z.string(), role: CentralRole, permissions: z.array(CentralPermission), /* It asks for a second factor that this session has not: nothing of it is shown before. */ needsSecondFactor: z.boolean() })) }),
      async handle(_, asking) {
        const { userId, name, email, hasSecondFactor, hasCodes, provider = null, provedAt } = sessionOf(asking);
        const hasPasskey = (await identity.passkeys.list(userId)).length > 0;
        const organisations = [];
        for (const each of await identity.memberships(userId)) {
          const org = hasSecondFactor ? undefined : await tenants.withOrg(each.orgId, userId, (tx) => tx.one<{ requires_mfa: boolean }>("SELECT requires_mfa FROM app.orgs"));
          organisations.push({ ...each, permissions: [...grants[each.role]], needsSecondFactor: org?.requires_mfa === true });
        }
        return { userId, name, email, hasSecondFactor, hasCodes, hasPasskey, provider, provedAt, organisations };
      },
    }),
    route({
      method: "DELETE", path: "/v1/session", who: "person", says: "Sign out.", input: Nothing, output: Done,
      async handle(_, asking) {
        asking.setCookies(await identity.signOut(asking.cookie));
        return done;
      },
    }),
    route({
      method: "POST", path: "/v1/session/proof", who: "person", says: "Prove again that it is you, before something that matters; holds for five minutes.",
      input: z.object({ password: Password, code: Code }), output: Done,
      handle: ({ password, code }, asking) => ofOwn(asking, "proof", (session) => identity.prove(session, { password, code })),
    }),
    route({
      method: "GET", path: "/v1/sessions", who: "person", says: "Your sessions, newest first.", input: z.object(paged),
      output: listOf(z.object({ sessionId: z.string(), createdAt: z.number(), usedAt: z.number(), address: z.string(), agent: z.string(), isThis: z.boolean() })),
      handle: async (page, asking) => pageOfAll((await identity.sessions(sessionOf(asking).userId)).map((each) => ({ ...each, isThis: each.sessionId === asking.session?.sessionId })), page, ({ createdAt, sessionId }) => [-createdAt, sessionId]),
    }),
    route({
      method: "DELETE", path: "/v1/sessions/:sessionId", who: "person", says: "End one of your sessions.", input: z.object({ sessionId: z.string().max(64) }), output: Done,
      handle: ({ sessionId }, asking) => ofOwn(asking, "session-end", async ({ userId }) => {
        if (!(await identity.endSession(userId, sessionId))) throw fail("NOT_HERE");
      }),
    }),
    route({
      method: "POST", path: "/v1/password", who: "person", says: "Change your password; your other sessions end.", input: z.object({ password: Password, next: Password }), output: Done,
      handle: (input, asking) => ofOwn(asking, "password-change", (session) => identity.changePassword(session, input)),
    }),
    route({
      method: "POST", path: "/v1/second-factor", who: "person", isSensitive: true, says: "Begin a second factor: an address for an authenticator.", input: Nothing, output: z.object({ uri: z.string() }),
      handle: (_, asking) => identity.beginSecondFactor(sessionOf(asking)),
    }),
    route({
      method: "PUT", path: "/v1/second-factor", who: "person", says: "Confirm it with its first code; your other sessions that were opened without a second factor end.", input: z.object({ code: SixDigits }), output: Done,
      handle: ({ code }, asking) => ofOwn(asking, "factor-add", (session) => identity.confirmSecondFactor(session, code)),
    }),
    route({
      method: "DELETE", path: "/v1/second-factor", who: "person", says: "Remove it, with a code from it.", input: z.object({ code: SixDigits }), output: Done,
      handle: ({ code }, asking) => ofOwn(asking, "factor-remove", (session) => identity.removeSecondFactor(session, code)),
    }),
    route({
      method: "POST", path: "/v1/invitations", who: "anyone", says: "Accept an invitation: join with a new account, or with your own.",
      input: z.object({ invitation: z.string().max(200), name: Name, password: Password, code: Code }), output: z.object({ orgId: z.string(), userId: z.string(), email: z.string() }),
      // Whoever is known proves themselves with their password: it is a way in, and a way to guess.
      handle: ({ invitation, name, password, code }, asking) => noted({ email: "", way: "invitation" }, asking, async () => {
        const { address, agent } = asking;
        const { orgId, person } = await invitations.accept(invitation, { name, password, code, address, agent });
        return { orgId, userId: person.userId, email: person.email };
      }),
    }),
  ];
}

function memberRoutes({ identity, invitations, approvals, wakes, grants, now }: PeopleNeeds): readonly Route[] {
  const Member = Person.extend({ role: CentralRole, joinedAt: z.number(), hasSecondFactor: z.boolean(), hasPasskey: z.boolean(), isVouchedFor: z.boolean() });
  return [
    route({
      method: "GET", path: "/v1/orgs/:orgId", who: "member", says: "The organisation.", input: OrgInput, output: z.object({ orgId: z.string(), name: z.string(), requiresSecondFactor: z.boolean() }),
      async handle({ orgId }, { inOrg: within }) {
        const row = await within((tx) => tx.one<{ name: string; requires_mfa: boolean }>("SELECT name, requires_mfa FROM app.orgs"));
        if (!row) throw fail("NOT_HERE");
        return { orgId, name: row.name, requiresSecondFactor: row.requires_mfa };
      },
    }),
    route({
      method: "PUT", path: "/v1/orgs/:orgId/settings", who: "member", needs: "settings:write", isSensitive: true, says: "What the organisation asks of its members.",
      input: z.object({ ...inOrg, requiresSecondFactor: z.boolean() }), output: Done,
      async handle({ orgId, requiresSecondFactor }, { actor, session, inOrg: within }) {
        // Whoever asks it of others has one: otherwise the last admin could lock the organisation.
        if (requiresSecondFactor && session?.hasSecondFactor !== true) throw fail("SECOND_FACTOR_NEEDED");
        await within(async (tx) => {
          await tx.run("UPDATE app.orgs SET requires_mfa = $1", [requiresSecondFactor]);
          await record(tx, orgId, now(), { actor, kind: "settings.changed", detail: { requiresSecondFactor } });
        });
        return done;
      },
    }),
    route({
      method: "GET", path: "/v1/orgs/:orgId/members", who: "member", needs: "people:read", says: "Who is a member, by name.", input: z.object({ ...inOrg, ...paged }), output: listOf(Member),
      handle: async ({ orgId, ...page }) => pageOfAll(await identity.members(orgId), page, ({ name, userId }) => [0, `${name.toLowerCase()} ${userId}`]),
    }),
    route({
      method: "GET", path: "/v1/orgs/:orgId/roles", who: "member", says: "The roles there are and what each may do, as the server's policy decides it.", input: z.object({ ...inOrg, ...paged }), output: listOf(z.object({ role: CentralRole, permissions: z.array(CentralPermission) })),
      handle: async (page) => pageOfAll(CentralRole.options.map((role) => ({ role, permissions: [...grants[role]] })), page, ({ role }) => [CentralRole.options.indexOf(role), role]),
    }),
    route({
      method: "GET", path: "/v1/orgs/:orgId/members/:userId/sessions", who: "member", needs: "people:write", says: "Where a member is signed in.", input: z.object({ ...inOrg, ...paged, userId: z.string().max(64) }),
      output: listOf(z.object({ createdAt: z.number(), usedAt: z.number(), address: z.string(), agent: z.string() })),
      async handle({ orgId, userId, ...page }) {
        if ((await identity.roleIn(orgId, userId)) === undefined) throw fail("NOT_HERE");
        return pageOfAll(await identity.sessions(userId), page, ({ createdAt, sessionId }) => [-createdAt, sessionId]);
      },
    }),
    route({
      method: "DELETE", path: "/v1/orgs/:orgId/members/:userId/sessions", who: "member", needs: "people:write", isSensitive: true, says: "Sign a member out everywhere.", input: z.object({ ...inOrg, userId: z.string().max(64) }), output: z.object({ ended: z.number() }),
      async handle({ orgId, userId }, { actor, inOrg: within }) {
        if ((await identity.roleIn(orgId, userId)) === undefined) throw fail("NOT_HERE");
        return within(async (tx) => {
          const ended = await identity.endSessions(userId);
          await record(tx, orgId, now(), { actor, kind: "person.signed-out", detail: { userId, sessions: ended } });
          return { ended };
        });
      },
    }),
    route({
      method: "GET", path: "/v1/orgs/:orgId/invitations", who: "member", needs: "people:read", says: "Invitations that nobody took up yet, newest first.", input: z.object({ ...inOrg, ...paged }),
      output: listOf(z.object({ invitationId: z.string(), email: z.string(), role: CentralRole, createdAt: z.number(), expiresAt: z.number() })),
      async handle({ cursor, limit }, { inOrg: within }) {
        const rows = await within((tx) => invitations.open(tx, { before: readCursor(cursor), limit }));
        const page = pageOf(rows, limit, ({ createdAt, invitationId }) => [createdAt, invitationId]);
        return { items: [...page.items], next: page.next };
      },
    }),
    route({
      method: "DELETE", path: "/v1/orgs/:orgId/invitations/:invitationId", who: "member", needs: "people:write", isSensitive: true, says: "Take an invitation back.", input: z.object({ ...inOrg, invitationId: z.uuid() }), output: Done,
      async handle({ orgId, invitationId }, { actor, inOrg: within }) {
        await within((tx) => invitations.withdraw(tx, orgId, actor, invitationId));
        return done;
      },
    }),
    route({
      method: "POST", path: "/v1/orgs/:orgId/invitations", who: "member", needs: "people:write", isSensitive: true, says: "Invite somebody: a code to hand over, good for seven days and one person.",
      input: z.object({ ...inOrg, email: Email, role: CentralRole }), output: z.object({ code: z.string(), expiresAt: z.number() }),
      handle: ({ orgId, email, role }, { actor, inOrg: within }) => within((tx) => invitations.create(tx, orgId, actor, { email, role })),
    }),
    route({
      method: "PUT", path: "/v1/orgs/:orgId/members/:userId", who: "member", needs: "people:write", isSensitive: true, says: "Give a member another role.", input: z.object({ ...inOrg, userId: z.string().max(64), role: CentralRole }), output: Done,
      async handle({ orgId, userId, role }, { actor, inOrg: within }) {
        await within(async (tx) => {
          await identity.setRole(orgId, userId, role);
          if (!grants[role].includes("approvals:decide")) await approvals.retireKey(tx, orgId, userId, actor);
          await record(tx, orgId, now(), { actor, kind: "person.role", detail: { userId, role } });
        });
        wakes.wakeAll();
        return done;
      },
    }),
    route({
      method: "DELETE", path: "/v1/orgs/:orgId/members/:userId", who: "member", needs: "people:write", isSensitive: true, says: "Remove a member.", input: z.object({ ...inOrg, userId: z.string().max(64) }), output: Done,
      async handle({ orgId, userId }, { actor, inOrg: within }) {
        await within(async (tx) => {
          await identity.removeMember(orgId, userId);
          await approvals.retireKey(tx, orgId, userId, actor);
          await record(tx, orgId, now(), { actor, kind: "person.removed", detail: { userId } });
        });
        wakes.wakeAll();
        return done;
      },
    }),
  ];
}

function keyRoutes({ keys, now }: PeopleNeeds): readonly Route[] {
  const keyId = z.uuid();
  const Made = z.object({ keyId: z.string(), key: z.string() });
  return [
    route({
      method: "GET", path: "/v1/orgs/:orgId/keys", who: "member", needs: "keys:write", says: "API keys, without their secrets, newest first.", input: z.object({ ...inOrg, ...paged }),
      output: listOf(z.object({ keyId: z.string(), name: z.string(), scopes: z.array(CentralPermission), perMinute: z.number(), createdBy: z.string(), createdAt: z.number(), expiresAt: z.number(), revokedAt: z.number().nullable(), replacedBy: z.string().nullable(), lastUsedAt: z.number().nullable() })),
      async handle({ cursor, limit }, { inOrg: within }) {
        const rows = await within((tx) => keys.list(tx, { before: readCursor(cursor), limit }));
        const page = pageOf(rows, limit, ({ createdAt, keyId: id }) => [createdAt, id]);
        return { items: page.items.map((each) => ({ ...each, scopes: [...each.scopes] })), next: page.next };
      },
    }),
    route({
      method: "POST", path: "/v1/orgs/:orgId/keys", who: "member", needs: "keys:write", isSensitive: true, says: "Make an API key. It is shown this once.",
      input: z.object({ ...inOrg, name: Name, scopes: z.array(CentralPermission).min(1).max(CentralPermission.options.length), perMinute: z.number().int().min(1).max(60_000).default(600), days: z.number().int().min(1).max(MAX_KEY_DAYS).default(90) }), output: Made,
      handle: ({ orgId, name, scopes, perMinute, days }, { actor, inOrg: within }) => within((tx) => keys.create(tx, orgId, actor, { name, scopes, perMinute, expiresAt: now() + days * DAY_MS })),
    }),
    route({
      method: "POST", path: "/v1/orgs/:orgId/keys/:keyId/rotation", who: "member", needs: "keys:write", isSensitive: true, says: "A new secret; the old one works for another day.", input: z.object({ ...inOrg, keyId }), output: Made.extend({ formerEndsAt: z.number() }),
      handle: ({ orgId, keyId: id }, { actor, inOrg: within }) => within((tx) => keys.rotate(tx, orgId, actor, id)),
    }),
    route({
      method: "DELETE", path: "/v1/orgs/:orgId/keys/:keyId", who: "member", needs: "keys:write", isSensitive: true, says: "Revoke it at once.", input: z.object({ ...inOrg, keyId }), output: Done,
      async handle({ orgId, keyId: id }, { actor, inOrg: within }) {
        await within((tx) => keys.revoke(tx, orgId, actor, id));
        return done;
      },
    }),
  ];
}
