import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { binaries, PASSWORD } from "../fakes/central.ts";
import { testProvider, type TestProvider } from "../fakes/identity-provider.ts";
import { samlPage } from "../fakes/saml-provider.ts";
import { keepTraces } from "../harness/traces.ts";
import { accessibilityFaults } from "../harness/accessibility.ts";
import { freshBuild } from "../harness/fresh-build.ts";
import { CHROMIUM, ROOT, SHOTS, startStation, type StationInTest } from "./station.ts";

const canRun = existsSync(CHROMIUM) && binaries !== undefined;
if (!canRun) console.warn("NOT TESTED: a desktop and its central server need Chromium and PostgreSQL (apt-get install chromium postgresql).");

const PLACES = ["overview", "approvals", "desktops", "audit", "audit/receipts", "people", "policy", "webhooks", "keys", "settings"];

/** `sena central` as a house starts it, on an empty home, and a browser that took its certificate. */
async function startServer(env: Readonly<Record<string, string>>): Promise<AsyncDisposable & { readonly address: string; readonly firstPage: string }> {
  const home = mkdtempSync(join(tmpdir(), "sena-e2e-central-"));
  chmodSync(home, 0o755);
  const child = spawn(process.execPath, [join(ROOT, "dist/central.mjs"), "--home", home, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env, ...(binaries && { SENA_CENTRAL_POSTGRES: binaries.folder }) } });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const firstPage = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const [, found] = /signs up here, once: (\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    void gone.then(() => reject(new Error(`the server ended before it was ready: ${said}`)));
  });
  return {
    firstPage,
    address: new URL(firstPage).origin,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await gone;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

describe.runIf(canRun)("a desktop of the lab and its central server", () => {
  let station: StationInTest;
  let server: Awaited<ReturnType<typeof startServer>>;
  let provider: TestProvider;
  let page: Page;
  let orgId = "";
  const noise: string[] = [];
  beforeAll(async () => {
    await freshBuild();
    // One after the other: each waits for a program of its own to be ready, and both at once wait longer.
    provider = await testProvider({ isSilent: true });
    server = await startServer({ SENA_CENTRAL_PROVIDERS_INSIDE: "true", SENA_CENTRAL_PROVIDER_AUTHORITIES: provider.ca });
    station = await startStation();
    const browser = station.page.context().browser();
    if (!browser) throw new Error("there is no browser");
    page = await (await browser.newContext({ ignoreHTTPSErrors: true, acceptDownloads: true, viewport: { width: 1440, height: 900 }, colorScheme: "dark" })).newPage();
    // The first question of a stranger is answered with 401, which a browser says aloud; anything else is a fault.
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && !message.text().includes("401") && !message.text().includes("403") && noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(error.message));
  }, 120_000);
  afterAll(async () => {
    await station?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
    await provider?.[Symbol.asyncDispose]();
  });
  keepTraces(() => station.page);

  const shot = (name: string) => page.screenshot({ path: join(SHOTS, `central-${name}.png`) });
  const go = (place: string) => page.goto(`${server.address}/#/o/${orgId}/${place}`);
  const prove = async () => {
    await page.getByLabel("Your password").fill(PASSWORD);
    await page.getByRole("button", { name: "Go on" }).click();
  };
  const link = () => JSON.parse(station.sena("link", "status", "--json").out) as { state: string; kept: number; lag: number; approvers: { userId: string; isTrusted: boolean }[] };

  test("lets the first admin in by the printed address, links a desktop, approves its change from the console, and gives away a cosigned record that verifies offline", async () => {
    await page.goto(server.firstPage);
    // Its address brought the code: what is to be filled in first has the keys.
    await page.waitForFunction(() => document.activeElement === document.querySelectorAll("input")[1]);
    await page.getByLabel("Name of the organisation").fill("Harbour Lab");
    await page.getByLabel("Your name").fill("Grace");
    await page.getByLabel("E-mail address").fill("grace@pier.example");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Make the organisation" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    // The form that had the keys is gone: the place has them, so that the next key is not lost.
    await page.waitForFunction(() => document.activeElement?.id === "main");
    orgId = /#\/o\/([^/]+)/.exec(page.url())?.[1] ?? "";

    await go("desktops");
    await page.getByRole("button", { name: "Make an enrolment line" }).click();
    await prove();
    const line = (await page.getByRole("region", { name: "Enrolment line" }).textContent()) ?? "";
    expect(line).toMatch(/^sena-link:localhost:\d+\/enrol_/);
    await shot("1-line-shown-once");
    await page.getByRole("button", { name: "I have taken it down" }).click();
    expect(station.sena("link", "enrol", line, "--name", "Lab desktop").out).toMatch(/network is sealed/);
    station.call("app.changeSettings", { network: "lan" });
    expect(station.sena("link", "enrol", line, "--name", "Lab desktop").out).toMatch(/Linked to Harbour Lab/);
    expect(station.sena("link", "enrol", line).code).not.toBe(0);
    await page.getByText("all of its record is here").waitFor({ timeout: 60_000 });
    // The bar at the desk says what may leave it as it is now, not as it was when it started.
    await station.page.getByText("LAN", { exact: true }).waitFor();

    await go("approvals");
    await page.getByRole("button", { name: "Become an approver…" }).click();
    await page.getByRole("button", { name: "Make my key" }).click();
    await page.getByRole("region", { name: "Your public key" }).waitFor();
    await page.getByRole("button", { name: "Close" }).last().click();
    await expect.poll(() => link().approvers.length, { timeout: 60_000 }).toBe(1);
    expect(station.sena("link", "trust", link().approvers[0]?.userId ?? "").code).toBe(0);

    // The change is asked for at the desk and decided here.
    await station.page.getByRole("button", { name: /Ask .why is web-01 down/ }).click();
    const request = page.getByRole("row").filter({ hasText: "proxy_pass" });
    await request.waitFor({ timeout: 60_000 });
    // With the keyboard alone: the list that had the keys has them still when the request stands beside it.
    const list = page.getByRole("grid", { name: "Requests" });
    await list.press("Enter");
    await page.getByRole("article").waitFor();
    expect(await list.evaluate((grid) => grid === document.activeElement)).toBe(true);
    expect(await page.getByRole("article").innerText()).toMatch(/Runs on[^]*web-01[^]*Then checks[^]*systemctl is-active nginx\nss -H -l -t -n\n[^]*Approve\n+Deny/);
    const approve = page.getByRole("button", { name: "Approve", exact: true });
    await expect.poll(() => approve.isEnabled(), { timeout: 60_000 }).toBe(true);
    expect(await page.getByRole("region", { name: "The whole command" }).textContent()).toContain("nginx");
    await shot("2-approval-whole");
    await approve.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "main");
    await page.getByText(/taken by the desktop|approved and run/).first().waitFor({ timeout: 60_000 });
    await station.page.getByText("nginx runs again on web-01.").waitFor({ timeout: 60_000 });
    await expect.poll(() => link().lag, { timeout: 60_000 }).toBe(0);

    await go("audit/receipts");
    await page.getByRole("grid", { name: "Receipts" }).getByRole("gridcell").nth(2).waitFor();
    await shot("3-receipts");
    await page.getByRole("button", { name: "Export the record…" }).click();
    await page.getByLabel("Reason").fill("the first repair");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export", exact: true }).click()]);
    const zip = join(station.home, "record.zip");
    await download.saveAs(zip);
    await shot("4-exported");
    const unpacked = join(station.home, "record");
    expect(spawnSync("python3", ["-m", "zipfile", "-e", zip, unpacked], { encoding: "utf8" }).status).toBe(0);
    const verified = spawnSync(process.execPath, [join(unpacked, "verify.mjs")], { cwd: unpacked, encoding: "utf8" });
    expect(verified.status, `${verified.stdout}${verified.stderr}`).toBe(0);
    expect(verified.stdout).toMatch(/witnessed {2}\d+ entries by localhost\/sena-central at 20/);
    expect(verified.stdout).toContain("from the copy it keeps");
    expect(verified.stdout).not.toContain("UNANCHORED");
  }, 150_000);

  test("is whole on every screen in both themes: no accessibility violation, nothing beyond the edge, nothing on the console", async () => {
    const found: string[] = [];
    await page.mouse.move(0, 0); // where it rests, a hint may come while axe looks
    for (const [theme, width, height] of [["dark", 1440, 900], ["light", 1024, 700]] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height });
      for (const place of PLACES) {
        await go(place);
        await page.waitForTimeout(350); // lists have measured themselves
        await shot(`${place.replace("/", "-")}-${theme}`);
        found.push(...(await accessibilityFaults(page)).map((fault) => `${place} ${theme}: ${fault}`));
        if ((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) > 0) found.push(`${place} ${theme}: beyond the window`);
      }
    }
    expect(found).toEqual([]);
    expect(noise).toEqual([]);
  }, 120_000);

  test("says over every place since when the server does not answer, and that a place whose code does not come is its doing; goes on by itself when it does", async () => {
    const told = page.getByRole("status").filter({ hasText: "The server has not answered since" });
    // In a page of its own: the other has the code of every place already.
    const other = await page.context().newPage();
    await other.goto(`${server.address}/#/o/${orgId}/overview`);
    await other.getByText("all of its record is here").waitFor();
    await other.context().setOffline(true);
    const away = other.getByRole("status").filter({ hasText: "The server has not answered since" });
    await away.waitFor({ timeout: 20_000 });
    await other.getByRole("link", { name: "Webhooks" }).click();
    const failed = other.getByRole("alert").filter({ hasText: "could not be drawn" });
    await failed.waitFor();
    expect(await failed.innerText()).toMatch(/where it comes from does not answer/);
    expect(await failed.innerText()).not.toMatch(/reference/);
    await other.context().setOffline(false);
    await away.waitFor({ state: "detached", timeout: 20_000 });
    await other.close();
    await told.waitFor({ state: "detached", timeout: 20_000 });
    noise.length = 0; // an unanswered question is told on the console, and that was the point
    await go("nowhere");
    await page.getByText("There is no such place").waitFor();
  });

  test("tells who sets how long values are kept that somebody else did meanwhile, and what; theirs is set over it once they saw it", async () => {
    await go("settings");
    const choose = async (days: string) => {
      await page.getByLabel("Every type without a time of its own: days").fill(days);
      await page.keyboard.press("Tab");
    };
    const set = async () => {
      await page.getByRole("button", { name: "See what would go, then set it…" }).click();
      await page.getByRole("button", { name: "Set them" }).click();
    };
    const kept = () => page.evaluate(async (path) => ((await (await fetch(path)).json()) as { items: { type: string; days: number }[] }).items.map(({ type, days }) => `${type} ${days}`), `/v1/orgs/${orgId}/retention`);
    await page.getByRole("combobox", { name: "Set a time for a type" }).click();
    await page.getByRole("option", { name: "Every type without a time of its own" }).click();
    await choose("400");
    const another = await page.evaluate(async (path) => (await fetch(path, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ was: [], rules: [{ type: "inbox", days: 30 }] }) })).status, `/v1/orgs/${orgId}/retention`);
    expect(another).toBe(200);
    await set();
    const told = page.getByRole("status").filter({ hasText: "Other times were set meanwhile" });
    await told.waitFor();
    expect(await told.textContent()).toContain("Set now: Messages in the inbox, 30 days.");
    expect(await page.getByLabel("Every type without a time of its own: days").inputValue()).toBe("400");
    expect(await page.getByRole("button", { name: "See what would go, then set it…" }).isEnabled()).toBe(false);
    expect(await kept()).toEqual(["inbox 30"]);
    await shot("7-times-overtaken");
    await page.getByRole("button", { name: "Keep mine, to set them over it" }).click();
    await set();
    await expect.poll(kept).toEqual(["* 400"]);
    // What was set is what the next change is made from.
    await choose("500");
    expect(await told.count()).toBe(0);
    await set();
    await expect.poll(kept).toEqual(["* 500"]);
  }, 60_000);

  test("signs in with a passkey that was added after a proof", async () => {
    const authenticator = await page.context().newCDPSession(page);
    await authenticator.send("WebAuthn.enable");
    await authenticator.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
    await page.goto(`${server.address}/#/account`);
    await page.getByLabel("Name of a new one").fill("this laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("button", { name: "Remove…" }).or(page.getByLabel("Your password")).first().waitFor();
    if (await page.getByLabel("Your password").isVisible()) await prove();
    await page.getByRole("button", { name: "Remove…" }).waitFor();
    await page.getByRole("button", { name: "Grace" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  }, 60_000);

  test("adds a SAML provider and lets somebody in through it, whose form comes from another site", async () => {
    await using idp = await samlPage();
    await go("settings");
    await page.getByRole("button", { name: "Add a provider" }).click();
    await page.getByRole("radio", { name: "SAML 2.0" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("House sign-in");
    await page.getByRole("textbox", { name: "Its description" }).fill(idp.provider.metadata());
    await shot("5-saml");
    expect(await accessibilityFaults(page)).toEqual([]);
    const added = page.getByRole("button", { name: "Certificates…" });
    await page.getByRole("button", { name: "Add it", exact: true }).click();
    await added.or(page.getByLabel("Your password")).first().waitFor();
    if (await page.getByLabel("Your password").isVisible()) await prove();
    await added.click();
    await page.getByRole("heading", { name: "Signing certificates of House sign-in" }).waitFor();
    await shot("6-certificates");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Close" }).last().click();

    const context = await page.context().browser()?.newContext({ ignoreHTTPSErrors: true });
    const other = await context?.newPage();
    if (!context || !other) throw new Error("there is no browser");
    await other.goto(`${server.address}/#/with/${orgId}`);
    await other.getByRole("button", { name: "Sign in with House sign-in" }).click();
    const brought = other.waitForRequest((request) => request.url().endsWith("/acs"));
    await other.getByRole("button", { name: "Sign in as Linus" }).click();
    // The browser itself says that it is another site's form, and brings no cookie of ours.
    const headers = await (await brought).allHeaders();
    expect([headers["sec-fetch-site"], headers["cookie"]]).toEqual(["cross-site", undefined]);
    await other.getByRole("button", { name: "Linus" }).waitFor();
    expect(other.url()).not.toContain("state=");
    await context.close();
  }, 60_000);

  test("adds an OpenID Connect provider, which sends people back to the organisation's own address, and lets them in there", async () => {
    await go("settings");
    await page.getByRole("button", { name: "Add a provider" }).click();
    const back = page.getByText(`${server.address}/from-${orgId}`);
    await back.waitFor();
    for (const [label, value] of [["Name", "House login"], ["Issuer", provider.issuer], ["Client id", provider.client.clientId], ["Client secret", provider.client.clientSecret]] as const) await page.getByRole("textbox", { name: label, exact: true }).or(page.getByLabel(label, { exact: true })).first().fill(value);
    await page.getByRole("button", { name: "Ask it, and add it" }).click();
    await back.waitFor({ state: "detached" });
    const context = await page.context().browser()?.newContext({ ignoreHTTPSErrors: true });
    const other = await context?.newPage();
    if (!context || !other) throw new Error("there is no browser");
    await other.goto(`${server.address}/#/with/${orgId}`);
    const returned = other.waitForRequest((request) => new URL(request.url()).pathname === `/from-${orgId}`);
    await other.getByRole("button", { name: "Sign in with House login" }).click();
    expect(new URL((await returned).url()).searchParams.has("code")).toBe(true);
    await other.getByRole("button", { name: "Linus" }).waitFor();
    expect(new URL(other.url())).toMatchObject({ pathname: "/", search: "" });
    await context.close();
  }, 60_000);

  test("goes by the keyboard alone, and tells a stranger nothing", async () => {
    await page.keyboard.press("Escape");
    await page.locator("main").focus();
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "People" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Command palette" }).getByRole("combobox").fill("audit");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Audit" }).waitFor();

    const address = page.url();
    await page.getByRole("button", { name: "Grace" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to SENA central" }).waitFor();
    await page.goto(address);
    await page.getByLabel("E-mail address").fill("grace@pier.example");
    await page.getByLabel("Password").fill(`${PASSWORD} not`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The address, the password or the code is wrong.").waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    // Back in the very place that was asked for.
    await page.getByRole("heading", { name: "Audit" }).waitFor();
  });
});
