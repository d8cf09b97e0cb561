import { existsSync, mkdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { actorOf, AUDIT_FAILURES, type auditContract, type AuditEntry, type AuditFilter, type AuditHead, type AuditRow, type CheckEvent, type ExportEvent, failer, type GroupHandlers, LINK_FAILURES, type SavedSearch, type StoryStep } from "../contract/index.ts";
import { isUtf8 } from "node:buffer";
import { blobHashes, checkBundle, effectOf, formatTlogProof, formatVerifierKey, hashLeaf, headlineOf, inclusionProof, LEDGER_FAILURES, listRecordings, openRow, readCast, resultOf, storyOf, valuesOf, verifyInclusion, type OpenEntry, type SenaLedger } from "../ledger/index.ts";

export type AuditNeeds = { readonly ledger: SenaLedger; readonly exportFolder: string; readonly now: () => number };

const fail = failer({ ...LINK_FAILURES, ...LEDGER_FAILURES, ...AUDIT_FAILURES });
const COUNT_CAP = 10_000;
const NAMED_ACTORS = 50;
const WHY_NOT_WRITTEN: Readonly<Record<string, string>> = { ENOENT: "there is no such folder", ENOTDIR: "there is no such folder", EACCES: "SENA may not write there", EPERM: "SENA may not write there", ENOSPC: "the disk is full", EDQUOT: "the quota is used up", EROFS: "the disk is read-only", EIO: "the disk reports an input/output error" };
const BLOCK_MAX = 400;
const BLOB_TEXT_BYTES = 512 * 1024;

export const auditHandlers = ({ ledger, exportFolder, now }: AuditNeeds): GroupHandlers<typeof auditContract> => {
  const book = () => ledger.writer.book;
  const read = (seq: number): OpenEntry => {
    const row = book().entry(seq);
    if (row === undefined) throw fail("NOT_FOUND", { what: "entry", id: String(seq) });
    return openRow(book(), row);
  };
  const rowsOf = (seqs: readonly number[]): AuditRow[] => seqs.flatMap((seq) => {
    const row = book().entry(seq);
    return row === undefined ? [] : [rowOf(openRow(book(), row), book())];
  });
  /** Somebody's newest entry says what they are called; of a long list only the busiest are looked up. */
  const named = async (one: { readonly value: string; readonly n: number }, place: number) => {
    const newest = place < NAMED_ACTORS ? rowsOf((await ledger.search.find({ actors: [one.value] }, Number.MAX_SAFE_INTEGER, 1)).seqs)[0] : undefined;
    return newest === undefined || newest.erased ? one : { ...one, name: newest.actor.name };
  };
  const searches = (): SavedSearch[] => ledger.options.read<SavedSearch[]>("saved-searches", []);
  const keepSearches = (list: SavedSearch[]): SavedSearch[] => {
    ledger.options.write("saved-searches", list);
    return list;
  };
  const headNow = (): AuditHead => {
    const { size, root, note } = ledger.head();
    const { names, ...anchor } = ledger.witness.anchor();
    return {
      origin: ledger.origin, size, root, note, failure: ledger.writer.failure?.message ?? "", minimum: book().minimum, anchor: { ...anchor, names: [...names] },
      keys: ledger.keyring.signers().map(({ key }) => formatVerifierKey(key)), witnessKey: ledger.witness.witnessKey(), unindexed: ledger.search.behind,
    };
  };

  return {
    async *head(_input, { signal }) {
      for await (const _ of ledger.state.follow(signal)) yield headNow();
    },
    async timeline({ filter, before, limit }) {
      const found = await ledger.search.find(filter as AuditFilter, before ?? Number.MAX_SAFE_INTEGER, limit);
      return { rows: rowsOf(found.seqs), more: found.more, behind: found.behind };
    },
    block: async ({ from, to }) => [...book().entries(from, Math.min(to, from + BLOCK_MAX))].map((row) => rowOf(openRow(book(), row), book())),
    async count({ filter }) {
      const n = ledger.search.count(filter as AuditFilter, COUNT_CAP);
      return { n, capped: n >= COUNT_CAP };
    },
    async facets() {
      await ledger.search.catchUp();
      const { host, actor, type, effect, result } = ledger.search.facets();
      return { host: [...host], actor: await Promise.all(actor.map(named)), type: [...type], effect: [...effect], result: [...result] };
    },
    entry: async ({ seq }) => entryOf(ledger, read(seq)),
    story: async ({ seq }) => {
      const story = await storyOf(book(), ledger.search, seq);
      if (story.length === 0) throw fail("NOT_FOUND", { what: "entry", id: String(seq) });
      return story.map((entry) => stepOf(entry, book()));
    },
    async blob({ seq, place }) {
      const bytes = book().blob(seq, place);
      if (bytes === undefined) throw fail("NOT_FOUND", { what: "value", id: `${seq}/${place}` });
      const shown = bytes.subarray(0, BLOB_TEXT_BYTES);
      const isText = isUtf8(bytes);
      return { text: isText ? new TextDecoder().decode(shown) : shown.subarray(0, 65_536).toString("hex"), cutBytes: bytes.byteLength - (isText ? shown.byteLength : Math.min(65_536, shown.byteLength)), isText };
    },
    async proof({ seq }) {
      const { leafBytes } = read(seq);
      const { size, note } = ledger.head();
      return { name: `${seq}.tlog-proof`, text: formatTlogProof({ extra: leafBytes, index: seq, hashes: inclusionProof(seq, size, book().subtree), checkpoint: note }) };
    },
    async *tail({ from }, { signal }) {
      let next = from ?? book().size;
      for await (const _ of ledger.state.follow(signal)) {
        for (; next < book().size; next += 1) yield* rowsOf([next]);
      }
    },
    verify: ({ from }, { signal }) => verifyNow(ledger, from, signal),
    recordings: async (of) => listRecordings(book(), ledger.dir, of),
    async cast({ id, from, bytes }) {
      const part = readCast(ledger.dir, id, from, bytes);
      if (part === undefined) throw fail("NOT_FOUND", { what: "recording", id });
      return part;
    },
    savedSearches: async () => searches(),
    saveSearch: async (search) => keepSearches([...searches().filter(({ name }) => name !== search.name), search as SavedSearch].toSorted((a, b) => a.name.localeCompare(b.name))),
    forgetSearch: async ({ name }) => keepSearches(searches().filter((one) => one.name !== name)),

    exportFolder: async () => ({ path: exportFolder }),
    export: ({ selection, path, reason }, { principal, signal }) => exportBundle(ledger, { selection, path: path ?? freshPath(exportFolder, now()), by: actorOf(principal), reason, signal }),
    checkBundle: ({ path, keys }, { signal }) => checkOf(ledger, path, keys, signal),
    witnessRequest: async ({ old }) => ({ text: ledger.witness.request(old) }),
    async witnessAnswer({ request, logKey }, { principal }) {
      const { lines, origin, size } = ledger.witness.answer(request, { by: actorOf(principal), ...(logKey === undefined ? {} : { logKey }) });
      return { text: lines, origin, size };
    },
    async takeCosignature({ answer, witnessKey }, { principal }) {
      const taken = ledger.witness.take(answer, { by: actorOf(principal), ...(witnessKey === undefined ? {} : { witnessKey }) });
      ledger.state.update((state) => ({ ...state }));
      return taken;
    },
    subjects: async () => ledger.keeping.subjects(),
    async erase({ subject, seqs, reason }, { principal }) {
      const { erased, seq } = ledger.keeping.erase(subject === undefined ? { kind: "entries", seqs: seqs ?? [] } : { kind: "subject", subject }, actorOf(principal), reason);
      return { erased, seq };
    },
    retention: async () => ({ ...ledger.keeping.retention() }),
    async setRetention(rules) {
      ledger.keeping.setRetention(rules);
      return rules;
    },
    applyRetention: async (_input, { principal }) => ledger.keeping.applyRetention(actorOf(principal)),
    async rotateKey({ step }, { principal }) {
      if (step === "begin") ledger.keeping.beginRotation(actorOf(principal));
      else ledger.keeping.endRotation(actorOf(principal));
      return { keys: ledger.keyring.signers().map(({ key }) => formatVerifierKey(key)) };
    },
    async auditorKey({ key }) {
      ledger.setAuditorKey(key);
      return { done: true };
    },
    forwarders: async () => [...ledger.forwarders.states()],
    async setForwarder(row) {
      await ledger.forwarders.set({ ...row, from: row.from ?? 0, enabled: row.enabled ?? true });
      return [...ledger.forwarders.states()];
    },
    async removeForwarder({ id }) {
      await ledger.forwarders.remove(id);
      return [...ledger.forwarders.states()];
    },
  };
};

type Book = SenaLedger["writer"]["book"];

/** `nginx -t` that exits 1 was not a command that failed: it looked, and this is what it found. */
function foundBy(book: Book, start: number | undefined): boolean {
  const row = start === undefined ? undefined : book.entry(start);
  const effect = row === undefined ? undefined : effectOf(valuesOf(openRow(book, row).openings ?? []));
  return effect === "pure" || effect === "read";
}

function rowOf({ seq, leaf, openings }: OpenEntry, book: Book): AuditRow {
  const values = valuesOf(openings ?? []);
  const name = values["actor.name"];
  const effect = effectOf(values);
  const came = resultOf(leaf.type, values);
  const result = came === "failed" && leaf.type === "outcome" && typeof values["exitCode"] === "number" && foundBy(book, leaf.refs?.["start"]) ? "finding" : came;
  return {
    seq, type: leaf.type, at: Date.parse(leaf.time), actor: { ...leaf.actor, name: typeof name === "string" ? name : leaf.actor.id },
    ...(leaf.host === undefined ? {} : { host: leaf.host }), ...(leaf.session === undefined ? {} : { session: leaf.session }),
    headline: headlineOf(values).slice(0, 300), ...(effect === undefined ? {} : { effect }), ...(result === undefined ? {} : { result }), erased: openings === undefined,
  };
}

const blobsOf = ({ leaf, openings }: OpenEntry): AuditEntry["blobs"] => {
  const hashes = blobHashes(openings ?? []);
  return (leaf.blobs ?? []).map(({ role, len, commitment }, place) => ({ place, role, len, commitment, ...(hashes.has(place) ? { sha256: hashes.get(place) } : {}) })) as AuditEntry["blobs"];
};

type WireJson = AuditEntry["fields"][number]["value"];

function entryOf(ledger: SenaLedger, entry: OpenEntry): AuditEntry {
  const { leaf, leafBytes, seq, openings } = entry;
  const book = ledger.writer.book;
  const hash = hashLeaf(leafBytes);
  return {
    row: rowOf(entry, book), leaf: leafBytes.toString("utf8"), leafHash: hash.toString("hex"), boot: leaf.boot, refs: { ...leaf.refs },
    fields: (openings ?? []).filter(({ name }) => !name.startsWith("blob:")).map(({ name, value, salt, holds }) => ({ name, value: value as WireJson, salt, holds, commitment: leaf.c[name] ?? "" })),
    blobs: blobsOf(entry),
    included: verifyInclusion(hash, seq, book.size, inclusionProof(seq, book.size, book.subtree), book.root()),
  };
}

const stepOf = (entry: OpenEntry, book: Book): StoryStep => ({
  row: rowOf(entry, book), refs: { ...entry.leaf.refs }, blobs: blobsOf(entry),
  fields: Object.entries(valuesOf(entry.openings ?? [])).map(([name, value]) => ({ name, value: value as WireJson })),
});

/** Turns a callback of progress and a final promise into one ordered feed; what nobody took yet is overtaken. */
async function* following<P, R>(work: (onProgress: (progress: P) => void) => Promise<R>): AsyncGenerator<{ readonly progress: P } | { readonly result: R }> {
  let latest: P | undefined;
  let settled: { readonly result: R } | { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  const done = work((progress) => {
    latest = progress;
    wake();
  }).then(
    (result) => (settled = { result }),
    (error: unknown) => (settled = { error }),
  );
  void done.then(() => wake());
  for (;;) {
    if (latest !== undefined) {
      const progress = latest;
      latest = undefined;
      yield { progress };
      // No screen draws more often; the work goes on meanwhile.
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 50))]);
      continue;
    }
    if (settled !== undefined) {
      if ("error" in settled) throw settled.error;
      yield settled;
      return;
    }
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

