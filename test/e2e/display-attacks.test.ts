import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardContract } from "../../src-main/contract/index.ts";
import { unrenderedText } from "../../src-main/contract/rendering.ts";
import { freshBuild } from "../harness/fresh-build.ts";
import { CHROMIUM, ROOT, startStation, type StationInTest } from "./station.ts";

// What stands on the approval screen, read back out of the page, is the command byte for byte, whatever it is made of to
// look like something else; and nobody approves before its end was in sight.

const canRun = existsSync(CHROMIUM);
if (!canRun) console.warn("NOT TESTED: what an approval shows needs Chromium (apt-get install chromium).");

const ATTACKS: readonly (readonly [string, string])[] = [
  ["right to left", "touch /tmp/a \u202E # gnihton \u202C; touch /tmp/b"],
  ["isolates", "touch /tmp/\u2066safe\u2069\u2067rm"],
  ["tag characters", `touch /tmp/a${String.fromCodePoint(0xe0020, 0xe0072, 0xe006d)}`],
  ["zero width", "touch /tmp/a\u200B\u200D\u2060\uFEFFb"],
  ["letters that imitate", "touch /etc/p\u0430sswd /etc/\u0455hadow"],
  ["ANSI that wipes the line", "touch /tmp/a # \u001b[2K\u001b[1Gls"],
  ["OSC that writes the clipboard", "touch /tmp/a # \u001b]52;c;cm0gLXJm\u0007"],
  ["carriage return over the line", "touch /tmp/b # \r ls"],
  ["blanks that push the end out of sight", `touch /tmp/a${" ".repeat(4000)}; touch /tmp/b`],
  ["lines that push the end out of sight", `touch /tmp/a\n${"\n".repeat(10_000)}touch /tmp/b`],
  ["a mark that was typed", "touch /tmp/⟦U+202E⟧"],
  ["a line and paragraph separator", "touch /tmp/a\u2028touch /tmp/b\u2029"],
];

describe.runIf(canRun)("an approval on the screen", () => {
  let station: StationInTest;
  beforeAll(async () => {
    await freshBuild();
    station = await startStation();
  });
  afterAll(() => station?.[Symbol.asyncDispose]());

  it.each(ATTACKS)("shows what would run: %s", async (name, script) => {
    const { page, home, shot } = station;
    const child = spawn(process.execPath, [join(ROOT, "dist/sena.mjs"), "--home", home, "exec", "web-01", "--json", "--", script]);
    const ended = new Promise((resolve) => child.once("close", resolve));
    let said = "";
    const asked = new Promise<{ type: string; approvalId?: string }>((resolve) =>
      child.stdout.on("data", (bytes: Buffer) => {
        said += bytes.toString();
        for (const line of said.split("\n").slice(0, -1)) {
          const event = JSON.parse(line) as { type: string; approvalId?: string };
          if (event.type === "waiting" || event.type === "refused") resolve(event);
        }
      }),
    );
    const { type, approvalId } = await asked;
    expect(type).toBe("waiting");
    await page.goto(`${new URL(page.url()).origin}/#/approvals/${approvalId ?? ""}`);
    const box = page.getByRole("region", { name: "The whole command" });
    await box.waitFor();
    const shown = await box.locator("code").evaluateAll((lines) => lines.map((line) => line.textContent ?? "").join("\n"));
    expect(unrenderedText(shown)).toBe(script);
    // Nothing in the page itself is obeyed either: no control, format or private character is left.
    expect(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u.test(shown.replaceAll("\n", ""))).toBe(false);
    await shot(`approval-${name.replaceAll(" ", "-")}`);

    const approve = page.getByRole("button", { name: "Approve and run" });
    const isLong = await box.evaluate((element) => element.scrollHeight > element.clientHeight + 4);
    if (isLong) {
      await page.waitForTimeout(500);
      expect(await approve.isDisabled()).toBe(true);
      await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    }
    await page.waitForFunction((button) => !(button as HTMLButtonElement).disabled, await approve.elementHandle());
    await page.getByRole("button", { name: "Take back" }).click();
    await ended;
    expect(said).toContain('"reason":"cancelled"');
  }, 60_000);
});

describe("a command of two megabytes", () => {
  it("is refused at the door; one that the wire carries is taken", () => {
    const takes = (length: number) => guardContract.run.input.safeParse({ host: "web-01", script: "x".repeat(length) }).success;
    expect(takes(2 * 1024 * 1024)).toBe(false);
    expect(takes(60_000)).toBe(true);
  });
});
