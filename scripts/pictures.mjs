// Makes the pictures of the README again, from the practice lab: node scripts/pictures.mjs [--browser /usr/bin/chromium]
// Needs a build (npm run build) and any Chromium. Writes docs/pictures/*.png.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { readOptions } from "./usage.ts";

const { values } = readOptions("node scripts/pictures.mjs [--browser FILE]   the pictures of the README, from the practice lab", { options: { browser: { type: "string", default: "/usr/bin/chromium" } } });
const root = join(import.meta.dirname, "..");
const pictures = join(root, "docs", "pictures");
const LIMIT_BYTES = 300_000;

/** One station on a home of its own, and one page on it; both are gone afterwards. */
async function onLab(colorScheme, work) {
  const home = mkdtempSync(join(tmpdir(), "sena-pictures-"));
  const station = spawn(process.execPath, [join(root, "dist", "station.mjs"), "--home", home, "--headless", "--lab"], { stdio: ["ignore", "pipe", "inherit"] });
  const left = new Promise((resolve) => station.once("exit", resolve));
  try {
    const url = await new Promise((resolve, reject) => {
      let said = "";
      station.stdout.on("data", (chunk) => {
        said += chunk;
        const found = /http\S+/.exec(said);
        if (found) resolve(found[0]);
      });
      station.once("exit", (code) => reject(new Error(`The station ended with ${code} before it was ready.`)));
    });
    const browser = await chromium.launch({ executablePath: values.browser, args: ["--no-sandbox", "--disable-background-networking"] });
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
      await page.goto(url);
      await work(page);
    } finally {
      await browser.close();
    }
  } finally {
    station.kill("SIGTERM");
    await left;
    rmSync(home, { recursive: true, force: true });
  }
}

async function ask(page, text) {
  const box = page.getByRole("textbox").last();
  await box.fill(text);
  await box.press("Enter");
}

async function keep(page, name) {
  // Focus rings and hover marks belong to a moment, not to a picture.
  await page.mouse.move(720, 2);
  await page.waitForTimeout(1200);
  const path = join(pictures, name);
  await page.screenshot({ path });
  const { size } = statSync(path);
  if (size > LIMIT_BYTES) throw new Error(`${name} has ${size} bytes, more than ${LIMIT_BYTES}.`);
  console.log(`${name} ${Math.round(size / 1000)} kB`);
}

const PATIENCE_MS = 60_000;

mkdirSync(pictures, { recursive: true });
await onLab("light", async (page) => {
  await ask(page, "why is web-01 down?");
  await page.getByRole("button", { name: "Approve and run" }).waitFor({ timeout: PATIENCE_MS });
  await keep(page, "approval-light.png");
});
await onLab("dark", async (page) => {
  await ask(page, "why is web-01 down?");
  await page.getByRole("button", { name: "Approve and run" }).click({ timeout: PATIENCE_MS });
  await page.getByText("nginx runs again on web-01").waitFor({ timeout: PATIENCE_MS });
  await page.getByRole("button", { name: "Hide conversations" }).click();
  await page.getByRole("button", { name: "Show panes" }).click();
  const panes = page.getByRole("complementary", { name: "Panes of these hosts" });
  await panes.getByRole("button", { name: "Open web-01" }).click();
  await panes.getByText(/^recorded · /).first().waitFor({ timeout: PATIENCE_MS });
  await page.waitForTimeout(2_000);
  // The opened pane has the keyboard; typed anywhere else, letters are shortcuts.
  await panes.getByRole("textbox").first().focus();
  await page.keyboard.type("systemctl status nginx --no-pager\n");
  await page.waitForTimeout(2_000);
  await page.getByRole("log", { name: "Conversation" }).evaluate((flow) => flow.scrollTo(0, flow.scrollHeight));
  await keep(page, "chat-dark.png");
  await page.evaluate(() => {
    location.hash = "#/audit";
  });
  await page.getByRole("row").filter({ hasText: "started" }).filter({ hasText: "sed -i" }).first().click({ timeout: PATIENCE_MS });
  await keep(page, "audit-dark.png");
});
