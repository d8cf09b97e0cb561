import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freshGallery } from "../../harness/fresh-build.ts";
import { hasBrowser, openBrowser, serveFolder } from "./browser.ts";

describe.skipIf(!hasBrowser)("with the keyboard alone", () => {
  const owned = new AsyncDisposableStack();
  let browser: Browser;
  let page: Page;
  let origin: string;

  beforeAll(async () => {
    ({ origin } = owned.use(await serveFolder(await freshGallery())));
    browser = await openBrowser();
    owned.defer(() => browser.close());
  });
  afterAll(() => owned.disposeAsync());
  beforeEach(async () => {
    await page?.close();
    page = await browser.newPage({ viewport: { width: 1100, height: 900 }, reducedMotion: "reduce" });
    page.setDefaultTimeout(20_000);
  });
  const show = async (place: string) => {
    await page.goto(`${origin}/gallery.html#/${place}?bare=1&theme=dark`);
    await page.waitForSelector("[data-ready]");
  };
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");

  it("a busy button keeps the focus and does nothing", async () => {
    await show("ui/button");
    const busy = page.getByRole("button", { name: "Connecting" });
    await busy.focus();
    await page.keyboard.press("Enter");
    expect([await busy.getAttribute("aria-busy"), await focused()]).toEqual(["true", "Connecting"]);
  });

  it("a table of ten thousand rows draws a screenful, moves, opens and sorts", async () => {
    await show("ui/table");
    const table = page.getByRole("grid", { name: "Hosts", exact: true });
    expect(await table.getAttribute("aria-rowcount")).toBe("10001");
    expect(await table.getByRole("row").count()).toBeLessThan(40);
    await table.focus();
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.querySelector('[role="grid"]')?.textContent?.includes("bmc-09999"));
    await page.keyboard.press("Enter");
    expect(await table.locator('[role="row"][aria-selected="true"]').textContent()).toContain("bmc-09999");
    await page.keyboard.press("Home");
    await table.getByRole("button", { name: "Free" }).click();
    expect(await table.getByRole("columnheader", { name: "Free" }).getAttribute("aria-sort")).toBe("ascending");
  });

  it("a thousand rows among settings stand there fifty at a time, and any of them is found", async () => {
    await show("ui/long-list");
    const rows = page.getByRole("list").first().getByRole("listitem");
    expect(await rows.count()).toBe(50);
    await page.getByRole("button", { name: "Show 50 more" }).click();
    expect(await rows.count()).toBe(100);
    await page.getByRole("searchbox", { name: "Search 1000 secrets" }).fill("0999");
    expect(await rows.allTextContents()).toEqual(["ssh/host-0999"]);
    // A few are no list to search.
    expect(await page.getByRole("searchbox").count()).toBe(1);
  });

  it("a list jumps to typed letters and chooses with Enter", async () => {
    await show("ui/list");
    const list = page.getByRole("listbox", { name: "Conversations" }).first();
    await list.focus();
    await page.keyboard.press("n");
    await page.keyboard.press("Enter");
    expect(await list.locator('[aria-selected="true"]').textContent()).toBe("nginx restarts at night");
  });

  it("a tree closes a branch, goes to its parent and opens it again", async () => {
    await show("ui/list");
    const tree = page.getByRole("tree").first();
    await tree.focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(await tree.getByRole("treeitem", { name: "web", exact: false }).first().getAttribute("aria-expanded")).not.toBeNull();
    expect(await tree.getByRole("treeitem").count()).toBe(5);
    await page.keyboard.press("ArrowRight");
    expect(await tree.getByRole("treeitem").count()).toBe(7);
  });

  it("a split moves by arrows, stops at the least sizes and goes home on Enter", async () => {
    await show("ui/list");
    const handle = page.getByRole("separator", { name: "Width of the list" });
    await handle.focus();
    await page.keyboard.press("ArrowRight");
    expect(await handle.getAttribute("aria-valuenow")).toBe("37");
    await page.keyboard.press("Home");
    const width = await page.getByRole("listbox").nth(1).evaluate((element) => element.getBoundingClientRect().width);
    expect(Math.round(width)).toBe(160);
    await page.keyboard.press("Enter");
    expect(await handle.getAttribute("aria-valuenow")).toBe("35");
  });

  it("a menu opens, skips what is disabled, and gives the focus back", async () => {
    await show("ui/menu");
    await page.getByRole("button", { name: "More" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent?.includes("Split to the right"));
    expect(await page.getByRole("menuitemcheckbox", { name: "Wrap long lines" }).getAttribute("aria-checked")).toBe("true");
    expect(await page.getByRole("menuitem", { name: "Export the recording" }).getAttribute("aria-disabled")).toBe("true");
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    expect(await focused()).toBe("More");
  });

  it("a select is chosen from by typing", async () => {
    await show("ui/input");
    const select = page.getByRole("combobox", { name: "Environment" });
    await select.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("listbox").waitFor();
    await page.keyboard.press("p");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector('[role="combobox"]')?.textContent?.includes("Production"));
  });

  it("a form's dialog starts in its first field, a question on the harmless answer", async () => {
    await show("ui/dialog/Form");
    await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
    await show("ui/dialog/Question");
    await page.getByRole("alertdialog").waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === "Cancel");
  });

  it("a dialog to read keeps the focus off its buttons", async () => {
    await show(`ui/dialog/${encodeURIComponent("To read, with a lead")}`);
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "dialog");
    expect(await page.getByRole("dialog").isVisible()).toBe(true);
  });

  it("a field ties its hint and its error to the control", async () => {
    await show("ui/input");
    const port = page.getByRole("textbox", { name: "Port" });
    expect(await port.getAttribute("aria-invalid")).toBe("true");
    const ids = ((await port.getAttribute("aria-describedby")) ?? "").split(" ");
    const words = await page.evaluate((of) => of.map((id) => document.getElementById(id)?.textContent).join(" "), ids);
    expect(words).toContain("A port is a number");
    const host = page.getByRole("textbox", { name: "Host name" });
    expect([await host.getAttribute("aria-invalid"), await host.getAttribute("aria-describedby")]).toEqual([null, expect.any(String)]);
  });

  it("the fields of a time stand in one line, however long the words above one of them and whatever is wrong with another", async () => {
    await page.setViewportSize({ width: 760, height: 700 });
    for (const state of ["day of the month", "a time that is none"]) {
      await show(`features/runbooks/schedules/${encodeURIComponent(`Schedules / timetable, ${state}`)}`);
      const tops = await Promise.all(["At", "By the clock of"].map(async (name) => (await page.getByRole("textbox", { name, exact: true }).boundingBox())?.y));
      expect([state, tops[0]]).toEqual([state, tops[1]]);
    }
  });

  it("Escape clears a search before anything else happens", async () => {
    await show("ui/input");
    const search = page.getByRole("searchbox", { name: "Filter hosts" });
    await search.focus();
    await page.keyboard.press("Escape");
    expect([await search.inputValue(), await focused()]).toEqual(["", "Filter hosts"]);
  });

  it("a palette filters, goes round at the ends and says when nothing is found", async () => {
    await show("app/frame-parts/Palette");
    const input = page.getByRole("combobox");
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
    await page.keyboard.press("ArrowUp");
    expect(await page.locator('[aria-selected="true"]').textContent()).toContain("Theme: high contrast");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.type("spl");
    expect(await page.getByRole("option").count()).toBe(1);
    expect(await input.getAttribute("aria-activedescendant")).toBe(await page.getByRole("option").getAttribute("id"));
    await page.keyboard.type("zzz");
    expect(await page.getByRole("status").last().textContent()).toContain("Nothing is called");
  });

  it("a failure's toast is said aloud, stays, and is dismissed by keyboard", async () => {
    await show("ui/news/Toasts");
    await page.locator('[role="alertdialog"]').waitFor();
    // Spoken through a live region first; the toast itself joins the reading order when the focus comes to it.
    await page.waitForFunction(() => [...document.querySelectorAll('[role="alert"]')].some((region) => region.textContent?.includes("The bundle was not written")));
    await page.keyboard.press("F6");
    await page.keyboard.press("Tab");
    const failure = page.getByRole("alertdialog", { name: "The bundle was not written" });
    await failure.waitFor();
    await failure.getByRole("button", { name: "Dismiss" }).focus();
    await page.keyboard.press("Enter");
    await failure.waitFor({ state: "detached" });
    expect(await page.getByText("Host key of web-01 kept").first().isVisible()).toBe(true);
  });

  it("while locked nothing behind the lock can be read or focused", async () => {
    await show("gallery/frame/Locked");
    await page.getByRole("dialog", { name: "SENA is locked" }).waitFor();
    expect(await page.getByRole("navigation", { name: "Screens" }).count()).toBe(0);
    for (let i = 0; i < 6; i += 1) await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("[inert]") === null)).toBe(true);
    await page.keyboard.press("Control+k");
    await page.waitForTimeout(200);
    expect(await page.getByRole("dialog", { name: "Command palette" }).count()).toBe(0);
  });

  it("the frame stands in the gallery as in a window, under a pointer and a key too", async () => {
    const thrown: string[] = [];
    page.on("pageerror", ({ message }) => thrown.push(message));
    await show("gallery/frame/Settings open");
    await page.getByRole("navigation", { name: "Screens" }).waitFor();
    await page.mouse.move(300, 300);
    await page.mouse.move(400, 320);
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Command palette" }).waitFor();
    await page.keyboard.type("x");
    expect(thrown).toEqual([]);
  });

  it("a wrong passphrase is refused in words and stays selected; the right one opens", async () => {
    await show("gallery/frame/Locked");
    const passphrase = page.getByLabel("Passphrase");
    await passphrase.waitFor();
    await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement && document.activeElement.type === "password");
    await page.keyboard.type("guess");
    await page.keyboard.press("Enter");
    await page.getByText("That is not the passphrase of this operator.").waitFor();
    expect(await passphrase.getAttribute("aria-invalid")).toBe("true");
    await page.keyboard.type("open sesame");
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Screens" }).waitFor();
    expect(await page.getByRole("dialog", { name: "SENA is locked" }).count()).toBe(0);
  });
});
