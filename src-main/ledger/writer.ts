import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { SYSTEM } from "../contract/terms.ts";
import { Failure } from "../contract/failure.ts";
import type { Book, Placed } from "./book.ts";
import { checkpointText } from "./checkpoint.ts";
import { saysDamaged } from "./damage.ts";
import { fail } from "./failures.ts";
import { assertLeafFits, prepareEntry, roughChars, type PreparedEntry, type PrepareNeeds } from "./leaf.ts";
import { signNote, type NoteSigner } from "./note.ts";
import type { Head, LeafType, NewEntry, Receipt } from "./port.ts";
import { spend, spentSeq } from "./spent.ts";


/** Commit, sign, only then execute or release: what follows these entries leaves this program. */
const SIGNED_AT_ONCE: ReadonlySet<LeafType> = new Set(["start", "approval", "decision", "export", "anchor", "key"]);

const MAX_BATCH = 2048;
const BALLAST_BYTES = 1 << 20;
const RECOVERY_EVERY_MS = 500;
/** Beyond this the clock did not drift, somebody (or a suspended lid) moved it. */
const CLOCK_JUMP_MS = 5000;
/** A sync that takes longer than this is worth waiting a turn for, so that others share it. */
const DEAR_COMMIT_MS = 0.3;
/** So many in one turn of the loop: whoever appends in a row must not keep everybody else waiting. */
const ALONE_IN_A_TURN = 8;
/** Leaves shorter than this cannot pass the limit whatever their place is. */
const SURELY_FITS_CHARS = 16_000;

export type WriterNeeds = {
  readonly openBook: () => Book;
  readonly origin: string;
  readonly signers: () => readonly NoteSigner[];
  readonly boot: string;
  readonly now: () => number;
  readonly monotonicMs: () => number;
  readonly prepare: PrepareNeeds;
  readonly path: string;
  readonly ballastPath: string;
  /** After each durable commit, with what was appended. Must not throw; runs after the promises settle. */
  readonly onCommitted: (placed: readonly Placed[], entries: readonly PreparedEntry[]) => void;
  readonly onState: (failure: Failure | undefined) => void;
  /** Every reader of the file is in the way now. */
  readonly onEmptyingLog: () => void;
};

type Waiting = { readonly prepared: PreparedEntry; readonly resolve: (receipt: Receipt) => void; readonly reject: (failure: Failure) => void };

export type Writer = ReturnType<typeof createWriter>;

/**
 * Group commit: all that waits when the loop turns goes into one transaction, then one signature, then the answers. Where
 * nobody shared the last commit and the disk was quick, the first to come does not wait for the turn.
 */
