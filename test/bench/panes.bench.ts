import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import type { PaneTree } from "../../src-main/contract/index.ts";
import { hasSshd } from "./terminal/sshd.ts";
import { openStage, type Stage } from "./terminal/stage.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
const MB = 1_000_000;
const LINES = 10_000;

export const OPTIONS = { minutes: { type: "string" }, panes: { type: "string" }, screens: { type: "string" } } as const;

/** Resident memory of core and page with 1, 10 and 50 panes of 10 000 lines, nine of them seen; then after a trickle into all. `--minutes=30` for the long one. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  if (!hasSshd) return void report({ name: "not_tested", value: 0, unit: "", note: "needs root and /usr/sbin/sshd" });
  const minutes = Number(flags.minutes ?? 0.5);
  const steps = String(flags.panes ?? "1,10,50").split(",").map(Number);
  await using owned = new AsyncDisposableStack();
  const screens = mkdtempSync(join(tmpdir(), "sena-bench-screens-"));
  owned.defer(() => rmSync(screens, { recursive: true, force: true }));
  if (typeof flags.screens !== "string") await build({ configFile: new URL("../../vite.config.ts", import.meta.url).pathname, logLevel: "error", build: { outDir: screens } });
  const stage = owned.use(await openStage({ screens: typeof flags.screens === "string" ? flags.screens : screens, hosts: 50 }));
  const page = await stage.page();
  await page.waitForTimeout(1500);
  const told = async (name: string): Promise<void> => {
    const core = await stage.ask("collect");
    report({ name: `core_${name}`, value: core.rss / MB, unit: "MB", note: `heap ${Math.round(core.heap / MB)}, buffers ${Math.round(core.buffers / MB)}` });
    report({ name: `page_${name}`, value: (await pageBytes(stage)) / MB, unit: "MB", note: "resident, all renderer processes" });
  };
  await told("0_panes");
  const ids: string[] = [];
  for (const count of steps) {
    for (; ids.length < count; ) ids.push((await stage.client.terminals.open({ host: `host-${ids.length < 3 ? 3 : ids.length}` })).pane.id);
    await filled(stage, ids);
    await stage.client.terminals.layout({ layout: { active: "seen", tabs: [{ id: "seen", tree: grid(ids.slice(0, 9), 0), focused: ids[0]! }] } });
    await page.waitForTimeout(20_000); // panes nobody looks at are packed after fifteen seconds
    await told(`${count}_panes`);
  }
  for (const paneId of ids) await stage.client.terminals.type({ paneId, text: "while :; do date; sleep 1; done", isRun: true });
  await page.waitForTimeout(minutes * 60_000);
  await told(`after_${minutes}_min_of_trickle`);
}

const grid = (ids: readonly string[], depth: number): PaneTree => {
  if (ids.length === 1) return { is: "pane", paneId: ids[0]! };
  const half = Math.ceil(ids.length / 2);
  return { is: "split", direction: depth % 2 === 0 ? "row" : "column", share: 0.5, first: grid(ids.slice(0, half), depth + 1), second: grid(ids.slice(half), depth + 1) };
};

/** Each pane holds its lines. */
async function filled(stage: Stage, ids: readonly string[]): Promise<void> {
  const isOpen = async () => (await stage.client.terminals.list({})).panes.every(({ state }) => state.is === "open");
  while (!(await isOpen())) await new Promise((go) => setTimeout(go, 200));
  for (const paneId of ids.filter((id) => !existsSync(join(stage.folder, `filled-${id}`)))) await stage.client.terminals.type({ paneId, text: `clear; for i in $(seq ${LINES}); do echo "line $i of a log with some words in it and a number $RANDOM"; done; touch ${stage.folder}/filled-${paneId}`, isRun: true });
  for (const paneId of ids)
    while (!existsSync(join(stage.folder, `filled-${paneId}`))) await new Promise((go) => setTimeout(go, 200)); // asking for the text would draw it
}

async function pageBytes(stage: Stage): Promise<number> {
  const session = await (await stage.browser()).newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { id }) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) * 1024, 0);
}
