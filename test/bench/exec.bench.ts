import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveLink } from "../../src-main/api/link/serve.ts";
import type { SenaContract } from "../../src-main/contract/index.ts";
import { connect } from "../../src-main/contract/link/index.ts";
import { createInventory } from "../../src-main/inventory/index.ts";
import { composeCore } from "../../src-main/shells/core/compose.ts";
import { openStore } from "../../src-main/store/index.ts";
import { memoryPair } from "../../src-main/contract/link/memory.ts";
import { fakeHost } from "../fakes/local-shell.ts";
import { hasSshd, startSshd } from "./terminal/sshd.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

/** Proved read-only, so that neither an approval nor the spool of a step that changes something comes into it. */
const COMMAND = "cat /proc/loadavg";

export const OPTIONS = { rounds: { type: "string" } } as const;

/** One command's round trip on a warm connection, judged and recorded, against `ssh` through a ControlMaster to the same server, taken in turns. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  if (!hasSshd) return void report({ name: "not_tested", value: 0, unit: "", note: "needs root and /usr/sbin/sshd" });
  const rounds = Number(flags.rounds ?? 200);
  await using owned = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "sena-exec-"));
  owned.defer(() => rmSync(folder, { recursive: true, force: true }));
  const sshd = await startSshd(folder);
  owned.defer(() => sshd.stop());
  const home = join(folder, "home");
  plant(home, sshd);

  const socket = join(folder, "mux");
  const to = [`${sshd.user}@127.0.0.1`, "-p", String(sshd.port), "-i", sshd.keyFile, "-o", `UserKnownHostsFile=${sshd.knownHosts}`, "-o", `ControlPath=${socket}`];
  if (spawnSync("ssh", [...to, "-o", "ControlMaster=yes", "-o", "ControlPersist=600", "-fN"]).status !== 0) throw new Error("the ControlMaster did not come up");
  owned.defer(() => void spawnSync("ssh", [...to, "-O", "exit"]));

  const core = owned.use(await composeCore({ home, lab: false }));
  const { near, far } = memoryPair();
  serveLink(core.dispatch, far, core.principal);
  const { client } = await connect<SenaContract>(near);
  const ours = async (): Promise<void> => {
    for await (const event of client.guard.run({ host: "web-01", script: COMMAND, why: "", timeoutMs: 60_000 })) {
      if (event.type === "ended" && event.exitCode === 0) return;
      if (event.type === "ended" || event.type === "refused" || event.type === "unknown" || event.type === "waiting") throw new Error(JSON.stringify(event));
    }
    throw new Error("the command did not end");
  };
  const theirs = (): Promise<void> => exited("ssh", [...to, COMMAND]);

  const took = { ours: [] as number[], theirs: [] as number[] };
  for (let round = -20; round < rounds; round += 1)
    for (const [name, act] of [["theirs", theirs], ["ours", ours]] as const) {
      const from = performance.now();
      await act();
      if (round >= 0) took[name].push(performance.now() - from);
    }
  const [a, b] = [quantiles(took.ours), quantiles(took.theirs)];
  report({ name: "ssh_controlmaster_p50", value: b.p50, unit: "ms", note: `p95 ${b.p95.toFixed(1)} ms; ${rounds} rounds of "${COMMAND}" in turns` });
  report({ name: "exec_p50", value: a.p50, unit: "ms", ratio: a.p50 / b.p50, note: "through link, gate, ledger and SSH" });
  report({ name: "exec_p95", value: a.p95, unit: "ms", ratio: a.p95 / b.p95 });
}

function plant(home: string, { port, user, keyFile, knownHosts }: { port: number; user: string; keyFile: string; knownHosts: string }): void {
  spawnSync("mkdir", ["-p", home]);
  spawnSync("cp", [knownHosts, join(home, "known_hosts")]);
  using store = openStore({ path: join(home, "sena.db") });
  createInventory({ store, now: Date.now }).put([fakeHost("web-01", { user, port, credential: { kind: "key-file", path: keyFile } })]);
}

const exited = (file: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.resume();
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${file} ended with ${code}`))));
  });

function quantiles(times: readonly number[]): { readonly p50: number; readonly p95: number } {
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length * 0.5)] ?? 0, p95: sorted[Math.floor(sorted.length * 0.95)] ?? 0 };
}
