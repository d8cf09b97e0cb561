import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder, writeDurably } from "./keyring.ts";

// A database that lost its structure takes new entries and loses old ones with them. Looking through all of it takes as long as
// reading it: before the first entry where something may have happened to it, and beside the work where it was closed in order.

/** Smaller ones are looked through before the first entry in any case: it costs less than a process. */
const SMALL_BYTES = 8 << 20;

export type Closing = {
  /** Larger than what is read in no time, and as it was when it was closed: nothing went wrong then, and nobody touched it since. */
  readonly mayBeBeside: boolean;
  remember(): void;
};

/** Said once: whoever opens the record takes the word back, so that an end without a word is one that was not in order. */
export function takeClosing(path: string, dbPath: string, smallBytes = SMALL_BYTES): Closing {
  let mayBeBeside = false;
  try {
    // A log beside it would be one that was never folded back.
    mayBeBeside = readFileSync(path, "utf8") === markOf(dbPath) && !existsSync(`${dbPath}-wal`) && statSync(dbPath).size > smallBytes;
  } catch {
    // A new record, one of before, or one that was not closed.
  }
  try {
    rmSync(path, { force: true });
    syncFolder(dirname(path));
  } catch {
    // A disk that takes nothing away takes no entry either; looked through in time all the same.
    mayBeBeside = false;
  }
  return {
    mayBeBeside,
    remember() {
      try {
        writeDurably(path, Buffer.from(markOf(dbPath)));
      } catch {
        // The next start looks through it first.
      }
    },
  };
}

function markOf(dbPath: string): string {
  const { size, mtimeMs } = statSync(dbPath);
  return `closed with ${size} bytes, last changed at ${Math.floor(mtimeMs)}\n`;
}

export type Looking = AsyncDisposable & {
  /** Whoever empties the write-ahead log waits for every reader: this one lets go, and begins anew afterwards. */
  letGo(): void;
  /** For good: something else is wrong with the file already. */
  end(): void;
};

export type LookNeeds = {
  readonly program: string;
  readonly path: string;
  readonly onDamaged: (detail: string) => void;
  /** It could not be looked through: nothing is known. */
  readonly onUnknown: () => void;
};

/** Looks through the whole file in a process of its own, which reads beside whoever writes. */
export function lookThrough({ program, path, onDamaged, onUnknown }: LookNeeds): Looking {
  let child: ChildProcess | undefined;
  let isOver = false;
  let gone = Promise.resolve();

  const begin = (): void => {
    let said = "";
    let isTold = false;
    const own = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, path], { stdio: ["ignore", "pipe", "ignore"] });
    // Where no process can be had, its pipe is missing too.
    own.stdout?.setEncoding("utf8").on("data", (text: string) => (said += text));
    child = own;
    gone = new Promise((resolve) => {
      const settle = (code: number | null): void => {
        if (isTold) return;
        isTold = true;
        resolve();
        if (isOver) return;
        if (own.killed) return begin();
        isOver = true;
        if (code !== 0 || said === "") onUnknown();
        else if (said !== "ok") onDamaged(said);
      };
      own.once("close", settle).once("error", () => settle(null));
    });
  };
  const end = (): void => {
    isOver = true;
    child?.kill("SIGKILL");
  };
  begin();

  return {
    letGo: () => void child?.kill("SIGKILL"),
    end,
    async [Symbol.asyncDispose]() {
      end();
      await gone;
    },
  };
}
