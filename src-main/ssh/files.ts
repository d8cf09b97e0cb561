import { createHash, randomBytes } from "node:crypto";
import { posix } from "node:path";
import type { SFTPWrapper, Stats } from "ssh2";
import { Failure, failer } from "../contract/failure.ts";
import type { Host, Inventory } from "../inventory/port.ts";
import type { Connections } from "./connections.ts";
import { SSH_FAILURES } from "./failures.ts";

const fail = failer(SSH_FAILURES);

export type RemoteEntry = { readonly name: string; readonly path: string; readonly kind: "file" | "folder" | "link" | "other"; readonly size: number; readonly modifiedAt: number; readonly mode: number; readonly owner: string; readonly target?: string };
export type OpenedText = { readonly text: string; readonly sha256: string; readonly mode: number; readonly size: number };

export interface Files {
  list(hostId: string, path: string, signal?: AbortSignal): Promise<{ readonly path: string; readonly entries: readonly RemoteEntry[]; readonly cut: number }>;
  readText(hostId: string, path: string): Promise<OpenedText>;
  /** Written beside, then moved over: whoever reads meanwhile sees the old file or the new one, never half of one. */
  saveText(hostId: string, path: string, text: string, expected: string): Promise<{ readonly sha256: string; readonly before: Uint8Array }>;
  makeFolder(hostId: string, path: string): Promise<void>;
  rename(hostId: string, path: string, to: string): Promise<void>;
  remove(hostId: string, path: string): Promise<void>;
  /** Bytes from an offset on, read ahead a little; ends at the end of the file. */
  read(hostId: string, path: string, from: number): Promise<{ readonly size: number; readonly chunks: AsyncIterable<Uint8Array> }>;
  /** Writes into a part file beside the target; `finish` moves it over when all bytes are there. */
  write(hostId: string, path: string, of: { readonly from: number; readonly size: number; readonly isReplacing: boolean }): Promise<{ put(bytes: Uint8Array): Promise<void>; finish(): Promise<void>; stop(): Promise<void> }>;
  /** How much of an interrupted upload the host has. */
  partial(hostId: string, path: string): Promise<number>;
}

const MOST_ENTRIES = 10_000;
/** Beyond those that are shown only their number is told, and a number needs an end. */
const MOST_NAMES = 10 * MOST_ENTRIES;
const EDIT_BYTES = 2 * 1024 * 1024;
const BLOCK_BYTES = 32 * 1024;
const AHEAD = 16;
const PART = ".sena-part";

