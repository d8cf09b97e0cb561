import { readdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshGallery } from "../../harness/fresh-build.ts";
import { AXE, type AxeFindings, hasBrowser, openBrowser, serveFolder } from "./browser.ts";

// Every preview in every theme, in a real engine under the shells' own policy: no accessibility violation, nothing the
// policy had to refuse, nothing on the console.
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// A gallery page is no app: what these two ask of a whole page is asked of the frame in its own test.
const NOT_FOR_PARTS = ["region", "page-has-heading-one", "landmark-one-main", "landmark-no-duplicate-main", "landmark-main-is-top-level", "landmark-contentinfo-is-top-level", "landmark-banner-is-top-level", "landmark-no-duplicate-contentinfo", "landmark-no-duplicate-banner", "landmark-unique", "heading-order"];


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
const violations = async () => {
  const options: object = { runOnly: { type: "tag", values: TAGS }, rules: Object.fromEntries(NOT_FOR_PARTS.map((rule) => [rule, { enabled: false }])), resultTypes: ["violations"] };
  const { violations: found } = await page.evaluate((run) => (globalThis as unknown as { axe: { run: (root: Document, options: object) => Promise<AxeFindings> } }).axe.run(document, run), options);
  return found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary ?? ""}`).join(" | ")}`);
};

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
    await page.evaluate(AXE);
  });
  afterAll(() => owned.disposeAsync());

  it("has a page for each file of previews", () => expect(places.length).toBeGreaterThan(12));

  // One test for each feature, so that a failure names whose it is.
  it.each(["ui", "app", "gallery", ...FEATURES])("shows no accessibility violation in %s, in any theme", { timeout: 300_000 }, async (part) => {
    const found: string[] = [];
    for (const place of places.filter((name) => name.startsWith(`${part}/`)))
      for (const theme of ["dark", "light", "contrast"]) {
        await show(place, theme);
        const overlays = JSON.parse((await page.locator("[data-ready]").getAttribute("data-overlays")) ?? "[]") as string[];
        found.push(...(await violations()).map((violation) => `${place} (${theme}): ${violation}`));
        for (const overlay of overlays) {
          await show(`${place}/${encodeURIComponent(overlay)}`, theme);
          found.push(...(await violations()).map((violation) => `${place}/${overlay} (${theme}): ${violation}`));
        }
      }
    expect(found).toEqual([]);
  });

  it("never met the content security policy, and left the console silent", () => expect(noise).toEqual([]));

  it("notices a violation when there is one", async () => {
    await show(places[0] as string, "dark");
    await page.evaluate(() => document.querySelector("main")?.append(document.createElement("button")));
    expect((await violations()).join()).toContain("button-name");
  });
});
