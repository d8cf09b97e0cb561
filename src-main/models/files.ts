import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { type ModelApproval, ModelFile } from "../contract/index.ts";
import type { Clock, NewId } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import { readGguf, type GgufInfo } from "./gguf.ts";
import { gib } from "./words.ts";

export type Tested = NonNullable<ModelFile["tested"]>;
export type StoredModel = { readonly id: string; readonly path: string; readonly sha256: string; readonly info: GgufInfo; readonly tested?: Tested; /** What the file system said of it when its bytes were compared last; absent where that was never. */ readonly mark?: string };

export type FilesNeeds = { readonly store: Store; readonly folder: string; readonly now: Clock; readonly newId: NewId; /** Free bytes on the disk that holds the folder. */ readonly freeDiskBytes: () => number };

export interface ModelFiles {
  all(): readonly StoredModel[];
  get(id: string): StoredModel;
  /** `admit` may refuse what was read, by its SHA-256, before it is kept. */
  import(path: string, expected: string | undefined, signal: AbortSignal, admit?: (sha256: string, name: string) => void): AsyncIterable<{ readonly share: number; readonly model?: StoredModel }>;
  /** Compares the file with the SHA-256 of its import, and throws where it differs: always, or only where the file system says that it was touched. Tells how far it is. */
  compare(id: string, always: boolean, signal: AbortSignal): AsyncIterable<number>;
  /** The file system says something else of it than when its bytes were compared. */
  isTouched(file: StoredModel): boolean;
  remove(id: string): void;
  noteTested(id: string, tested: Tested): void;
  threads(sha256: string, machine: string): number | undefined;
  noteThreads(sha256: string, machine: string, threads: number, tokensPerSecond: number): void;
}

type Row = { id: string; path: string; sha256: string; info: string; tested: string | null; mark: string | null };
const MIN_FREE_AFTER = 512 * 1024 * 1024;