export function createFiles({ connections, inventory }: { readonly connections: Connections; readonly inventory: Pick<Inventory, "get"> }): Files {
  const hostOf = (hostId: string): Host => {
    const host = inventory.get(hostId);
    if (!host) throw new Failure("NOT_FOUND", `There is no host "${hostId}" in the inventory. It may have been removed.`, { status: 404 });
    if (host.transport === "system") throw fail("SFTP_REFUSED", { host: host.name, why: "it uses the system transport, and files need the built-in one" });
    return host;
  };

  /** One session per act: a hung transfer must not hold up a listing. Closed with the act. */
  async function open(hostId: string, signal?: AbortSignal): Promise<Session> {
    const host = hostOf(hostId);
    const { opened: sftp } = await connections.channel(hostId, signal, ({ client }) =>
      new Promise<SFTPWrapper>((resolve, reject) =>
        client.sftp((error, wrapper) => (error ? reject(/open failed/i.test(error.message) ? error : fail("SFTP_REFUSED", { host: host.name, why: error.message }, error)) : resolve(wrapper))),
      ),
    );
    sftp.on("error", () => {}); // the pending request is told as well
    return session(host, sftp);
  }
  const within = async <T>(hostId: string, work: (of: Session) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const one = await open(hostId, signal);
    try {
      return await work(one);
    } finally {
      one.sftp.end();
    }
  };

  return {
    list: (hostId, asked, signal) =>
      within(hostId, async (of) => {
        const { sftp, ask } = of;
        const path = await ask<string>(asked, (done) => sftp.realpath(asked === "" ? "." : asked, done));
        const list = await namesIn(of, path, signal);
        const entries = list.filter(({ filename }) => filename !== "." && filename !== "..").map(({ filename, longname, attrs }): RemoteEntry => ({ name: filename, path: posix.join(path, filename), kind: kindOf(attrs), size: attrs.size, modifiedAt: attrs.mtime * 1000, mode: attrs.mode & 0o7777, owner: ownerOf(longname, attrs.uid) }));
        entries.sort((a, b) => Number(b.kind === "folder") - Number(a.kind === "folder") || (a.name < b.name ? -1 : 1));
        return { path, entries: entries.slice(0, MOST_ENTRIES), cut: Math.max(0, entries.length - MOST_ENTRIES) };
      }, signal),
    readText: (hostId, path) => within(hostId, async (of) => textOf(of, path)),
    saveText: (hostId, path, text, expected) =>
      within(hostId, async (of) => {
        const { sftp, ask, host } = of;
        const real = await ask<string>(path, (done) => sftp.realpath(path, done));
        const now = await bytesOf(of, real);
        if (sha256(now.bytes) !== expected) throw fail("FILE_CHANGED", { host: host.name, path });
        const bytes = Buffer.from(text, "utf8");
        const beside = posix.join(posix.dirname(real), `.${posix.basename(real).slice(0, 100)}.sena-${randomBytes(4).toString("hex")}`);
        let isBeside = false;
        try {
          const handle = await ask<Buffer>(beside, (done) => sftp.open(beside, "wx", { mode: now.stats.mode & 0o7777 }, done));
          isBeside = true;
          await writeAll(of, handle, bytes, path);
          await ask<void>(beside, (done) => sftp.ext_openssh_fsync(handle, done as never)).catch(() => {}); // an extension not all have
          await ask<void>(beside, (done) => sftp.close(handle, done as never));
          const { uid, gid } = await ask<Stats>(beside, (done) => sftp.stat(beside, done));
          // Moving over would give the file to whoever is signed in: then the bytes go into the old file instead.
          if (uid === now.stats.uid && gid === now.stats.gid) {
            await ask<void>(beside, (done) => sftp.setstat(beside, { mode: now.stats.mode & 0o7777 }, done as never));
            // Plain SFTP moves over nothing that is there; without OpenSSH's extension the bytes go into the old file.
            isBeside = !(await ask<void>(real, (done) => sftp.ext_openssh_rename(beside, real, done as never)).then(() => true, () => false));
            if (!isBeside) return { sha256: sha256(bytes), before: now.bytes };
          }
        } catch (error) {
          // A folder nobody may write to can still hold a file one may.
          if (!(error instanceof Failure && error.data["isDenied"] === true)) throw error;
        } finally {
          if (isBeside) await ask<void>(beside, (done) => sftp.unlink(beside, done as never)).catch(() => {});
        }
        const handle = await ask<Buffer>(real, (done) => sftp.open(real, "w", done));
        await writeAll(of, handle, bytes, path);
        await ask<void>(real, (done) => sftp.close(handle, done as never));
        return { sha256: sha256(bytes), before: now.bytes };
      }),
    makeFolder: (hostId, path) => within(hostId, ({ sftp, ask }) => ask<void>(path, (done) => sftp.mkdir(path, done as never))),
    rename: (hostId, path, to) => within(hostId, ({ sftp, ask }) => ask<void>(path, (done) => sftp.rename(path, to, done as never))),
    remove: (hostId, path) =>
      within(hostId, async ({ sftp, ask }) => {
        const stats = await ask<Stats>(path, (done) => sftp.lstat(path, done));
        await ask<void>(path, (done) => (stats.isDirectory() ? sftp.rmdir(path, done as never) : sftp.unlink(path, done as never)));
      }),
    partial: (hostId, path) => within(hostId, ({ sftp, ask }) => ask<Stats>(path, (done) => sftp.stat(`${path}${PART}`, done)).then(({ size }) => size, () => 0)),
    async read(hostId, path, from) {
      const of = await open(hostId);
      try {
        const handle = await of.ask<Buffer>(path, (done) => of.sftp.open(path, "r", done));
        const stats = await of.ask<Stats>(path, (done) => of.sftp.fstat(handle, done));
        if (!stats.isFile()) throw fail("FILE_FAILED", { host: of.host.name, path, why: "it is not a plain file" });
        return { size: stats.size, chunks: readAhead(of, handle, path, from, stats.size) };
      } catch (error) {
        of.sftp.end();
        throw error;
      }
    },
    async write(hostId, path, { from, size, isReplacing }) {
      const of = await open(hostId);
      try {
        return await startWrite(of, path, from, size, isReplacing);
      } catch (error) {
        of.sftp.end();
        throw error;
      }
    },
  };
}

type Session = { readonly host: Host; readonly sftp: SFTPWrapper; ask<T>(path: string, send: (done: (error: Error | undefined | null, value: T) => void) => void): Promise<T> };

