import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Selection, SenaLedger } from "../../../src-main/ledger/index.ts";
import { operator } from "../../unit/ledger/harness.ts";

export const KIT = resolve(import.meta.dirname, "..", "..", "..", "resources", "bundle-kit");
export const has = (tool: string): boolean => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;

export type Report = { readonly ok: boolean; readonly problems: readonly { readonly file: string; readonly entry?: number; readonly say: string }[]; readonly notes: readonly string[]; readonly facts: { readonly signedBy: readonly string[]; readonly size: number; readonly root: string; readonly entries: number; readonly recordings: number; readonly approvals: number; readonly erased: number; readonly withheld: number; readonly witnessedBy: readonly { readonly name: string; readonly time: number; readonly size: number }[] } };
type Cli = { readonly openBag: (path: string) => { close(): void }; readonly nodeTools: unknown };
type Core = { readonly verifyBundle: (bag: unknown, tools: unknown, options?: { readonly trusted?: readonly string[]; readonly onEntry?: (entry: { readonly seq: number }) => void }) => Promise<Report> };
const cli = (await import(join(KIT, "cli.mjs"))) as Cli;
const core = (await import(join(KIT, "core.mjs"))) as Core;

/** What `verify.mjs` finds, in this process. A container it cannot open at all is a finding too. */
export async function verify(path: string, options: Parameters<Core["verifyBundle"]>[2] = {}): Promise<Report> {
  try {
    const bag = cli.openBag(path);
    try {
      return await core.verifyBundle(bag, cli.nodeTools, options);
    } finally {
      bag.close();
    }
  } catch (error) {
    return { ok: false, problems: [{ file: path, say: (error as Error).message }], notes: [], facts: { signedBy: [], size: 0, root: "", entries: 0, recordings: 0, approvals: 0, erased: 0, withheld: 0, witnessedBy: [] } };
  }
}

/** A kit whose files are a few bytes: the bundle is then its evidence, and every bit of it can be flipped in a test. */
export function tinyKit(): string {
  const dir = mkdtempSync(join(tmpdir(), "sena-kit-"));
  for (const name of ["VERIFY.md", "core.mjs", "cli.mjs", "cli-head.mjs", "index.html"]) writeFileSync(join(dir, name), "// kit\n");
  return dir;
}

export const exportTo = (ledger: SenaLedger, path: string, selection: Selection = { kind: "full" }, signal = new AbortController().signal) => ledger.exportBundle({ selection, path, by: operator, reason: "for the test", signal, onProgress: () => undefined });

export function unzip(path: string): string {
  const dir = mkdtempSync(join(tmpdir(), "sena-bag-"));
  execFileSync("python3", ["-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])", path, dir]);
  return dir;
}

/** A signed approval as the approvals room records it. */
export function signedApproval(dir: string, id: string): { readonly object: Buffer; readonly signature: Buffer; readonly signer: string } {
  mkdirSync(dir, { recursive: true });
  const key = join(dir, "approver");
  const file = join(dir, `${id}.json`);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
  writeFileSync(file, `{"hosts":["host_web01"],"id":"${id}","script":"systemctl restart nginx"}`);
  execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-n", "sena-approval@v1", "-f", key, file], { stdio: "ignore" });
  return { object: readFileSync(file), signature: readFileSync(`${file}.sig`), signer: `op_grace ${readFileSync(`${key}.pub`, "utf8").trim()}` };
}

