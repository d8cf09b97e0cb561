import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Browser } from "playwright-core";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
const ROOT = resolve(import.meta.dirname, "../..");

export const OPTIONS = { rounds: { type: "string" } } as const;

/** From the command to a core that answers, and to a first screen one can use; median of several second starts. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  const rounds = Number(flags.rounds ?? 5);
  const home = mkdtempSync(join(tmpdir(), "sena-bench-start-"));
  const browser = await chromium.launch({ executablePath: process.env["SENA_CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-background-networking"] });
  const empty = await emptyPage();
  const all = { core: [] as number[], usable: [] as number[], empty: [] as number[], screen: [] as number[], rss: [] as number[] };
  await once(home, browser); // the first start makes keys and tables: not what is measured
  for (let round = 0; round < rounds; round += 1) {
    all.empty.push(await drawn(browser, empty.url, "p"));
    const start = await once(home, browser);
    all.core.push(start.coreMs);
    all.usable.push(start.usableMs);
    all.screen.push(start.screenMs);
    all.rss.push(start.rssMb);
  }
  report({ name: "core_ready_ms", value: median(all.core), unit: "ms", note: "station started → core answers" });
  report({ name: "first_usable_ms", value: median(all.usable), unit: "ms", ratio: median(all.usable) / median(all.empty), note: "station started → first screen drawn and fed; ratio: against an empty page opened in the same browser" });
  report({ name: "screen_ms", value: median(all.screen), unit: "ms", ratio: median(all.screen) / median(all.empty), note: "page opened → first screen drawn and fed" });
  report({ name: "empty_page_ms", value: median(all.empty), unit: "ms" });
  report({ name: "core_rss_mb", value: median(all.rss), unit: "MB" });
  empty.close();
  await browser.close();
  rmSync(home, { recursive: true, force: true });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function emptyPage(): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<!doctype html><title>empty</title><p>x"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

async function drawn(browser: Browser, url: string, selector: string, text?: RegExp): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const from = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await (text ? page.locator(selector).filter({ hasText: text }) : page.locator(selector)).first().waitFor();
  const took = performance.now() - from;
  await context.close();
  return took;
}

async function once(home: string, browser: Browser): Promise<{ coreMs: number; usableMs: number; screenMs: number; rssMb: number }> {
  const from = performance.now();
  const station = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(ROOT, "dist/station.mjs"), "--headless", "--home", home], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve) => station.stdout.on("data", (chunk: Buffer) => /http\S+/.test(String(chunk)) && resolve(/http\S+/.exec(String(chunk))?.[0] ?? "")));
  const coreMs = performance.now() - from;
  // The status bar is fed by the core: when it shows the recorder's head, the link is up and the screen usable.
  const screenMs = await drawn(browser, url, "body", /recorded/);
  const usableMs = performance.now() - from;
  const children = readFileSync(`/proc/${station.pid}/task/${station.pid}/children`, "utf8").trim().split(" ");
  const rssMb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${children[0]}/status`, "utf8"))?.[1] ?? 0) / 1024;
  station.kill("SIGTERM");
  await new Promise((done) => station.once("close", done));
  return { coreMs, usableMs, screenMs, rssMb };
}
