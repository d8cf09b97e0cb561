import { readdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults } from "../../harness/accessibility.ts";
import { freshGallery } from "../../harness/fresh-build.ts";
import { hasBrowser, openBrowser, serveFolder } from "./browser.ts";

// Every preview in every theme, in a real engine under the shells' own policy: no accessibility violation, nothing the
// policy had to refuse, nothing on the console.
// A gallery page is no app: what these two ask of a whole page is asked of the frame in its own test.
const NOT_FOR_PARTS = ["region", "page-has-heading-one", "landmark-one-main", "landmark-no-duplicate-main", "landmark-main-is-top-level", "landmark-contentinfo-is-top-level", "landmark-banner-is-top-level", "landmark-no-duplicate-contentinfo", "landmark-no-duplicate-banner", "landmark-unique"];
const THEMES = ["dark", "light", "contrast"];

const FEATURES = readdirSync(new URL("../../../src-renderer/features", import.meta.url)).map((name) => `features/${name}`);

let browser: Browser;
let page: Page;
let origin: string;
const owned = new AsyncDisposableStack();
const noise: string[] = [];
let shown = "";

/** The page stays, only the address changes: loading the page and axe again for each state would take ten times as long. */
const show = async (place: string, theme: string) => {
  shown = place;
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}?bare=1&theme=${theme}`);
  await page.waitForFunction(([at, name]) => document.querySelector("[data-ready]")?.getAttribute("data-ready") === at && document.documentElement.getAttribute("data-theme") === name, [decodeURIComponent(place), theme] as const);
  // Dialogs open in a later frame; lists measure themselves in one.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30)))));
};
/** Everything in one theme; in the others what a theme changes. */
const violations = (theme: string) => accessibilityFaults(page, theme === THEMES[0] ? { without: NOT_FOR_PARTS } : { only: "colours" });

describe.skipIf(!hasBrowser)("the gallery", () => {
  let places: readonly string[] = [];
  beforeAll(async () => {
    ({ origin } = owned.use(await serveFolder(await freshGallery())));
    browser = await openBrowser();
    owned.defer(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && noise.push(`${shown}: ${message.text()}`));
    page.on("pageerror", (error) => noise.push(`${shown}: ${error.message}`));
    await page.goto(`${origin}/gallery.html`);
    places = await page.locator("nav a").evaluateAll((links) => links.map((link) => (link.getAttribute("href") ?? "").replace(/^#\//, "")));
  });
  afterAll(() => owned.disposeAsync());

  it("has a page for each file of previews", () => expect(places.length).toBeGreaterThan(12));

  // One test for each feature, so that a failure names whose it is.
  it.each(["ui", "app", "gallery", ...FEATURES])("shows no accessibility violation in %s, in any theme", { timeout: 300_000 }, async (part) => {
    const found: string[] = [];
    for (const place of places.filter((name) => name.startsWith(`${part}/`)))
      for (const theme of THEMES) {
        await show(place, theme);
        const overlays = JSON.parse((await page.locator("[data-ready]").getAttribute("data-overlays")) ?? "[]") as string[];
        found.push(...(await violations(theme)).map((violation) => `${place} (${theme}): ${violation}`));
        for (const overlay of overlays) {
          await show(`${place}/${encodeURIComponent(overlay)}`, theme);
          found.push(...(await violations(theme)).map((violation) => `${place}/${overlay} (${theme}): ${violation}`));
        }
      }
    expect(found).toEqual([]);
  });

  it("never met the content security policy, and left the console silent", () => expect(noise).toEqual([]));

  it("notices a violation when there is one", async () => {
    await show(places[0] as string, "dark");
    await page.evaluate(() => document.querySelector("main")?.append(document.createElement("button")));
    expect((await violations("dark")).join()).toContain("button-name");
  });
  it("notices text that is too pale in a theme that is looked at for its colours alone", async () => {
    await show(places[0] as string, "light");
    await page.evaluate(() => {
      const pale = Object.assign(document.createElement("p"), { textContent: "pale" });
      pale.style.color = "#f4f4f4";
      document.querySelector("main")?.prepend(pale);
    });
    expect((await violations("light")).join()).toContain("color-contrast");
  });
});
