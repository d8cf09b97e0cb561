import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Actor } from "../contract/terms.ts";
import { canonicalJson } from "../kernel/index.ts";
import { blobHashes, openRow, valuesOf, type OpenEntry } from "./reader.ts";
import type { Book } from "./book.ts";
import type { Keyring } from "./keyring.ts";
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from "./note.ts";
import type { Head, NewEntry, Receipt } from "./port.ts";
import { formatLogPolicy } from "./policy-file.ts";
import { formatTlogProof } from "./proof-file.ts";
import { recordingPath } from "./recordings.ts";
import { encodeEntryBundle, hashTilesOf, tileIndexPath, tilePath } from "./tiles.ts";
import { HASH_BYTES, inclusionProof, TILE_WIDTH } from "./tree.ts";
import { openZip, type ZipWriter } from "./zip-write.ts";

export type Selection =
  | { readonly kind: "full" }
  | {
      readonly kind: "selective";
      readonly hosts?: readonly string[] | undefined;
      /** Runs, chats or pane sessions: a case. */
      readonly sessions?: readonly string[] | undefined;
      readonly fromMs?: number | undefined;
      readonly toMs?: number | undefined;
      /** Every leaf travels, values only of what was chosen: shows that nothing about the chosen was left out. */
      readonly allLeaves?: boolean | undefined;
    };

export type ExportProgress = { readonly phase: "entries" | "recordings" | "closing"; readonly done: number; readonly total: number; readonly bytes: number };
export type ExportResult = { readonly path: string; readonly bytes: number; readonly entries: number; readonly recordings: number; readonly size: number; readonly root: string; readonly seq: number };

export type BundleNeeds = {
  readonly book: () => Book;
  readonly keyring: Keyring;
  readonly append: (entry: NewEntry) => Promise<Receipt>;
  readonly dir: string;
  /** Where `VERIFY.md`, `core.mjs`, `cli.mjs` and `index.html` of the bundle are kept. */
  readonly kit: string;
  readonly now: () => number;
  /** The program that copies large recordings in. */
  readonly copyWorker: string;
};

export type ExportRequest = { readonly selection: Selection; readonly path: string; readonly by: Actor; readonly reason: string; readonly signal: AbortSignal; readonly onProgress: (progress: ExportProgress) => void };

/** A BagIt bag (RFC 8493) in a stored zip, written as a stream. The export is itself an entry, and within the head it carries. */
export async function writeBundle(needs: BundleNeeds, request: ExportRequest): Promise<ExportResult> {
  const { selection, path, by, reason, signal } = request;
  const receipt = await needs.append({ type: "export", actor: by, fields: { selection: JSON.parse(JSON.stringify(selection)), reason } });
  const zip = openZip(path, needs.copyWorker);
  try {
    const counts = await fillBag(needs, request, zip, receipt.head, receipt.seq);
    await zip.sync();
    signal.throwIfAborted();
    const { bytes } = zip.finish();
    zip.close();
    return { path, bytes, ...counts, size: receipt.head.size, root: receipt.head.root, seq: receipt.seq };
  } catch (error) {
    zip.close();
    // Half a bundle is worse than none: somebody might hand it over.
    rmSync(path, { force: true });
    throw error;
  }
}

