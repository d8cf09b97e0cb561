import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CORE = join(import.meta.dirname, "kill-core.ts");
const STEPS = 12;
const HOSTS = 3;

export type Killed = { readonly kills: number; readonly state: string; readonly done: number; /** Lines the hosts counted for steps that ran more than once. */ readonly twice: number; readonly ran: number };

type Core = { readonly ended: Promise<{ readonly out: string; readonly isKilled: boolean }>; kill(): void };
function startCore(dir: string, mode: "start" | "take-up"): Core {
  const child = spawn(process.execPath, [CORE, dir, mode], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  return { ended: new Promise((resolve) => child.on("close", (_code, signal) => resolve({ out, isKilled: signal === "SIGKILL" }))), kill: () => child.kill("SIGKILL") };
}

function keep(dir: string): string {
  const kept = `${dir}-kept`;
  cpSync(dir, kept, { recursive: true });
  return kept;
}

/** A run of twelve counted changes on three hosts; its core is killed after so many milliseconds, and again, until one may end. */
export async function killedRun(moments: readonly number[]): Promise<Killed> {
  const dir = mkdtempSync(join(tmpdir(), "sena-kill-"));
  try {
    let out = "";
    let kills = 0;
    for (const [i, moment] of [...moments, Number.POSITIVE_INFINITY].entries()) {
      // A core killed before its run was durable leaves nothing to take up: the operator would ask again.
      const core = startCore(dir, i === 0 || !existsSync(join(dir, "hosts")) ? "start" : "take-up");
      const timer = Number.isFinite(moment) ? setTimeout(() => core.kill(), moment) : undefined;
      const end = await core.ended;
      out = end.out;
      clearTimeout(timer);
      if (out.includes('"state"')) break;
      // A core that goes by itself and leaves a run without an end has lost it: the folder stays for whoever looks.
      if (!end.isKilled) throw new Error(`the core ended without its run having ended: ${keep(dir)}`);
      kills += 1;
    }
    const lines = out.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as { state: string; done: number });
    const counts = readdirSync(join(dir, "hosts")).flatMap((host) => readdirSync(join(dir, "hosts", host)).filter((name) => name.startsWith("count-")).map((name) => readFileSync(join(dir, "hosts", host, name), "utf8").trim().split("\n").length));
    return { kills, state: lines.map(({ state }) => state).join(","), done: lines.reduce((sum, { done }) => sum + done, 0), twice: counts.filter((count) => count > 1).length, ran: counts.length };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export const WHOLE = STEPS * HOSTS;
