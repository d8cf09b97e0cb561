import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleKit } from "../../../src-main/ledger/bundle-write.ts";
import { workplace } from "../../unit/ledger/harness.ts";
import { exportTo, furnish, KIT } from "./evidence.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (CHROMIUM === undefined) console.warn("NOT TESTED: no Chromium to open the bundle's page with");

describe.skipIf(CHROMIUM === undefined)("the bundle's page, opened from disk", () => {
  const place = workplace();
  const page = join(place.dir, "index.html");
  const bundle = join(place.dir, "bundle.zip");
  let browser: Awaited<ReturnType<typeof chromium.launch>>;

  beforeAll(async () => {
    await using ledger = await place.open();
    await furnish(ledger, place.dir, 300);
    await exportTo(ledger, bundle);
    writeFileSync(page, bundleKit(KIT).get("index.html") as string);
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: ["--no-sandbox", "--disable-background-networking"] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    place[Symbol.dispose]();
  });

  const openPage = async () => {
    const tab = await browser.newPage();
    const requests: string[] = [];
    const errors: string[] = [];
    tab.on("request", (request) => requests.push(request.url()));
    tab.on("pageerror", (error) => errors.push(error.message));
    await tab.goto(pathToFileURL(page).href);
    return { tab, requests, errors };
  };

  it("verifies a bundle with no network, shows the timeline, and replays the session", async () => {
    const { tab, requests, errors } = await openPage();
    await tab.setInputFiles("#zip", bundle);
    await tab.waitForSelector("#verdict.ok", { timeout: 30_000 });
    expect(await tab.textContent("#verdict")).toBe("Verified");
    await tab.fill("#find", "systemctl restart");
    await tab.click(".row >> nth=0");
    await tab.fill("#find", "");
    await tab.selectOption("#type", "recording");
    await tab.click(".row >> nth=0");
    await tab.click("text=Replay the session");
    await tab.fill("#seek", "1000");
    expect(await tab.textContent("#screen")).toContain("ops@web-01:~$ uptime");
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("file:") && !url.startsWith("blob:") && !url.startsWith("data:"))).toEqual([]);
    await tab.close();
  }, 60_000);

  it("says what is wrong with a bundle that was changed, and reads it as text only", async () => {
    const { readFileSync } = await import("node:fs");
    const bytes = readFileSync(bundle);
    const at = bytes.indexOf("systemctl restart nginx");
    bytes[at] = 0x3c;
    const changed = join(place.dir, "changed.zip");
    writeFileSync(changed, bytes);
    const { tab } = await openPage();
    await tab.setInputFiles("#zip", changed);
    await tab.waitForSelector("#verdict.bad", { timeout: 30_000 });
    expect(await tab.textContent("#problems")).toMatch(/data\/.*changed/);
    await tab.close();
  }, 60_000);
});