const session = (host: Host, sftp: SFTPWrapper): Session => ({
  host,
  sftp,
  ask: (path, send) =>
    new Promise((resolve, reject) => {
      const gone = (): void => reject(fail("SSH_LOST", { host: host.name, why: "the file session ended" }));
      sftp.once("close", gone);
      try {
        send((error, value) => {
          sftp.removeListener("close", gone);
          if (error) reject(wordsFor(host, path, error));
          else resolve(value);
        });
      } catch (error) {
        // ssh2 throws at once for an extension the server did not announce.
        sftp.removeListener("close", gone);
        reject(wordsFor(host, path, error as Error));
      }
    }),
});

function wordsFor(host: Host, path: string, error: Error & { code?: unknown }): Failure {
  const words: Readonly<Record<number, string>> = { 2: "there is no such file or folder", 3: "the account on the host may not do that", 4: "the host refused it" };
  const code = typeof error.code === "number" ? error.code : 0;
  return fail("FILE_FAILED", { host: host.name, path, why: words[code] !== undefined ? `${words[code]}${code === 4 && error.message !== "Failure" ? ` (${error.message.slice(0, 100)})` : ""}` : error.message.slice(0, 200), isDenied: code === 3 }, error);
}

type Listed = Parameters<Parameters<SFTPWrapper["readdir"]>[1]>[1];

/** Piece by piece, and no more than that: a host may go on for ever, and the pieces would fill the memory here. */
async function namesIn({ sftp, ask }: Session, path: string, signal: AbortSignal | undefined): Promise<Listed> {
  const handle = await ask<Buffer>(path, (done) => sftp.opendir(path, done));
  const names: Listed = [];
  try {
    for (let isOver = false; !isOver && names.length < MOST_NAMES; ) {
      signal?.throwIfAborted();
      const more = await ask<Listed | undefined>(path, (done) => sftp.readdir(handle, (error, list) => ((error as { code?: number } | undefined)?.code === EOF ? done(undefined, undefined) : done(error, list))));
      isOver = more === undefined || more.length === 0;
      names.push(...(more ?? []));
    }
    return names;
  } finally {
    await ask<void>(path, (done) => sftp.close(handle, done as never)).catch(() => {});
  }
}

const kindOf = (attrs: { mode: number }): RemoteEntry["kind"] => {
  const type = attrs.mode & 0o170_000;
  return type === 0o100_000 ? "file" : type === 0o040_000 ? "folder" : type === 0o120_000 ? "link" : "other";
};
/** The long name is `ls -l` by convention only: taken for the owner's name when it looks like one. */
const ownerOf = (longname: string, uid: number): string => /^[-dlbcps][-rwxsStT]{9}[.+@]?\s+\d+\s+(\S{1,32})\s/.exec(longname)?.[1] ?? String(uid);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function bytesOf({ sftp, ask, host }: Session, path: string): Promise<{ bytes: Buffer; stats: Stats }> {
  const handle = await ask<Buffer>(path, (done) => sftp.open(path, "r", done));
  try {
    const stats = await ask<Stats>(path, (done) => sftp.fstat(handle, done));
    if (!stats.isFile()) throw fail("FILE_FAILED", { host: host.name, path, why: "it is not a plain file" });
    if (stats.size > EDIT_BYTES) throw fail("FILE_TOO_LARGE", { path, limit: EDIT_BYTES / 1024 / 1024 });
    const parts: Buffer[] = [];
    let at = 0;
    for (;;) {
      const part = await readBlock({ sftp, ask, host }, handle, path, at, BLOCK_BYTES);
      if (part.byteLength === 0) break;
      parts.push(part);
      at += part.byteLength;
      if (at > EDIT_BYTES) throw fail("FILE_TOO_LARGE", { path, limit: EDIT_BYTES / 1024 / 1024 });
    }
    return { bytes: Buffer.concat(parts), stats };
  } finally {
    await ask<void>(path, (done) => sftp.close(handle, done as never)).catch(() => {});
  }
}

async function textOf(of: Session, path: string): Promise<OpenedText> {
  const { bytes, stats } = await bytesOf(of, path);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw fail("FILE_NOT_TEXT", { path }, error);
  }
  if (text.includes("\0")) throw fail("FILE_NOT_TEXT", { path });
  return { text, sha256: sha256(bytes), mode: stats.mode & 0o7777, size: bytes.byteLength };
}

const EOF = 1;
const readBlock = ({ sftp, host }: Session, handle: Buffer, path: string, at: number, length: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const block = Buffer.allocUnsafe(length);
    sftp.read(handle, block, 0, length, at, (error, count) => {
      if (error && (error as { code?: number }).code !== EOF) return reject(wordsFor(host, path, error));
      return resolve(block.subarray(0, error ? 0 : count));
    });
  });

