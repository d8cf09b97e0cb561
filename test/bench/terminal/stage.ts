import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { WebSocket } from "ws";
import type { Client, SenaContract } from "../../../src-main/contract/index.ts";
import { connect } from "../../../src-main/contract/link/index.ts";
import { CORE_HEAP, CORE_MEMORY } from "../../../src-main/shells/process/core-command.ts";
import { wsTransport } from "../../fakes/carriers.ts";
import { startSshd } from "./sshd.ts";
import { launchUnwatched } from "./unwatched.ts";

export type Held = { rss: number; heap: number; buffers: number; pending: number; undrawn: number };
export type Stage = AsyncDisposable & { readonly origin: string; readonly folder: string; readonly core: ChildProcess; readonly client: Client<SenaContract>; ask(what: "memory" | "collect"): Promise<Held>; kill(): Promise<void>; restart(): Promise<void>; browser(): Promise<Browser>; page(): Promise<Page> };

/** Debian's sshd, a core in its own process, and a Chromium that shows the real screens. */
export async function openStage({ screens = "", hosts = 3 }: { /** The built screens; without them nothing is served to a browser. */ screens?: string; hosts?: number } = {}): Promise<Stage> {
  await using opening = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "sena-bench-"));
  opening.defer(() => rmSync(folder, { recursive: true, force: true }));
  const sshd = await startSshd(folder);
  opening.defer(() => sshd.stop());
  let core: ChildProcess;
  let port = 0;
  let client: Client<SenaContract>;
  // With the memory settings the product starts its core with.
  const start = async (): Promise<void> => {
    core = fork(new URL("./core.ts", import.meta.url).pathname, { execArgv: ["--expose-gc", CORE_HEAP, "--disable-warning=ExperimentalWarning", ...(process.env["BENCH_CORE_ARGS"]?.split(" ") ?? [])], env: { ...CORE_MEMORY, ...process.env, HOME: join(folder, "home"), SSH_PORT: String(sshd.port), SSH_USER: sshd.user, SSH_KEY: sshd.keyFile, KNOWN_HOSTS: sshd.knownHosts, SCREENS: screens, HOSTS: String(hosts) } });
    port = await new Promise<number>((resolve, reject) => {
      core.once("message", (message) => resolve((message as { port: number }).port));
      core.once("exit", (code) => reject(new Error(`the core ended with ${code}`)));
    });
    const ws = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    await new Promise((resolve, reject) => ws.once("open", resolve).once("error", reject));
    client = (await connect<SenaContract>(wsTransport(ws))).client;
  };
  await start();
  opening.defer(() => void core.kill("SIGKILL"));
  let browser: (Browser & AsyncDisposable) | undefined;
  opening.defer(() => browser?.[Symbol.asyncDispose]());
  const launch = async () => (browser ??= await launchUnwatched(["--no-sandbox", "--disable-background-networking", "--enable-precise-memory-info"]));
  let asked = 0;
  const owned = opening.move();
  return {
    get origin() {
      return `http://127.0.0.1:${port}`;
    },
    get core() {
      return core;
    },
    get client() {
      return client;
    },
    folder,
    ask: (what) =>
      new Promise((resolve) => {
        const id = (asked += 1);
        const hear = (message: unknown) => {
          const answer = message as Held & { id: number };
          if (answer.id !== id) return;
          core.off("message", hear);
          resolve(answer);
        };
        core.on("message", hear);
        core.send({ id, what });
      }),
    async kill() {
      const gone = new Promise((resolve) => core.once("exit", resolve));
      core.kill("SIGKILL");
      await gone;
    },
    restart: start,
    browser: launch,
    async page() {
      const page = await (await launch()).newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(`http://127.0.0.1:${port}/#/terminals`);
      return page;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
