import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { build } from "vite";
import type { Stage } from "./stage.ts";

/** The product's own screens, built into `outDir`. */
export const buildScreens = (outDir: string): Promise<unknown> => build({ configFile: join(new URL("../../..", import.meta.url).pathname, "vite.config.ts"), logLevel: "error", build: { outDir } });

/** `bytes` of the block, over and over, in a file; its SHA-256. */
export function writeFlood(path: string, block: Buffer, bytes: number): string {
  const hash = createHash("sha256");
  const file = openSync(path, "w");
  for (let at = 0; at < bytes; at += block.length) {
    const part = block.subarray(0, Math.min(block.length, bytes - at));
    writeSync(file, part);
    hash.update(part);
  }
  closeSync(file);
  return hash.digest("hex");
}

export const run = (stage: Stage, paneId: string, command: string) => stage.client.terminals.type({ paneId, text: command, isRun: true });

export async function settledBox(page: Page, paneId: string): Promise<{ width: number; height: number }> {
  const term = page.locator(`[data-pane="${paneId}"] [data-shown]`);
  await term.waitFor();
  await page.waitForTimeout(1500);
  const box = await term.boundingBox();
  if (box === null) throw new Error("the pane is not shown");
  return { width: box.width, height: box.height };
}

/** Milliseconds from `start` until the pane's rows show the mark. */
export async function timed(page: Page, paneId: string, mark: string, start: () => Promise<unknown>): Promise<number> {
  const seen = page.evaluate(([pane, wanted]) => new Promise<number>((done) => {
    const doc = (globalThis as never as { document: { querySelector: (q: string) => { textContent: string } | null } }).document;
    const frame = (globalThis as never as { requestAnimationFrame: (f: () => void) => void }).requestAnimationFrame;
    const look = () => (doc.querySelector(`[data-pane="${pane}"] .xterm-rows`)?.textContent.includes(wanted as string) ? done(Date.now()) : frame(look));
    look();
  }), [paneId, mark] as const);
  const from = Date.now();
  await start();
  return (await seen) - from;
}

export const warm = (page: Page, stage: Stage, paneId: string, flood: string) => timed(page, paneId, "WARM-DONE", () => run(stage, paneId, `head -c 20000000 ${flood}; printf '\\r\\nWARM-%s\\r\\n' DONE`));
