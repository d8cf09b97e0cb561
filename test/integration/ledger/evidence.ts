import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Selection, SenaLedger } from "../../../src-main/ledger/index.ts";
import { operator } from "../../unit/ledger/harness.ts";

export const KIT = resolve(import.meta.dirname, "..", "..", "..", "resources", "bundle-kit");
export const has = (tool: string): boolean => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;

export type Report = { readonly ok: boolean; readonly problems: readonly { readonly file: string; readonly entry?: number; readonly say: string }[]; readonly notes: readonly string[]; readonly facts: { readonly size: number; readonly root: string; readonly entries: number; readonly recordings: number; readonly approvals: number; readonly erased: number; readonly withheld: number } };
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
    return { ok: false, problems: [{ file: path, say: (error as Error).message }], notes: [], facts: { size: 0, root: "", entries: 0, recordings: 0, approvals: 0, erased: 0, withheld: 0 } };
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

/** A flipped bit must be found, in the file it is in, and where that file holds entries, in its entry. */
export function judgeFlip(zip: Buffer, at: number, { ok, problems }: Report): { readonly missed: boolean; readonly unnamed: string | undefined } {
  if (ok) return { missed: true, unnamed: undefined };
  const file = fileAt(zip, at);
  if (file === undefined) return { missed: false, unnamed: undefined };
  const named = problems.some((one) => one.file === file) && (!/entries|disclosures/.test(file) || problems.some((one) => one.entry !== undefined));
  return { missed: false, unnamed: named ? undefined : `${file}@${at}` };
}

/** Whose byte this is; undefined for the container's own, and for the manifests, whose flips name what they list. */
function fileAt(zip: Buffer, at: number): string | undefined {
  for (let cursor = 0; zip.readUInt32LE(cursor) === 0x04034b50; ) {
    const from = cursor + 30 + zip.readUInt16LE(cursor + 26);
    const name = zip.toString("utf8", cursor + 30, from);
    const to = from + zip.readUInt32LE(cursor + 22);
    if (at >= from && at < to) return name.includes("manifest") ? undefined : name;
    cursor = to;
  }
  return undefined;
}
