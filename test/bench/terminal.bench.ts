import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createReadStream, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { build } from "vite";
import { PIPE_WINDOW_BYTES } from "../../src-main/contract/link/index.ts";
import { SMALL_WINDOW_BYTES } from "../../src-main/ssh/small-window.ts";
import { readScreenFiles } from "../../src-main/shells/process/screen-files.ts";
import { buildScreens, run, settledBox, timed, warm, writeFlood } from "./terminal/flood.ts";
import { mixedBlock } from "./terminal/mixed.ts";
import { hasSshd } from "./terminal/sshd.ts";
import { openStage, type Stage } from "./terminal/stage.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
type Fed = { ms: number; size: { cols: number; rows: number } };
const MB = 1_000_000;
/** Longer than a pane nobody looks at stays awake. */
const SLEEP_MS = 17_000;

export const OPTIONS = { mb: { type: "string" }, rounds: { type: "string" } } as const;

/**
 * A flood through Debian's sshd into a visible pane in Chromium, against xterm.js and the pane's own view fed the same bytes from
 * memory in the same browser; then the echo of keys beside a flood, the return from hidden, and what the core held and grew.
 */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  if (!hasSshd) return void report({ name: "not_tested", value: 0, unit: "", note: "needs root and /usr/sbin/sshd" });
  const bytes = Number(flags.mb ?? 200) * MB;
  const rounds = Number(flags.rounds ?? 3);
  await using owned = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "sena-bench-screens-"));
  owned.defer(() => rmSync(folder, { recursive: true, force: true }));
  const root = new URL("../..", import.meta.url).pathname;
  await buildScreens(join(folder, "app"));
  await build({ configFile: false, root: join(root, "test/bench/terminal/local"), base: "./", logLevel: "error", build: { outDir: join(folder, "local"), target: "chrome132", assetsInlineLimit: 0, modulePreload: { polyfill: false } } });

  const block = mixedBlock();
  const flood = join(folder, "flood.txt");
  const sha = writeFlood(flood, block, bytes);
  const stage = owned.use(await openStage({ screens: join(folder, "app") }));
  const local = owned.use(await serveLocal(join(folder, "local"), block));
  const page = await stage.page();
  const bare = await (await stage.browser()).newPage({ viewport: { width: 1440, height: 900 } });

  const { pane } = await stage.client.terminals.open({ host: "bmc-01" });
  const box = await settledBox(page, pane.id);
  await run(stage, pane.id, "stty -onlcr -echo; PS1=; clear");
  await warm(page, stage, pane.id, flood);
  await page.waitForTimeout(2000); // the core draws what it kept once the stream rests: a full scrollback is where the run begins

  const before = await stage.ask("collect");
  const times = { stock: [] as number[], ours: [] as number[], remote: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const mark = `END-${round}-OF-FLOOD`;
    const fed = async (ask: object): Promise<Fed> => {
      await bare.bringToFront();
      await bare.goto(local.origin);
      const alone = await bare.evaluate((what) => (globalThis as never as { feed: (a: unknown) => Promise<Fed> }).feed(what), { ...box, ...ask, bytes, mark });
      await bare.goto("about:blank");
      return alone;
    };
    const ours = await fed({ kind: "ours" });
    const stock = await fed({ kind: "stock", size: ours.size });
    await page.bringToFront();
    await page.waitForTimeout(300);
    const remote = await timed(page, pane.id, mark, () => run(stage, pane.id, `head -c ${bytes} ${flood}; printf '\\r\\nEND-%s\\r\\n' ${round}-OF-FLOOD`));
    times.stock.push(stock.ms);
    times.ours.push(ours.ms);
    times.remote.push(remote);
  }
  const megabytesPerSecond = (ms: number) => bytes / MB / (ms / 1000);
  const [stock, ours, remote] = [Math.min(...times.stock), Math.min(...times.ours), Math.min(...times.remote)];
  const ratiosTo = (to: number[]) => times.remote.map((ms, i) => (to[i] as number) / ms);
  const listed = (ratios: number[]) => ratios.map((ratio) => ratio.toFixed(2)).join(", ");
  // Each round against its own neighbours: another program on the machine slows whoever runs at that moment.
  const median = ratiosTo(times.stock).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] as number;
  report({ name: "local_xterm", value: megabytesPerSecond(stock), unit: "MB/s", note: "xterm.js as it comes, fed from memory" });
  report({ name: "local_view", value: megabytesPerSecond(ours), unit: "MB/s", ratio: stock / ours, note: "the pane's own view, fed from memory" });
  report({ name: "flood_over_ssh", value: megabytesPerSecond(remote), unit: "MB/s", ratio: median, note: `the best of ${rounds} rounds, the ratio their median (best to best ${(stock / remote).toFixed(2)}); rounds against xterm.js ${listed(ratiosTo(times.stock))}, against the pane's own view ${listed(ratiosTo(times.ours))}` });

  const echo = await keyEcho(page, stage, pane.id, flood);
  report({ name: "key_echo_p95", value: echo.p95, unit: "ms", note: `p50 ${echo.p50.toFixed(1)} ms while another pane floods` });
  const back = await returnFromHidden(page, stage, pane.id, flood, Math.min(bytes, 100 * MB), 0);
  report({ name: "return_from_hidden", value: back.ms, unit: "ms", note: `after ${back.mb} MB; ${back.isRight ? "the picture is the core's" : "THE PICTURE DIFFERS"}` });
  const awake = await returnFromHidden(page, stage, pane.id, flood, MB, SLEEP_MS);
  report({ name: "return_from_sleep", value: awake.ms, unit: "ms", note: `packed, then ${awake.mb} MB more; ${awake.isRight ? "the picture is the core's" : "THE PICTURE DIFFERS"}` });
  report({ name: "picture_differs", value: [back, awake].filter(({ isRight }) => !isRight).length, unit: "frames" });

  const after = await stage.ask("collect");
  const most = after.pending + PIPE_WINDOW_BYTES + SMALL_WINDOW_BYTES;
  report({ name: "most_pending", value: most, unit: "bytes", note: `at the very most: the pipe's window ${PIPE_WINDOW_BYTES}, SSH's ${SMALL_WINDOW_BYTES}, and measured between them ${after.pending}` });
  report({ name: "shown_not_drawn", value: after.undrawn, unit: "bytes", note: "what the core keeps of output already shown, to draw it when the stream rests; at most 3 MiB and a part" });
  report({ name: "core_growth", value: (after.rss - before.rss) / MB, unit: "MB", note: `resident ${Math.round(before.rss / MB)} → ${Math.round(after.rss / MB)} MB; heap ${Math.round(before.heap / MB)} → ${Math.round(after.heap / MB)}, buffers ${Math.round(before.buffers / MB)} → ${Math.round(after.buffers / MB)}` });
  report({ name: "bytes_lost", value: await lost(stage, pane.id, bytes, sha), unit: "bytes", note: "recording compared with what was sent, by SHA-256" });
}

