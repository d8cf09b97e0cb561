import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepTraces } from "../harness/traces.ts";
import { freshBuild } from "../harness/fresh-build.ts";
import { CHROMIUM, ROOT, startStation, type StationInTest } from "./station.ts";

const canRun = existsSync(CHROMIUM);
if (!canRun) console.warn("NOT TESTED: the walking skeleton needs Chromium (apt-get install chromium).");

describe.runIf(canRun)("a newcomer with the practice lab and no model", () => {
  let station: StationInTest;
  beforeAll(async () => {
    await freshBuild();
    station = await startStation();
  });
  afterAll(async () => {
    await station?.[Symbol.asyncDispose]();
  });
  keepTraces(() => station.page);

  test("asks why web-01 is down, sees why, approves the fix, sees it verified, and takes away a bundle that verifies without SENA", async () => {
    const { page, shot, sena, home } = station;
    await page.getByRole("button", { name: /Ask .why is web-01 down/ }).waitFor();
    await shot("1-first-run");
    await page.getByRole("button", { name: /Ask .why is web-01 down/ }).click();

    await page.getByText(/is no directive nginx knows/).waitFor({ timeout: 60_000 });
    const answer = page.getByText(/is no directive nginx knows/);
    await answer.getByRole("button", { name: /Show step/ }).click();
    await page.locator("[data-shown]", { hasText: 'unknown directive "proxy_passs"' }).waitFor();
    await shot("2-diagnosis-with-evidence");

    const approve = page.getByRole("button", { name: "Approve and run" });
    await approve.waitFor({ timeout: 60_000 });
    // Whoever reads the evidence above has the request below the edge: it is scrolled to, and only then counts as seen.
    await page.getByRole("textbox", { name: "Ask" }).press("Escape");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("The whole command");
    // The answers stand in reach at the card's foot while the command is still above or below: the command itself is what is brought into sight.
    const command = page.getByRole("region", { name: "The whole command" }).last();
    const isSeen = async () => {
      await command.evaluate((element) => element.scrollIntoView({ block: "center" }));
      return approve.isEnabled();
    };
    await expect.poll(isSeen, { timeout: 60_000, interval: 500 }).toBe(true);
    await shot("3-approval");
    await approve.click();

    await page.getByText("nginx runs again on web-01.").waitFor({ timeout: 60_000 });
    await page.getByRole("status").filter({ hasText: "Answered in 2 sentences." }).waitFor();
    await shot("4-fixed-and-verified");

    // Seen with other eyes: by the gate, as another question.
    const again = sena("ask", "#linux-core.service-status @web-01 service=nginx", "--json");
    expect(again.code, again.out).toBe(0);
    expect(again.out).toContain("active");

    const zip = join(home, "proof.zip");
    const exported = sena("audit", "export", "--out", zip, "--reason", "first repair");
    expect(exported.code, exported.out).toBe(0);
    const unpacked = join(home, "proof");
    const unzip = spawnSync("python3", ["-m", "zipfile", "-e", zip, unpacked], { encoding: "utf8" });
    expect(unzip.status, unzip.stderr).toBe(0);
    // The bundle's own verifier: plain Node, nothing of SENA.
    const found = spawnSync("find", [unpacked, "-name", "verify.mjs"], { encoding: "utf8" }).stdout.trim().split("\n")[0] ?? "";
    const verified = spawnSync(process.execPath, [found], { cwd: join(found, ".."), encoding: "utf8" });
    expect(verified.status, `${verified.stdout}${verified.stderr}`).toBe(0);
    expect(ROOT).not.toBe(unpacked);
  });
});