/** Model files in SENA's home. They are copied, never linked: a USB stick goes, and bytes that were checked must stay as they were. */
export function openModelFiles({ store, folder, now, newId, freeDiskBytes }: FilesNeeds): ModelFiles {
  const all = store.sql<Row>("models.files", "SELECT id, path, sha256, info, tested, mark FROM model_files ORDER BY added_at");
  const one = store.sql<Row>("models.file", "SELECT id, path, sha256, info, tested, mark FROM model_files WHERE id = ?");
  const same = store.sql<Row>("models.same", "SELECT id, path, sha256, info, tested, mark FROM model_files WHERE sha256 = ?");
  const put = store.sql("models.put", "INSERT INTO model_files (id, path, sha256, info, added_at, mark) VALUES (?, ?, ?, ?, ?, ?)");
  const setMark = store.sql("models.mark", "UPDATE model_files SET mark = ? WHERE id = ?");
  const drop = store.sql("models.drop", "DELETE FROM model_files WHERE id = ?");
  const setTested = store.sql("models.tested", "UPDATE model_files SET tested = ? WHERE id = ?");
  const threadsOf = store.sql<{ threads: number }>("models.threads", "SELECT threads FROM model_threads WHERE sha256 = ? AND machine = ?");
  const setThreads = store.sql("models.set-threads", "INSERT INTO model_threads (sha256, machine, threads, tokens_per_second) VALUES (?, ?, ?, ?) ON CONFLICT (sha256, machine) DO UPDATE SET threads = excluded.threads, tokens_per_second = excluded.tokens_per_second");
  const get = (id: string): StoredModel => {
    const row = one.get([id]);
    if (!row) throw fail("MODEL_NOT_FOUND", { id });
    return storedOf(row);
  };

  return {
    all: () => all.all().map(storedOf),
    get,
    async *import(path, expected, signal, admit) {
      const info = await readGguf(path).catch((error: unknown) => {
        throw (error as Error).name === "Failure" ? error : fail("MODEL_FILE_UNREADABLE", { file: basename(path), why: whyUnread(error) }, error);
      });
      if (freeDiskBytes() < info.fileBytes + MIN_FREE_AFTER) throw fail("MODEL_NO_ROOM", { needs: gib(info.fileBytes + MIN_FREE_AFTER), free: gib(freeDiskBytes()) });
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const id = newId("model");
      const part = join(folder, `${id}.part`);
      try {
        const hash = createHash("sha256");
        let done = 0;
        const into = createWriteStream(part, { mode: 0o600, flags: "wx" });
        // What is hashed is what is written: the source may change under our hands.
        for await (const chunk of createReadStream(path, { highWaterMark: 4 * 1024 * 1024, signal }) as AsyncIterable<Buffer>) {
          hash.update(chunk);
          if (!into.write(chunk)) await new Promise<void>((resolve, reject) => (into.once("drain", resolve), into.once("error", reject)));
          done += chunk.byteLength;
          yield { share: Math.min(0.99, done / Math.max(1, info.fileBytes)) };
        }
        await new Promise<void>((resolve, reject) => (into.once("error", reject), into.end(resolve)));
        const sha256 = hash.digest("hex");
        if (expected !== undefined && sha256 !== expected) throw fail("MODEL_SHA_DIFFERS", { is: sha256, expected });
        admit?.(sha256, info.name === "" ? basename(path) : info.name);
        const known = same.get([sha256]);
        if (known && existsSync(known.path)) {
          // What was changed here since gets its bytes back, and keeps what was found out about it.
          if (known.mark === null || known.mark !== markOf(known.path)) {
            await rename(part, known.path);
            setMark.run([markOf(known.path) ?? null, known.id]);
          }
          return yield { share: 1, model: get(known.id) };
        }
        if (known) drop.run([known.id]);
        const copied = await readGguf(part);
        const file = join(folder, `${id}.gguf`);
        await rename(part, file);
        put.run([id, file, sha256, JSON.stringify({ ...copied, name: copied.name === "" ? basename(path).replace(/\.gguf$/i, "") : copied.name }), now(), markOf(file) ?? null]);
        yield { share: 1, model: get(id) };
      } finally {
        rmSync(part, { force: true });
      }
    },
    isTouched: ({ mark, path }) => mark !== undefined && mark !== markOf(path),
    async *compare(id, always, signal) {
      const { path, sha256, mark, info } = get(id);
      const before = markOf(path);
      if (!always && before !== undefined && mark === before) return;
      const changed = (why: string, cause?: unknown) => fail("MODEL_FILE_CHANGED", { name: info.name, why }, cause);
      const hash = createHash("sha256");
      let done = 0;
      try {
        for await (const chunk of createReadStream(path, { highWaterMark: 4 * 1024 * 1024, signal }) as AsyncIterable<Buffer>) {
          hash.update(chunk);
          done += chunk.byteLength;
          yield Math.min(1, done / Math.max(1, info.fileBytes));
        }
      } catch (error) {
        signal.throwIfAborted();
        throw changed(whyUnread(error), error);
      }
      const is = hash.digest("hex");
      if (is !== sha256) throw changed(`its SHA-256 is ${is}, and ${sha256} was imported`);
      if (before === undefined || markOf(path) !== before) throw changed("it was written to while it was compared");
      setMark.run([before, id]);
    },
    remove(id) {
      const { path } = get(id);
      drop.run([id]);
      rmSync(path, { force: true });
    },
    noteTested: (id, tested) => void setTested.run([JSON.stringify(tested), id]),
    threads: (sha256, machine) => threadsOf.get([sha256, machine])?.threads,
    noteThreads: (sha256, machine, threads, tokensPerSecond) => void setThreads.run([sha256, machine, threads, tokensPerSecond]),
  };
}

/** Its change time too: a file's other times can be set back by whoever writes it. */
function markOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.size}.${found.ino}.${found.mtimeNs}.${found.ctimeNs}`;
}

const storedOf = ({ id, path, sha256, info, tested, mark }: Row): StoredModel => ({ id, path, sha256, info: JSON.parse(info) as GgufInfo, ...(tested !== null && { tested: JSON.parse(tested) as Tested }), ...(mark !== null && { mark }) });

/** What the system says, in words. */
export function whyUnread(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return "nothing is there";
    case "EACCES":
    case "EPERM":
      return "SENA may not read it";
    case "EISDIR":
      return "it is a folder";
    default:
      return code ?? message;
  }
}

export const viewOf = ({ id, path, sha256, info, tested }: StoredModel, isLoaded: boolean, approved: ModelApproval | undefined, isTouched: boolean): ModelFile => ({
  id, path, sha256, isLoaded,
  name: info.name,
  bytes: existsSync(path) ? statSync(path).size : 0,
  license: info.license,
  architecture: info.architecture,
  contextLength: info.contextLength,
  isEmbedding: info.isEmbedding,
  isRanker: info.isRanker === true,
  // Approval is of bytes; of these nobody knows yet whether they are those.
  ...(isTouched ? { isTouched } : approved && { approved }),
  ...(tested && { tested }),
});
