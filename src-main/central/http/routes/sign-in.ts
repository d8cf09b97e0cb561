import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Tenants } from "../../database/tenants.ts";
import { record } from "../../events.ts";
import { fail } from "../../failures.ts";
import { PasskeyAnswer } from "../../identity/passkeys.ts";
import type { Oidc, Vouched } from "../../identity/oidc.ts";
import type { KeptProvider, Providers } from "../../identity/providers.ts";
import type { IdentityPort, Session } from "../../identity/port.ts";
import { CentralRole } from "../../identity/roles.ts";
import { shownCertificate } from "../../identity/saml/certificates.ts";
import type { Saml } from "../../identity/saml/saml.ts";
import type { Refusals } from "../../refusals.ts";
import { sameBytes, sha256 } from "../../sealing.ts";
import { createNoted, type SignInRecord } from "../noted.ts";
import type { Asking, Route } from "../route.ts";
import { Done, done, inOrg, listOf, paged, pageOfAll, route, Uuid } from "../route.ts";

export type SignInNeeds = { readonly identity: IdentityPort; readonly providers: Providers; readonly oidc: Oidc; readonly saml: Saml; readonly tenants: Tenants; readonly refusals: Refusals; /** Where providers send people back to: of an organisation, or the address that all had. */ readonly redirectTo: (orgId?: string) => string; readonly now: () => number; readonly recordSignIn: SignInRecord };

const Person = z.object({ userId: z.string(), name: z.string(), email: z.string() });
const Options = z.record(z.string(), z.unknown());
const PasskeyName = z.string().trim().min(1).max(80);
/** A provider may make anybody a member, so it makes nobody an admin. */
export const GivenRole = CentralRole.exclude(["admin"]);
/** Ties the way back to the browser that began it. By its prefix no neighbour under the same domain can set one. */
const FLOW = "__Host-sena.flow";
type Begun = { readonly orgId: string; readonly providerId: string; /** The hash of what the browser that began it holds. */ readonly flow: string; readonly sessionId: string | null };
/** A sign-in that comes back in the browser's address, or one whose answer came before by a form and was judged then. */
type Away = Begun & ({ readonly verifier: string; readonly nonce: string } | SamlOutcome);
export type SamlOutcome = { readonly vouched: Vouched } | { readonly refused: string };
export type SamlAsked = Begun & { readonly requestId: string; readonly begunAt: number };
/** What a browser came back with, and whose address it came to. */
const Returned = z.object({ answer: z.record(z.string().max(40), z.string().max(4000)), cameTo: Uuid.optional() });
type Returned = z.infer<typeof Returned>;
/** From the request to its answer: long enough to type a password and a code. */
const SAML_MS = 5 * 60_000;

export const signInRoutes = (needs: SignInNeeds): readonly Route[] => [...passkeyRoutes(needs), ...providerWays(needs), ...providerRoutes(needs)];

const sessionOf = ({ session }: Asking): Session => {
  if (!session) throw fail("SIGN_IN_NEEDED");
  return session;
};
const byName = ({ name, providerId }: { readonly name: string; readonly providerId: string }): readonly [number, string] => [0, `${name.toLowerCase()} ${providerId}`];
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? "failed";