export function createWriter(needs: WriterNeeds) {
  const { openBook, origin, signers, boot, now, monotonicMs, path, ballastPath, onCommitted, onState } = needs;
  let book = openBook();
  let queue: Waiting[] = [];
  let scheduled = false;
  let isCommitting = false;
  /** Nobody else was in the last commit, and it was quick. */
  let wasAlone = false;
  let aloneThisTurn = 0;
  let closed = false;
  let failure: Failure | undefined;
  let refused = 0;
  let triedAt = Number.NEGATIVE_INFINITY;
  let head = durableHead();
  let lastWall = now();
  let lastMonotonic = monotonicMs();

  /**
   * Only what is durable is signed: a head that a power cut could take back must never exist. The signature (as dear as
   * the insert on a fast disk) is made when the head is asked for; before an act it is made whether asked for or not.
   */
  function durableHead(): Head {
    const root = book.rootLater();
    const size = book.size;
    const by = signers();
    let note: string | undefined;
    let hex: string | undefined;
    return {
      size,
      get root() {
        return (hex ??= root().toString("hex"));
      },
      get note() {
        return (note ??= signNote(checkpointText(origin, size, root()), by));
      },
    };
  }

  function setFailure(next: Failure | undefined): void {
    failure = next;
    onState(next);
  }

  function prepare(entry: NewEntry): PreparedEntry {
    const prepared = prepareEntry(entry, needs.prepare);
    if (roughChars(prepared) > SURELY_FITS_CHARS) assertLeafFits(prepared, boot);
    return prepared;
  }

  /** The clock against the one that nobody can set: a difference is itself recorded, before what follows it. */
  function clockJump(): PreparedEntry | undefined {
    const wall = now();
    const monotonic = monotonicMs();
    const jumpMs = wall - lastWall - (monotonic - lastMonotonic);
    const before = lastWall;
    lastWall = wall;
    lastMonotonic = monotonic;
    if (Math.abs(jumpMs) < CLOCK_JUMP_MS) return undefined;
    return prepare({ type: "clock-jump", actor: SYSTEM, fields: { jumpMs: Math.round(jumpMs), lastEntryAt: new Date(before).toISOString() } });
  }

  function commit(entries: readonly PreparedEntry[]): Placed[] {
    const jump = clockJump();
    const all = jump === undefined ? entries : [jump, ...entries];
    return committing(() => {
      const placed = book.append(all, new Date(lastWall).toISOString(), boot);
      wasAlone = all.length === 1 && monotonicMs() - lastMonotonic < DEAR_COMMIT_MS;
      head = durableHead();
      if (all.some(({ type }) => SIGNED_AT_ONCE.has(type))) void head.note;
      onCommitted(placed, all);
      return jump === undefined ? placed : placed.slice(1);
    });
  }

  /** What is appended by those who hear of it, or by the work itself, waits: it is no part of this commit. */
  function committing<T>(work: () => T): T {
    isCommitting = true;
    try {
      return work();
    } finally {
      isCommitting = false;
    }
  }

  const mayGoAlone = (): boolean => wasAlone && !isCommitting && queue.length === 0 && failure === undefined && aloneThisTurn < ALONE_IN_A_TURN;

  /** At once, without a turn of the loop. */
  async function commitAlone(prepared: PreparedEntry): Promise<Receipt> {
    if (aloneThisTurn === 0) setImmediate(() => (aloneThisTurn = 0));
    aloneThisTurn += 1;
    try {
      const { seq, leafHash } = commit([prepared])[0] as Placed;
      return { seq, leafHash, head };
    } catch (error) {
      refused += 1;
      throw onCommitError(error);
    }
  }

  function flush(): void {
    scheduled = false;
    if (queue.length === 0) return;
    const batch = queue.length <= MAX_BATCH ? queue : queue.slice(0, MAX_BATCH);
    queue = queue.length <= MAX_BATCH ? [] : queue.slice(MAX_BATCH);
    if (queue.length > 0) schedule();
    if (failure !== undefined && !recover()) {
      refused += batch.length;
      const why = failure;
      for (const { reject } of batch) reject(why);
      return;
    }
    let placed: Placed[];
    try {
      placed = commit(batch.map(({ prepared }) => prepared));
    } catch (error) {
      refused += batch.length;
      const why = onCommitError(error);
      for (const { reject } of batch) reject(why);
      return;
    }
    const given = head;
    batch.forEach(({ resolve }, index) => {
      const { seq, leafHash } = placed[index] as Placed;
      resolve({ seq, leafHash, head: given });
    });
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }

  function onCommitError(error: unknown): Failure {
    const why = classifyStorageError(error, path);
    setFailure(why);
    triedAt = monotonicMs();
    if (why.code === "LEDGER_FULL") {
      // The ballast is there so that the record can still say why it stops.
      rmSync(ballastPath, { force: true });
      try {
        reopen();
        commit([prepare({ type: "gap", actor: SYSTEM, fields: { reason: "the disk is full; nothing is executed until it has room", refused } })]);
      } catch {
        // Another program took the room first. The failure is already told and execution already stopped.
      }
    }
    return why;
  }

  function reopen(): void {
    const fresh = openBook();
    const old = book;
    book = fresh;
    old[Symbol.dispose]();
    head = durableHead();
  }

  function emptyLog(): void {
    needs.onEmptyingLog();
    book.store.emptyLog();
  }

  /** What failed may mend by itself: space is freed, a disk comes back. Tried at most twice a second, when asked to append. */
  function recover(): boolean {
    const at = monotonicMs();
    if (failure === undefined) return true;
    if (closed || failure.code === "LEDGER_DAMAGED" || at - triedAt < RECOVERY_EVERY_MS) return false;
    triedAt = at;
    const was = failure;
    try {
      reopen();
      ensureBallast(ballastPath);
      // A failed sync may leave pages that the disk never saw: write them out again before building on them.
      emptyLog();
      commit([prepare({ type: "gap", actor: SYSTEM, fields: { reason: `recording resumes after ${was.code}`, refused } })]);
      refused = 0;
      setFailure(undefined);
      return true;
    } catch (error) {
      setFailure(classifyStorageError(error, path));
      return false;
    }
  }

  /** Runs `work` in one transaction with the entry that records it, at once. Erasure, pruning and rotation use it. */
  function commitWith(entry: NewEntry, work: (seq: number) => void): Receipt {
    if (closed) throw fail("LEDGER_CLOSED");
    if (failure !== undefined && !recover()) throw failure;
    const prepared = prepare(entry);
    try {
      return committing(() => {
        const { seq, leafHash } = book.store.transaction(() => {
          const placed = book.append([prepared], new Date(now()).toISOString(), boot)[0] as Placed;
          work(placed.seq);
          return placed;
        });
        head = durableHead();
        if (SIGNED_AT_ONCE.has(entry.type)) void head.note;
        onCommitted([{ seq, leafHash }], [prepared]);
        return { seq, leafHash, head };
      });
    } catch (error) {
      throw onCommitError(error);
    }
  }

  /** What waits goes first, so that the order of appends stays the order of entries. */
  async function appendOnce(entry: NewEntry, names: readonly string[]): Promise<Receipt> {
    while (queue.length > 0) flush();
    const used = names.find((name) => spentSeq(book.store, name) !== undefined);
    if (used !== undefined) throw fail("LEDGER_SPENT", { name: used });
    return commitWith(entry, (seq) => spend(book.store, names, seq));
  }

  return {
    get book() {
      return book;
    },
    get failure() {
      return failure;
    },
    /** Something outside a commit showed that the record cannot be kept. */
    latch(error: unknown): void {
      setFailure(classifyStorageError(error, path));
      triedAt = monotonicMs();
    },
    head: (): Head => head,
    /** After a rotation or an erasure: the same tree, signed anew. */
    resign(): Head {
      head = durableHead();
      return head;
    },
    spentBy: (name: string): number | undefined => spentSeq(book.store, name),
    append(entry: NewEntry): Promise<Receipt> {
      if (closed) return Promise.reject(fail("LEDGER_CLOSED"));
      if (entry.once !== undefined && entry.once.length > 0) return appendOnce(entry, entry.once);
      let prepared: PreparedEntry;
      try {
        prepared = prepare(entry);
      } catch (error) {
        return Promise.reject(error);
      }
      if (mayGoAlone()) return commitAlone(prepared);
      return new Promise((resolve, reject) => {
        queue.push({ prepared, resolve, reject });
        schedule();
      });
    },
    assertWritable(): void {
      if (closed) throw fail("LEDGER_CLOSED");
      if (failure !== undefined && !recover()) throw failure;
    },
    commitWith,
    emptyLog,
    /** Everything queued is settled before the file closes. */
    close(): void {
      while (queue.length > 0) flush();
      closed = true;
      book[Symbol.dispose]();
    },
  };
}

