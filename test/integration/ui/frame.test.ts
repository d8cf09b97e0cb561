import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { coreCommand } from "../../../src-main/shells/process/core-command.ts";
import { readScreenFiles } from "../../../src-main/shells/process/screen-files.ts";
import { supervise, type Supervisor } from "../../../src-main/shells/process/supervise.ts";
import { createDoor, type Door } from "../../../src-main/shells/station/door.ts";
import { serveStation } from "../../../src-main/shells/station/serve.ts";
import { accessibilityFaults } from "../../harness/accessibility.ts";
import { freshScreens } from "../../harness/fresh-build.ts";
import { keepTraces } from "../../harness/traces.ts";
import { hasBrowser, openBrowser } from "./browser.ts";


// The real screens, built as they ship, over the real core, in a real browser.
describe.skipIf(!hasBrowser)("the frame", () => {
  const owned = new AsyncDisposableStack();
  let supervisor: Supervisor;
  let door: Door;
  let origin: string;
  let context: BrowserContext;
  let page: Page;
  const noise: string[] = [];

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "sena-frame-"));
    owned.defer(() => rmSync(folder, { recursive: true, force: true }));
    supervisor = owned.use(supervise({ command: coreCommand({ home: join(folder, "home"), lab: false }), onLog: () => {} }));
    door = createDoor({ apiToken: "unused" });
    const station = owned.use(await serveStation({ address: "127.0.0.1", port: 0, door, files: readScreenFiles(await freshScreens()), supervisor }));
    origin = station.origin;
    await supervisor.ready(AbortSignal.timeout(30_000));
    const browser = await openBrowser();
    owned.defer(() => browser.close());
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "dark" });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(error.message));
    await page.goto(`${origin}/enter?token=${door.mint()}`);
    await page.getByRole("contentinfo", { name: "Status" }).getByText("sealed").waitFor();
  });
  afterAll(() => owned.disposeAsync());
  keepTraces(() => page);
  beforeEach(async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${origin}/#/hosts`);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.locator("main").focus();
  });

  const here = () => page.evaluate(() => location.hash);

  it("tells what is so in the status bar, from the core", async () => {
    const status = page.getByRole("contentinfo", { name: "Status" });
    for (const word of ["sealed", "model", "UNANCHORED", "connected"]) expect(await status.textContent()).toContain(word);
    expect(await status.locator("time").textContent()).toMatch(/^\d\d:\d\d:\d\d$/);
  });

  it("keeps the clock and every fact whole in the narrowest windows", async () => {
    for (const width of [1024, 900, 800, 640]) {
      await page.setViewportSize({ width, height: 700 });
      const cut = await page.getByRole("contentinfo", { name: "Status" }).evaluate((bar) => [...bar.querySelectorAll("a, time")].filter((one) => one.checkVisibility() && (one.getBoundingClientRect().right > (one.tagName === "TIME" ? innerWidth : (one.parentElement as HTMLElement).getBoundingClientRect().right) + 0.5)).map((one) => one.textContent));
      expect(cut, `at ${width}`).toEqual([]);
    }
  });

  it("goes to any screen by rail, by sequence, by number and by address", async () => {
    await page.getByRole("link", { name: "Runbooks" }).click();
    expect(await here()).toBe("#/runbooks");
    await page.locator("main").focus();
    await page.keyboard.press("g");
    await page.keyboard.press("u");
    await page.waitForFunction(() => location.hash === "#/audit");
    await page.keyboard.press("Control+2");
    await page.waitForFunction(() => location.hash === "#/terminals");
    await page.goto(`${origin}/#/settings/network`);
    await page.getByRole("radiogroup", { name: "Network mode" }).waitFor();
    expect(await page.title()).toBe("Settings: Network · SENA");
  });

  it("moves the focus to the content of a screen that was opened, and offers to skip the rail", async () => {
    await page.getByRole("link", { name: "Insight" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.closest("main") !== null);
    await page.reload();
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
  });

  it("opens the palette with one key, runs what is chosen, and gives the focus back on Escape", async () => {
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.tagName === "MAIN");
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
    await page.keyboard.type("appro");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash === "#/approvals");
  });

  it("closes what lies over a screen when somebody goes elsewhere, by a link, an address or back", async () => {
    for (const [keys, leave] of [["Control+k", () => page.goto(`${origin}/#/runbooks`)], ["F1", () => page.goBack()]] as const) {
      await page.keyboard.press(keys);
      await page.getByRole("dialog").waitFor();
      await leave();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.waitForFunction(() => document.activeElement?.closest("main") !== null);
    }
    expect(await here()).toBe("#/hosts");
  });

  it("shows the keyboard map on ? but not while a text is typed", async () => {
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard map" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
    await page.keyboard.type("?");
    await page.waitForTimeout(200);
    expect(await page.getByRole("dialog", { name: "Keyboard map" }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("keeps a chosen theme in the core, in every window and over a reload", async () => {
    await page.goto(`${origin}/#/settings/appearance`);
    const other = await context.newPage();
    await other.goto(`${origin}/#/hosts`);
    await page.getByRole("radio", { name: "Light" }).click();
    await page.waitForFunction(() => document.documentElement.dataset["theme"] === "light");
    await other.waitForFunction(() => document.documentElement.dataset["theme"] === "light");
    await other.close();
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("light");
    await page.getByRole("radio", { name: "System" }).click();
    await page.waitForFunction(() => document.documentElement.dataset["theme"] === undefined);
  });

  it("asks before it opens to the network, and stays sealed when the answer is no", async () => {
    await page.goto(`${origin}/#/settings/network`);
    await page.getByRole("radio", { name: /^LAN/ }).click();
    await page.getByRole("alertdialog").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    expect(await page.getByRole("radio", { name: /^Sealed/ }).getAttribute("aria-checked")).toBe("true");
  });

  // One test for each screen, so that a failure names whose it is.
  it.each(["chat", "terminals", "hosts", "runbooks", "knowledge", "approvals", "audit", "insight", "settings"])("has no accessibility violation and nothing cut off with %s open, wide and narrow, dark and light", { timeout: 60_000 }, async (screen) => {
    const found: string[] = [];
    for (const [width, height, colorScheme] of [
      [1440, 900, "dark"],
      [1024, 700, "dark"],
      [1024, 700, "light"],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.goto(`${origin}/#/${screen}`);
      await page.waitForFunction(() => (document.querySelector("main")?.textContent ?? "") !== "" && document.querySelector('main [role="status"][aria-label="Opening the screen"]') === null);
      const at = `at ${width}×${height}, ${colorScheme}`;
      found.push(...(await accessibilityFaults(page, colorScheme === "light" ? { only: "colours" } : {})).map((fault) => `${fault} ${at}`));
      const cut = await page.evaluate(() => [...document.querySelectorAll('footer[aria-label="Status"], header')].filter((bar) => bar.scrollWidth > bar.clientWidth + 1).map((bar) => bar.tagName));
      found.push(...cut.map((tag) => `${tag} is cut off ${at}`));
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight)) found.push(`the window scrolls ${at}`);
    }
    await page.emulateMedia({ colorScheme: "dark" });
    expect(found).toEqual([]);
  });

  it("says that an unknown address leads nowhere", async () => {
    await page.goto(`${origin}/#/nowhere`);
    await page.getByText("There is no such place").waitFor();
  });

  it("left the console silent and never met the content security policy", () => expect(noise).toEqual([]));

  it("keeps the frame, names the failure and offers a report when a screen's code does not come", async () => {
    const broken = await context.newPage();
    await broken.route(/assets\/screen-/, (route) => route.abort());
    await broken.goto(`${origin}/#/insight`);
    const alert = broken.getByRole("alert").filter({ hasText: "could not be drawn" });
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/scr-[0-9a-f]{10}/);
    expect(await broken.getByRole("link", { name: "Hosts", exact: true }).count()).toBe(1);
    await broken.unroute(/assets\/screen-/);
    await broken.getByRole("button", { name: "Try again" }).click();
    await broken.getByText("Insight").first().waitFor();
    await alert.waitFor({ state: "detached" });
    await broken.close();
  });

  // How fast is a matter for the benches, on a machine with nothing else to do; here it must come back at all.
  it("stays when the core is killed, says so, and is usable again by itself", async () => {
    const state = supervisor.state.value;
    if (state.is !== "ready") throw new Error(`the core is ${state.is}`);
    process.kill(state.pid, "SIGKILL");
    await page.getByText("The core has stopped and is being started again.").waitFor();
    await page.getByText("Connected again.").waitFor({ timeout: 20_000 });
    await page.keyboard.press("Control+4");
    await page.waitForFunction(() => location.hash === "#/runbooks");
    await page.getByRole("contentinfo", { name: "Status" }).getByText("sealed").waitFor();
    expect(supervisor.state.value).toMatchObject({ is: "ready", generation: state.generation + 1 });
  });
});