async function fillBag(needs: BundleNeeds, request: ExportRequest, zip: ZipWriter, head: Head, exportSeq: number): Promise<{ entries: number; recordings: number }> {
  const manifest: string[] = [];
  const add = (name: string, bytes: Uint8Array | string): void => {
    const { sha256 } = zip.add(name, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
    if (name.startsWith("data/")) manifest.push(`${sha256}  ${name}\n`);
    else tags.push(`${sha256}  ${name}\n`);
  };
  const tags: string[] = [];
  const book = needs.book();

  add("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
  addLog(needs, add, book, head);
  const bag = createBag(needs, request, add, head, exportSeq);
  const first = book.minimum - (book.minimum % TILE_WIDTH);
  for (let start = first; start < head.size; start += TILE_WIDTH) {
    request.signal.throwIfAborted();
    bag.block(start, Math.min(start + TILE_WIDTH, head.size));
    request.onProgress({ phase: "entries", done: Math.min(start + TILE_WIDTH, head.size) - first, total: head.size - first, bytes: zip.bytes });
    // Between blocks the core answers everybody else.
    await turn();
  }
  for (const [name, bytes] of bag.closing()) add(name, bytes);

  const recordings = bag.recordings();
  const total = recordings.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { id, bytes } of recordings) {
    const name = `data/recordings/${id}.cast`;
    const { sha256 } = await zip.addFile(name, recordingPath(needs.dir, id), bytes, request.signal, (count) => {
      done += count;
      request.onProgress({ phase: "recordings", done, total, bytes: zip.bytes });
    });
    manifest.push(`${sha256}  ${name}\n`);
  }

  request.onProgress({ phase: "closing", done: 0, total: 1, bytes: zip.bytes });
  for (const [name, text] of bundleKit(needs.kit)) add(name, text);
  const payload = manifest.join("");
  add("manifest-sha256.txt", payload);
  add("bag-info.txt", `Bagging-Date: ${new Date(needs.now()).toISOString().slice(0, 10)}\nBag-Software-Agent: SENA\nSource-Organization: ${needs.keyring.origin}\n`);
  zip.add("tagmanifest-sha256.txt", Buffer.from(tags.join("")));
  return { entries: bag.entries(), recordings: recordings.length };
}

type Add = (name: string, bytes: Uint8Array | string) => void;

/** The tree: the signed head, whose keys to check it with, every hash tile. Hashes reveal nothing and show that nothing was cut. */
function addLog({ keyring }: BundleNeeds, add: Add, book: Book, head: Head): void {
  const cosigned = book.store.sql<{ size: number; line: string; name: string }>("ledger.cosignatures", "SELECT size, line, name FROM cosignatures ORDER BY size, name").all();
  const own = keyring.everSigned().map((signer) => signer.key);
  const witnesses = witnessKeys(book, new Set(cosigned.map(({ name }) => name)));
  add("data/log/checkpoint", head.note + cosigned.filter(({ size }) => size === head.size).map(({ line }) => line).join(""));
  add("data/log/policy.txt", formatLogPolicy(own, []));
  own.forEach((key, n) => add(`data/keys/log-${n + 1}.vkey`, `${formatVerifierKey(key)}\n`));
  witnesses.forEach((key, n) => add(`data/keys/witness-${n + 1}.vkey`, `${formatVerifierKey(key)}\n`));
  const history = book.store.sql<{ size: number; note: string }>("ledger.history", "SELECT size, note FROM notes WHERE size < ? GROUP BY size ORDER BY size").all([head.size]);
  for (const { size, note } of history) {
    add(`data/log/history/${size}.checkpoint`, note + cosigned.filter((one) => one.size === size).map(({ line }) => line).join(""));
  }
  for (const tile of hashTilesOf(head.size)) {
    const hashes = book.tile(tile.level, tile.index) ?? Buffer.concat(book.edge(tile.level));
    add(`data/log/${tilePath(tile)}`, hashes.subarray(0, tile.width * HASH_BYTES));
  }
}

function witnessKeys(book: Book, names: ReadonlySet<string>): VerifierKey[] {
  return book.store
    .sql<{ vkey: string }>("ledger.witnesses", "SELECT vkey FROM witnesses ORDER BY name")
    .all()
    .map(({ vkey }) => parseVerifierKey(vkey))
    .filter((key): key is VerifierKey => key !== undefined && names.has(key.name));
}

const isChosen = (selection: Selection, exportSeq: number, { seq, leaf }: Pick<OpenEntry, "seq" | "leaf">): boolean => {
  if (selection.kind === "full" || seq === exportSeq) return true;
  // What an auditor needs whatever was asked for: the keys of the log and what was erased from it.
  if (leaf.type === "key" || leaf.type === "redaction") return true;
  const time = Date.parse(leaf.time);
  if (selection.fromMs !== undefined && time < selection.fromMs) return false;
  if (selection.toMs !== undefined && time > selection.toMs) return false;
  const byHost = selection.hosts === undefined || (leaf.host !== undefined && selection.hosts.includes(leaf.host));
  const bySession = selection.sessions === undefined || (leaf.session !== undefined && selection.sessions.includes(leaf.session));
  return byHost && bySession;
};

function createBag(needs: BundleNeeds, { selection }: ExportRequest, add: Add, head: Head, exportSeq: number) {
  const book = needs.book();
  const everyLeaf = selection.kind === "full" || selection.allLeaves === true;
  const blobs = new Set<string>();
  const signers = new Set<string>();
  const approvers = new Map<string, number>();
  const recordings = new Map<string, number>();
  let entries = 0;

  const addBlobs = (entry: OpenEntry, values: Record<string, unknown>): void => {
    const hashes = blobHashes(entry.openings ?? []);
    entry.leaf.blobs?.forEach(({ role }, place) => {
      const sha256 = hashes.get(place);
      const bytes = sha256 === undefined ? undefined : book.blob(entry.seq, place);
      const name = blobPath(role, sha256 ?? "", entry, values, approvers);
      if (bytes === undefined || blobs.has(name)) return;
      blobs.add(name);
      add(name, bytes);
    });
  };

  return {
    block(start: number, end: number): void {
      const leaves: Buffer[] = [];
      let disclosed = "";
      for (const row of book.entries(start, end)) {
        if (everyLeaf) leaves.push(row.leaf);
        const entry = openRow(book, row);
        if (!isChosen(selection, exportSeq, entry)) continue;
        entries += 1;
        if (!everyLeaf) add(`data/proofs/${row.seq}.tlog-proof`, formatTlogProof({ extra: row.leaf, index: row.seq, hashes: inclusionProof(row.seq, head.size, book.subtree), checkpoint: head.note }));
        disclosed += disclosureLines(entry);
        const values = valuesOf(entry.openings ?? []);
        addBlobs(entry, values);
        if (typeof values["signer"] === "string" && entry.leaf.type === "approval") signers.add(values["signer"]);
        if (entry.leaf.type === "recording" && typeof values["recording"] === "string") recordings.set(values["recording"], Math.max(recordings.get(values["recording"]) ?? 0, Number(values["to"])));
      }
      const index = start / TILE_WIDTH;
      if (leaves.length > 0) add(`data/log/${tilePath({ level: "entries", index, width: end - start })}`, encodeEntryBundle(leaves));
      if (disclosed !== "") add(`data/disclosures/${tileIndexPath(index)}.jsonl`, disclosed);
    },
    *closing(): Generator<[string, string]> {
      if (signers.size > 0) yield ["data/approvals/allowed_signers", [...signers].map((line) => `${withNamespace(line)}\n`).join("")];
      yield ["data/bundle.json", `${canonicalJson({ v: 1, kind: selection.kind, selection, allLeaves: everyLeaf, origin: needs.keyring.origin, size: head.size, root: head.root, minimum: book.minimum, disclosed: entries, exportEntry: exportSeq, made: new Date(needs.now()).toISOString() })}\n`];
    },
    recordings: () => [...recordings].map(([id, bytes]) => ({ id, bytes })).filter(({ id }) => !isErasedRecording(book, id)),
    entries: () => entries,
  };
}

const isErasedRecording = (book: Book, id: string): boolean => book.store.sql("ledger.recording-erased", "SELECT 1 FROM recordings WHERE id = ? AND erased_seq IS NOT NULL").get([id]) !== undefined;

/** A line per opening; one that says so where the values were erased. Each `d` is exactly what was committed. */
function disclosureLines({ seq, openings }: OpenEntry): string {
  if (openings === undefined) return `{"erased":true,"seq":${seq}}\n`;
  let lines = "";
  for (const { text } of openings) lines += `{"d":${text},"seq":${seq}}\n`;
  return lines;
}

/** `approvers`: the entry that first bears each request's name. Whoever approves it too signs the same object, in files of their own. */
function blobPath(role: string, sha256: string, entry: OpenEntry, values: Record<string, unknown>, approvers: Map<string, number>): string {
  if (entry.leaf.type === "approval" && (role === "approval" || role === "approval.sig")) {
    const id = typeof values["approval"] === "string" && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(values["approval"]) ? values["approval"] : `entry-${entry.seq}`;
    if (!approvers.has(id)) approvers.set(id, entry.seq);
    return `data/approvals/${id}${approvers.get(id) === entry.seq ? "" : `.${entry.seq}`}.json${role === "approval.sig" ? ".sig" : ""}`;
  }
  if (entry.leaf.type === "policy" && role === "policy") return `data/policy/${sha256}.cedar`;
  return `data/blobs/${sha256}`;
}

/** The signature counts for approvals and for nothing else. */
const withNamespace = (line: string): string => (line.includes("namespaces=") ? line : line.replace(/^(\S+) /, '$1 namespaces="sena-approval@v1" '));

/** One file each, put together here from the same checking code, so that the two can never disagree. */
export function bundleKit(kit: string): ReadonlyMap<string, string> {
  const read = (name: string): string => readFileSync(join(kit, name), "utf8");
  const core = read("core.mjs").replaceAll(/^export /gm, "");
  return new Map([
    ["VERIFY.md", read("VERIFY.md")],
    ["verify.mjs", `${read("cli-head.mjs")}\n${core}\n${read("cli.mjs").replaceAll(/^import .*\n/gm, "")}`],
    ["index.html", read("index.html").replace("/*CORE*/", () => core)],
  ]);
}