async function serveLocal(folder: string, block: Buffer): Promise<AsyncDisposable & { readonly origin: string }> {
  const files = readScreenFiles(folder);
  const server = createServer((request, response) => {
    const path = request.url === "/" ? "/index.html" : (request.url ?? "");
    if (path === "/block.bin") return void response.end(block);
    const file = files.get(path);
    if (!file) return void response.writeHead(404).end();
    // xterm.js as it comes needs inline styles.
    response.writeHead(200, { "content-type": file.type });
    response.end(file.body);
  });
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((go) => server.close(go));
    },
  };
}

async function keyEcho(page: Page, stage: Stage, floodPane: string, flood: string): Promise<{ p50: number; p95: number }> {
  const { pane } = await stage.client.terminals.open({ host: "bmc-01" });
  const tree = { is: "split", direction: "row", share: 0.5, first: { is: "pane", paneId: floodPane }, second: { is: "pane", paneId: pane.id } } as const;
  await stage.client.terminals.layout({ layout: { active: "both", tabs: [{ id: "both", tree, focused: pane.id }] } });
  await settledBox(page, pane.id);
  await page.locator(`[data-pane="${pane.id}"]`).click();
  await page.evaluate((id) => {
    const { document: doc } = globalThis as never as { document: { addEventListener: (n: string, f: (e: { timeStamp: number }) => void, c: boolean) => void; querySelector: (q: string) => { textContent: string; } | null } };
    const bag = globalThis as never as { echoes: number[]; MutationObserver: new (f: () => void) => { observe: (n: unknown, o: object) => void } };
    bag.echoes = [];
    const rows = doc.querySelector(`[data-pane="${id}"] .xterm-rows`)!;
    const shown = () => rows.textContent.split("x").length;
    const pressed: number[] = [];
    let seen = shown();
    doc.addEventListener("keydown", (event) => pressed.push(event.timeStamp), true);
    new bag.MutationObserver(() => {
      const now = shown();
      for (; seen < now; seen += 1) bag.echoes.push(performance.now() - (pressed.shift() ?? 0));
    }).observe(rows, { childList: true, subtree: true, characterData: true });
  }, pane.id);
  void run(stage, floodPane, `while :; do cat ${flood}; done`);
  await page.waitForTimeout(1000);
  for (let key = 0; key < 100; key += 1) {
    await page.keyboard.press("x");
    await page.waitForTimeout(40 + (key % 7) * 5);
  }
  await page.waitForTimeout(500);
  const times = (await page.evaluate(() => (globalThis as never as { echoes: number[] }).echoes)).sort((a, b) => a - b);
  await stage.client.terminals.type({ paneId: floodPane, text: "\u0003" });
  await stage.client.terminals.close({ paneId: pane.id });
  if (times.length < 90) throw new Error(`only ${times.length} of 100 keys were echoed`);
  return { p50: times[Math.floor(times.length * 0.5)] as number, p95: times[Math.floor(times.length * 0.95)] as number };
}

