import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepTraces } from "../harness/traces.ts";
import { accessibilityFaults } from "../harness/accessibility.ts";
import { freshBuild } from "../harness/fresh-build.ts";
import { CHROMIUM, startStation, type StationInTest } from "./station.ts";

// Every screen as an operator meets it on the practice lab, in both themes and both usual sizes: no accessibility
// violation, nothing beyond the window's edge, nothing on the console.
const SCREENS = ["chat", "terminals", "hosts", "runbooks", "approvals", "knowledge", "audit", "insight", "settings"];

const canRun = existsSync(CHROMIUM);
if (!canRun) console.warn("NOT TESTED: the screens over the practice lab need Chromium (apt-get install chromium).");

describe.runIf(canRun)("over the practice lab", () => {
  let station: StationInTest;
  const noise: string[] = [];
  beforeAll(async () => {
    await freshBuild();
    station = await startStation();
    station.page.on("console", (message) => ["error", "warning"].includes(message.type()) && noise.push(message.text()));
    station.page.on("pageerror", (error) => noise.push(error.message));
    await station.page.getByRole("contentinfo", { name: "Status" }).getByText("recorded").waitFor();
  });
  afterAll(() => station?.[Symbol.asyncDispose]());
  keepTraces(() => station.page);

  test.each(SCREENS)("%s is whole, in both themes and both sizes", async (screen) => {
    const { page, shot } = station;
    const found: string[] = [];
    for (const theme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      for (const [width, height] of [[1440, 900], [1024, 700]] as const) {
        await page.setViewportSize({ width, height });
        await page.goto(`${new URL(page.url()).origin}/#/${screen}`);
        await page.getByRole("heading", { level: 1 }).first().waitFor();
        await page.waitForTimeout(400); // feeds have spoken, lists have measured themselves
        await shot(`screen-${screen}-${theme}-${width}`);
        found.push(...(await accessibilityFaults(page)).map((fault) => `${theme} ${width}: ${fault}`));
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) found.push(`${theme} ${width}: ${overflow} px beyond the window`);
      }
    }
    expect(found).toEqual([]);
  });

  test("what is being written is there again after a look elsewhere: a question, policies, a runbook", async () => {
    const { page } = station;
    const go = async (where: string) => {
      await page.goto(`${new URL(page.url()).origin}/#/${where}`);
    };
    const ask = page.getByRole("textbox", { name: "Ask" });
    const policies = page.getByRole("textbox", { name: "Policies in Cedar" });
    const why = page.getByLabel("What changes, and why");
    const pack = page.getByRole("textbox", { name: "runbooks.yaml" });
    await go("chat");
    await ask.fill("how full is the disk on");
    await go("approvals/policy");
    await policies.fill("// mine");
    await why.fill("quieter nights");
    await go("runbooks?show=write");
    await pack.fill("# mine");
    await go("hosts");
    await page.getByRole("table", { name: "Hosts" }).or(page.getByRole("grid", { name: "Hosts" })).waitFor();
    await go("chat");
    expect(await ask.inputValue()).toBe("how full is the disk on");
    await ask.fill("");
    await go("approvals/policy");
    expect([await policies.inputValue(), await why.inputValue()]).toEqual(["// mine", "quieter nights"]);
    await page.getByRole("button", { name: "Back to what is in force" }).click();
    expect(await policies.inputValue()).toContain("@id(");
    await go("runbooks?show=write");
    expect(await pack.inputValue()).toBe("# mine");
    await page.getByRole("button", { name: "Undo all changes" }).click();
    expect(await pack.inputValue()).toContain("parsers:");
  });

  test("the console stayed silent", () => expect(noise).toEqual([]));
});
