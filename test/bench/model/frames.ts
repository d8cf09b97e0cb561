import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const ROOT = resolve(import.meta.dirname, "../../..");
const CHROMIUM = process.env["SENA_CHROMIUM"] ?? "/usr/bin/chromium";
const SLOW_MS = 50;
const SECONDS = 10;

/** The chat screen of the built program while a model works on a question in it: the share of frames that came late. */
export async function framesWhile(gguf: string): Promise<{ name: string; value: number; unit: string; ratio: number; note: string } | undefined> {
  if (!existsSync(join(ROOT, "dist/station.mjs")) || !existsSync(CHROMIUM)) return undefined;
  await using owned = new AsyncDisposableStack();
  const home = mkdtempSync(join(tmpdir(), "sena-bench-frames-"));
  owned.defer(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const station = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(ROOT, "dist/station.mjs"), "--headless", "--home", home], { stdio: ["ignore", "pipe", "inherit"] });
  owned.defer(async () => {
    station.kill("SIGTERM");
    await new Promise((done) => station.once("close", done));
  });
  const url = await new Promise<string>((done) => station.stdout.on("data", (bytes: Buffer) => /http\S+/.test(String(bytes)) && done(/http\S+/.exec(String(bytes))?.[0] ?? "")));
  const sena = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", join(ROOT, "dist/sena.mjs"), ...args, "--home", home], { encoding: "utf8" });
    if (status !== 0) throw new Error(`sena ${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  const [id = ""] = sena("models", "import", gguf).split(/\s/);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-background-networking"] });
  owned.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.waitForTimeout(2000);
  const count = () =>
    page.evaluate(
      ([seconds, slow]) =>
        new Promise<{ frames: number; slow: number; worst: number }>((done) => {
          const frame = (globalThis as never as { requestAnimationFrame: (f: (at: number) => void) => void }).requestAnimationFrame;
          const found = { frames: 0, slow: 0, worst: 0 };
          const from = performance.now();
          let last = from;
          const look = () => {
            const now = performance.now();
            found.frames += 1;
            if (now - last > (slow ?? 0)) found.slow += 1;
            found.worst = Math.max(found.worst, now - last);
            last = now;
            if (now - from < (seconds ?? 0) * 1000) frame(look);
            else done(found);
          };
          frame(look);
        }),
      [SECONDS, SLOW_MS],
    );
  const still = await count();
  // The self-test generates without a pause, and its progress is drawn on the screen that is looked at.
  await page.goto(`${url.split("#")[0]?.split("?")[0] ?? url}#/settings/models`);
  await page.waitForTimeout(1000);
  const working = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(ROOT, "dist/sena.mjs"), "models", "test", id, "--home", home], { stdio: "ignore" });
  const busy = await count();
  const wasBusy = working.exitCode === null;
  if (!wasBusy) throw new Error("the model had finished before the frames were counted; take a larger one");
  await new Promise((done) => working.once("close", done));
  return { name: "slow_frames_while_generating", value: (busy.slow / busy.frames) * 100, unit: "%", ratio: busy.frames / still.frames, note: `${busy.slow} of ${busy.frames} frames took over ${SLOW_MS} ms, the worst ${Math.round(busy.worst)}; at rest ${still.slow} of ${still.frames}` };
}
