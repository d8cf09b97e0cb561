import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshBuild } from "../harness/fresh-build.ts";
import { keepTraces } from "../harness/traces.ts";
import { CHROMIUM, startStation, type StationInTest } from "./station.ts";

const canRun = existsSync(CHROMIUM);
if (!canRun) console.warn("NOT TESTED: what is written at a desk that two people share needs Chromium (apt-get install chromium).");
const WORDS = { ada: "correct horse battery", bob: "staple moth lantern" };

describe.runIf(canRun)("what is being written, at a desk that two people share", () => {
  let station: StationInTest;
  beforeAll(async () => {
    await freshBuild();
    station = await startStation({ lab: false });
  }, 120_000);
  afterAll(() => station?.[Symbol.asyncDispose]());
  keepTraces(() => station.page);

  test("is not the other's, who finds the screen as if it was new, and is there again for whoever wrote it", async () => {
    const { page, call } = station;
    call("access.setPassphrase", { next: WORDS.ada });
    call("access.setMode", { mode: "several" });
    const { operators } = call("access.operators") as { operators: { id: string }[] };
    const ada = operators[0]?.id;
    const bob = call("access.add", { name: "bob", roles: ["admin"], passphrase: WORDS.bob }) as { id: string };
    const unlock = (operatorId: string | undefined, passphrase: string) => call("access.unlock", { operatorId, passphrase });
    const go = (where: string) => page.goto(`${new URL(page.url()).origin}/#/${where}`);
    const ask = page.getByRole("textbox", { name: "Ask" });
    const policies = page.getByRole("textbox", { name: "Policies in Cedar" });

    await go("chat?text=handed%20over");
    await expect.poll(() => ask.inputValue()).toBe("handed over");
    await ask.fill("handed over, and changed by ada");
    await go("approvals/policy");
    await policies.fill("// of ada");
    // Still on this screen, the window passes to the other.
    unlock(bob.id, WORDS.bob);
    await expect.poll(() => policies.inputValue(), { timeout: 20_000 }).toContain("@id(");
    await page.goBack();
    await expect.poll(() => ask.inputValue()).toBe("");
    unlock(ada, WORDS.ada);
    await expect.poll(() => ask.inputValue(), { timeout: 20_000 }).toBe("handed over, and changed by ada");
    await page.goForward();
    await expect.poll(() => policies.inputValue()).toBe("// of ada");
    // A second one takes nothing of what was written away.
    await go("chat?text=and%20this");
    await expect.poll(() => ask.inputValue()).toBe("handed over, and changed by ada\nand this");
  }, 120_000);
});