export function ensureBallast(path: string): void {
  if (existsSync(path)) return;
  const fd = openSync(`${path}.next`, "w", 0o600);
  try {
    // Real blocks: a sparse file would free nothing.
    writeSync(fd, Buffer.alloc(BALLAST_BYTES, 0xb5));
    fsyncSync(fd);
    closeSync(fd);
  } catch (error) {
    closeSync(fd);
    rmSync(`${path}.next`, { force: true });
    throw error;
  }
  renameSync(`${path}.next`, path);
}

/** The system's own word for why nothing can be written there; undefined when a write goes through. */
function writeErrorBeside(path: string): string | undefined {
  const probe = `${path}.probe`;
  try {
    const fd = openSync(probe, "w", 0o600);
    try {
      writeSync(fd, "?");
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    try {
      rmSync(probe, { force: true });
    } catch {
      // The disk that took it away keeps what is left of it.
    }
  }
}

export function classifyStorageError(error: unknown, path: string): Failure {
  if (error instanceof Failure) return error;
  const told = String((error as { code?: unknown } | undefined)?.code ?? "");
  // For SQLite a write refused by a disk that became read-only is an input/output error like any other.
  const code = told.startsWith("SQLITE_IOERR") ? (writeErrorBeside(path) ?? told) : told;
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT") return fail("LEDGER_FULL", { path }, error);
  if (saysDamaged(code)) return fail("LEDGER_DAMAGED", { path, detail: "the database file is malformed" }, error);
  const detail = code === "EROFS" || code.startsWith("SQLITE_READONLY") ? "the disk is read-only" : code === "EIO" || code.startsWith("SQLITE_IOERR") ? "the disk reports an input/output error" : code === "" ? "an unexpected error" : code;
  return fail("LEDGER_UNAVAILABLE", { path, detail }, error);
}