/** A small log with one of everything: a command from request to outcome, an approval, a recording, an erasure. */
export async function furnish(ledger: SenaLedger, scratch: string, entries = 0): Promise<void> {
  const about = { actor: operator, host: "host_web01", session: "run_1" } as const;
  const request = await ledger.append({ ...about, type: "request", fields: { text: "restart nginx" } });
  const approval = has("ssh-keygen") ? signedApproval(join(scratch, "approval"), "apr_1") : undefined;
  const approved = approval === undefined ? undefined : await ledger.append({ ...about, type: "approval", fields: { approval: "apr_1", signer: approval.signer }, refs: { request: request.seq }, blobs: [{ role: "approval", bytes: approval.object }, { role: "approval.sig", bytes: approval.signature }] });
  const start = await ledger.append({ ...about, type: "start", fields: { script: "systemctl restart nginx", effect: "service-impact" }, refs: { request: request.seq, ...(approved === undefined ? {} : { approval: approved.seq }) } });
  await ledger.append({ ...about, type: "outcome", fields: { exitCode: 0 }, refs: { start: start.seq }, blobs: [{ role: "stdout", bytes: Buffer.from("done\n") }] });
  const recording = await ledger.recordings.open({ session: "ses_1", host: "host_web01", actor: operator, cols: 80, rows: 24, title: "web-01", term: "xterm-256color" });
  recording.output(Buffer.from("ops@web-01:~$ uptime\r\n"));
  await recording.close({ status: 0, reason: "the shell ended" });
  await Promise.all(Array.from({ length: entries }, (_, n) => ledger.append({ type: "intent", actor: operator, host: n % 2 === 0 ? "host_web01" : "host_db01", session: "run_2", fields: { script: `echo ${n}`, effect: "read" } })));
  const gone = await ledger.append({ ...about, type: "intent", fields: { script: "echo to be erased" } });
  ledger.keeping.erase({ kind: "entries", seqs: [gone.seq] }, operator, "asked for");
}

export const forget = (path: string): void => rmSync(path, { recursive: true, force: true });

/** Where a byte of a bundle stands: its file and, where one speaks of it, the entry. No file: a byte of the container's own. */
export type Spot = { readonly file?: string; readonly entry?: number | undefined };

/** A flipped bit must be found, in the file it is in, and where that file holds entries, in the very entry. */
export function judgeFlip(spot: Spot, { ok, problems }: Report): { readonly missed: boolean; readonly unnamed: string | undefined } {
  if (ok) return { missed: true, unnamed: undefined };
  const { file, entry } = spot;
  const isNamed = file === undefined ? problems.length > 0 : problems.some((one) => one.file === file) && (entry === undefined || problems.some((one) => one.entry === entry));
  return { missed: false, unnamed: isNamed ? undefined : `${file ?? "container"}${entry === undefined ? "" : ` entry ${entry}`}` };
}

/** Whose byte each one is. What flips of a manifest name is what it lists, so those have no file of their own here. */
export function spotsOf(zip: Buffer): Spot[] {
  const spots: Spot[] = Array.from(zip, () => ({}));
  for (let cursor = 0; zip.readUInt32LE(cursor) === 0x04034b50; ) {
    const from = cursor + 30 + zip.readUInt16LE(cursor + 26);
    const file = zip.toString("utf8", cursor + 30, from);
    const bytes = zip.subarray(from, from + zip.readUInt32LE(cursor + 22));
    cursor = from + bytes.byteLength;
    if (file.includes("manifest")) continue;
    const entries = entriesOf(file, bytes);
    for (let at = 0; at < bytes.byteLength; at += 1) spots[from + at] = entries[at] === undefined ? { file } : { file, entry: entries[at] };
  }
  return spots;
}

/** For each byte of the first tile's entries, or of their values, the entry it belongs to. */
function entriesOf(file: string, bytes: Buffer): readonly (number | undefined)[] {
  const of: (number | undefined)[] = [];
  if (file.startsWith("data/log/tile/entries/")) {
    for (let at = 0, seq = 0; at < bytes.byteLength; seq += 1) for (const end = at + 2 + bytes.readUInt16BE(at); at < end; at += 1) of.push(seq);
  }
  if (file.startsWith("data/disclosures/")) {
    for (const line of bytes.toString("utf8").split(/(?<=\n)/)) for (let n = Buffer.byteLength(line); n > 0; n -= 1) of.push((JSON.parse(line) as { seq: number }).seq);
  }
  return of;
}
