import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Page } from "playwright-core";

const ROOT = resolve(import.meta.dirname, "../../..");
const CHROMIUM = process.env["SENA_CHROMIUM"] ?? "/usr/bin/chromium";
const NODE = ["--disable-warning=ExperimentalWarning"];
const SLOW_MS = 50;

export type Frames = { readonly frames: number; readonly slow: number; readonly worst: number };
export type Screen = AsyncDisposable & {
  readonly page: Page;
  /** The command line of the product, at the same core. */
  sena(...args: readonly string[]): string;
  begin(...args: readonly string[]): ChildProcess;
  go(hash: string): Promise<void>;
  /** Frames as the screen gets them, until `during` is over. */
  count(during: () => Promise<unknown>): Promise<Frames>;
  /** Processor time of the page's own thread so far, in milliseconds: what it costs, however busy the machine is with others. */
  workMs(): Promise<number>;
};

export const saySlow = ({ frames, slow, worst }: Frames): string => `${slow} of ${frames} frames took over ${SLOW_MS} ms (${((slow / frames) * 1000).toFixed(1)} of 1000), the worst ${Math.round(worst)}`;
export const slowShare = ({ frames, slow }: Frames): number => (slow / frames) * 100;

/** The built program in Chromium, with a core of its own, in a home that `furnish` may fill before; undefined where it is not built or no Chromium is there. */
export async function openScreen(furnish: (home: string) => void = () => {}, beforeOpening: (screen: Pick<Screen, "page">) => Promise<void> = async () => {}): Promise<Screen | undefined> {
  if (!existsSync(join(ROOT, "dist/station.mjs")) || !existsSync(CHROMIUM)) return undefined;
  await using opening = new AsyncDisposableStack();
  const home = mkdtempSync(join(tmpdir(), "sena-bench-screen-"));
  opening.defer(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  furnish(home);
  const station = spawn(process.execPath, [...NODE, join(ROOT, "dist/station.mjs"), "--headless", "--home", home], { stdio: ["ignore", "pipe", "inherit"] });
  opening.defer(async () => {
    station.kill("SIGTERM");
    await new Promise((done) => station.once("close", done));
  });
  const url = await new Promise<string>((done) => station.stdout.on("data", (bytes: Buffer) => /http\S+/.test(String(bytes)) && done(/http\S+/.exec(String(bytes))?.[0] ?? "")));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-background-networking"] });
  opening.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await beforeOpening({ page });
  await page.goto(url);
  await page.waitForTimeout(2000);
  const meter = await page.context().newCDPSession(page);
  await meter.send("Performance.enable", { timeDomain: "threadTicks" });
  const owned = opening.move();
  const line = (args: readonly string[]) => [...NODE, join(ROOT, "dist/sena.mjs"), ...args, "--home", home];
  return {
    page,
    sena(...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, line(args), { encoding: "utf8" });
      if (status !== 0) throw new Error(`sena ${args.join(" ")}: ${stderr}`);
      return stdout;
    },
    begin: (...args) => spawn(process.execPath, line(args), { stdio: "ignore" }),
    async go(hash) {
      await page.evaluate((wanted) => void ((globalThis as never as { location: { hash: string } }).location.hash = wanted), hash);
      await page.waitForTimeout(1000);
    },
    async count(during) {
      await page.evaluate((slowMs) => {
        const scope = globalThis as never as { requestAnimationFrame: (f: () => void) => void; frames: { frames: number; slow: number; worst: number; isOver: boolean } };
        const found = (scope.frames = { frames: 0, slow: 0, worst: 0, isOver: false });
        let last = performance.now();
        const look = () => {
          const now = performance.now();
          found.frames += 1;
          if (now - last > slowMs) found.slow += 1;
          found.worst = Math.max(found.worst, now - last);
          last = now;
          if (!found.isOver) scope.requestAnimationFrame(look);
        };
        scope.requestAnimationFrame(look);
      }, SLOW_MS);
      await during();
      return page.evaluate(() => {
        const { frames } = globalThis as never as { frames: Frames & { isOver: boolean } };
        frames.isOver = true;
        return frames;
      });
    },
    async workMs() {
      const { metrics } = await meter.send("Performance.getMetrics");
      return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
