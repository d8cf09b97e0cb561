import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { codeAt, stepAt } from "../../../src-main/central/identity/totp.ts";
import { fromBase32 } from "../../fakes/base32.ts";
import { binaries, member, organisation, PASSWORD, signIn, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

describe.skipIf(!binaries)("people on the central server", () => {
  let world: TestCentral;
  let orgId: string;
  let admin: Browser;
  let email: string;
  beforeAll(async () => {
    world = await testCentral();
    ({ orgId, admin, email } = await organisation(world, "Harbour"));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** How many ways in, and changes of one, the server's own record holds. */
  const noted = (): number => {
    const record = new Database(join(world.home, "ledger", "ledger.db"), { readonly: true });
    const { n } = record.prepare(`SELECT count(*) AS n FROM entries WHERE CAST(leaf AS TEXT) LIKE '%"login"%'`).get() as { n: number };
    record.close();
    return n;
  };

  it("lets the first admin in with the printed code, once", async () => {
    await using fresh = await testCentral();
    const code = fresh.central.firstAdminCode;
    const browser = fresh.browser();
    const of = { organisation: "First", name: "Ada", email: "ada@example.org", password: PASSWORD };
    expect((await browser.ask("POST", "/v1/bootstrap", { code: "first_wrong", ...of })).status).toBe(410);
    expect((await browser.ask("POST", "/v1/bootstrap", { code, ...of, password: "short" })).body["code"]).toBe("PASSWORD_WEAK");
    expect((await browser.ask("POST", "/v1/bootstrap", { code, ...of })).status).toBe(200);
    expect((await browser.ask("POST", "/v1/bootstrap", { code, ...of, email: "eve@example.org" })).status).toBe(410);
    await signIn(browser, "ada@example.org");
    const me = await browser.ask("GET", "/v1/session");
    expect(me.body["organisations"]).toMatchObject([{ name: "First", role: "admin" }]);
  });

  it("signs in with a cookie that scripts cannot read and other sites do not send", async () => {
    const browser = world.browser();
    const answer = await browser.ask("POST", "/v1/session", { email, password: PASSWORD });
    expect(answer.status).toBe(200);
    const line = String(answer.headers["set-cookie"]);
    for (const part of ["__Host-sena.session_token=", "HttpOnly", "Secure", "SameSite=Strict"]) expect(line).toContain(part);
  });

  it("refuses a wrong password and an unknown address with the same words", async () => {
    const wrong = await world.browser().ask("POST", "/v1/session", { email, password: "not the password at all" });
    const unknown = await world.browser().ask("POST", "/v1/session", { email: "nobody@example.org", password: PASSWORD });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body["detail"]).toBe(unknown.body["detail"]);
  });

  it("makes guessing wait longer and longer, and lets the right one in afterwards", async () => {
    const victim = "guessed@example.org";
    await member(world, admin, orgId, victim, "viewer");
    const guess = () => world.browser().ask("POST", "/v1/session", { email: victim, password: "guess guess guess 1" });
    for (let n = 0; n < 5; n += 1) expect((await guess()).status).toBe(401);
    expect((await guess()).body["code"]).toBe("SIGN_IN_WAIT");
    expect((await world.browser().ask("POST", "/v1/session", { email: victim, password: PASSWORD })).body["code"]).toBe("SIGN_IN_WAIT");
    world.clock.value += 20 * 60_000;
    expect((await world.browser().ask("POST", "/v1/session", { email: victim, password: PASSWORD })).status).toBe(200);
    world.clock.value = 0;
  });

  it("gives a new session at every sign-in: one that was planted means nothing", async () => {
    const attacker = world.browser();
    await signIn(attacker, email);
    const planted = attacker.cookie;
    const victim = world.browser();
    victim.cookie = planted;
    await signIn(victim, email);
    expect(victim.cookie).not.toBe(planted);
    const forged = world.browser();
    forged.cookie = "__Host-sena.session_token=chosen-by-attacker.AAAA";
    expect((await forged.ask("GET", "/v1/session")).status).toBe(401);
  });

  it("refuses what comes from another site, and lets the same thing from its own through", async () => {
    const cross = await admin.ask("POST", `/v1/orgs/${orgId}/invitations`, { email: "x@example.org", role: "viewer" }, { origin: "https://evil.example" });
    expect(cross.body["code"]).toBe("CROSS_SITE");
    const fetched = await admin.ask("POST", `/v1/orgs/${orgId}/invitations`, { email: "x@example.org", role: "viewer" }, { "sec-fetch-site": "cross-site" });
    expect(fetched.body["code"]).toBe("CROSS_SITE");
    const form = await admin.ask("POST", `/v1/orgs/${orgId}/invitations`, "email=x", { "content-type": "application/x-www-form-urlencoded" });
    expect(form.status).toBe(415);
    const listed = ((await admin.ask("GET", `/v1/orgs/${orgId}/events?limit=50`)).body["items"] as { actor: string; detail: { code?: string } }[]).filter(({ detail }) => detail.code === "CROSS_SITE");
    const me = (await admin.ask("GET", "/v1/session")).body["userId"];
    expect(listed.map(({ actor }) => actor)).toEqual([me, me]);
    expect((await admin.ask("POST", `/v1/orgs/${orgId}/invitations`, { email: "x@example.org", role: "viewer" }, { origin: `https://127.0.0.1:${world.central.port}` })).status).toBe(200);
  });

  it("ends sessions that rest too long and sessions that are too old", async () => {
    const browser = world.browser();
    await signIn(browser, email);
    world.clock.value = 13 * 3_600_000;
    expect((await browser.ask("GET", "/v1/session")).status).toBe(401);
    world.clock.value = 0;
  });

  it("lists sessions and ends one of them", async () => {
    const one = world.browser();
    await signIn(one, email);
    const listed = await admin.ask("GET", "/v1/sessions");
    const items = listed.body["items"] as { sessionId: string; isThis: boolean }[];
    const newest = items.find((each) => !each.isThis);
    const own = (await one.ask("GET", "/v1/sessions")).body["items"] as { sessionId: string; isThis: boolean }[];
    expect(newest).toBeDefined();
    const target = own.find((each) => each.isThis)?.sessionId ?? "";
    expect((await admin.ask("DELETE", `/v1/sessions/${target}`)).status).toBe(200);
    expect((await one.ask("GET", "/v1/session")).status).toBe(401);
  });

  it("asks for a proof before what matters, and takes it for five minutes", async () => {
    const browser = world.browser();
    await browser.ask("POST", "/v1/session", { email, password: PASSWORD });
    const path = `/v1/orgs/${orgId}/invitations`;
    const body = { email: "later@example.org", role: "viewer" };
    expect((await browser.ask("POST", path, body)).body["code"]).toBe("STEP_UP_NEEDED");
    expect((await browser.ask("POST", "/v1/session/proof", { password: "wrong wrong wrong" })).status).toBe(401);
    expect((await browser.ask("POST", path, body)).body["code"]).toBe("STEP_UP_NEEDED");
    expect((await browser.ask("POST", "/v1/session/proof", { password: PASSWORD })).status).toBe(200);
    expect((await browser.ask("POST", path, body)).status).toBe(200);
    world.clock.value = 6 * 60_000;
    expect((await browser.ask("POST", path, { ...body, email: "later2@example.org" })).body["code"]).toBe("STEP_UP_NEEDED");
    world.clock.value = 0;
  });

  it("makes guessing from an open session wait too, and lets the right password change it", async () => {
    const mail = "left-open@example.org";
    const browser = await member(world, admin, orgId, mail, "viewer");
    const change = (password: string, next = "seven quiet otters knit") => browser.ask("POST", "/v1/password", { password, next });
    const before = noted();
    const guesses: unknown[] = [];
    for (let n = 0; n < 8; n += 1) guesses.push((await change(`wrong ${n} wrong wrong`)).body["code"]);
    expect(guesses[0]).toBe("SIGN_IN_REFUSED");
    expect(guesses.at(-1)).toBe("SIGN_IN_WAIT");
    expect((await change(PASSWORD)).body["code"]).toBe("SIGN_IN_WAIT");
    world.clock.value = 20 * 60_000;
    expect((await change(PASSWORD, PASSWORD)).body).toMatchObject({ code: "PASSWORD_WEAK", detail: expect.stringMatching(/the one you have/) as string });
    expect((await change(PASSWORD)).status).toBe(200);
    world.clock.value = 0;
    // Each of them stands in the server's own record, those that were refused too.
    expect(noted() - before).toBe(11);
  });

  it("keeps an admin in every organisation", async () => {
    const me = await admin.ask("GET", "/v1/session");
    const userId = String(me.body["userId"]);
    await admin.ask("POST", "/v1/session/proof", { password: PASSWORD });
    expect((await admin.ask("PUT", `/v1/orgs/${orgId}/members/${userId}`, { role: "viewer" })).body["code"]).toBe("LAST_ADMIN");
    expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/members/${userId}`)).body["code"]).toBe("LAST_ADMIN");
  });

  it("takes an invitation once and only with its secret", async () => {
    await admin.ask("POST", "/v1/session/proof", { password: PASSWORD });
    const code = String((await admin.ask("POST", `/v1/orgs/${orgId}/invitations`, { email: "once@example.org", role: "auditor" })).body["code"]);
    const join = (invitation: string) => world.browser().ask("POST", "/v1/invitations", { invitation, name: "Once", password: PASSWORD });
    expect((await join(`${code.slice(0, -4)}AAAA`)).status).toBe(410);
    expect((await join(code)).status).toBe(200);
    expect((await join(code)).status).toBe(410);
  });

  it("answers who was signed in across a database that is killed: with a wait or a declared failure, never with one that nobody declared", async () => {
    const browser = world.browser();
    await signIn(browser, email);
    process.kill(world.central.databasePid() as number, "SIGKILL");
    const answers = await Promise.all(Array.from({ length: 12 }, () => browser.ask("GET", "/v1/session")));
    for (const { status, text } of answers) expect([200, 503], text).toContain(status);
    await vi.waitFor(async () => expect((await browser.ask("GET", "/v1/session")).status).toBe(200), { timeout: 60_000 });
  });

  // Last: from here on the organisation asks everybody for a second factor.
  it("takes a code of the second factor once, and asks it of everybody where the organisation does", async () => {
    const mail = "factor@example.org";
    const browser = await member(world, admin, orgId, mail, "admin");
    const begun = await browser.ask("POST", "/v1/second-factor", {});
    const secret = Buffer.from(fromBase32(/secret=([A-Z2-7]+)/.exec(String(begun.body["uri"]))?.[1] ?? ""));
    const now = (): number => stepAt(Date.now() + world.clock.value);
    expect((await browser.ask("PUT", "/v1/second-factor", { code: codeAt(secret, now() + 40) })).body["code"]).toBe("CODE_WRONG");
    expect((await browser.ask("PUT", "/v1/second-factor", { code: codeAt(secret, now()) })).status).toBe(200);
    const again = world.browser();
    const signInWith = (code?: string) => again.ask("POST", "/v1/session", { email: mail, password: PASSWORD, ...(code && { code }) });
    expect((await signInWith()).body["code"]).toBe("CODE_NEEDED");
    const next = codeAt(secret, now() + 1);
    expect((await signInWith(next)).status).toBe(200);
    expect((await signInWith(next)).status).toBe(401);
    world.clock.value += 90_000;
    await again.ask("POST", "/v1/session/proof", { password: PASSWORD, code: codeAt(secret, now()) });
    expect((await again.ask("PUT", `/v1/orgs/${orgId}/settings`, { requiresSecondFactor: true })).status).toBe(200);
    expect((await admin.ask("GET", `/v1/orgs/${orgId}/desktops`)).body["code"]).toBe("SECOND_FACTOR_NEEDED");
    // Who is asked for one is told so where they sign in, before a screen is shown that holds nothing.
    const asked = async (who: Browser) => ((await who.ask("GET", "/v1/session")).body["organisations"] as { needsSecondFactor: boolean }[])[0]?.needsSecondFactor;
    expect([await asked(admin), await asked(again)]).toEqual([true, false]);
    expect((await again.ask("GET", `/v1/orgs/${orgId}/desktops`)).status).toBe(200);
    expect((await again.ask("PUT", `/v1/orgs/${orgId}/settings`, { requiresSecondFactor: false })).status).toBe(200);
    world.clock.value = 0;
  });
});