function passkeyRoutes({ identity, recordSignIn }: SignInNeeds): readonly Route[] {
  const { passkeys } = identity;
  const noted = createNoted(recordSignIn);
  return [
    route({ method: "GET", path: "/v1/passkeys", who: "person", says: "Your passkeys, newest first.", input: z.object(paged), output: listOf(z.object({ passkeyId: z.string(), name: z.string(), createdAt: z.number(), usedAt: z.number().nullable() })), handle: async (page, asking) => pageOfAll(await passkeys.list(sessionOf(asking).userId), page, ({ createdAt, name }) => [-createdAt, name]) }),
    route({ method: "POST", path: "/v1/passkeys/beginning", who: "person", isSensitive: true, says: "Begin a passkey: what the browser's authenticator is asked.", input: z.object({}), output: Options, handle: (_, asking) => passkeys.beginAdding(sessionOf(asking)) }),
    route({
      method: "POST", path: "/v1/passkeys", who: "person", isSensitive: true, says: "Keep the passkey that the authenticator made.", input: z.object({ name: PasskeyName, answer: PasskeyAnswer }), output: z.object({ passkeyId: z.string() }),
      handle: ({ name, answer }, asking) => noted({ email: sessionOf(asking).email, way: "passkey-add" }, asking, async () => ({ passkeyId: await passkeys.add(sessionOf(asking), { name, answer }) })),
    }),
    route({
      method: "DELETE", path: "/v1/passkeys/:passkeyId", who: "person", isSensitive: true, says: "Remove one of your passkeys.", input: z.object({ passkeyId: z.string().max(2000) }), output: Done,
      handle: ({ passkeyId }, asking) => noted({ email: sessionOf(asking).email, way: "passkey-remove" }, asking, async () => {
        if (!(await passkeys.remove(sessionOf(asking).userId, passkeyId))) throw fail("NOT_HERE");
        return done;
      }),
    }),
    route({ method: "POST", path: "/v1/session/passkey/beginning", who: "anyone", says: "What the browser's authenticator is asked at a sign-in or a proof.", input: z.object({}), output: Options, handle: () => passkeys.ask() }),
    route({
      method: "POST", path: "/v1/session/passkey", who: "anyone", says: "Sign in with a passkey. The session is a cookie. Who comes through an identity provider signs in there; their passkey is a proof.", input: z.object({ answer: PasskeyAnswer }), output: Person,
      handle: ({ answer }, asking) => noted({ email: "", way: "passkey" }, asking, async () => {
        const { person, cookies } = await identity.openSession(await passkeys.opener(answer), { address: asking.address, agent: asking.agent, isStrong: true });
        asking.setCookies(cookies);
        return person;
      }),
    }),
    route({
      method: "POST", path: "/v1/session/proof/passkey", who: "person", says: "Prove with a passkey that it is you; holds for five minutes.", input: z.object({ answer: PasskeyAnswer }), output: Done,
      handle: ({ answer }, asking) => noted({ email: sessionOf(asking).email, way: "passkey-proof" }, asking, async () => {
        const session = sessionOf(asking);
        if ((await passkeys.holder(answer)) !== session.userId) throw fail("PASSKEY_REFUSED", { detail: "it is somebody else's" });
        await identity.noteProof(session);
        return done;
      }),
    }),
  ];
}

