import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../harness/accessibility.ts";
import { freshBuild } from "../harness/fresh-build.ts";
import { keepTraces } from "../harness/traces.ts";
import { CHROMIUM, startStation, type StationInTest } from "./station.ts";

// A schedule from its making to its first refusal, as two people at one desk meet it. The clock is moved, not waited for: over a
// month and a change of the clock, which keeps the time of day where it is.

const canRun = existsSync(CHROMIUM);
if (!canRun) console.warn("NOT TESTED: the schedules screen needs Chromium (apt-get install chromium).");

const PASSPHRASE = { owner: "a quiet harbour at night", bea: "second pair of eyes 7" } as const;
const STARTS_AT = Date.UTC(2028, 2, 1, 12);
/** The second Tuesdays from then on, as a paper calendar has them. */
const PATCH_DAYS = ["Tue 2028-03-14 22:00", "Tue 2028-04-11 22:00", "Tue 2028-05-09 22:00", "Tue 2028-06-13 22:00", "Tue 2028-07-11 22:00"];
const MONTH_ENDS = ["Fri 2028-03-31 02:30", "Sun 2028-04-30 02:30", "Wed 2028-05-31 02:30", "Fri 2028-06-30 02:30", "Mon 2028-07-31 02:30"];
/** 22:00 in Berlin, in winter and in summer. */
const FIRST = Date.UTC(2028, 2, 14, 21);
const SECOND = Date.UTC(2028, 3, 11, 20);
/** As long as is proposed: ninety days. */
const APPROVED_MS = 90 * 86_400_000;
/** The core looks at the clock every thirty seconds. */
const LOOK_MS = 60_000;
/** As the history writes it, by this machine's clock. */
const here = (at: number): string => new Date(at).toLocaleString("sv-SE").slice(0, 16);

describe.runIf(canRun)("a schedule on the practice lab", () => {
  let station: StationInTest;
  beforeAll(async () => {
    await freshBuild();
    station = await startStation({ startsAt: STARTS_AT });
  });
  afterAll(() => station?.[Symbol.asyncDispose]());
  keepTraces(() => station.page);

  const choose = async (box: string, option: string) => {
    await station.page.getByRole("combobox", { name: box, exact: true }).click();
    await station.page.getByRole("option", { name: option }).click();
  };
  const unlockAsBea = async () => {
    const dialog = station.page.getByRole("dialog", { name: /locked/i });
    await dialog.waitFor();
    await choose("Who", "Bea");
    await dialog.getByLabel("Passphrase").fill(PASSPHRASE.bea);
    await dialog.getByRole("button", { name: "Unlock" }).click();
    await dialog.waitFor({ state: "hidden" });
  };

  test("is made by one, approved by another, takes its turn on patch day, and is refused the next once the approval is taken back", async () => {
    const { page, shot, moveClock, call } = station;
    call("access.setPassphrase", { next: PASSPHRASE.owner });
    call("access.setMode", { mode: "several" });
    call("access.add", { name: "Bea", roles: ["operator", "approver", "auditor"], passphrase: PASSPHRASE.bea });

    await page.goto(`${new URL(page.url()).origin}/#/runbooks?show=schedules`);
    await page.getByRole("button", { name: "Schedule a runbook" }).last().click();
    await page.getByLabel("Name").fill("Disks on patch day");
    await choose("Runbook", "linux-core.disk-usage");
    await page.getByRole("textbox", { name: "On hosts or groups" }).fill("web-01");
    await page.keyboard.press("Enter");
    const upcoming = page.getByRole("list", { name: "Its next turns" }).getByRole("listitem");
    await page.getByRole("radio", { name: "Day of the month", exact: true }).click();
    await page.getByLabel("Day of each month").fill("31");
    await page.getByLabel("By the clock of").fill("Europe/Berlin");
    await page.getByText("A shorter month has its turn on its last day.").waitFor();
    await expect.poll(() => upcoming.allTextContents()).toEqual(MONTH_ENDS.map((day) => expect.stringContaining(day)));
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("radio", { name: "Weekday of the month" }).click();
    await choose("Which of each month", "the second");
    await choose("Weekday", "Tuesday");
    await page.getByLabel("At", { exact: true }).fill("22:00");
    await expect.poll(() => upcoming.allTextContents()).toEqual(PATCH_DAYS.map((day) => expect.stringContaining(day)));
    expect(await accessibilityFaults(page)).toEqual([]);
    await shot("schedule-1-form");
    await page.getByRole("button", { name: "Schedule it" }).click();
    await page.getByText("Its turns are not approved").waitFor();

    await page.keyboard.press("Control+Shift+L");
    await unlockAsBea();
    await page.getByRole("button", { name: "Read and approve…" }).click();
    const dialog = page.getByRole("dialog", { name: "Approve the turns of Disks on patch day" });
    await dialog.getByText("the second Tuesday of each month at 22:00, Europe/Berlin").waitFor();
    const turns = await dialog.getByRole("list", { name: "Next turns" }).getByRole("listitem").allTextContents();
    expect(turns).toEqual(PATCH_DAYS.map((day) => expect.stringContaining(day)));
    expect(turns.map((turn) => turn.includes("after this approval ends"))).toEqual([false, false, false, true, true]); // of 90 days
    expect(await accessibilityFaults(page)).toEqual([]);
    await shot("schedule-2-read-and-approve");
    await dialog.getByRole("button", { name: "Approve its turns" }).click();
    await page.getByText(`Approved by Bea until ${here(STARTS_AT + APPROVED_MS).slice(0, 10)}`).waitFor();

    // Locked by then, for nobody touched it for weeks: what was approved goes on.
    await moveClock(FIRST + 1000);
    await unlockAsBea();
    const row = (at: number) => page.getByRole("grid", { name: "Turns, newest first" }).getByRole("row").filter({ hasText: here(at) });
    await row(FIRST).getByText("ok", { exact: true }).waitFor({ timeout: LOOK_MS });
    await page.getByRole("list", { name: "Each host" }).getByText("file systems on web-01 are below 85 %").waitFor();
    await page.getByRole("definition").filter({ hasText: PATCH_DAYS[1] ?? "" }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await shot("schedule-3-turn");

    await page.getByRole("link", { name: "Its record" }).click();
    const started = page.getByRole("row").filter({ hasText: "started" });
    await started.getByText("df -B 1 -P").waitFor();
    expect(await started.textContent()).toContain("Disks on patch day");
    await shot("schedule-4-record");
    await page.goBack();

    await page.getByRole("button", { name: "Take the approval back" }).click();
    await page.getByText("Its approval does not hold").waitFor();
    await moveClock(SECOND + 1000);
    await unlockAsBea();
    await row(SECOND).getByText("refused", { exact: true }).waitFor({ timeout: LOOK_MS });
    await page.getByText("Bea took the approval back.", { exact: true }).waitFor();
    await row(FIRST).getByText("ok", { exact: true }).waitFor();
    await shot("schedule-5-refused");
  });
});
