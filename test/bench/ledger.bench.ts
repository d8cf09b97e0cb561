import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { openLedger, type NewEntry, type SenaLedger } from "../../src-main/ledger/index.ts";
import { idMaker } from "../../src-main/kernel/index.ts";
import { random } from "../unit/ledger/harness.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

const ACTOR = { kind: "operator", id: "op_ada", name: "Ada Example" } as const;
const HOSTS = Array.from({ length: 40 }, (_, n) => `host_${String(n).padStart(2, "0")}`);
const WORDS = ["nginx", "postgres", "sshd", "cron", "docker", "rsync", "kernel", "disk", "backup", "network"];
const EFFECTS = ["read", "read", "read", "mutate", "service-impact"];

/** What the gate writes for a command: who, where, the script, its effect, the rule. */
const entryOf = (n: number): NewEntry => ({
  type: n % 3 === 0 ? "intent" : n % 3 === 1 ? "request" : "model-call",
  actor: ACTOR, host: HOSTS[n % HOSTS.length] as string, session: `run_${Math.floor(n / 6)}`,
  fields: { script: `systemctl status ${WORDS[n % WORDS.length]} --no-pager # ${n}`, effect: EFFECTS[n % EFFECTS.length] as string },
});

const quantile = (list: number[], q: number): number => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] as number;
const median = (list: number[]): number => quantile(list, 0.5);
const open = (dir: string): Promise<SenaLedger> => openLedger({ dir, now: Date.now, newId: idMaker(Date.now, random), random, version: "bench" });

export const OPTIONS = { entries: { type: "string" }, part: { type: "string" }, dir: { type: "string" }, gib: { type: "string" }, quick: { type: "boolean" } } as const;

/** npm run bench -- ledger [--part=append|open|verify|search|export|recording] [--entries=1000000] [--gib=1] [--quick] */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  const quick = flags.quick === true;
  const entries = Number(flags.entries ?? (quick ? 50_000 : 1_000_000));
  const part = flags.part;
  const dir = mkdtempSync(join(typeof flags.dir === "string" ? flags.dir : tmpdir(), "sena-bench-"));
  try {
    if (part === undefined || part === "append") await benchAppend(join(dir, "append"), quick, report);
    if (part === undefined || part === "open") await benchOpen(join(dir, "open"), entries, report);
    if (part === undefined || part === "verify" || part === "search") await benchMillion(join(dir, "million"), entries, part, report);
    if (part === undefined || part === "export") await benchExport(join(dir, "export"), quick ? 10_000 : 100_000, Number(flags.gib ?? (quick ? 0.1 : 1)), report);
    if (part === undefined || part === "recording") await benchRecording(join(dir, "recording"), quick, report);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function benchAppend(dir: string, quick: boolean, report: Report): Promise<void> {
  mkdirSync(dir, { recursive: true });
  await using ledger = await open(join(dir, "ledger"));
  const { seq } = await ledger.append(entryOf(0));
  const row = ledger.writer.book.entry(seq) as { leaf: Buffer; sealed: Buffer };
  const bare = new Database(join(dir, "bare.db"));
  bare.pragma("journal_mode = WAL");
  bare.pragma("synchronous = FULL");
  bare.exec("CREATE TABLE entries (seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, sealed BLOB NOT NULL) STRICT");
  const insert = bare.prepare("INSERT INTO entries (leaf, sealed) VALUES (?, ?)");

  // In turns, because another program on the machine slows whoever runs at that moment.
  const rounds = quick ? 6 : 20;
  const each = 400;
  const ratios: number[] = [];
  const signedRatios: number[] = [];
  const single: number[] = [];
  const signed: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bareMs = await timed(each, floor, () => void insert.run(row.leaf, row.sealed));
    const oursMs = await timed(each, single, (n) => ledger.append(entryOf(n)));
    const signedMs = await timed(each, signed, (n) => ledger.append(entryOf(n)).then(({ head }) => void head.note));
    ratios.push(bareMs / oursMs);
    signedRatios.push(bareMs / signedMs);
  }
  const rate = (list: number[]): number => (1000 * list.length) / list.reduce((sum, ms) => sum + ms, 0);
  report({ name: "append.bare", value: rate(floor), unit: "inserts/s", note: `p50 ${median(floor).toFixed(3)} ms, p99 ${quantile(floor, 0.99).toFixed(2)} ms` });
  report({ name: "append.single", value: rate(single), unit: "entries/s", ratio: median(ratios), note: `p50 ${median(single).toFixed(3)} ms, p99 ${quantile(single, 0.99).toFixed(2)} ms; ratio against the bare insert of the same bytes, median of ${rounds} turns` });
  report({ name: "append.single.p99", value: quantile(single, 0.99), unit: "ms" });
  report({ name: "append.signed", value: rate(signed), unit: "entries/s", ratio: median(signedRatios), note: `the head signed for each: p50 ${median(signed).toFixed(3)} ms, p99 ${quantile(signed, 0.99).toFixed(2)} ms` });

  const many: number[] = [];
  const manyRatios: number[] = [];
  for (let round = 0; round < (quick ? 3 : 8); round += 1) {
    const bareMs = await timed(each, [], () => void insert.run(row.leaf, row.sealed));
    const from = performance.now();
    // Each writer waits for its own entry before it writes the next, as runs and panes do; the commits they meet in are shared.
    await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < each / 8; n += 1) {
        const at = performance.now();
        await ledger.append(entryOf(n * 8 + writer));
        many.push(performance.now() - at);
      }
    }));
    manyRatios.push(bareMs / (performance.now() - from));
  }
  report({ name: "append.eight-writers", value: (1000 * 8 * many.length) / many.reduce((sum, ms) => sum + ms, 0), unit: "entries/s", ratio: median(manyRatios), note: `each waits for its own: p50 ${median(many).toFixed(3)} ms, p99 ${quantile(many, 0.99).toFixed(2)} ms` });
  bare.close();

  const rates: number[] = [];
  for (let round = 0; round < (quick ? 2 : 5); round += 1) rates.push(await fill(ledger, 50_000));
  report({ name: "append.batched", value: Math.max(...rates), unit: "entries/s", note: `best of ${rates.length} turns; median ${Math.round(median(rates))}` });
}

