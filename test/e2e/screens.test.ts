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

  test("what is being written is there again after a look elsewhere: a question, policies, a runbook, a schedule, a host", async () => {
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
    const schedule = page.getByLabel("Name", { exact: true });
    await go("runbooks?show=schedules&new=");
    await schedule.fill("Disks on patch day");
    await page.getByRole("radio", { name: "Day of the month", exact: true }).click();
    await page.getByLabel("At", { exact: true }).fill("22:00");
    await go("hosts");
    const addHost = async () => page.getByRole("button", { name: "Add host" }).first().click();
    const host = page.getByRole("dialog", { name: "Add a host" });
    await addHost();
    await host.getByLabel("Name", { exact: true }).fill("web-77");
    await host.getByText("Name the user to sign in as.").waitFor();
    await page.keyboard.press("Escape");
    await host.waitFor({ state: "hidden" });
    await go("hosts");
    await page.getByRole("table", { name: "Hosts" }).or(page.getByRole("grid", { name: "Hosts" })).waitFor();
    await go("chat");
    expect(await ask.inputValue()).toBe("how full is the disk on");
    await ask.fill("");
    await go("approvals/policy");
    expect([await policies.inputValue(), await why.inputValue()]).toEqual(["// mine", "quieter nights"]);
    await page.getByRole("button", { name: "Back to what is in force" }).click();
    expect(await policies.inputValue()).toContain("@id(");
    await go("hosts");
    await addHost();
    expect(await host.getByLabel("Name", { exact: true }).inputValue()).toBe("web-77");
    await host.getByRole("button", { name: "Cancel" }).click();
    await addHost();
    expect(await host.getByLabel("Name", { exact: true }).inputValue()).toBe("");
    await host.getByRole("button", { name: "Cancel" }).click();
    await go("runbooks?show=schedules&new=");
    expect([await schedule.inputValue(), await page.getByLabel("At", { exact: true }).inputValue(), await page.getByRole("radio", { name: "Day of the month", exact: true }).isChecked()]).toEqual(["Disks on patch day", "22:00", true]);
    await page.getByRole("button", { name: "Cancel" }).click();
    await go("runbooks?show=schedules&new=");
    expect(await schedule.inputValue()).toBe("");
    await go("runbooks?show=write");
    expect(await pack.inputValue()).toBe("# mine");
    await page.getByRole("button", { name: "Undo all changes" }).click();
    expect(await pack.inputValue()).toContain("parsers:");
  });

  test("a source that cannot be added says so at its form until it is another, and a name that fits no host is not taken for a choice", async () => {
    const { page } = station;
    await page.goto(`${new URL(page.url()).origin}/#/knowledge?open=add`);
    const form = page.getByRole("dialog", { name: "Add a source" });
    await form.getByLabel("Folder or file").fill("/nowhere/at/all");
    await form.getByRole("button", { name: "Add source" }).click();
    await form.getByRole("alert").getByText("nothing is there").waitFor();
    await form.getByLabel("Name").fill("mine");
    await form.getByRole("alert").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await form.getByLabel("Folder or file").fill("/nowhere/else");
    await form.getByRole("alert").waitFor({ state: "detached" });
    expect(await form.getByText("The network is sealed").count()).toBe(0);
    await form.getByRole("combobox", { name: "What it is" }).click();
    await page.getByRole("option", { name: "Web pages" }).click();
    await form.getByText("The network is sealed").waitFor();
    await form.getByRole("button", { name: "Cancel" }).click();
    await page.goto(`${new URL(page.url()).origin}/#/runbooks/linux-core.disk-usage`);
    await page.getByRole("textbox", { name: "On hosts or groups" }).fill("web-99");
    await page.getByText("no group or tag, fits “web-99”").waitFor();
  });

  test("a request that was decided stays in sight with what became of it, until another is asked for", async () => {
    const { page } = station;
    await page.goto(`${new URL(page.url()).origin}/#/chat`);
    await page.getByRole("textbox", { name: "Ask" }).fill("why is web-01 down?");
    await page.keyboard.press("Enter");
    await page.getByRole("contentinfo", { name: "Status" }).getByText("1 waiting approval").waitFor({ timeout: 60_000 });
    await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Approvals, 1 waiting" }).click();
    await page.getByRole("navigation", { name: "Approvals" }).getByRole("link", { name: "Requests 1 waiting" }).waitFor();
    // The keyboard alone: the reason is what the dialog begins with, Enter ends it, and the keys are back on the screen though the button that opened it is gone.
    await page.getByRole("button", { name: "Deny" }).press("Enter");
    await page.getByRole("dialog", { name: "Deny this command" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
    await page.keyboard.type("not during the day");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.id === "main");
    await page.getByRole("main").getByText("denied: not during the day", { exact: false }).first().waitFor();
    await page.getByRole("navigation", { name: "Approvals" }).getByRole("link", { name: "Requests", exact: true }).waitFor();
    expect(await page.getByText("Nothing waits for you").count()).toBe(0);
    await page.getByRole("navigation", { name: "Approvals" }).getByRole("link", { name: "Requests" }).click();
    await page.getByText("Nothing waits for you").waitFor();
    // Stopped by keyboard: the button is gone with what it stopped, and the keys are on the screen.
    await page.goto(`${new URL(page.url()).origin}/#/chat`);
    await page.getByRole("textbox", { name: "Ask" }).fill("why is web-01 down?");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Approve and run" }).waitFor({ timeout: 60_000 });
    await page.getByRole("log", { name: "Conversation" }).getByRole("button", { name: "Stop" }).press("Enter");
    await page.getByRole("status").filter({ hasText: "Stopped." }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "main");
  }, 120_000);

  test("the console stayed silent", () => expect(noise).toEqual([]));
});