/** Nothing is asked of the pane while it is hidden: that would draw it. */
async function returnFromHidden(page: Page, stage: Stage, paneId: string, flood: string, bytes: number, sleepMs: number): Promise<{ ms: number; mb: number; isRight: boolean }> {
  await page.waitForTimeout(1000);
  await page.evaluate(() => void ((globalThis as never as { location: { hash: string } }).location.hash = "#/hosts"));
  await page.waitForTimeout(500 + sleepMs);
  const mark = `HIDDEN-${sleepMs}-DONE`;
  const done = join(stage.folder, mark);
  await run(stage, paneId, `head -c ${bytes} ${flood}; printf '\\r\\nHIDDEN-%s\\r\\n' ${sleepMs}-DONE; touch ${done}`);
  while (!existsSync(done)) await page.waitForTimeout(50);
  await page.waitForTimeout(300);
  const ms = await page.evaluate(([id, wanted]) => new Promise<number>((done) => {
    const scope = globalThis as never as { location: { hash: string }; requestAnimationFrame: (f: () => void) => void; document: { querySelector: (q: string) => { textContent: string } | null } };
    const from = performance.now();
    scope.location.hash = "#/terminals";
    const look = () => (scope.document.querySelector(`[data-pane="${id}"] .xterm-rows`)?.textContent.includes(wanted as string) ? done(performance.now() - from) : scope.requestAnimationFrame(look));
    look();
  }), [paneId, mark] as const);
  await page.waitForTimeout(1000);
  const { lines } = await stage.client.terminals.scrollback({ paneId, lines: 20 });
  const shown = await page.locator(`[data-pane="${paneId}"] .xterm-rows > div`).evaluateAll((rows) => rows.map((row) => (row as never as { textContent: string }).textContent).join(""));
  const squeeze = (text: string) => text.replace(/[\s\u00a0]/g, "");
  return { ms, mb: bytes / MB, isRight: squeeze(shown).includes(squeeze(lines.slice(-15).join(""))) };
}

/** The last whole flood in the recording, byte for byte. */
async function lost(stage: Stage, paneId: string, bytes: number, sha: string): Promise<number> {
  await stage.client.terminals.close({ paneId });
  const folder = join(stage.folder, "home", "ledger", "recordings");
  for (const name of readdirSync(folder)) {
    // A line at a time: the whole of a long recording fits in no string.
    const parts: Buffer[] = [];
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      const [, code, data] = line.startsWith("[") ? (JSON.parse(line) as [number, string, string]) : [0, "", ""];
      if (code !== "o") continue;
      parts.push(Buffer.from(data));
      // The mark itself may lie across two events.
      if (Buffer.concat(parts.slice(-2)).includes("END-0-OF-FLOOD\r\n")) break;
    }
    const whole = Buffer.concat(parts);
    const end = whole.indexOf("\r\nEND-0-OF-FLOOD");
    if (end < 0) continue;
    const part = whole.subarray(Math.max(0, end - bytes), end);
    return createHash("sha256").update(part).digest("hex") === sha ? 0 : Math.max(1, bytes - part.length);
  }
  return bytes;
}
