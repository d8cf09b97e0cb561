import { spawn, type ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import { CLOSE } from "../../contract/link/index.ts";
import { live, type Live } from "../../kernel/index.ts";
import { KIND, openChannel, type Channel, type Kind } from "./channel.ts";

export type CoreState =
  | { readonly is: "starting" }
  | { readonly is: "ready"; readonly pid: number; readonly readyMs: number; readonly generation: number }
  | { readonly is: "down"; readonly say: string; readonly retryInMs: number }
  | { readonly is: "failed"; readonly say: string };

export type Command = { readonly file: string; readonly args: readonly string[]; readonly env?: NodeJS.ProcessEnv };

/** What a shell hears on one connection to the core. */
export type Ear = { frame(kind: Kind, payload: Buffer): void; close(code: number, failure?: string): void };
export type Line = { send(kind: Kind, payload: Uint8Array | string): void; close(): void };

export type Supervisor = AsyncDisposable & {
  readonly state: Live<CoreState>;
  /** Opens a connection to the running core; undefined while there is none. */
  open(ear: Ear, opening?: string): Line | undefined;
  /** Resolves when the core is ready, rejects when it cannot start or the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
};

export type SupervisorNeeds = {
  readonly command: Command;
  readonly onLog: (line: string) => void;
  readonly heartbeatMs?: number;
  readonly silenceMs?: number;
  /** How long a core may take to open its rooms. */
  readonly startMs?: number;
};

/** Another program holds the home. */
export class HomeTaken extends Error {
  override readonly name = "HomeTaken";
}

const BACK_OFF_MS = [50, 250, 1000, 2000, 5000, 10_000] as const;
const STEADY_MS = 60_000;
const STOP_MS = 5000;

/**
 * How long a core may take to open its rooms. All of the record's file is read before it is believed, and after a start of
 * the machine it comes from the disk: half a million entries are 400 MB, and nobody is helped by a core that is ended over it.
 */
const START_MS = 300_000;
/** One that comes and goes is told after this long, with why. */
const COMES_AND_GOES_MS = 30_000;
const LOOK_EVERY_MS = 500;

/** Waits for a core as long as it takes to open its rooms. */
export async function untilReady({ ready, state }: Pick<Supervisor, "ready" | "state">, patienceMs = COMES_AND_GOES_MS): Promise<void> {
  const from = performance.now();
  const over = new AbortController();
  const look = setInterval(() => {
    const waitedMs = performance.now() - from;
    if (waitedMs > START_MS || (waitedMs > patienceMs && state.value.is === "down")) over.abort();
  }, Math.min(LOOK_EVERY_MS, patienceMs));
  try {
    await ready(over.signal);
  } finally {
    clearInterval(look);
  }
}

/** Spawns the core, watches its heart, starts it again with back-off, and carries connections to it. */
export function supervise({ command, onLog, heartbeatMs = 2000, silenceMs = 20_000, startMs = START_MS }: SupervisorNeeds): Supervisor {
  const state = live<CoreState>({ is: "starting" });
  const ears = new Map<number, Ear>();
  let channel: Channel | undefined;
  let child: ChildProcess | undefined;
  let nextConnection = 1;
  let generation = 0;
  let failures = 0;
  let hasBeenReady = false;
  let isStopping = false;
  let retry: NodeJS.Timeout | undefined;
  let exited = Promise.resolve();

  function start(): void {
    generation += 1;
    const startedAt = performance.now();
    let fatal: { readonly say: string; readonly permanent: boolean } | undefined;
    let heardAt = performance.now();
    state.set({ is: "starting" });
    const own = spawned();
    if (own === undefined) return;
    child = own;
    const gone = Promise.withResolvers<void>();
    exited = gone.promise;
    own.stdout?.on("data", (chunk: Buffer) => onLog(chunk.toString()));
    own.stderr?.on("data", (chunk: Buffer) => onLog(chunk.toString()));

    const line = openChannel(own.stdio[3] as Duplex, {
      frame(kind, connection, payload) {
        heardAt = performance.now();
        if (connection !== 0) {
          const ear = ears.get(connection);
          if (kind === KIND.close) {
            ears.delete(connection);
            const [code = "", ...failure] = payload.toString().split(" ");
            return ear?.close(Number(code) || CLOSE.normal, failure.length > 0 ? failure.join(" ") : undefined);
          }
          return ear?.frame(kind, payload);
        }
        if (kind === KIND.ready) {
          channel = line;
          const { pid } = JSON.parse(payload.toString()) as { pid: number };
          hasBeenReady = true;
          state.set({ is: "ready", pid, readyMs: Math.round(performance.now() - startedAt), generation });
        } else if (kind === KIND.fatal) fatal = JSON.parse(payload.toString()) as typeof fatal;
      },
      close: () => {
        if (channel === line) channel = undefined;
      },
    });

    const heart = setInterval(() => {
      line.send(KIND.ping, 0);
      // A core that opens its rooms answers nobody, on a slow machine for seconds: that is not hanging.
      if (performance.now() - heardAt > (channel === line ? silenceMs : Math.max(silenceMs, startMs))) own.kill("SIGKILL");
    }, heartbeatMs);

    own.once("close", (code, signal) => {
      clearInterval(heart);
      line.destroy();
      channel = undefined;
      for (const ear of ears.values()) ear.close(CLOSE.coreDown);
      ears.clear();
      gone.resolve();
      if (isStopping) return;
      // Whoever has had the home once has only lost it for a while, to a command line that was quicker than the next start.
      if (fatal?.permanent && !hasBeenReady) return state.set({ is: "failed", say: fatal.say });
      failures = performance.now() - startedAt > STEADY_MS ? 0 : failures + 1;
      again(fatal?.say ?? `The core stopped (${signal ?? `exit ${code}`}). It starts again by itself; everything acknowledged is safe.`);
    });
  }
  function again(say: string): void {
    const retryInMs = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? BACK_OFF_MS[0];
    onLog(`${say} Next start in ${retryInMs} ms.`);
    state.set({ is: "down", say, retryInMs });
    retry = setTimeout(start, retryInMs);
  }
  /** Nothing where this machine has no memory, process or file to spare: it is tried again, the shell must not end with it. */
  function spawned(): ChildProcess | undefined {
    let why: string;
    try {
      const own = spawn(command.file, [...command.args], { stdio: ["ignore", "pipe", "pipe", "pipe"], env: command.env ?? process.env });
      own.on("error", (error) => onLog(`the core could not be started: ${error.message}`));
      if (own.stdio[3]) return own;
      why = "no files left to open";
    } catch (error) {
      why = (error as Error).message;
    }
    failures += 1;
    again(`The core could not be started (${why}). It is tried again by itself; everything acknowledged is safe.`);
    return undefined;
  }
  start();

  return {
    state,
    open(ear, opening = "") {
      if (!channel || state.value.is !== "ready") return undefined;
      const line = channel;
      const connection = nextConnection++;
      ears.set(connection, ear);
      line.send(KIND.open, connection, opening);
      return {
        send: (kind, payload) => line.send(kind, connection, payload),
        close: () => {
          if (ears.delete(connection)) line.send(KIND.close, connection);
        },
      };
    },
    async ready(signal) {
      for await (const now of state.follow(signal)) {
        if (now.is === "ready") return;
        if (now.is === "failed") throw new HomeTaken(now.say);
      }
      const last = state.value;
      throw new Error(last.is === "down" ? last.say : "The core does not become ready. Start with --verbose to see what it says; nothing was changed.");
    },
    async [Symbol.asyncDispose]() {
      isStopping = true;
      clearTimeout(retry);
      channel?.send(KIND.shutdown, 0);
      const kill = setTimeout(() => child?.kill("SIGKILL"), STOP_MS);
      if (!channel) child?.kill("SIGTERM");
      await exited;
      clearTimeout(kill);
    },
  };
}
