import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, beforeEach } from "vitest";

const KEPT = resolve(import.meta.dirname, "../../test-results/traces");

/** For a file whose tests drive one page: what a failed test saw stays, as a Playwright trace and a picture. */
export function keepTraces(page: () => Page): void {
  let isTracing = false;
  beforeEach(async () => {
    const { tracing } = page().context();
    if (!isTracing) await tracing.start({ screenshots: true, snapshots: true });
    isTracing = true;
    await tracing.startChunk();
  });
  afterEach(async ({ task }) => {
    const { tracing } = page().context();
    if (task.result?.state !== "fail") return tracing.stopChunk();
    mkdirSync(KEPT, { recursive: true });
    const name = join(KEPT, `${task.name.replace(/[^a-z0-9]+/gi, "-").slice(0, 80)}-${task.result.retryCount ?? 0}`);
    await page().screenshot({ path: `${name}.png` }).catch(() => {}); // a page that hangs has none
    await tracing.stopChunk({ path: `${name}.zip` });
    console.error(`kept: ${name}.zip (npx playwright show-trace) and .png`);
  });
}
