import { hash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "../contract/failure.ts";
import { SYSTEM } from "../contract/terms.ts";
import { live, type Live, type NewId } from "../kernel/index.ts";
import { openStore } from "../store/index.ts";
import { openBook, type Book } from "./book.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { SALT_BYTES } from "./commitment.ts";
import { fail } from "./failures.ts";
import { openKeyring, writeDurably, type Keyring, type KeyWrap } from "./keyring.ts";
import { parseLeaf } from "./leaf.ts";
import { formatVerifierKey } from "./note.ts";
import type { Head, Ledger } from "./port.ts";
import { createRedactor, parseAuditorKey, type AuditorKey, type KnownSecrets } from "./redaction.ts";
import { createRecordings } from "./recordings.ts";
import type { Random } from "./sealing.ts";
import { lookThrough, takeClosing, type Looking } from "./structure.ts";
import { rangeHash } from "./tree.ts";
import { classifyStorageError, createWriter, ensureBallast, type Writer } from "./writer.ts";

export type LedgerNeeds = {
  /** Directory of its own: ledger.db, ledger.keys, recordings/. */
  readonly dir: string;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: Random;
  /** The clock nobody can set; by default the process's. Compared with `now` to notice that the time was moved. */
  readonly monotonicMs?: () => number;
  readonly version?: string;
  /** A name for this log, fixed at its birth; by default a random one under `sena.internal`. */
  readonly origin?: string;
  readonly keyWrap?: KeyWrap;
  /** Secrets this installation holds: cut out wherever they turn up. */
  readonly knownSecrets?: KnownSecrets;
  /** The bundle kit: VERIFY.md and the checking programs that travel in a bundle. By default the one in `resources/`. */
  readonly kit?: string;
  /** Programs for threads of their own, where built code lies elsewhere than the source. */
  readonly workers?: LedgerWorkers;
  /** A database up to this size is looked through before its first entry however it was closed. */
  readonly smallBytes?: number;
  readonly onSlow?: (slow: { readonly name: string; readonly ms: number }) => void;
};

export type LedgerWorkers = { readonly check: string; readonly structure: string; readonly bundleCheck: string; readonly copy: string };

export type LedgerState = { readonly size: number; readonly root: string; readonly failure: Failure | undefined };

/** The root is computed for those who read it, which is not each commit. */
const stateOf = (head: Head, failure: Failure | undefined): LedgerState => ({
  size: head.size,
  get root() {
    return head.root;
  },
  failure,
});

/** What the parts of this room build on. Other rooms see `Ledger` and what `index.ts` gives. */
export type LedgerCore = Ledger & AsyncDisposable & {
  readonly origin: string;
  readonly boot: string;
  readonly dir: string;
  readonly state: Live<LedgerState>;
  readonly writer: Writer;
  readonly keyring: Keyring;
  readonly now: () => number;
  readonly kit: string;
  readonly workers: LedgerWorkers;
  /** Called after each durable commit; returns how to stop. */
  followCommits(handle: () => void): () => void;
  auditorKey(): AuditorKey | undefined;
  /** From now on cut secrets are sealed to this key; "" seals to nobody. */
  setAuditorKey(text: string): void;
};

export async function openLedgerCore(needs: LedgerNeeds): Promise<LedgerCore> {
  const { dir, now, newId, random, onSlow, monotonicMs = () => performance.now() } = needs;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await using opening = new AsyncDisposableStack();
  const lock = opening.use(lockDirectory(dir));
  const keyring = openKeyring({ dir, random, wrap: needs.keyWrap, origin: needs.origin });
  const path = join(dir, "ledger.db");
  const boot = newId("boot");
  const workers = needs.workers ?? { check: join(import.meta.dirname, "check-worker.ts"), structure: join(import.meta.dirname, "structure-program.ts"), bundleCheck: join(import.meta.dirname, "bundle-check-worker.ts"), copy: join(import.meta.dirname, "copy-worker.ts") };
  const state = live<LedgerState>({ size: 0, root: "", failure: undefined });
  let auditor: AuditorKey | undefined;
  const remembered = rememberHead(join(dir, "ledger.head"), monotonicMs);
  const newBook = (isWriter: boolean): Book => openBook({ path, isWriter, seal: keyring.seal, random, ...(onSlow === undefined ? {} : { onSlow }) });

  const closing = takeClosing(join(dir, "ledger.closed"), path, needs.smallBytes);
  /** Nothing went wrong with it since it was opened, as far as anybody knows. */
  let isSound = true;
  let looking: Looking | undefined;

  try {
    using checked = newBook(false);
    if (!closing.mayBeBeside) checked.quickCheck();
    auditor = storedAuditor(checked);
    remembered.check(checked, path);
  } catch (error) {
    // What SQLite says of such a file names neither the file nor what to do with it.
    const why = classifyStorageError(error, path);
    throw why.code === "LEDGER_DAMAGED" ? why : error;
  }

  const followers = new Set<() => void>();
  const writer = createWriter({
    openBook: () => newBook(true), origin: keyring.origin, signers: keyring.signers, boot, now, monotonicMs, path,
    prepare: {
      newSalt: saltMaker(random),
      sha256Hex: (bytes) => hash("sha256", bytes, "hex"),
      redactor: createRedactor(needs.knownSecrets),
      get auditor() {
        return auditor;
      },
    },
    ballastPath: join(dir, "ledger.ballast"),
    onCommitted: () => {
      const head = writer.head();
      state.set(stateOf(head, undefined));
      remembered.write(head);
      for (const handle of followers) handle();
    },
    onState: (failure) => {
      if (failure !== undefined) {
        isSound = false;
        looking?.end();
      }
      state.update((before) => ({ ...before, failure }));
    },
    onEmptyingLog: () => looking?.letGo(),
  });
  opening.defer(() => writer.close());
  const recordings = createRecordings({ dir, append: writer.append, book: () => writer.book, now, monotonicMs, newId });

  await greet(writer, keyring, needs, join(dir, "ledger.ballast"));
  if (writer.failure === undefined) await recordings.recover();
  const head = writer.head();
  state.set(stateOf(head, writer.failure));
  if (closing.mayBeBeside && writer.failure === undefined) {
    looking = opening.use(lookThrough({
      program: workers.structure,
      path,
      onDamaged: (detail) => writer.latch(fail("LEDGER_DAMAGED", { path, detail })),
      onUnknown: () => (isSound = false),
    }));
  }
  const owned = opening.move();

  return {
    append: writer.append,
    head: writer.head,
    spentBy: writer.spentBy,
    assertWritable: writer.assertWritable,
    recordings,
    origin: keyring.origin,
    boot, dir, state, writer, keyring, now,
    kit: needs.kit ?? join(import.meta.dirname, "..", "..", "resources", "bundle-kit"),
    workers,
    followCommits(handle) {
      followers.add(handle);
      return () => void followers.delete(handle);
    },
    auditorKey: () => auditor,
    setAuditorKey(text) {
      const key = text === "" ? undefined : parseAuditorKey(text);
      if (text !== "" && key === undefined) throw fail("LEDGER_BAD_ENTRY", { detail: "this is no auditor's public key (sena-auditor1…)" });
      writer.book.store.sql("ledger.set-auditor", "INSERT INTO options (name, value) VALUES ('auditor', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run([text]);
      auditor = key;
    },
    async [Symbol.asyncDispose]() {
      await recordings.closeAll();
      if (writer.failure === undefined) remembered.write(writer.head(), true);
      await owned.disposeAsync();
      if (isSound) closing.remember();
      lock[Symbol.dispose]();
    },
  };
}

/** Writes what this start has to say: who it is, that it started, and what the last one left undone. */
async function greet(writer: Writer, keyring: Keyring, { version }: LedgerNeeds, ballastPath: string): Promise<void> {
  try {
    ensureBallast(ballastPath);
    if (writer.book.size === 0) {
      for (const { key } of keyring.signers()) await writer.append({ type: "key", actor: SYSTEM, fields: { act: "born", origin: keyring.origin, key: formatVerifierKey(key) } });
    }
    await writer.append({ type: "boot", actor: SYSTEM, fields: { version: version ?? "", node: process.version, platform: process.platform, head: writer.head().root, size: writer.head().size } });
    for (const seq of writer.book.openActs()) {
      const start = parseLeaf(writer.book.leaf(seq) as Buffer);
      await writer.append({
        type: "outcome-unknown", actor: SYSTEM, refs: { start: seq },
        ...(start.host === undefined ? {} : { host: start.host }), ...(start.session === undefined ? {} : { session: start.session }),
        fields: { reason: "SENA stopped after this was started and before its outcome was recorded. It may have run; it is not run again by itself." },
      });
    }
  } catch (error) {
    // A full or read-only disk: the core still starts, shows why, and executes nothing. Its failure is latched in the writer.
    if (writer.failure === undefined) writer.latch(error);
  }
}

const storedAuditor = (book: Book): AuditorKey | undefined => parseAuditorKey(book.store.sql<{ value: string }>("ledger.auditor", "SELECT value FROM options WHERE name = 'auditor'").get()?.value ?? "");

/** One writer per directory, held by the operating system: it lets go when the process dies, however it dies. */
function lockDirectory(dir: string): Disposable {
  const path = join(dir, "ledger.lock");
  const store = openStore({ path, durability: "NORMAL" });
  try {
    store.raw.pragma("busy_timeout = 0");
    store.raw.exec("BEGIN IMMEDIATE");
  } catch (error) {
    store[Symbol.dispose]();
    throw fail("LEDGER_IN_USE", { path: dir }, error);
  }
  return store;
}

/** How many salts are drawn and spelled at once: one call of the encoder costs as much as several salts. */
const SALTS_AT_ONCE = 64;
/** 16 bytes and two of nothing make 24 characters, the first 22 of which are the salt's own base64url. */
const SALT_ROOM_BYTES = 18;
const SALT_ROOM_CHARS = 24;
const SALT_CHARS = 22;

export function saltMaker(random: Random): () => string {
  const drawn = new Uint8Array(SALT_BYTES * SALTS_AT_ONCE);
  const spaced = Buffer.alloc(SALT_ROOM_BYTES * SALTS_AT_ONCE);
  let salts = "";
  let at = 0;
  return () => {
    if (at === salts.length) {
      random(drawn);
      for (let n = 0; n < SALTS_AT_ONCE; n += 1) spaced.set(drawn.subarray(SALT_BYTES * n, SALT_BYTES * (n + 1)), SALT_ROOM_BYTES * n);
      salts = spaced.toString("base64url");
      drawn.fill(0);
      spaced.fill(0);
      at = 0;
    }
    const from = at;
    at += SALT_ROOM_CHARS;
    return salts.slice(from, from + SALT_CHARS);
  };
}

const REMEMBER_EVERY_MS = 5000;

/**
 * The last head, in a file beside the database: a database put back from an old copy no longer fits it. It cannot tell
 * when both were put back together; only a memory outside this machine can.
 */
function rememberHead(path: string, monotonicMs: () => number) {
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    check(book: Book, dbPath: string): void {
      const parsed = existsSync(path) ? parseCheckpoint(readFileSync(path, "utf8")) : undefined;
      if (parsed === undefined) return;
      const { size, root } = parsed.checkpoint;
      if (size > book.size) throw fail("LEDGER_DAMAGED", { path: dbPath, detail: `this machine signed a head of ${size} entries and the file holds ${book.size}; an older copy was put in its place` });
      if (size < book.minimum) return;
      if (!Buffer.from(rangeHash(0, size, book.subtree)).equals(root)) throw fail("LEDGER_DAMAGED", { path: dbPath, detail: `its first ${size} entries are not those this machine signed` });
    },
    write(head: Head, now = false): void {
      if (!now && monotonicMs() - writtenAt < REMEMBER_EVERY_MS) return;
      writtenAt = monotonicMs();
      try {
        writeDurably(path, Buffer.from(head.note));
      } catch {
        // A memory aid: the record itself is already safe, and its own failure shows at the next commit.
      }
    },
  };
}
