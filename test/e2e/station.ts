import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Page } from "playwright-core";

export const ROOT = join(import.meta.dirname, "../..");
export const CHROMIUM = "/usr/bin/chromium";
export const SHOTS = join(ROOT, "test-results", "screenshots");

export type StationInTest = AsyncDisposable & {
  readonly home: string;
  readonly page: Page;
  shot(name: string): Promise<void>;
  /** From now on it is this late, for SENA and for the page. Only where a start was given. */
  moveClock(to: number): Promise<void>;
  sena(...args: string[]): { readonly code: number | null; readonly out: string };
  /** Any procedure by its name, past the screens; one that is refused fails the test with what was said. */
  call(name: string, input?: object): unknown;
};

/** The station as `npm start -- --lab` starts it, with a fresh home, in a real Chromium; with `startsAt` on a day of its own. */
export async function startStation({ lab = true, width = 1440, height = 900, startsAt }: { readonly lab?: boolean; readonly width?: number; readonly height?: number; readonly startsAt?: number } = {}): Promise<StationInTest> {
  await using opening = new AsyncDisposableStack();
  const home = mkdtempSync(join(tmpdir(), "sena-e2e-"));
  opening.defer(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const clock = join(home, "clock");
  const setClock = (to: number) => {
    writeFileSync(`${clock}.new`, String(to - Date.now()));
    renameSync(`${clock}.new`, clock); // never read half written
  };
  if (startsAt !== undefined) setClock(startsAt);
  const moved = startsAt !== undefined && { SENA_MOVED_CLOCK: clock, NODE_OPTIONS: `--import=${pathToFileURL(join(ROOT, "test/fixtures/moved-clock.ts")).href}` };
  const child = spawn(process.execPath, [join(ROOT, "dist/station.mjs"), "--headless", "--home", home, ...(lab ? ["--lab"] : [])], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...moved } });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  opening.defer(async () => {
    child.kill("SIGTERM");
    await gone;
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /SENA is ready: (\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    void gone.then(() => reject(new Error(`the station ended before it was ready: ${said}`)));
  });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-background-networking"] });
  opening.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: "dark" });
  if (startsAt !== undefined) await page.clock.setSystemTime(startsAt);
  await page.goto(url);
  mkdirSync(SHOTS, { recursive: true });
  const owned = opening.move();
  const sena = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "dist/sena.mjs"), "--home", home, ...args], { encoding: "utf8" });
    return { code: status, out: `${stdout}${stderr}` };
  };
  return {
    home,
    page,
    moveClock: async (to) => {
      setClock(to);
      await page.clock.setSystemTime(to);
    },
    shot: async (name) => void (await page.screenshot({ path: join(SHOTS, `${name}.png`) })),
    sena,
    call: (name, input = {}) => {
      const { code, out } = sena("call", name, JSON.stringify(input));
      if (code !== 0) throw new Error(`${name} was refused (${code}): ${out}`);
      return JSON.parse(out) as unknown;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