function providerWays(needs: SignInNeeds): readonly Route[] {
  const { identity, providers, oidc, saml, tenants, refusals, redirectTo, now, recordSignIn } = needs;
  const { ceremonies } = identity;
  const sessionBy = async ({ cookie }: Asking): Promise<Session | undefined> => (cookie === "" ? undefined : identity.session(cookie));
  const refuse = (detail: string): Error => fail("PROVIDER_REFUSED", { detail });

  async function beginOidc(provider: KeptProvider & { readonly protocol: "oidc" }, begun: Begun, of: { readonly state: string; readonly isProof: boolean }): Promise<string> {
    const { url, verifier, nonce } = await oidc.begin({ ...provider, redirectTo: placeOf(provider, begun.orgId) }, of);
    await ceremonies.begin("provider", { ...begun, verifier, nonce } satisfies Away, of.state);
    return url;
  }
  async function beginSaml(provider: KeptProvider & { readonly protocol: "saml" }, begun: Begun, of: { readonly state: string; readonly isProof: boolean }): Promise<string> {
    const requestId = `_${randomBytes(20).toString("hex")}`;
    await ceremonies.begin("saml", { ...begun, requestId, begunAt: now() } satisfies SamlAsked, of.state, SAML_MS);
    return saml.begin(provider, { orgId: begun.orgId, requestId, ...of });
  }

  const placeOf = ({ hasOwnAddress }: KeptProvider & { readonly protocol: "oidc" }, orgId: string): string => redirectTo(hasOwnAddress ? orgId : undefined);
  async function vouchedFor(provider: KeptProvider, away: Away, { answer, cameTo }: Returned): Promise<Vouched> {
    if ("vouched" in away) return away.vouched;
    if (provider.protocol !== "oidc" || !("nonce" in away)) throw refuse("it was begun in another way");
    // Before the code goes anywhere: one that another's provider gave is taken to whoever lured somebody there, and opens that door to them.
    if (redirectTo(cameTo) !== placeOf(provider, away.orgId)) throw refuse("it came back to another address than its provider sends people to");
    return oidc.finish({ ...provider, redirectTo: placeOf(provider, away.orgId) }, { answer, state: answer["state"] ?? "", verifier: away.verifier, nonce: away.nonce, isProof: away.sessionId !== null });
  }

  async function finish(returned: Returned, away: Away | undefined, asking: Asking) {
    asking.setCookies([`${FLOW}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict`]);
    if (away === undefined) throw refuse("it was not begun here, was ended before, or took too long");
    if ("refused" in away) throw refuse(away.refused);
    if (!sameBytes(Buffer.from(away.flow, "base64url"), sha256(cookieOf(asking.cookie, FLOW)))) throw refuse("another browser began it");
    const { orgId, providerId, sessionId } = away;
    const provider = await tenants.withOrg(orgId, "sign-in", (tx) => providers.get(tx, orgId, providerId));
    const vouched = await vouchedFor(provider, away, returned);
    if (sessionId !== null) {
      const session = await sessionBy(asking);
      // Whoever proves themselves is here already: somebody else, whom nobody knows yet, is made nobody by it.
      const known = await identity.knownVouched({ providerId, subject: vouched.subject });
      if (known === undefined || session?.sessionId !== sessionId || session.userId !== known.userId) throw refuse("somebody else proved themselves");
      await identity.noteProof(session);
      return { person: known, orgId };
    }
    const admitted = await identity.admitVouched({ orgId, providerId, role: provider.role, ...vouched });
    if (admitted === undefined) throw refuse("you were removed from this organisation; ask an admin there");
    const { person, isNew } = admitted;
    await tenants.withOrg(orgId, person.userId, async (tx) => {
      if (isNew) await record(tx, orgId, now(), { actor: person.userId, kind: "person.joined", detail: { email: person.email, role: provider.role, provider: provider.name } });
      await record(tx, orgId, now(), { actor: person.userId, kind: "person.signed-in", detail: { email: person.email, provider: provider.name, address: asking.address } });
    });
    const { cookies } = await identity.openSession(person.userId, { address: asking.address, agent: asking.agent, isStrong: vouched.isStrong });
    asking.setCookies(cookies);
    return { person, orgId };
  }

  return [
    route({
      method: "GET", path: "/v1/sign-in/:orgId", who: "anyone", says: "The identity providers of an organisation, for whoever was given its sign-in address.", input: z.object({ ...inOrg, ...paged }), output: listOf(z.object({ providerId: z.string(), name: z.string() })),
      handle: async ({ orgId, ...page }) => pageOfAll((await tenants.withOrg(orgId, "sign-in", (tx) => providers.list(tx))).map(({ providerId, name }) => ({ providerId, name })), page, byName),
    }),
    route({
      method: "POST", path: "/v1/sign-in/:orgId", who: "anyone", says: "Begin a sign-in, or a proof, at an identity provider: the address to go to.", input: z.object({ ...inOrg, providerId: Uuid, isProof: z.boolean().default(false) }), output: z.object({ url: z.string() }),
      async handle({ orgId, providerId, isProof }, asking) {
        const provider = await tenants.withOrg(orgId, "sign-in", (tx) => providers.get(tx, orgId, providerId));
        const session = isProof ? await sessionBy(asking) : undefined;
        if (isProof && session?.provider?.providerId !== providerId) throw fail("SIGN_IN_NEEDED");
        const [flow, state] = [randomBytes(24).toString("base64url"), randomBytes(24).toString("base64url")];
        const begun: Begun = { orgId, providerId, flow: sha256(flow).toString("base64url"), sessionId: session?.sessionId ?? null };
        const url = provider.protocol === "oidc" ? await beginOidc(provider, begun, { state, isProof }) : await beginSaml(provider, begun, { state, isProof });
        asking.setCookies([`${FLOW}=${flow}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Strict`]);
        return { url };
      },
    }),
    route({
      method: "POST", path: "/v1/session/provider", who: "anyone", says: "End it, with what the provider sent the browser back with. The session is a cookie.", input: Returned, output: Person.extend({ orgId: z.string() }),
      async handle(returned, asking) {
        const { answer } = returned;
        const away = answer["state"] === undefined ? undefined : await ceremonies.take<Away>("provider", answer["state"]);
        try {
          const { person, orgId } = await finish(returned, away, asking);
          await recordSignIn({ email: person.email, result: "ok", address: asking.address, way: (away?.sessionId ?? null) === null ? "provider" : "provider-proof" });
          return { ...person, orgId };
        } catch (error) {
          // What was refused when it came by a form was recorded then.
          if (away !== undefined && "refused" in away) throw error;
          await recordSignIn({ email: "", result: codeOf(error), address: asking.address, way: "provider" });
          // Anybody may begin one and send rubbish to end it.
          if (away !== undefined) await refusals.tell({ orgId: away.orgId, actor: "refused", kind: `provider ${away.providerId}`, detail: { code: codeOf(error), route: "POST /v1/session/provider", address: asking.address, say: (error as Error).message } });
          throw error;
        }
      },
    }),
  ];
}