async function timed(count: number, latencies: number[], work: (n: number) => unknown): Promise<number> {
  const from = performance.now();
  for (let n = 0; n < count; n += 1) {
    const at = performance.now();
    await work(n);
    latencies.push(performance.now() - at);
  }
  return performance.now() - from;
}

async function fill(ledger: SenaLedger, count: number): Promise<number> {
  const from = performance.now();
  for (let n = 0; n < count; ) {
    const batch: Promise<unknown>[] = [];
    for (let k = 0; k < 2048 && n < count; k += 1, n += 1) batch.push(ledger.append(entryOf(n)));
    await Promise.all(batch);
  }
  return (1000 * count) / (performance.now() - from);
}

const OPENED_TIMES = 5;

/** As it was closed, and without the word that it was: then all of it is looked through first. The file lies in memory. */
async function benchOpen(dir: string, entries: number, report: Report): Promise<void> {
  {
    await using ledger = await open(dir);
    await fill(ledger, entries);
  }
  const opened = async (): Promise<number> => {
    const from = performance.now();
    await using _ledger = await open(dir);
    return performance.now() - from;
  };
  const closed: number[] = [];
  const unclean: number[] = [];
  for (let round = 0; round < OPENED_TIMES; round += 1) {
    closed.push(await opened());
    rmSync(join(dir, "ledger.closed"));
    unclean.push(await opened());
  }
  const megabytes = Math.round(statSync(join(dir, "ledger.db")).size / 1e6);
  report({ name: "open.closed", value: median(closed), unit: "ms", ratio: median(closed) / median(unclean), note: `${entries} entries, ${megabytes} MB; ratio against the same record after an end that was not in order` });
  report({ name: "open.unclean", value: median(unclean), unit: "ms", note: "looked through before the first entry" });
}