async function* verifyNow(ledger: SenaLedger, from: number, signal: AbortSignal): AsyncGenerator<CheckEvent> {
  for await (const word of following<{ readonly done: number; readonly total: number }, Awaited<ReturnType<SenaLedger["check"]>>>((onProgress) => ledger.check({ from, signal, onProgress }))) {
    if ("progress" in word) yield { kind: "progress", phase: "entries", ...word.progress };
    else yield { kind: "done", ok: word.result.ok, entries: word.result.entries, elapsedMs: word.result.elapsedMs, problems: word.result.problems.map(({ seq, say }) => ({ where: `entry ${seq}`, say })), notes: [] };
  }
}

async function* exportBundle(ledger: SenaLedger, request: Omit<Parameters<SenaLedger["exportBundle"]>[0], "onProgress">): AsyncGenerator<ExportEvent> {
  if (!isAbsolute(request.path) || !request.path.endsWith(".zip")) throw fail("BUNDLE_PLACE_REFUSED", { path: request.path });
  if (existsSync(request.path)) throw fail("BUNDLE_EXISTS", { path: request.path });
  // A screen that goes away stops the export: half a bundle is removed.
  const gone = new AbortController();
  const signal = AbortSignal.any([request.signal, gone.signal]);
  try {
    for await (const word of following<Omit<Extract<ExportEvent, { kind: "progress" }>, "kind">, Awaited<ReturnType<SenaLedger["exportBundle"]>>>((onProgress) => ledger.exportBundle({ ...request, signal, onProgress }))) {
      if ("progress" in word) yield { kind: "progress", ...word.progress };
      else yield { kind: "done", ...word.result };
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined && /^E[A-Z]+$/.test(code)) throw fail("BUNDLE_NOT_WRITTEN", { path: request.path, detail: WHY_NOT_WRITTEN[code] ?? code }, error);
    throw error;
  } finally {
    gone.abort();
  }
}

async function* checkOf({ kit, workers }: SenaLedger, path: string, keys: readonly string[], signal: AbortSignal): AsyncGenerator<CheckEvent> {
  const began = performance.now();
  for await (const word of checkBundle({ worker: workers.bundleCheck, kit, path, keys }, signal)) {
    if (word.kind === "progress") yield word;
    else yield { kind: "done", ok: word.report.ok, entries: word.report.facts.entries, elapsedMs: Math.round(performance.now() - began), problems: word.report.problems.slice(0, 500).map(({ file, entry, say }) => ({ where: entry === undefined ? file : `${file}, entry ${entry}`, say })), notes: [...word.report.notes].slice(0, 100) };
  }
}

function freshPath(folder: string, at: number): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stamp = new Date(at).toISOString().replace(/[-:]/g, "").replace(/\..*/, "Z");
  return join(folder, `sena-evidence-${stamp}.zip`);
}