async function* readAhead(of: Session, handle: Buffer, path: string, from: number, size: number): AsyncGenerator<Uint8Array> {
  const waiting: { readonly at: number; readonly length: number; readonly bytes: Promise<Buffer> }[] = [];
  let next = from;
  const more = (): void => {
    while (waiting.length < AHEAD && next < size) {
      const length = Math.min(BLOCK_BYTES, size - next);
      const bytes = readBlock(of, handle, path, next, length);
      bytes.catch(() => {}); // told when its turn comes
      waiting.push({ at: next, length, bytes });
      next += length;
    }
  };
  try {
    more();
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      let bytes = await one.bytes;
      // A server may give less than was asked: the rest is asked for before what follows.
      while (bytes.byteLength < one.length) {
        const rest = await readBlock(of, handle, path, one.at + bytes.byteLength, one.length - bytes.byteLength);
        if (rest.byteLength === 0) {
          if (bytes.byteLength > 0) yield bytes;
          throw fail("FILE_FAILED", { host: of.host.name, path, why: "it became shorter while it was read" });
        }
        bytes = Buffer.concat([bytes, rest]);
      }
      more();
      yield bytes;
    }
  } finally {
    of.sftp.end();
  }
}

const writeBlock = ({ sftp, ask }: Session, handle: Buffer, path: string, bytes: Buffer, at: number): Promise<void> => ask<void>(path, (done) => sftp.write(handle, bytes, 0, bytes.byteLength, at, done as never));

async function writeAll(of: Session, handle: Buffer, bytes: Buffer, path: string): Promise<void> {
  for (let at = 0; at < bytes.byteLength; at += BLOCK_BYTES) await writeBlock(of, handle, path, bytes.subarray(at, at + BLOCK_BYTES), at);
}

async function startWrite(of: Session, path: string, from: number, size: number, isReplacing: boolean): ReturnType<Files["write"]> {
  const { sftp, ask, host } = of;
  const part = `${path}${PART}`;
  const isThere = await ask<Stats>(path, (done) => sftp.stat(path, done)).then((stats) => stats, () => undefined);
  if (isThere?.isDirectory()) throw fail("FILE_FAILED", { host: host.name, path, why: "there is a folder of that name" });
  if (isThere && !isReplacing) throw fail("FILE_FAILED", { host: host.name, path, why: "there is a file of that name already" });
  if (from > 0) {
    const { size: have } = await ask<Stats>(part, (done) => sftp.stat(part, done));
    if (have < from) throw fail("FILE_FAILED", { host: host.name, path, why: `only ${have} bytes of the interrupted transfer are there, not ${from}` });
  }
  const handle = await ask<Buffer>(part, (done) => sftp.open(part, from > 0 ? "r+" : "w", done));
  let at = from;
  const sent = new Set<Promise<void>>();
  let failed: unknown;
  const close = () => ask<void>(part, (done) => sftp.close(handle, done as never));
  return {
    async put(bytes) {
      if (failed !== undefined) throw failed;
      if (at + bytes.byteLength > size) throw fail("FILE_FAILED", { host: host.name, path, why: "more bytes came than were announced" });
      for (let offset = 0; offset < bytes.byteLength; offset += BLOCK_BYTES) {
        const block = Buffer.from(bytes.subarray(offset, offset + BLOCK_BYTES));
        const writing = writeBlock(of, handle, path, block, at);
        at += block.byteLength;
        sent.add(writing);
        writing.then(() => sent.delete(writing), (error: unknown) => (sent.delete(writing), (failed = error)));
        if (sent.size >= AHEAD) await Promise.race(sent);
      }
    },
    async finish() {
      await Promise.all(sent);
      if (failed !== undefined) throw failed;
      if (at !== size) throw fail("FILE_FAILED", { host: host.name, path, why: `${size - at} bytes are missing; what came is kept beside it (${posix.basename(part)})` });
      if (isThere) await ask<void>(part, (done) => sftp.setstat(part, { mode: isThere.mode & 0o7777 }, done as never)).catch(() => {});
      await close();
      await ask<void>(path, (done) => sftp.ext_openssh_rename(part, path, done as never)).catch(async () => {
        if (isThere) await ask<void>(path, (done) => sftp.unlink(path, done as never));
        await ask<void>(path, (done) => sftp.rename(part, path, done as never));
      });
      sftp.end();
    },
    async stop() {
      await Promise.allSettled(sent);
      await close().catch(() => {});
      sftp.end();
    },
  };
}
