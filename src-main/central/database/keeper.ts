import type { ChildProcess } from "node:child_process";

// Keeps one process running: starts it, starts it again when it ends by itself, and ends it when told to.

export type KeeperNeeds = {
  /** May throw, as Node does when the machine has no memory for another process. */
  readonly start: () => ChildProcess;
  readonly log: (event: string, data: Readonly<Record<string, unknown>>) => void;
  readonly now?: () => number;
};
export type Keeper = {
  readonly child: () => ChildProcess | undefined;
  readonly lastWords: () => string;
  /** How often in a row it ended soon, or could not be started. */
  readonly failures: () => number;
  stop(): Promise<void>;
};

const RESTART_MS = [100, 500, 2000, 5000] as const;
/** Whatever lived this long was well: the next end is the first again. */
const STEADY_MS = 60_000;
const STOP_MS = 10_000;
const WORDS = 2000;

export function keep({ start, log, now = () => performance.now() }: KeeperNeeds): Keeper {
  let child: ChildProcess | undefined;
  let isOver = false;
  let failures = 0;
  let lastWords = "";
  let timer: NodeJS.Timeout | undefined;
  const again = (event: string, data: Readonly<Record<string, unknown>>): void => {
    child = undefined;
    if (isOver) return;
    const inMs = RESTART_MS[Math.min(Math.max(failures, 1), RESTART_MS.length) - 1] as number;
    log(event, { ...data, failures, againInMs: inMs, lastWords });
    timer = setTimeout(run, inMs);
  };
  const notStarted = (error: Error): void => {
    failures += 1;
    lastWords = `it could not be started: ${error.message}\n`;
    again("postgres-not-started", { code: (error as NodeJS.ErrnoException).code });
  };
  const run = (): void => {
    const bornAt = now();
    let one: ChildProcess;
    try {
      one = start();
    } catch (error) {
      return notStarted(error as Error);
    }
    child = one;
    // Without a number it never lived: Node then tells `error`, and `close` only sometimes.
    if (one.pid === undefined) return void one.once("error", notStarted).on("error", () => {});
    one.stderr?.on("data", (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-WORDS)));
    one.on("error", (error) => (lastWords = error.message));
    one.on("close", (code, signal) => {
      failures = now() - bornAt > STEADY_MS ? 0 : failures + 1;
      again("postgres-ended", { code, signal });
    });
  };
  run();
  return {
    child: () => child,
    lastWords: () => lastWords,
    failures: () => failures,
    async stop(): Promise<void> {
      isOver = true;
      clearTimeout(timer);
      const one = child;
      if (one?.pid === undefined || one.exitCode !== null || one.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => one.once("close", () => resolve()));
      one.kill("SIGINT"); // PostgreSQL's fast shutdown: transactions are rolled back, everything committed is kept
      const timeout = setTimeout(() => one.kill("SIGQUIT"), STOP_MS);
      await gone;
      clearTimeout(timeout);
    },
  };
}