function providerRoutes({ providers, oidc, saml, redirectTo }: SignInNeeds): readonly Route[] {
  return [
    route({
      method: "GET", path: "/v1/orgs/:orgId/providers", who: "member", needs: "people:read", says: "The organisation's identity providers, without their secrets, and what to register there: an address to come back to for OpenID Connect, a name and an address for answers for SAML.", input: z.object({ ...inOrg, ...paged }),
      output: listOf(z.object({ providerId: z.string(), protocol: z.enum(["oidc", "saml"]), name: z.string(), issuer: z.string(), clientId: z.string(), signInUrl: z.string(), certificates: z.array(z.object({ fingerprint: z.string(), endsAt: z.number(), body: z.string() })), role: CentralRole, createdAt: z.number() })).extend({ redirectTo: z.string(), saml: z.object({ entityId: z.string(), answersTo: z.string() }) }),
      async handle({ orgId, ...page }, { inOrg: within }) {
        const { items, next } = pageOfAll(await within((tx) => providers.list(tx)), page, byName);
        return { redirectTo: redirectTo(orgId), saml: saml.placeOf(orgId), items: items.map((each) => ({ ...each, certificates: each.certificates.map((body) => ({ ...shownCertificate(body), body })) })), next };
      },
    }),
    route({
      method: "POST", path: "/v1/orgs/:orgId/providers", who: "member", needs: "settings:write", isSensitive: true, says: "Let members sign in at an OpenID Connect provider. It is asked first; whoever it vouches for becomes a member with this role.",
      input: z.object({ ...inOrg, name: z.string().trim().min(1).max(80), issuer: z.url({ protocol: /^https$/ }).max(300), clientId: z.string().trim().min(1).max(200), clientSecret: z.string().min(1).max(500), role: GivenRole }), output: z.object({ providerId: z.string() }),
      async handle({ orgId, ...of }, { actor, inOrg: within }) {
        await oidc.look(of);
        return { providerId: await within((tx) => providers.add(tx, orgId, actor, of)) };
      },
    }),
    route({
      method: "DELETE", path: "/v1/orgs/:orgId/providers/:providerId", who: "member", needs: "settings:write", isSensitive: true, says: "Take an identity provider out. Who came through it stays a member and cannot sign in any more.", input: z.object({ ...inOrg, providerId: Uuid }), output: Done,
      async handle({ orgId, providerId }, { actor, inOrg: within }) {
        await within((tx) => providers.remove(tx, orgId, actor, providerId));
        return done;
      },
    }),
  ];
}

/** Two of one name are none: which of them was set by whom is not told. */
function cookieOf(cookies: string, name: string): string {
  const [found, ...more] = cookies.split(/;\s*/).filter((pair) => pair.startsWith(`${name}=`));
  return more.length > 0 ? "" : (found?.slice(name.length + 1) ?? "");
}
