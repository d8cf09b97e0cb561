import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../harness/accessibility.ts";
import { freshBuild } from "../harness/fresh-build.ts";
import { keepTraces } from "../harness/traces.ts";
import { CHROMIUM, startStation, type StationInTest } from "./station.ts";

const canRun = existsSync(CHROMIUM);
if (!canRun) console.warn("NOT TESTED: a host key that a second person confirms needs Chromium (apt-get install chromium).");
const WORDS = { ada: "correct horse battery", bob: "staple moth lantern" };

describe.runIf(canRun)("another key of a production host, where several work", () => {
  let station: StationInTest;
  beforeAll(async () => {
    await freshBuild();
    station = await startStation();
  }, 120_000);
  afterAll(() => station?.[Symbol.asyncDispose]());
  keepTraces(() => station.page);

  test("is asked of the second person where approvals wait, and confirmed from there", async () => {
    const { page, call } = station;
    const { rows } = call("hosts.list", { filter: {}, order: { by: "name", down: false }, offset: 0, limit: 50 }) as { rows: { id: string; name: string; port: number; environment: string }[] };
    const host = rows.find(({ environment }) => environment === "prod");
    expect(host).toBeDefined();
    const { id, name, port } = host as (typeof rows)[number];
    const { fingerprint } = call("hosts.lookAtKey", { id }) as { fingerprint: string };
    knowAnother(port);
    expect(call("hosts.lookAtKey", { id })).toMatchObject({ verdict: "changed", mustBeSaid: true, fingerprint: "" });

    call("access.setPassphrase", { next: WORDS.ada });
    call("access.setMode", { mode: "several" });
    const bob = call("access.add", { name: "bob", roles: ["approver"], passphrase: WORDS.bob }) as { id: string };
    expect(call("hosts.trust", { id, fingerprint, replaces: true })).toMatchObject({ isTrusted: false });
    const asked = page.getByRole("contentinfo", { name: "Status" }).getByText("1 host key to confirm");
    const rail = (words: string) => page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: words, exact: true });
    // Whoever named it is not asked.
    await rail("Approvals").waitFor();
    expect(await asked.count()).toBe(0);
    // And is told that they wait, where they look at it again.
    await page.goto(`${new URL(page.url()).origin}/#/hosts/${id}?do=key`);
    const again = page.getByRole("dialog", { name: `${name} shows another key than before` });
    await again.getByText("You named it; a second person does until").waitFor();
    expect(await again.getByText("you are the second person").count()).toBe(0);
    await again.getByRole("button", { name: "Do not trust it" }).click();

    call("access.unlock", { operatorId: bob.id, passphrase: WORDS.bob });
    await asked.waitFor({ timeout: 20_000 });
    await rail("Approvals, 1 waiting").click();
    const row = page.getByRole("region", { name: "Host keys to confirm" }).getByRole("button");
    await row.waitFor();
    expect(await row.textContent()).toContain(`${name} shows another key than before`);
    await station.shot("key-to-confirm");
    expect(await accessibilityFaults(page)).toEqual([]);
    await row.click();
    await page.getByRole("textbox", { name: /Fingerprint of the new key/ }).fill(fingerprint);
    await station.shot("key-to-confirm-dialog");
    await page.getByRole("button", { name: "Confirm the new key" }).click();
    await page.getByText(`The key of ${name} is trusted from now on, and recorded.`).waitFor();
    await rail("Approvals").waitFor();
    expect(await asked.count()).toBe(0);
    expect(call("hosts.lookAtKey", { id })).toMatchObject({ verdict: "known" });
  }, 120_000);

  /** What is known of the host behind this port is the key of another: as if it had been set up anew. */
  function knowAnother(port: number): void {
    const file = readdirSync(station.home, { recursive: true, encoding: "utf8" }).map((path) => join(station.home, path)).find((path) => path.endsWith("known_hosts") && readFileSync(path, "utf8").includes(`:${port} `)) as string;
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const keyOf = (line: string): string => line.split(" ")[2] ?? "";
    const own = lines.find((line) => line.includes(`:${port} `)) ?? "";
    const other = lines.map(keyOf).find((key) => key !== "" && key !== keyOf(own)) ?? "";
    writeFileSync(file, `${lines.map((line) => (line === own ? line.replace(keyOf(own), other) : line)).join("\n")}\n`);
  }
});
