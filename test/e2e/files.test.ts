import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshBuild } from "../harness/fresh-build.ts";
import { keepTraces } from "../harness/traces.ts";
import { CHROMIUM, startStation, type StationInTest } from "./station.ts";

const canRun = existsSync(CHROMIUM);
if (!canRun) console.warn("NOT TESTED: files and forwards in a browser need Chromium (apt-get install chromium).");

/** Reads backwards, wipes a terminal's screen, and hides one letter. */
const DECEIVING = "in\u202Efdp.exe\u001b[2J\u200B.txt";

describe.runIf(canRun)("the files of a host, and ports that lead through it", () => {
  let station: StationInTest;
  let webPort = 0;
  beforeAll(async () => {
    await freshBuild();
    station = await startStation();
    const { page } = station;
    // The engine's own dialog for a place to save to cannot be driven from here; without it the file goes to the downloads.
    await page.addInitScript(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
    await page.goto(`${new URL(page.url()).origin}/#/hosts`);
    await page.reload();
    webPort = Number(/:(\d+)/.exec((await row("web-01").textContent()) ?? "")?.[1]);
    await row("db-01").click();
  });
  afterAll(() => station?.[Symbol.asyncDispose]());
  keepTraces(() => station.page);
  const approve = () => station.page.getByRole("button", { name: "Approve and run" }).click({ timeout: 60_000 });
  const row = (text: string) => station.page.getByRole("row").filter({ hasText: text });
  const upload = (name: string, text: string) => station.page.getByLabel("File to upload").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  const menu = async (name: string, entry: string) => {
    await station.page.getByRole("button", { name: `More for ${name}`, exact: true }).click();
    await station.page.getByRole("menuitem", { name: entry }).click();
  };

  test("a port of this machine leads through the host, says when it leads nowhere, and is gone once it is closed", async () => {
    const { page } = station;
    const open = async (port: number) => {
      await page.getByLabel(/Where to, as host:port/).fill(`127.0.0.1:${port}`);
      await page.getByRole("button", { name: "Open forward" }).click();
      const shown = await page.getByText(new RegExp(`127\\.0\\.0\\.1:\\d+ → 127\\.0\\.0\\.1:${port}$`)).textContent({ timeout: 60_000 });
      return Number(/:(\d+) →/.exec(shown ?? "")?.[1]);
    };
    // The other host of the lab is what this one reaches.
    const local = await open(webPort);
    expect(await greetingOf(local)).toMatch(/^SSH-2\.0-/);
    await page.getByRole("button", { name: `Close the forward on port ${local}` }).click();
    await expect.poll(() => greetingOf(local), { timeout: 60_000 }).toBe("ECONNREFUSED");
    const dead = await open(9);
    expect(await greetingOf(dead)).toBe("");
    await page.getByText(/the host could not reach it/).waitFor();
    await page.getByRole("button", { name: `Close the forward on port ${dead}` }).click();
  });

  test("nothing is put anywhere while the path that is typed is not the folder that is shown", async () => {
    const { page } = station;
    await page.getByRole("button", { name: "Files" }).click();
    await page.getByRole("grid", { name: "Files" }).waitFor();
    const path = page.getByLabel("Path on the host");
    await path.fill("/nowhere");
    expect(await page.getByRole("button", { name: "Upload file" }).isDisabled()).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText("there is no such file or folder").waitFor();
    expect(await page.getByRole("button", { name: "Make folder" }).isDisabled()).toBe(true);
    await path.fill("/tmp");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("button", { name: "Upload file" }).isEnabled(), { timeout: 60_000 }).toBe(true);
    expect(await path.inputValue()).toBe("/tmp");
  });

  test("a text goes up, is edited with its difference before the eyes, and comes down, each change approved as the command it is", async () => {
    const { page, shot } = station;
    await upload("notes.conf", "one = 1\ntwo = 2\n");
    await page.getByRole("region", { name: "The whole command" }).getByText("two = 2").waitFor({ timeout: 60_000 });
    await shot("files-upload-approval");
    await approve();
    await row("notes.conf").first().dblclick();
    await page.getByLabel("Text of /tmp/notes.conf").fill("one = 1\ntwo = 22\n");
    await page.getByRole("button", { name: "Review changes" }).click();
    await page.getByText("two = 22").waitFor();
    await page.getByRole("button", { name: "Save on db-01" }).click();
    await page.getByText("mv -f -- /tmp/notes.conf.sena-before /tmp/notes.conf", { exact: true }).waitFor({ timeout: 60_000 });
    await shot("files-save-approval");
    await approve();
    await row("notes.conf.sena-before").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), menu("notes.conf", "Download")]);
    expect(readFileSync(await download.path(), "utf8")).toBe("one = 1\ntwo = 22\n");
  });

  test("a change that is denied changes nothing and says so", async () => {
    const { page } = station;
    await menu("notes.conf", "Remove…");
    await page.getByRole("button", { name: "Remove file" }).click();
    await page.getByText("rm -- /tmp/notes.conf").first().waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByRole("dialog").last().getByRole("button", { name: /^Deny/ }).click();
    await page.getByText("The file was not changed").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("button", { name: "Read the folder again" }).click();
    await row("notes.conf").first().waitFor();
  });

  test("a name that deceives is shown for what it is, wherever it stands", async () => {
    const { page, shot } = station;
    await upload(DECEIVING, "x\n");
    await page.getByRole("region", { name: "The whole command" }).getByText("U+202E").first().waitFor({ timeout: 60_000 });
    await approve();
    await row("exe").getByText("U+202E").or(row("exe").locator('[title*="202E"]')).first().waitFor();
    await shot("files-deceiving-name");
    await menu(DECEIVING, "Remove…");
    const title = (await page.getByRole("heading", { name: /^Remove / }).textContent()) ?? "";
    expect(title).toContain("U+202E");
    expect(/[\p{Cc}\p{Cf}]/u.test(title)).toBe(false);
    await page.getByRole("button", { name: "Remove file" }).click();
    await approve();
    await expect.poll(() => row("exe").count(), { timeout: 60_000 }).toBe(0);
  });
});

/** What a port says first; empty when it hangs up without a word. */
const greetingOf = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", (bytes) => {
      resolve(bytes.toString());
      socket.destroy();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once("close", () => resolve(""));
  });
