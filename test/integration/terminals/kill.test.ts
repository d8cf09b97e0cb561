import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasSshd } from "../../bench/terminal/sshd.ts";
import { openStage } from "../../bench/terminal/stage.ts";

if (!hasSshd) console.warn("NOT TESTED: panes across a killed core (needs root and /usr/sbin/sshd)");
const PANES = 10;
/** The recorder flushes every 250 ms; the rest is what a busy machine takes from the program that writes the clock. */
const MOST_LOST_MS = 250 + 750;

describe.skipIf(!hasSshd)("a core that is killed while ten panes stream", () => {
  it("connects them again and has recordings that are whole up to the last flush, with a gap after it", { timeout: 120_000 }, async () => {
    await using stage = await openStage();
    const ids: string[] = [];
    for (let n = 0; n < PANES; n += 1) ids.push((await stage.client.terminals.open({ host: ["web-01", "db-01", "bmc-01"][n % 3]! })).pane.id);
    const open = async () => (await stage.client.terminals.list({})).panes.filter(({ state }) => state.is === "open").length;
    const until = async (is: () => Promise<boolean>) => {
      for (let n = 0; n < 600 && !(await is()); n += 1) await new Promise((go) => setTimeout(go, 50));
      expect(await is()).toBe(true);
    };
    await until(async () => (await open()) === PANES);
    for (const paneId of ids) await stage.client.terminals.type({ paneId, text: "while :; do printf 'at %s\\r\\n' $(date +%s%3N); sleep 0.02; done", isRun: true });
    const streams = async (paneId: string) => (await stage.client.terminals.scrollback({ paneId, lines: 9 })).lines.some((line) => /^at \d{13}$/.test(line));
    for (const paneId of ids) await until(() => streams(paneId));
    await new Promise((go) => setTimeout(go, 1000));
    const killedAt = Date.now();
    await stage.kill();
    const folder = join(stage.folder, "home", "ledger", "recordings");
    const before = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
    expect(before.size).toBe(PANES);
    for (const cast of before.values()) {
      const last = Math.max(...[...cast.matchAll(/at (\d{13})/g)].map(([, at]) => Number(at)));
      expect(killedAt - last).toBeLessThan(MOST_LOST_MS);
    }

    await stage.restart();
    await until(async () => (await open()) === PANES);
    expect((await stage.client.terminals.list({})).panes.map(({ id }) => id).sort()).toEqual([...ids].sort());
    const after = readdirSync(folder);
    expect(after).toHaveLength(2 * PANES);
    for (const [name, cast] of before) expect(readFileSync(join(folder, name), "utf8").startsWith(cast)).toBe(true);
    const fresh = after.filter((name) => !before.has(name)).map((name) => readFileSync(join(folder, name), "utf8"));
    for (const cast of fresh) expect(cast).toContain("gap: SENA stopped without closing this pane");
  });
});