async function benchMillion(dir: string, entries: number, part: unknown, report: Report): Promise<void> {
  await using ledger = await open(dir);
  await fill(ledger, entries);
  if (part !== "search") {
    const checks: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const result = await ledger.check({ signal: new AbortController().signal, onProgress: () => undefined });
      if (!result.ok) throw new Error("the ledger does not verify");
      checks.push((1000 * result.entries) / result.elapsedMs);
      // The same leaves through plain SHA-256, on one thread: nothing but the hash.
      const leaves = [...ledger.writer.book.entries(0, 20_000)].map(({ leaf }) => leaf);
      const from = performance.now();
      for (let k = 0; k < 5; k += 1) for (const leaf of leaves) hash("sha256", leaf, "buffer");
      plain.push((1000 * 5 * leaves.length) / (performance.now() - from));
    }
    report({ name: "verify", value: Math.max(...checks), unit: "entries/s", ratio: Math.max(...checks) / Math.max(...plain), note: `${entries} entries; ratio against plain SHA-256 of the same leaves on one thread (${Math.round(Math.max(...plain))}/s)` });
  }
  if (part === "verify") return;
  const from = performance.now();
  await ledger.search.catchUp();
  report({ name: "search.index", value: (1000 * entries) / (performance.now() - from), unit: "entries/s" });
  const latencies: number[] = [];
  const now = Date.now();
  const filters = [
    { text: "nginx" }, { text: "postgres", hosts: ["host_07"] }, { text: "systemctl status kernel" }, { hosts: ["host_03"], effects: ["service-impact"] }, { types: ["intent"], text: "docker" }, { text: "rsync", fromMs: now - 3_600_000 },
    { text: String(Math.floor(entries / 2)) }, { hosts: ["host_01", "host_02"], types: ["request"] }, { sessions: [`run_${Math.floor(entries / 12)}`] }, { text: "nothing-like-this" }, {},
  ] as const;
  for (let round = 0; round < 20; round += 1) {
    for (const filter of filters) {
      const at = performance.now();
      const first = await ledger.search.find(filter, Number.MAX_SAFE_INTEGER, 100);
      if (first.more) await ledger.search.find(filter, first.seqs.at(-1) as number, 100);
      latencies.push(performance.now() - at);
    }
  }
  report({ name: "search.p95", value: quantile(latencies, 0.95), unit: "ms", note: `two pages of a hundred, ${filters.length} kinds of search over ${entries} entries; p50 ${median(latencies).toFixed(2)} ms` });
}

async function benchExport(dir: string, entries: number, gib: number, report: Report): Promise<void> {
  await using ledger = await open(dir);
  await fill(ledger, entries);
  const recording = await ledger.recordings.open({ session: "ses_1", host: "host_00", actor: ACTOR, cols: 120, rows: 40, title: "flood", term: "xterm-256color" });
  const chunk = Buffer.from("Nov 21 07:42:03 web-01 systemd[1]: nginx.service: Control process exited, code=exited status=1\r\n".repeat(660));
  for (let written = 0; written < gib * 2 ** 30; written += chunk.byteLength) {
    recording.output(chunk);
    if (written % (8 << 20) < chunk.byteLength) await recording.flush();
  }
  await recording.close({ status: 0, reason: "done" });
  const path = join(dir, "bundle.zip");
  const from = performance.now();
  const { bytes } = await ledger.exportBundle({ selection: { kind: "full" }, path, by: ACTOR, reason: "bench", signal: new AbortController().signal, onProgress: () => undefined });
  const exportMs = performance.now() - from;
  const copyFrom = performance.now();
  execFileSync("sh", ["-c", 'cp "$1" "$1.copy" && sync "$1.copy" && sha256sum "$1.copy"', "sh", path], { stdio: "ignore" });
  const copyMs = performance.now() - copyFrom;
  report({ name: "export", value: bytes / 1e6 / (exportMs / 1000), unit: "MB/s", ratio: copyMs / exportMs, note: `${entries} entries and ${(statSync(path).size / 2 ** 30).toFixed(2)} GiB in ${(exportMs / 1000).toFixed(1)} s; ratio against cp and sha256sum of the same bytes (${(copyMs / 1000).toFixed(1)} s)` });
}

