import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { redact } from "./redact.ts";

export type Level = "debug" | "info" | "warn" | "error";
export type Log = Disposable & {
  write(level: Level, event: string, data?: Readonly<Record<string, unknown>>): void;
  /** An error with its stack and causes, under the reference the operator was shown. */
  failure(ref: string, error: unknown): void;
  readonly folder: string;
};

export type LogNeeds = { readonly folder: string; readonly now: () => number; readonly maxBytes?: number; readonly keep?: number };

/**
 * JSON lines in `sena.log`, rotated to `.1 … .N`. Written at once and synchronously: the last line before a crash is
 * the one that matters, and a log line is rare. A full disk silences the log and never stops the core: the ledger is
 * what must not fail silently.
 */
export function openLog({ folder, now, maxBytes = 5 * 1024 * 1024, keep = 5 }: LogNeeds): Log {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "sena.log");
  let fd: number | undefined;
  let size = 0;
  const open = () => {
    fd = openSync(path, "a", 0o600);
    size = statSync(path).size;
  };
  const rotate = () => {
    if (fd !== undefined) closeSync(fd);
    rmSync(`${path}.${keep}`, { force: true });
    for (let n = keep - 1; n >= 1; n -= 1) if (existsSync(`${path}.${n}`)) renameSync(`${path}.${n}`, `${path}.${n + 1}`);
    renameSync(path, `${path}.1`);
    open();
  };
  open();

  const write: Log["write"] = (level, event, data = {}) => {
    const line = `${JSON.stringify({ at: new Date(now()).toISOString(), level, event, ...(redact(data) as object) })}\n`;
    try {
      if (size > 0 && size + line.length > maxBytes) rotate();
      if (fd === undefined) return;
      size += writeSync(fd, line);
    } catch {
      // nowhere left to say it
    }
  };
  return {
    folder,
    write,
    failure(ref, error) {
      write("error", "failure", { ref, error: describe(error) });
    },
    [Symbol.dispose]() {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}

function describe(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error).slice(0, 2000);
  return { name: error.name, message: error.message.slice(0, 4000), stack: error.stack?.slice(0, 8000), ...(error.cause !== undefined && depth < 4 ? { cause: describe(error.cause, depth + 1) } : {}) };
}
