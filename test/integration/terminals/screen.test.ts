import { existsSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasSshd } from "../../bench/terminal/sshd.ts";
import { freshScreens } from "../../harness/fresh-build.ts";
import { openStage, type Stage } from "../../bench/terminal/stage.ts";

const isPossible = hasSshd && existsSync("/usr/bin/chromium");
if (!isPossible) console.warn("NOT TESTED: the terminals screen in a browser (needs root, /usr/sbin/sshd and /usr/bin/chromium)");

// The real screens in a real engine under the shells' own policy, over the real link and Debian's sshd.
describe.skipIf(!isPossible)("the terminals screen", () => {
  const owned = new AsyncDisposableStack();
  const noise: string[] = [];
  let stage: Stage;
  let page: Page;
  let paneId = "";
  const rows = () => page.locator(`[data-pane="${paneId}"] .xterm-rows`);
  const run = (text: string) => stage.client.terminals.type({ paneId, text, isRun: true });

  beforeAll(async () => {
    stage = owned.use(await openStage({ screens: await freshScreens() }));
    page = await stage.page();
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(error.message));
    await page.reload();
  }, 120_000);
  afterAll(() => owned.disposeAsync());

  it("opens a pane on a host, recorded, in production's frame, and takes keys", async () => {
    await page.getByRole("button", { name: "Open pane" }).first().click();
    await page.keyboard.type("web-01");
    await page.keyboard.press("Enter");
    await page.locator("[data-shown]").waitFor();
    paneId = (await stage.client.terminals.list({})).panes[0]!.id;
    await page.getByText(/recorded · \d+/).first().waitFor();
    await page.locator(`[data-pane="${paneId}"]`).click();
    await page.keyboard.type("echo ke''ys-arrive\n");
    await rows().getByText("keys-arrive").first().waitFor();
    expect(await page.getByRole("region", { name: "web-01, prod" }).count()).toBe(1);
  });

  it("draws true colours, wide characters and links, and keeps a clipboard write from the screen and says so", async () => {
    await run("printf '\\033[38;2;200;120;60mTRUE\\033[0m 漢字 \\033]8;;https://x.lab/\\007LINK\\033]8;;\\007\\033]52;c;eA==\\007\\n'");
    const cell = rows().getByText("TRUE", { exact: true }).last();
    await cell.waitFor();
    expect(await cell.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(200, 120, 60)");
    await page.getByText("1 held back").waitFor();
  });

  it("shows several pasted lines before a shell gets them, and types them only when told", async () => {
    const paste = (text: string) => page.evaluate((words) => {
      const data = new DataTransfer();
      data.setData("text/plain", words);
      document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
    await page.locator(`[data-pane="${paneId}"]`).click();
    await paste("echo not''-this\necho nor''-that\n");
    await page.getByRole("heading", { name: /Paste 2 lines/ }).waitFor();
    await page.getByRole("button", { name: "Do not paste" }).click();
    await page.waitForFunction(() => document.activeElement?.closest("[data-pane]") !== null); // back where it was
    await paste("echo one''-line");
    await page.keyboard.press("Enter");
    await rows().getByText("one-line").first().waitFor();
    expect(await rows().textContent()).not.toContain("not-this");
  });

  it("splits, searches, and has the same panes in the same places after a reload", async () => {
    await page.locator(`[data-pane="${paneId}"]`).click();
    await page.keyboard.press("Control+Shift+D");
    await page.locator("[data-shown]").nth(1).waitFor();
    await page.locator(`[data-pane="${paneId}"]`).click();
    await page.keyboard.press("Control+Shift+F");
    await page.keyboard.type("one-line");
    await page.getByText(/^\d+ of \d+$/).first().waitFor();
    await page.keyboard.press("Escape");
    // Both in one tab: by itself the core gives a new pane a tab of its own.
    for await (const { layout, panes } of stage.client.terminals.desk({})) if (panes.length === 2 && layout.tabs.length === 1) break;
    await page.reload();
    await page.locator("[data-shown]").nth(1).waitFor();
    await rows().getByText("one-line").first().waitFor();
  });

  it("types into two panes at once while that is said above them, and into one when it has ended", async () => {
    const seen = (text: string) => page.locator(".xterm-rows").filter({ hasText: text });
    await page.locator(`[data-pane="${paneId}"]`).click();
    await page.keyboard.press("Control+Shift+B");
    const bar = page.getByRole("group", { name: "Broadcast" });
    await bar.getByText("Choose at least two panes").waitFor();
    for (const box of await bar.getByRole("checkbox").all()) if (!(await box.isChecked())) await box.press("Space");
    await bar.getByText(/goes into 2 panes, production among them/).waitFor();
    await page.locator(`[data-pane="${paneId}"]`).click();
    await page.keyboard.type("echo in''-both\n");
    await expect.poll(() => seen("in-both").count(), { timeout: 45_000 }).toBe(2);
    await page.keyboard.press("Control+Shift+B");
    await bar.waitFor({ state: "detached" });
    await page.locator(`[data-pane="${paneId}"]`).click();
    await page.keyboard.type("echo in''-one\n");
    await rows().getByText("in-one").first().waitFor();
    expect(await seen("in-one").count()).toBe(1);
  });

  it("shows what came while it was hidden", async () => {
    await page.evaluate(() => void (location.hash = "#/hosts"));
    await page.locator("[data-shown]").first().waitFor({ state: "detached" });
    await run("seq 1 30000; echo hid''den-done");
    await expect.poll(async () => (await stage.client.terminals.scrollback({ paneId, lines: 3 })).lines.join(), { timeout: 45_000 }).toContain("hidden-done");
    await page.evaluate(() => void (location.hash = "#/terminals"));
    await rows().getByText("hidden-done").first().waitFor();
    expect(await rows().textContent()).toContain("30000");
  });

  it("goes on when the core comes back after a kill", async () => {
    // The page's own address is gone with the core's port here; what is asked is that it says so and stays alive.
    await stage.kill();
    await page.getByText("The core is not connected").first().waitFor();
    expect(await page.locator("[data-pane]").count()).toBeGreaterThan(0);
  });

  it("never met the policy and left the console silent until the core was killed", () => {
    expect(noise.filter((text) => !text.includes("WebSocket") && !text.includes("ERR_CONNECTION"))).toEqual([]);
  });
});