/**
 * What the recorder spends on a flood, against what SENA's own processes spend on it: the core that carries it and the
 * page that draws it, through Debian's sshd into a visible pane. The recorder's part is measured alone, over the same bytes
 * in the same pieces, because between two whole floods the page differs by more than the recorder costs.
 */
async function benchRecording(dir: string, quick: boolean, report: Report): Promise<void> {
  const { hasSshd } = await import("./terminal/sshd.ts");
  if (!hasSshd) return void report({ name: "not_tested", value: 0, unit: "", note: "recording.overhead needs root and /usr/sbin/sshd" });
  const { buildScreens, run, settledBox, timed, warm, writeFlood } = await import("./terminal/flood.ts");
  const { mixedBlock } = await import("./terminal/mixed.ts");
  const { openStage } = await import("./terminal/stage.ts");
  const block = mixedBlock();
  const bytes = quick ? 30e6 : 100e6;
  mkdirSync(dir, { recursive: true });
  const file = join(dir, "flood.txt");
  writeFlood(file, block, bytes);
  await buildScreens(join(dir, "app"));
  await using ledger = await open(join(dir, "ledger"));
  await using stage = await openStage({ screens: join(dir, "app") });
  const page = await stage.page();
  const { pane } = await stage.client.terminals.open({ host: "bmc-01" });
  await settledBox(page, pane.id);
  await run(stage, pane.id, "stty -onlcr -echo; PS1=; clear");
  await warm(page, stage, pane.id, file);
  const shares = { all: [] as number[], core: [] as number[] };
  for (let round = 0; round < 3; round += 1) {
    const alone = await recordAlone(ledger, `ses_${round}`, block, bytes);
    const core = cpuOf(({ pid }) => pid === stage.core.pid);
    const drawing = cpuOf(({ name }) => name.startsWith("chrom"));
    await timed(page, pane.id, `RECORDED-${round}`, () => run(stage, pane.id, `head -c ${bytes} ${file}; printf '\\r\\nRECORD%s\\r\\n' ED-${round}`));
    await page.waitForTimeout(1000);
    const [coreMs, drawingMs] = [core(), drawing()];
    shares.core.push((100 * alone) / (coreMs - alone));
    shares.all.push((100 * alone) / (coreMs + drawingMs - alone));
  }
  const turns = (list: readonly number[]): string => list.map((one) => `${one.toFixed(1)} %`).join(", ");
  report({ name: "recording.overhead", value: median(shares.all), unit: "% CPU", note: `of a flood of ${bytes / 1e6} MB over SSH into a visible pane, core and page; turns ${turns(shares.all)}` });
  report({ name: "recording.overhead.core", value: median(shares.core), unit: "% CPU", note: `of the core's part of it alone; turns ${turns(shares.core)}` });
}

/** Milliseconds of processor time for recording the bytes as SSH brings them: a terminal gives four KiB at a time. */
async function recordAlone(ledger: SenaLedger, session: string, block: Buffer, bytes: number): Promise<number> {
  const recording = await ledger.recordings.open({ session, host: "host_00", actor: ACTOR, cols: 120, rows: 40, title: "flood", term: "xterm-256color" });
  const from = process.cpuUsage();
  for (let at = 0; at < bytes; at += 4096) {
    const place = at % (block.byteLength - 4096);
    recording.output(block.subarray(place, place + 4096));
    if (at % (128 * 1024) === 0) await new Promise(setImmediate);
  }
  await recording.close({ status: 0, reason: "done" });
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

const TICK_MS = 10;
/** Processor time that this process's descendants which are meant spend from now on, in milliseconds. */
function cpuOf(isMeant: (process: { readonly pid: number; readonly name: string }) => boolean): () => number {
  const spent = (): number => {
    const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
      try {
        const [, own = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
        const fields = rest.split(" ");
        return [{ pid: Number(name), name: own, parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS }];
      } catch {
        return []; // gone meanwhile
      }
    });
    const ours = new Set([process.pid]);
    for (let grew = true; grew; ) {
      const before = ours.size;
      for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
      grew = ours.size > before;
    }
    return all.filter((one) => ours.has(one.pid) && isMeant(one)).reduce((sum, { ms }) => sum + ms, 0);
  };
  const from = spent();
  return () => spent() - from;
}
