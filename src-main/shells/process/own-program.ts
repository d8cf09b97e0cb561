import { readFileSync } from "node:fs";
import { live, type Live } from "../../kernel/index.ts";

const LOOK_EVERY_MS = 15_000;

/**
 * Whether the file this process was started from is still that one. An update of SENA replaces its files while it runs:
 * what was loaded goes on as before, what was not is gone. The file names each part by what is in it, so its own bytes
 * tell; while it is away, the update is not done.
 */
export function followOwnProgram(file: string | undefined, signal: AbortSignal, lookEveryMs = LOOK_EVERY_MS): Live<boolean> {
  const isReplaced = live(false);
  const started = textOf(file);
  if (started === undefined) return isReplaced; // nothing to tell another by
  const look = setInterval(() => {
    const there = textOf(file);
    if (there === undefined || there === started) return;
    isReplaced.set(true);
    clearInterval(look);
  }, lookEveryMs).unref();
  signal.addEventListener("abort", () => clearInterval(look), { once: true });
  return isReplaced;
}

function textOf(file: string | undefined): string | undefined {
  try {
    return readFileSync(file ?? "", "utf8");
  } catch {
    return undefined;
  }
}
