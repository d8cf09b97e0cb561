import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runningUrl } from "../../../src-main/central/database/embedded.ts";
import { codeAt, stepAt } from "../../../src-main/central/identity/totp.ts";
import { fromBase32 } from "../../fakes/base32.ts";
import { authenticator } from "../../fakes/authenticator.ts";
import { binaries, member, organisation, PASSWORD, signIn, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";
import { testProvider, type TestProvider } from "../../fakes/identity-provider.ts";
import { linkedDesktop } from "../../fakes/linked-desktop.ts";
import { throwawayFolders } from "../../harness/folders.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const newFolder = throwawayFolders("sena-doors-");

describe.skipIf(!binaries)("whoever tries the doors of the central server", () => {
  let world: TestCentral;
  let provider: TestProvider;
  let evil: TestProvider;
  let orgId: string;
  let admin: Browser;
  beforeAll(async () => {
    [provider, evil] = await Promise.all([testProvider({ isSilent: true }), testProvider({ isSilent: true })]);
    const authorities = join(newFolder(), "authorities.pem");
    writeFileSync(authorities, [provider, evil].map(({ ca }) => readFileSync(ca, "utf8")).join(""));
    world = await testCentral({}, { providersInside: true, providerAuthorities: authorities });
    ({ orgId, admin } = await organisation(world, "Harbour"));
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    await provider?.[Symbol.asyncDispose]();
    await evil?.[Symbol.asyncDispose]();
  });
  /** How many ways in, taken or refused, the server's own record holds. */
  const noted = (): number => {
    const record = new Database(join(world.home, "ledger", "ledger.db"), { readonly: true });
    const { n } = record.prepare(`SELECT count(*) AS n FROM entries WHERE CAST(leaf AS TEXT) LIKE '%"login"%'`).get() as { n: number };
    record.close();
    return n;
  };
  const now = (): number => stepAt(Date.now() + world.clock.value);
  const codesOf = (answers: readonly { readonly body: Record<string, unknown> }[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { body } of answers) counts[String(body["code"] ?? "in")] = (counts[String(body["code"] ?? "in")] ?? 0) + 1;
    return counts;
  };
  const withCodes = async (browser: Browser): Promise<Buffer> => {
    const begun = await browser.ask("POST", "/v1/second-factor", {});
    const secret = Buffer.from(fromBase32(/secret=([A-Z2-7]+)/.exec(String(begun.body["uri"]))?.[1] ?? ""));
    const confirmed = await browser.ask("PUT", "/v1/second-factor", { code: codeAt(secret, now()) });
    if (confirmed.status !== 200) throw new Error(confirmed.text);
    return secret;
  };

  it("has five tries, also when all come at one moment", async () => {
    const mail = "at-once@example.org";
    const open = await member(world, admin, orgId, mail, "viewer");
    await withCodes(open);
    const codes = await Promise.all(Array.from({ length: 60 }, (_, n) => open.ask("DELETE", "/v1/second-factor", { code: String(n).padStart(6, "0") })));
    expect(codesOf(codes)).toEqual({ CODE_WRONG: 5, SIGN_IN_WAIT: 55 });
    // At the door, from many addresses.
    const doors = await Promise.all(Array.from({ length: 40 }, (_, n) => world.browser().ask("POST", "/v1/session", { email: mail, password: `guess guess ${n} guess` })));
    expect(codesOf(doors)).toEqual({ SIGN_IN_REFUSED: 5, SIGN_IN_WAIT: 35 });
    world.clock.value += 20 * 60_000;
    expect((await world.browser().ask("POST", "/v1/session", { email: mail, password: PASSWORD })).body["code"]).toBe("CODE_NEEDED");
    world.clock.value = 0;
  });

  it("does not count as one with a second factor because the account got one later", async () => {
    const mail = "later-factor@example.org";
    const own = await member(world, admin, orgId, mail, "admin");
    const stolen = world.browser();
    await signIn(stolen, mail);
    const secret = await withCodes(own);
    expect((await own.ask("GET", "/v1/session")).body).toMatchObject({ hasSecondFactor: true });
    expect((await stolen.ask("GET", "/v1/session")).body["hasSecondFactor"]).not.toBe(true);
    world.clock.value = 90_000;
    const again = world.browser();
    expect((await again.ask("POST", "/v1/session", { email: mail, password: PASSWORD, code: codeAt(secret, now()) })).status).toBe(200);
    expect((await again.ask("GET", "/v1/session")).body).toMatchObject({ hasSecondFactor: true });
    world.clock.value = 0;
  });

  it("does not come back by an invitation of their own once they are no admin any more", async () => {
    const gone = await member(world, admin, orgId, "gone-admin@example.org", "admin");
    const invite = async (email: string, role: string) => String((await gone.ask("POST", `/v1/orgs/${orgId}/invitations`, { email, role })).body["code"]);
    const [first, second] = [await invite("friend@example.org", "viewer"), await invite("sock@example.org", "admin")];
    const join = (invitation: string) => world.browser().ask("POST", "/v1/invitations", { invitation, name: "Friend", password: PASSWORD });
    expect((await join(first)).status).toBe(200);
    const { userId } = (await gone.ask("GET", "/v1/session")).body as { userId: string };
    expect((await admin.ask("PUT", `/v1/orgs/${orgId}/members/${userId}`, { role: "viewer" })).status).toBe(200);
    expect((await join(second)).body["code"]).toBe("CODE_SPENT");
    expect((await admin.ask("GET", `/v1/orgs/${orgId}/events?limit=5`)).text).toMatch(/may not invite any more/);
    // Who is one again brings in whom they invited.
    await admin.ask("PUT", `/v1/orgs/${orgId}/members/${userId}`, { role: "admin" });
    expect((await join(second)).status).toBe(200);
  });

  it("brings no desktop in by a line that was kept by somebody who is no admin any more", async () => {
    const gone = await member(world, admin, orgId, "gone-too@example.org", "admin");
    const line = async () => String((await gone.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]);
    await using first = await linkedDesktop(await line());
    await first.until("linked", () => first.link.state.value.state === "linked");
    const kept = await line();
    const { userId } = (await gone.ask("GET", "/v1/session")).body as { userId: string };
    expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/members/${userId}`)).status).toBe(200);
    await expect(linkedDesktop(kept)).rejects.toThrow(/one-time code/);
  });

  it("takes no session that a neighbour under the same domain can plant", async () => {
    const attacker = world.browser();
    await signIn(attacker, "root-of-harbour@example.org");
    expect(attacker.cookie).toMatch(/^__Host-/);
    const victim = world.browser();
    victim.cookie = attacker.cookie.replace("__Host-", "__Secure-");
    expect((await victim.ask("GET", "/v1/session")).status).toBe(401);
    victim.cookie = attacker.cookie;
    expect((await victim.ask("GET", "/v1/session")).status).toBe(200);
  });

  it("guesses no password by way of an invitation without its standing in the record, and joins by the right one", async () => {
    const elsewhere = await organisation(world, "Guessers");
    await member(world, admin, orgId, "known@example.org", "viewer");
    const { code } = (await elsewhere.admin.ask("POST", `/v1/orgs/${elsewhere.orgId}/invitations`, { email: "known@example.org", role: "viewer" })).body as { code: string };
    const before = noted();
    const accept = (password: string) => world.browser().ask("POST", "/v1/invitations", { invitation: code, name: "Known", password });
    const tries = [];
    for (let n = 0; n < 7; n += 1) tries.push((await accept(`guess ${n} guess guess`)).body["code"]);
    expect([tries[0], tries.at(-1)]).toEqual(["SIGN_IN_REFUSED", "SIGN_IN_WAIT"]);
    world.clock.value = 20 * 60_000;
    expect((await accept(PASSWORD)).status).toBe(200);
    world.clock.value = 0;
    expect(noted()).toBe(before + 8);
  });

  it("vouches for nobody who has an account where everybody may have one", async () => {
    await admin.ask("POST", "/v1/session/proof", { password: PASSWORD });
    const add = (issuer: string) => admin.ask("POST", `/v1/orgs/${orgId}/providers`, { name: "x", issuer, role: "operator", ...provider.client });
    for (const issuer of ["https://login.microsoftonline.com/common/v2.0", "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "https://accounts.google.com"]) expect((await add(issuer)).text, issuer).toMatch(/vouches for everybody/);
    expect((await add(provider.issuer)).status).toBe(200);
  });

  it("gets once what is good once, also when all ask at one moment", async () => {
    await admin.ask("POST", "/v1/session/proof", { password: PASSWORD });
    const { code } = (await admin.ask("POST", `/v1/orgs/${orgId}/invitations`, { email: "crowd@example.org", role: "viewer" })).body as { code: string };
    const joined = await Promise.all(Array.from({ length: 8 }, () => world.browser().ask("POST", "/v1/invitations", { invitation: code, name: "Crowd", password: PASSWORD })));
    expect(codesOf(joined)).toEqual({ in: 1, CODE_SPENT: 7 });
    const own = world.browser();
    await signIn(own, "crowd@example.org");
    const secret = await withCodes(own);
    world.clock.value = 60_000;
    const entered = await Promise.all(Array.from({ length: 4 }, () => world.browser().ask("POST", "/v1/session", { email: "crowd@example.org", password: PASSWORD, code: codeAt(secret, now()) })));
    expect(codesOf(entered)).toEqual({ in: 1, SIGN_IN_REFUSED: 3 });
    const key = authenticator({ origin: `https://localhost:${world.central.port}`, rpId: "localhost" });
    world.clock.value = 120_000;
    await own.ask("POST", "/v1/session/proof", { password: PASSWORD, code: codeAt(secret, now()) });
    const adding = (await own.ask("POST", "/v1/passkeys/beginning", {})).body as { challenge: string };
    // What was given out to add one opens nothing.
    expect((await own.ask("POST", "/v1/session/passkey", { answer: key.get(adding) })).body["code"]).toBe("PASSKEY_REFUSED");
    expect((await own.ask("POST", "/v1/passkeys", { name: "key", answer: key.create(adding) })).status).toBe(200);
    const asked = (await own.ask("POST", "/v1/session/passkey/beginning", {})).body as { challenge: string };
    const answer = key.get(asked);
    const opened = await Promise.all(Array.from({ length: 6 }, () => world.browser().ask("POST", "/v1/session/passkey", { answer })));
    expect(codesOf(opened)).toEqual({ in: 1, PASSKEY_REFUSED: 5 });
    // And one that was registered is nobody else's to register.
    const other = await member(world, admin, orgId, "claims-it@example.org", "viewer");
    const begun = (await other.ask("POST", "/v1/passkeys/beginning", {})).body as { challenge: string };
    expect((await other.ask("POST", "/v1/passkeys", { name: "theirs", answer: key.create(begun) })).body["code"]).toBe("TAKEN");
    world.clock.value = 0;
  });

  it("leaves nothing behind for good by guessing at names that nobody has", async () => {
    const database = new pg.Client({ connectionString: runningUrl(world.home) });
    await database.connect();
    const kept = async (): Promise<number> => Number((await database.query<{ n: string }>("SELECT count(*) AS n FROM identity.attempts")).rows[0]?.n);
    const guess = (name: string) => world.browser().ask("POST", "/v1/session", { email: name, password: PASSWORD });
    const before = await kept();
    for (let n = 0; n < 6; n += 1) await guess(`nobody-${n}@example.org`);
    expect(await kept()).toBe(before + 6);
    world.clock.value = 25 * 3_600_000;
    await guess("nobody-again@example.org");
    expect(await kept()).toBe(1);
    await database.end();
    world.clock.value = 0;
  });

  it("shows no figures to whom a proxy on this machine brings", async () => {
    const browser = world.browser();
    expect((await browser.ask("GET", "/metrics")).status).toBe(200);
    for (const header of ["x-forwarded-for", "forwarded", "x-real-ip", "via"]) expect((await browser.ask("GET", "/metrics", undefined, { [header]: "203.0.113.7" })).status, header).toBe(404);
  });

  describe("that many providers come back to", () => {
    let there: { orgId: string; admin: Browser };
    let [honest, crooked] = ["", ""];
    beforeAll(async () => {
      there = await organisation(world, "Elsewhere");
      await admin.ask("POST", "/v1/session/proof", { password: PASSWORD });
      const add = async (who: Browser, org: string, of: TestProvider) => String((await who.ask("POST", `/v1/orgs/${org}/providers`, { name: "x", issuer: of.issuer, role: "operator", ...of.client })).body["providerId"]);
      [honest, crooked] = [await add(admin, orgId, provider), await add(there.admin, there.orgId, evil)];
    });
    const begun = async (browser: Browser, org: string, providerId: string) => new URL(String((await browser.ask("POST", `/v1/sign-in/${org}`, { providerId })).body["url"]));
    /** As the page does that the provider sends the browser back to. */
    const cameTo = (url: URL): { cameTo?: string } => {
      const [, org] = /\/from-([0-9a-f-]{36})$/.exec(String(url.searchParams.get("redirect_uri"))) ?? [];
      return org === undefined ? {} : { cameTo: org };
    };
    const ended = (browser: Browser, url: URL, answer: Record<string, string>) => browser.ask("POST", "/v1/session/provider", { answer, ...cameTo(url) });

    /** The attacker begins at the honest one; the victim at the crooked one, which sends them on to the honest one in the attacker's own words. */
    async function lured(bent: (sentOn: URL, ofVictim: URL) => void = () => {}) {
      const [victim, attacker] = [world.browser(), world.browser()];
      const [own, theirs] = [await begun(attacker, orgId, honest), await begun(victim, there.orgId, crooked)];
      const sentOn = new URL(own);
      sentOn.searchParams.set("state", String(theirs.searchParams.get("state")));
      bent(sentOn, theirs);
      const before = evil.codesSeen().length;
      const seen = await ended(victim, sentOn, provider.signIn(sentOn.href, { subject: "victim", claims: { email: "victim@example.org" } }));
      const [code = "none"] = evil.codesSeen().slice(before);
      const taken = await ended(attacker, own, { code, state: String(own.searchParams.get("state")) });
      return { seen, code, taken, session: (await attacker.ask("GET", "/v1/session")).status };
    }
    const welcomed = async (org: string, providerId: string, of: TestProvider) => {
      const browser = world.browser();
      const url = await begun(browser, org, providerId);
      return ended(browser, url, of.signIn(url.href, { subject: "somebody", claims: { email: "somebody@example.org" } }));
    };

    it("takes no provider's code to another one, and lets each one's own people in", async () => {
      const met = await lured();
      expect([met.code, met.session, met.taken.status]).toEqual(["none", 401, 401]);
      expect(met.seen.text).toMatch(/another address than its provider sends people to/);
      // A code that was fetched by another address is taken at that address alone.
      const bent = await lured((sentOn, theirs) => sentOn.searchParams.set("redirect_uri", String(theirs.searchParams.get("redirect_uri"))));
      expect([bent.code === "none", bent.session, bent.taken.status]).toEqual([false, 401, 401]);
      for (const [org, id, of] of [[orgId, honest, provider], [there.orgId, crooked, evil]] as const) expect((await welcomed(org, id, of)).status).toBe(200);
    });

    it("keeps the address of those that were registered before each organisation had one", async () => {
      const database = new pg.Client({ connectionString: runningUrl(world.home) });
      await database.connect();
      await database.query("UPDATE app.providers SET has_own_address = false WHERE provider_id = $1", [honest]);
      await database.end();
      expect((await begun(world.browser(), orgId, honest)).searchParams.get("redirect_uri")).toBe(`https://localhost:${world.central.port}/`);
      expect((await welcomed(orgId, honest, provider)).status).toBe(200);
      const met = await lured();
      expect([met.code, met.session, met.taken.status]).toEqual(["none", 401, 401]);
    });
  });
});
