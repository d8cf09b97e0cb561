import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

/** axe as text: the playwright wrapper sends it again for every look, and into every frame. */
const AXE = readFileSync(createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright")).resolve("axe-core"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** All that another theme can change: a theme is a set of colours and nothing else. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

type Violation = { readonly id: string; readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[] };
type Axe = { run(root: Document, options: object): Promise<{ readonly violations: readonly Violation[] }> };

/** What axe finds on the page as it stands, a line each. A rule about headings' order does not fit screens of many panels. */
export async function accessibilityFaults(page: Page, { only, without = [] }: { readonly only?: "colours"; readonly without?: readonly string[] } = {}): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  // What fades in or out is neither there nor gone.
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
  const options: object = {
    runOnly: only === "colours" ? { type: "rule", values: COLOUR_RULES } : { type: "tag", values: TAGS },
    rules: only === "colours" ? {} : Object.fromEntries(["heading-order", ...without].map((rule) => [rule, { enabled: false }])),
    resultTypes: ["violations"],
  };
  const { violations } = await page.evaluate((run) => (globalThis as unknown as { axe: Axe }).axe.run(document, run), options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary ?? ""}`).join(" | ")}`);
}
