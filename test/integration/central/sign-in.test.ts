import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { authenticator, type Lie } from "../../fakes/authenticator.ts";
import { binaries, member, organisation, PASSWORD, signIn, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";
import { testProvider, type TestProvider, type Wrong } from "../../fakes/identity-provider.ts";
import { fingerprintOf, samlProvider, type As, type SamlForm, type Told } from "../../fakes/saml-provider.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

describe.skipIf(!binaries)("ways into the central server besides a password", () => {
  let world: TestCentral;
  let provider: TestProvider;
  let orgId: string;
  let admin: Browser;
  let email: string;
  /** How many ways in, taken or refused, the server's own record holds. */
  const noted = (): number => {
    const record = new Database(join(world.home, "ledger", "ledger.db"), { readonly: true });
    const { n } = record.prepare(`SELECT count(*) AS n FROM entries WHERE CAST(leaf AS TEXT) LIKE '%"login"%'`).get() as { n: number };
    record.close();
    return n;
  };
  beforeAll(async () => {
    provider = await testProvider();
    world = await testCentral({}, { providersInside: true, providerAuthorities: provider.ca });
    ({ orgId, admin, email } = await organisation(world, "Harbour"));
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    await provider?.[Symbol.asyncDispose]();
  });
  const events = async (kind = "refused"): Promise<{ kind: string; detail: Record<string, string> }[]> => ((await admin.ask("GET", `/v1/orgs/${orgId}/events?limit=200`)).body["items"] as { kind: string; detail: Record<string, string> }[]).filter((each) => each.kind === kind);

  const newAuthenticator = () => authenticator({ origin: `https://localhost:${world.central.port}`, rpId: "localhost" });
  const added = async (browser: Browser, key: ReturnType<typeof newAuthenticator>, lie: Lie = {}) => {
    const begun = await browser.ask("POST", "/v1/passkeys/beginning", {});
    return browser.ask("POST", "/v1/passkeys", { name: "key", answer: key.create({ challenge: String(begun.body["challenge"]) }, lie) });
  };
  const asked = async (browser: Browser): Promise<{ challenge: string }> => ({ challenge: String((await browser.ask("POST", "/v1/session/passkey/beginning", {})).body["challenge"]) });
  const entered = async (key: ReturnType<typeof newAuthenticator>, lie: Lie = {}, browser = world.browser()) => browser.ask("POST", "/v1/session/passkey", { answer: key.get(await asked(browser), lie) });

  describe("with a passkey", () => {
    it("adds one after a proof, signs in with it, proves with it, and is let in no more when it was removed", async () => {
      const person = await member(world, admin, orgId, "pass@example.org", "operator");
      const unproved = world.browser();
      await unproved.ask("POST", "/v1/session", { email: "pass@example.org", password: PASSWORD });
      expect((await unproved.ask("POST", "/v1/passkeys/beginning", {})).body["code"]).toBe("STEP_UP_NEEDED");
      const key = newAuthenticator();
      expect((await added(person, key)).status).toBe(200);
      const browser = world.browser();
      const into = await entered(key, {}, browser);
      expect(into.status, into.text).toBe(200);
      expect(into.body["email"]).toBe("pass@example.org");
      // It looked at its user, so it stands for a second factor; a password alone does not.
      expect((await browser.ask("GET", "/v1/session")).body).toMatchObject({ hasSecondFactor: true, hasCodes: false, hasPasskey: true });
      expect((await person.ask("GET", "/v1/session")).body).toMatchObject({ hasSecondFactor: false });
      expect((await browser.ask("POST", "/v1/passkeys/beginning", {})).body["code"]).toBe("STEP_UP_NEEDED");
      expect((await browser.ask("POST", "/v1/session/proof/passkey", { answer: key.get(await asked(browser)) })).status).toBe(200);
      const { passkeyId } = ((await browser.ask("GET", "/v1/passkeys")).body["items"] as { passkeyId: string }[])[0] ?? { passkeyId: "" };
      // Nobody removes somebody else's.
      expect((await admin.ask("DELETE", `/v1/passkeys/${passkeyId}`)).status).toBe(404);
      expect((await browser.ask("DELETE", `/v1/passkeys/${passkeyId}`)).status).toBe(200);
      expect((await entered(key)).body["code"]).toBe("PASSKEY_REFUSED");
    });

    it.each<[string, Lie]>([
      ["on another page", { origin: "https://localhost.evil.example" }],
      ["for another server", { rpId: "evil.example" }],
      ["that did not look at its user", { isUnseen: true }],
      ["whose counter went back", { counter: 1 }],
      ["with a challenge that nobody gave out", { challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
      ["that another key signed", { isForged: true }],
      ["that was made for something else", { type: "webauthn.create" }],
    ])("refuses an answer %s, records it, and takes the right one", async (_, lie) => {
      const mail = `p${Math.random().toString(36).slice(2, 9)}@example.org`;
      const person = await member(world, admin, orgId, mail, "viewer");
      const key = newAuthenticator();
      await added(person, key);
      expect((await entered(key)).status).toBe(200);
      const before = noted();
      const wrong = await entered(key, lie);
      expect([wrong.status, wrong.body["code"]], wrong.text).toEqual([401, "PASSKEY_REFUSED"]);
      expect(noted()).toBe(before + 1);
      expect((await entered(key)).status).toBe(200);
    });

    it("takes an answer once, and adds none that was begun by somebody else or without looking", async () => {
      const person = await member(world, admin, orgId, "once-pass@example.org", "viewer");
      const other = await member(world, admin, orgId, "other-pass@example.org", "viewer");
      const key = newAuthenticator();
      const { body } = await person.ask("POST", "/v1/passkeys/beginning", {});
      expect((await other.ask("POST", "/v1/passkeys", { name: "stolen", answer: key.create({ challenge: String(body["challenge"]) }) })).body["code"]).toBe("PASSKEY_REFUSED");
      expect((await added(person, key, { isUnseen: true })).body["code"]).toBe("PASSKEY_REFUSED");
      expect((await added(person, key)).status).toBe(200);
      const browser = world.browser();
      const answer = key.get(await asked(browser));
      expect((await browser.ask("POST", "/v1/session/passkey", { answer })).status).toBe(200);
      expect((await world.browser().ask("POST", "/v1/session/passkey", { answer })).body["code"]).toBe("PASSKEY_REFUSED");
      // Somebody else's passkey proves nothing for this session.
      expect((await other.ask("POST", "/v1/session/proof/passkey", { answer: key.get(await asked(other)) })).body["code"]).toBe("PASSKEY_REFUSED");
    });
  });

  describe("through an identity provider", () => {
    let providerId: string;
    beforeAll(async () => {
      await signIn(admin, email);
      const added = await admin.ask("POST", `/v1/orgs/${orgId}/providers`, { name: "Provider for tests", issuer: provider.issuer, role: "operator", ...provider.client });
      if (added.status !== 200) throw new Error(added.text);
      providerId = String(added.body["providerId"]);
    });
    const begun = async (browser: Browser, isProof = false): Promise<string> => {
      const answer = await browser.ask("POST", `/v1/sign-in/${orgId}`, { providerId, isProof });
      if (answer.status !== 200) throw new Error(answer.text);
      return String(answer.body["url"]);
    };
    const ended = (browser: Browser, answer: Record<string, string>) => browser.ask("POST", "/v1/session/provider", { answer, cameTo: orgId });
    const grace = { subject: "grace-1", claims: { email: "grace@provider.example", email_verified: true, name: "Grace" } };

    it("makes whom it vouches for a member with the role that was set, knows them the next time, and lets them prove themselves there", async () => {
      const browser = world.browser();
      const first = await ended(browser, provider.signIn(await begun(browser), grace));
      expect(first.status, first.text).toBe(200);
      const me = (await browser.ask("GET", "/v1/session")).body;
      expect(me).toMatchObject({ email: "grace@provider.example", name: "Grace", hasSecondFactor: false, provider: { orgId, providerId }, organisations: [{ orgId, role: "operator" }] });
      expect((await events("person.joined")).some(({ detail }) => detail["provider"] === "Provider for tests")).toBe(true);
      const again = world.browser();
      const second = await ended(again, provider.signIn(await begun(again), { ...grace, claims: { ...grace.claims, amr: ["pwd", "mfa"] } }));
      expect(second.body["userId"]).toBe(first.body["userId"]);
      expect((await again.ask("GET", "/v1/session")).body["hasSecondFactor"]).toBe(true);
      expect((await again.ask("POST", "/v1/passkeys/beginning", {})).body["code"]).toBe("STEP_UP_NEEDED");
      expect((await ended(again, provider.signIn(await begun(again, true), grace, { authTimeAgoS: 3600 }))).body["code"]).toBe("PROVIDER_REFUSED");
      expect((await ended(again, provider.signIn(await begun(again, true), { subject: "somebody-else" }))).body["code"]).toBe("PROVIDER_REFUSED");
      expect((await again.ask("POST", "/v1/passkeys/beginning", {})).body["code"]).toBe("STEP_UP_NEEDED");
      expect((await ended(again, provider.signIn(await begun(again, true), grace))).status).toBe(200);
      expect((await again.ask("POST", "/v1/passkeys/beginning", {})).status).toBe(200);
      expect((await again.ask("POST", "/v1/second-factor", {})).body["code"]).toBe("PROVIDER_ACCOUNT");
    });

    it.each<[string, Wrong]>([
      ["signed by another key", { isForged: true }],
      ["not signed at all", { alg: "none" }],
      ["signed with the secret that both know", { hmac: "client secret" }],
      ["signed with the provider's public key as if it were a secret", { hmac: "public key" }],
      ["for two audiences, of which another is the one it was given to", { also: { aud: ["sena", "another-client"], azp: "another-client" } }],
      ["that names nobody", { also: { sub: "" } }],
      ["without a nonce", { also: { nonce: undefined } }],
      ["made in the future", { also: { iat: Math.floor(Date.now() / 1000) + 3600, nbf: Math.floor(Date.now() / 1000) + 3600 } }],
      ["of another issuer", { issuer: "https://evil.example" }],
      ["for another audience", { audience: "another-client" }],
      ["for another sign-in", { nonce: "of-another-sign-in" }],
      ["that has expired", { expired: true }],
      ["that says it comes from another provider", { issInAnswer: "https://evil.example" }],
    ])("refuses a token %s, records it, and takes the right one", async (_, wrong) => {
      const before = noted();
      const browser = world.browser();
      const answer = await ended(browser, provider.signIn(await begun(browser), grace, wrong));
      expect([answer.status, answer.body["code"]], answer.text).toEqual([401, "PROVIDER_REFUSED"]);
      expect((await browser.ask("GET", "/v1/session")).status).toBe(401);
      expect(noted()).toBe(before + 1);
      expect((await ended(browser, provider.signIn(await begun(browser), grace))).status).toBe(200);
    });

    it("takes a passkey of its people as a proof, and lets nobody in by it alone, while it is there and after", async () => {
      const own = await admin.ask("POST", `/v1/orgs/${orgId}/providers`, { name: "Soon gone", issuer: provider.issuer, role: "viewer", ...provider.client });
      const through = async (browser: Browser, isProof = false): Promise<string> => String((await browser.ask("POST", `/v1/sign-in/${orgId}`, { providerId: own.body["providerId"], isProof })).body["url"]);
      const [browser, key] = [world.browser(), newAuthenticator()];
      for (const isProof of [false, true]) expect((await ended(browser, provider.signIn(await through(browser, isProof), { subject: "keyed" }))).status).toBe(200);
      expect((await added(browser, key)).status).toBe(200);
      const into = await entered(key);
      expect([into.body["code"], into.headers["set-cookie"]]).toEqual(["PASSKEY_REFUSED", undefined]);
      expect(into.text).toMatch(/signs in at its identity provider/);
      const later = world.browser();
      await ended(later, provider.signIn(await through(later), { subject: "keyed" }));
      expect((await later.ask("POST", "/v1/passkeys/beginning", {})).body["code"]).toBe("STEP_UP_NEEDED");
      expect((await later.ask("POST", "/v1/session/proof", { password: PASSWORD })).body["code"]).toBe("PROVIDER_ACCOUNT");
      expect((await later.ask("POST", "/v1/session/proof/passkey", { answer: key.get(await asked(later)) })).status).toBe(200);
      expect((await later.ask("POST", "/v1/passkeys/beginning", {})).status).toBe(200);
      expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/providers/${String(own.body["providerId"])}`)).status).toBe(200);
      expect((await events("provider.removed"))[0]?.detail["name"]).toBe("Soon gone");
      expect((await entered(key)).body["code"]).toBe("PASSKEY_REFUSED");
    });

    it("tells an organisation once of a flood that anybody can make, and each time of what somebody does who was let in", async () => {
      await signIn(admin, email);
      world.clock.value = 11 * 60_000;
      const lines = async (route: string) => (await events()).filter(({ detail }) => detail["route"] === route);
      const ways = ["POST /v1/session/provider", "POST /v1/sign-in/:orgId"] as const;
      const before = await Promise.all(ways.map(async (way) => (await lines(way)).length));
      const flood = async (count: number): Promise<void> => {
        const stranger = world.browser();
        for (let n = 0; n < count; n += 1) {
          const state = String(new URL(await begun(stranger)).searchParams.get("state"));
          expect((await ended(stranger, { code: "rubbish", state, iss: provider.issuer })).body["code"]).toBe("PROVIDER_REFUSED");
          expect((await stranger.ask("POST", `/v1/sign-in/${orgId}`, { providerId }, { origin: "https://evil.example" })).body["code"]).toBe("CROSS_SITE");
        }
      };
      await flood(12);
      for (const [index, way] of ways.entries()) expect(await lines(way)).toHaveLength((before[index] ?? 0) + 1);
      world.clock.value = 22 * 60_000;
      await flood(1);
      expect((await lines(ways[0]))[0]?.detail).toMatchObject({ more: 11 });
      const path = `/v1/orgs/${orgId}/settings`;
      const own = (await lines("PUT /v1/orgs/:orgId/settings")).length;
      for (let n = 0; n < 3; n += 1) expect((await admin.ask("PUT", path, { requiresSecondFactor: false }, { origin: "https://evil.example" })).body["code"]).toBe("CROSS_SITE");
      expect(await lines("PUT /v1/orgs/:orgId/settings")).toHaveLength(own + 3);
      world.clock.value = 0;
    });

    it("refuses an answer that nobody asked for, that another browser asked for, and that was given before", async () => {
      const browser = world.browser();
      const given = provider.tokensGiven();
      const before = noted();
      expect((await ended(browser, { code: "x", state: "never-given-out", iss: provider.issuer })).body["code"]).toBe("PROVIDER_REFUSED");
      expect((await ended(browser, { code: "x", iss: provider.issuer })).body["code"]).toBe("PROVIDER_REFUSED");
      // Somebody begins, and has a victim end it: the victim would be signed in as them.
      const attacker = world.browser();
      const planted = provider.signIn(await begun(attacker), { subject: "attacker" });
      expect((await ended(browser, planted)).body["code"]).toBe("PROVIDER_REFUSED");
      expect((await ended(attacker, planted)).body["code"]).toBe("PROVIDER_REFUSED");
      expect(provider.tokensGiven()).toBe(given);
      expect(noted()).toBe(before + 4);
      const own = provider.signIn(await begun(browser), grace);
      expect((await ended(browser, own)).status).toBe(200);
      expect((await ended(browser, own)).body["code"]).toBe("PROVIDER_REFUSED");
      const late = provider.signIn(await begun(browser), grace);
      world.clock.value = 11 * 60_000;
      expect((await ended(browser, late)).body["code"]).toBe("PROVIDER_REFUSED");
      world.clock.value = 0;
    });

    it("never becomes somebody who is here already: an address that a provider says finds nobody", async () => {
      const browser = world.browser();
      const answer = await ended(browser, provider.signIn(await begun(browser), { subject: "impostor", claims: { email, email_verified: true, name: "Root" } }));
      expect(answer.status).toBe(200);
      const rootId = (await admin.ask("GET", "/v1/session")).body["userId"];
      expect(answer.body["userId"]).not.toBe(rootId);
      expect((await browser.ask("GET", "/v1/session")).body["organisations"]).toMatchObject([{ role: "operator" }]);
      // And the one who is here signs in as before, also while whoever has the same address said of them guesses.
      const guesses: unknown[] = [];
      for (let n = 0; n < 8; n += 1) guesses.push((await browser.ask("PUT", "/v1/second-factor", { code: "000000" })).body["code"]);
      expect([guesses[0], guesses.at(-1)]).toEqual(["CODE_WRONG", "SIGN_IN_WAIT"]);
      await signIn(world.browser(), email);
    });

    it("lets nobody in again who was removed, nor anybody when the provider was taken out, and vouches for no admin", async () => {
      await signIn(admin, email);
      const browser = world.browser();
      const linus = { subject: "linus-1", claims: { email: "linus@provider.example" } };
      const { userId } = (await ended(browser, provider.signIn(await begun(browser), linus))).body as { userId: string };
      expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/members/${userId}`)).status).toBe(200);
      expect((await ended(browser, provider.signIn(await begun(browser), linus))).body["code"]).toBe("PROVIDER_REFUSED");
      expect((await admin.ask("POST", `/v1/orgs/${orgId}/providers`, { name: "x", issuer: provider.issuer, role: "admin", ...provider.client })).status).toBe(400);
      expect((await admin.ask("POST", `/v1/orgs/${orgId}/providers`, { name: "x", issuer: `${provider.issuer}/elsewhere`, role: "viewer", ...provider.client })).body["code"]).toBe("PROVIDER_BAD");
      expect((await admin.ask("GET", `/v1/orgs/${orgId}/providers`)).text).not.toContain(provider.client.clientSecret);
      const open = provider.signIn(await begun(browser), grace);
      expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/providers/${providerId}`)).status).toBe(200);
      expect((await ended(browser, open)).status).toBe(404);
      expect((await browser.ask("POST", `/v1/sign-in/${orgId}`, { providerId })).status).toBe(404);
    });

    it("does not dial an address inside for an organisation, unless the server is told that it may", async () => {
      await using other = await testCentral({}, { providerAuthorities: provider.ca });
      const there = await organisation(other, "Elsewhere");
      for (const issuer of [provider.issuer, "https://127.0.0.1:1", "https://169.254.169.254"]) expect((await there.admin.ask("POST", `/v1/orgs/${there.orgId}/providers`, { name: "x", issuer, role: "viewer", ...provider.client })).text).toMatch(/address inside/);
      expect((await there.admin.ask("POST", `/v1/orgs/${there.orgId}/providers`, { name: "x", issuer: "http://idp.example", role: "viewer", ...provider.client })).status).toBe(400);
    });
  });

  describe("through a SAML provider", () => {
    const idp = samlProvider({ now: () => Date.now() + world.clock.value });
    const ada: As = { nameId: "ada-1", attributes: { mail: "ada@provider.example", displayName: "Ada" } };
    let providerId: string;
    let elsewhere: { orgId: string; admin: Browser };
    const refusedBy = async (): Promise<readonly { detail: Record<string, string> }[]> => (await events()).filter(({ detail }) => detail["route"] === "POST /v1/saml/:orgId/acs");
    beforeAll(async () => {
      await signIn(admin, email);
      const added = await admin.ask("POST", `/v1/orgs/${orgId}/providers/saml`, { name: "House SAML", role: "operator", metadata: idp.metadata() });
      if (added.status !== 200) throw new Error(added.text);
      providerId = String(added.body["providerId"]);
      elsewhere = await organisation(world, "Elsewhere");
    });
    const begun = async (browser: Browser, isProof = false, of = providerId): Promise<string> => {
      const answer = await browser.ask("POST", `/v1/sign-in/${orgId}`, { providerId: of, isProof });
      if (answer.status !== 200) throw new Error(answer.text);
      return String(answer.body["url"]);
    };
    /** The form comes from the provider's page: the browser sends no strict cookie with it. */
    const brought = async (form: SamlForm, to = orgId) => world.browser().ask("POST", `/v1/saml/${to}/acs`, new URLSearchParams({ ...form }).toString(), { "content-type": "application/x-www-form-urlencoded", origin: "https://idp.example", "sec-fetch-site": "cross-site" });
    const stateOf = (onward: { status: number; headers: Record<string, string | string[] | undefined> }): string => {
      const to = new URL(String(onward.headers["location"]));
      expect([onward.status, to.origin, to.pathname, [...to.searchParams.keys()], onward.headers["set-cookie"]]).toEqual([303, `https://localhost:${world.central.port}`, "/", ["state"], undefined]);
      return String(to.searchParams.get("state"));
    };
    const ended = async (browser: Browser, form: SamlForm, to = orgId) => browser.ask("POST", "/v1/session/provider", { answer: { state: stateOf(await brought(form, to)) } });
    const through = async (browser: Browser, told: Told = {}, as = ada, isProof = false) => ended(browser, idp.answer(await begun(browser, isProof), as, told));

    it("makes whom it vouches for a member with the role that was set, knows them the next time, and lets them prove themselves there", async () => {
      const browser = world.browser();
      const first = await through(browser);
      expect(first.status, first.text).toBe(200);
      expect((await browser.ask("GET", "/v1/session")).body).toMatchObject({ email: "ada@provider.example", name: "Ada", hasSecondFactor: false, provider: { orgId, providerId }, organisations: [{ orgId, role: "operator" }] });
      expect((await events("person.joined")).some(({ detail }) => detail["provider"] === "House SAML")).toBe(true);
      const again = world.browser();
      expect((await through(again, { way: "https://refeds.org/profile/mfa" })).body["userId"]).toBe(first.body["userId"]);
      expect((await again.ask("GET", "/v1/session")).body["hasSecondFactor"]).toBe(true);
      // As for anybody: what matters asks for a proof, and the provider must have asked again.
      expect((await again.ask("POST", "/v1/passkeys/beginning", {})).body["code"]).toBe("STEP_UP_NEEDED");
      expect((await through(again, { authnInstant: new Date(Date.now() - 3_600_000).toISOString() }, ada, true)).text).toMatch(/did not ask again/);
      expect((await through(again, {}, { nameId: "somebody-else" }, true)).body["code"]).toBe("PROVIDER_REFUSED");
      expect((await again.ask("POST", "/v1/passkeys/beginning", {})).body["code"]).toBe("STEP_UP_NEEDED");
      expect((await through(again, {}, ada, true)).status).toBe(200);
      expect((await again.ask("POST", "/v1/passkeys/beginning", {})).status).toBe(200);
      expect((await again.ask("POST", "/v1/second-factor", {})).body["code"]).toBe("PROVIDER_ACCOUNT");
    });

    it.each<[string, Told, RegExp]>([
      ["that was bent after it was signed", { afterSigning: (xml) => xml.replace(">ada-1<", ">root<") }, /changed after it was signed/],
      ["that another key signed and shows", { with: "foreign", showsKey: true }, /none of this provider's certificates/],
      ["with a second assertion", { afterSigning: (xml) => xml.replace(/<saml:Assertion[^]*<\/saml:Assertion>/, (one) => `${one.replace("ada-1", "root").replaceAll(/ ID="[^"]+"/g, ' ID="_x"')}${one}`) }, /exactly one assertion/],
      ["for another audience", { audience: "https://other.example" }, /another audience/],
      ["that has expired", { confirmedUntil: "2020-01-01T00:00:00Z" }, /has expired/],
      ["to another sign-in", { inResponseTo: "_other" }, /another sign-in/],
      ["with a document type", { afterSigning: (xml) => `<!DOCTYPE a>${xml}` }, /document type/],
    ])("refuses an answer %s, records it in words, and takes the right one", async (_, told, why) => {
      const entries = noted();
      const browser = world.browser();
      const answer = await through(browser, told);
      expect([answer.status, answer.body["code"]], answer.text).toEqual([401, "PROVIDER_REFUSED"]);
      expect(answer.text).toMatch(why);
      expect((await browser.ask("GET", "/v1/session")).status).toBe(401);
      expect(noted()).toBe(entries + 1);
      expect((await through(browser)).status).toBe(200);
    });

    it("takes nothing that nobody asked for, and goes nowhere that a form says", async () => {
      const [browser, entries] = [world.browser(), noted()];
      const form = idp.answer(await begun(browser), ada);
      for (const RelayState of ["", "https://evil.example/", "//evil.example", "A".repeat(32), "A".repeat(5000)]) expect(stateOf(await brought({ ...form, RelayState }))).toBe("unasked");
      expect(noted()).toBe(entries + 5);
      expect((await browser.ask("POST", "/v1/session/provider", { answer: { state: "unasked" } })).text).toMatch(/not begun here/);
      // A stranger may try as often as they like: the organisation reads one line of it.
      expect((await refusedBy()).filter(({ detail }) => /nobody asked/.test(detail["why"] ?? ""))).toHaveLength(1);
      // The name of the request is no way in by itself, and is not used up by trying.
      expect((await browser.ask("POST", "/v1/session/provider", { answer: { state: form.RelayState } })).body["code"]).toBe("PROVIDER_REFUSED");
      expect((await browser.ask("GET", "/v1/session")).status).toBe(401);
      expect((await through(browser)).status).toBe(200);
    });

    it("takes an answer once, in time, and only for the browser that began it", async () => {
      const [browser, attacker] = [world.browser(), world.browser()];
      const form = idp.answer(await begun(browser), ada);
      expect((await ended(browser, form)).status).toBe(200);
      expect(stateOf(await brought(form))).toBe("unasked");
      // The same answer to a request of somebody else; then a new answer that says it is the same one.
      expect((await ended(browser, { ...form, RelayState: idp.asked(await begun(browser)).relay })).text).toMatch(/another sign-in/);
      const always = `_${Math.random().toString(36).slice(2)}`;
      const named: Told = { beforeSigning: (xml) => xml.replace(/(<saml:Assertion [^>]*ID=")[^"]+/, `$1${always}`) };
      expect((await through(browser, named)).status).toBe(200);
      expect((await through(browser, named)).text).toMatch(/taken before/);
      // Somebody begins, and has a victim bring the form: the victim would be signed in as them.
      const planted = stateOf(await brought(idp.answer(await begun(attacker), { nameId: "attacker" })));
      expect((await browser.ask("POST", "/v1/session/provider", { answer: { state: planted } })).text).toMatch(/another browser/);
      expect((await attacker.ask("POST", "/v1/session/provider", { answer: { state: planted } })).body["code"]).toBe("PROVIDER_REFUSED");
      const late = await begun(browser);
      world.clock.value = 5 * 60_000 + 1;
      expect(stateOf(await brought(idp.answer(late, ada)))).toBe("unasked");
      const onward = stateOf(await brought(idp.answer(await begun(browser), ada)));
      world.clock.value += 2 * 60_000 + 1;
      expect((await browser.ask("POST", "/v1/session/provider", { answer: { state: onward } })).text).toMatch(/took too long/);
      world.clock.value = 0;
      expect((await through(browser)).status).toBe(200);
    });

    it("keeps organisations apart, though one provider may serve both", async () => {
      const added = await elsewhere.admin.ask("POST", `/v1/orgs/${elsewhere.orgId}/providers/saml`, { name: "Same house", role: "viewer", metadata: idp.metadata() });
      const theirs = String(added.body["providerId"]);
      const browser = world.browser();
      expect((await browser.ask("POST", `/v1/sign-in/${orgId}`, { providerId: theirs })).status).toBe(404);
      // What was asked for here is not ended there, and what is meant for them is not taken here.
      expect((await ended(browser, idp.answer(await begun(browser), ada), elsewhere.orgId)).text).toMatch(/another organisation/);
      const [mine, other] = [await begun(browser), String((await world.browser().ask("POST", `/v1/sign-in/${elsewhere.orgId}`, { providerId: theirs })).body["url"])];
      expect((await ended(browser, { ...idp.answer(other, ada), RelayState: idp.asked(mine).relay })).body["code"]).toBe("PROVIDER_REFUSED");
      const here = await through(browser);
      const there = world.browser();
      const asked = String((await there.ask("POST", `/v1/sign-in/${elsewhere.orgId}`, { providerId: theirs })).body["url"]);
      const joined = await ended(there, idp.answer(asked, ada), elsewhere.orgId);
      expect(joined.status, joined.text).toBe(200);
      // One name there, two people here: neither organisation's provider speaks for the other's members.
      expect(joined.body["userId"]).not.toBe(here.body["userId"]);
      expect((await there.ask("GET", `/v1/orgs/${orgId}/members`)).status).toBe(404);
      const impostor = world.browser();
      expect((await through(impostor, {}, { nameId: "impostor", attributes: { mail: email } })).body["userId"]).not.toBe((await admin.ask("GET", "/v1/session")).body["userId"]);
    });

    it("says of itself what a provider wants to read, and lists what it keeps", async () => {
      const { saml, items } = (await admin.ask("GET", `/v1/orgs/${orgId}/providers`)).body as { saml: { entityId: string; answersTo: string }; items: Record<string, unknown>[] };
      const described = await world.browser().ask("GET", new URL(saml.entityId).pathname);
      expect([described.status, described.headers["content-type"]]).toEqual([200, "application/samlmetadata+xml"]);
      expect(described.text).toContain(`entityID="${saml.entityId}"`);
      expect(described.text).toContain(`Location="${saml.answersTo}"`);
      expect(items.filter((each) => each["providerId"] === providerId)).toMatchObject([{ protocol: "saml", issuer: idp.entityId, signInUrl: idp.signInUrl, certificates: [{ fingerprint: fingerprintOf(idp.certificate) }] }]);
    });

    it("goes over to the provider's next certificate: first beside the old one, then alone", async () => {
      await signIn(admin, email);
      const browser = world.browser();
      const set = (certificates: readonly string[]) => admin.ask("PUT", `/v1/orgs/${orgId}/providers/${providerId}/certificates`, { certificates });
      await set([idp.certificate]);
      expect((await through(browser, { with: "next" })).body["code"]).toBe("PROVIDER_REFUSED");
      expect((await set([idp.certificate, idp.next])).status).toBe(200);
      for (const which of ["own", "next"] as const) expect((await through(browser, { with: which })).status).toBe(200);
      expect((await set([idp.next])).status).toBe(200);
      expect((await through(browser, { with: "own" })).body["code"]).toBe("PROVIDER_REFUSED");
      expect((await through(browser, { with: "next" })).status).toBe(200);
      expect((await events("provider.certificates"))[0]?.detail["fingerprints"]).toEqual([fingerprintOf(idp.next)]);
      for (const [certificates, status] of [[[], 422], [["x"], 422]] as const) expect((await set(certificates)).status).toBe(status);
      expect((await elsewhere.admin.ask("PUT", `/v1/orgs/${elsewhere.orgId}/providers/${providerId}/certificates`, { certificates: [idp.foreign] })).status).toBe(404);
      await set([idp.certificate]);
    });

    it("makes nobody of a wrong account at a proof, everybody of whoever comes first, at once too, and knows a removal from a missing line", async () => {
      const browser = world.browser();
      expect((await through(browser)).status).toBe(200);
      const newcomer: As = { nameId: "newcomer", attributes: { mail: "new@provider.example" } };
      expect((await through(browser, {}, newcomer, true)).text).toMatch(/somebody else proved themselves/);
      expect((await through(world.browser(), {}, newcomer)).status).toBe(200);
      for (const nameId of ["at-once-1", "at-once-2"]) {
        const answers = await Promise.all([1, 2, 3].map(() => through(world.browser(), {}, { nameId })));
        expect(answers.map(({ status, body }) => [status, body["userId"]])).toEqual(answers.map(() => [200, answers[0]?.body["userId"]]));
        expect((await events("person.joined")).filter(({ detail }) => detail["email"] === `${nameId}@idp.example`)).toHaveLength(1);
      }
    });

    it("takes the way back of a browser with one cookie of its own, and of none with two", async () => {
      const [victim, attacker] = [world.browser(), world.browser()];
      const planted = stateOf(await brought(idp.answer(await begun(attacker), ada)));
      const [, flow = ""] = /__Host-sena\.flow=([^;]+)/.exec(attacker.cookie) ?? [];
      expect(flow).not.toBe("");
      const end = (cookie: string) => victim.ask("POST", "/v1/session/provider", { answer: { state: planted } }, { cookie });
      expect((await end(`__Host-sena.flow=${flow}; __Host-sena.flow=own`)).text).toMatch(/another browser/);
      const again = stateOf(await brought(idp.answer(await begun(attacker), ada)));
      expect((await attacker.ask("POST", "/v1/session/provider", { answer: { state: again } })).status).toBe(200);
    });

    it("adds no certificate whose end is no time, and lists the others", async () => {
      await signIn(admin, email);
      const body = Buffer.from(idp.certificate.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
      const end = [...body.toString("latin1").matchAll(/20\d{12}Z/g)][1]?.index ?? 0;
      expect(end).toBeGreaterThan(0);
      body.write("99999999999999Z", end, "latin1");
      const set = (certificates: readonly string[]) => admin.ask("PUT", `/v1/orgs/${orgId}/providers/${providerId}/certificates`, { certificates });
      expect((await set([idp.certificate, body.toString("base64")])).text).toMatch(/does not say when it ends/);
      expect((await set([idp.certificate])).status).toBe(200);
      expect((await admin.ask("GET", `/v1/orgs/${orgId}/providers`)).status).toBe(200);
    });

    it("takes forms where a form belongs and nowhere else", async () => {
      const form = { "content-type": "application/x-www-form-urlencoded" };
      expect((await world.browser().ask("POST", "/v1/session", `email=${email}&password=x`, form)).status).toBe(415);
      expect((await world.browser().ask("POST", `/v1/saml/${orgId}/acs`, { SAMLResponse: "x" })).status).toBe(415);
      expect((await world.browser().ask("POST", "/v1/session/provider", { answer: { state: "x" } }, { origin: "https://idp.example", "sec-fetch-site": "cross-site" })).body["code"]).toBe("CROSS_SITE");
      expect((await world.browser().ask("POST", `/v1/saml/${orgId}/acs`, "a&".repeat(100_000), form)).text).toMatch(/more fields than any/);
      expect((await brought({ SAMLResponse: "A".repeat(200_000), RelayState: idp.asked(await begun(world.browser())).relay })).status).toBe(303);
    });

    it("tells an organisation once, in words, of answers that anybody can send", async () => {
      world.clock.value = 11 * 60_000;
      const [before, entries] = [(await refusedBy()).length, noted()];
      const rubbish = async (count: number): Promise<void> => {
        const stranger = world.browser();
        for (let n = 0; n < count; n += 1) expect((await ended(stranger, { SAMLResponse: "A".repeat(200_000), RelayState: idp.asked(await begun(stranger)).relay })).text).toMatch(/larger than any/);
      };
      await rubbish(12);
      const lines = await refusedBy();
      expect([lines.length, noted()]).toEqual([before + 1, entries + 12]);
      expect(lines[0]?.detail["say"]).toMatch(/larger than any/);
      world.clock.value = 22 * 60_000;
      await rubbish(1);
      expect((await refusedBy())[0]?.detail).toMatchObject({ more: 11 });
      world.clock.value = 0;
    });

    it("is added by an admin who proved themselves, in plain words where it will not do, and lets nobody in when it is taken out", async () => {
      await signIn(admin, email);
      const one = { name: "x", role: "viewer", metadata: idp.metadata() };
      const post = (browser: Browser, body: object) => browser.ask("POST", `/v1/orgs/${orgId}/providers/saml`, body);
      const viewer = await member(world, admin, orgId, `saml-viewer-${Math.random().toString(36).slice(2)}@example.org`, "viewer");
      expect((await post(viewer, one)).body["code"]).toBe("NOT_ALLOWED");
      const unproved = world.browser();
      await unproved.ask("POST", "/v1/session", { email, password: PASSWORD });
      expect((await post(unproved, one)).body["code"]).toBe("STEP_UP_NEEDED");
      expect((await post(admin, { ...one, role: "admin" })).status).toBe(400);
      expect((await post(admin, { ...one, metadata: idp.metadata({ wantsSigned: true }) })).text).toMatch(/signs none/);
      expect((await post(admin, { name: "x", role: "viewer" })).body["code"]).toBe("PROVIDER_BAD");
      const browser = world.browser();
      const gone: As = { nameId: `gone-${Math.random()}` };
      const { userId } = (await through(browser, {}, gone)).body as { userId: string };
      expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/members/${userId}`)).status).toBe(200);
      expect((await through(browser, {}, gone)).text).toMatch(/you were removed/);
      const another = String((await post(admin, one)).body["providerId"]);
      const asked = async () => idp.answer(await begun(browser, false, another), ada);
      expect((await ended(browser, await asked())).status).toBe(200);
      const [open, onward] = [await asked(), stateOf(await brought(await asked()))];
      expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/providers/${another}`)).status).toBe(200);
      expect((await ended(browser, open)).text).toMatch(/not one of this organisation any more/);
      expect((await browser.ask("POST", "/v1/session/provider", { answer: { state: onward } })).status).not.toBe(200);
      expect((await browser.ask("POST", `/v1/sign-in/${orgId}`, { providerId: another })).status).toBe(404);
    });
  });
});
