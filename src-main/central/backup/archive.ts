import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import { Failure } from "../../contract/failure.ts";
import { jsonOf } from "../../kernel/index.ts";
import { fail } from "../failures.ts";
import { markOf, sameBytes, sha256 } from "../sealing.ts";
import type { Batch, Tally } from "./rows.ts";

// One file: a head, the rows, the small files, an end that says what came before it, and under it what only the server's secret
// can have written. Cut off or altered, by whoever knows how it is made too, it is refused before a row is written.

const Head = z.object({
  kind: z.literal("sena-central-backup"),
  /** 1 had nothing under its end: whoever could write to where it lay could put anybody into it. */
  format: z.union([z.literal(1), z.literal(2)]),
  madeAt: z.number(),
  version: z.string(),
  postgres: z.string(),
  rolePrefix: z.string(),
  /** Which server's secret opens what is sealed in here; the secret itself is not in here unless somebody asked for it. */
  secretMark: z.string(),
  migrations: z.array(z.object({ n: z.number(), hash: z.string() })),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
});
export type Head = z.infer<typeof Head>;
const Rows = z.object({ table: z.string(), org: z.string().nullable(), rows: z.array(z.string()) });
const File = z.object({ file: z.string().regex(/^[a-z][a-z0-9.-]*(\/[a-z][a-z0-9.-]*)?$/), bytes: z.base64() });
const End = z.object({ end: z.string(), tally: z.record(z.string(), z.object({ rows: z.number(), sha256: z.string() })) });

const Mark = z.strictObject({ mark: z.string() });

export const markOfSecret = (secret: Buffer): string => sha256(Buffer.concat([Buffer.from("sena central backup"), secret])).toString("hex").slice(0, 16);
const endMark = (secret: Buffer, end: string): string => markOf(secret, "the end of a backup", end);

export type SmallFile = { readonly file: string; readonly bytes: Buffer };
export type Piece = ({ readonly kind: "rows" } & Batch) | ({ readonly kind: "file" } & SmallFile);

/** Whole under its name or not there at all. */
export async function writeArchive(path: string, { head, pieces, tally, secret }: { readonly head: Head; readonly pieces: AsyncIterable<Piece>; readonly tally: () => Tally; readonly secret: Buffer }): Promise<{ readonly bytes: number }> {
  const hash = createHash("sha256");
  async function* lines(): AsyncGenerator<string> {
    const line = (value: unknown): string => {
      const text = `${JSON.stringify(value)}\n`;
      hash.update(text);
      return text;
    };
    yield line(head);
    for await (const piece of pieces) yield piece.kind === "rows" ? line({ table: piece.table, org: piece.org, rows: piece.rows }) : line({ file: piece.file, bytes: piece.bytes.toString("base64") });
    const end = JSON.stringify({ end: hash.copy().digest("hex"), tally: tally() });
    yield `${end}\n${JSON.stringify({ mark: endMark(secret, end) })}\n`;
  }
  const fresh = `${path}.new`;
  try {
    // What lies there is of one that broke off, or is a link that somebody laid: nothing is written through it.
    rmSync(fresh, { force: true });
    await pipeline(Readable.from(lines()), createGzip({ level: 6 }), createWriteStream(fresh, { mode: 0o600, flags: "wx" }));
    const handle = await open(fresh, "r+");
    await handle.sync();
    const { size } = await handle.stat();
    await handle.close();
    renameSync(fresh, path);
    return { bytes: size };
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

export type Opened = { readonly head: Head; readonly tally: Tally; pieces(): AsyncGenerator<Piece> };

/** `mayBeUnsealed`: somebody vouches for one of a version before, which nothing in it does. */
export type Opening = { readonly secret: Buffer; readonly mayBeUnsealed: boolean };

/** Read through to its end first: its hash, that every line is one of ours, and that a server with this secret wrote it. */
export async function openArchive(path: string, { secret, mayBeUnsealed }: Opening): Promise<Opened> {
  const hash = createHash("sha256");
  let head: Head | undefined;
  let end: z.infer<typeof End> | undefined;
  let mark: { readonly of: string; readonly is?: string } | undefined;
  for await (const line of linesOf(path)) {
    const value = jsonOf(line);
    if (mark !== undefined) {
      const under = Mark.safeParse(value);
      if (!under.success || mark.is !== undefined) throw bad(path, "something stands after its end");
      mark = { of: mark.of, is: under.data.mark };
      continue;
    }
    if (head === undefined) {
      const read = Head.safeParse(value);
      if (!read.success) throw bad(path, "it does not begin like a backup of this kind");
      head = read.data;
      if (head.secretMark !== markOfSecret(secret)) throw fail("CENTRAL_OTHER_SECRET", { detail: "The secret given here is not the one of the server this backup is of" });
    } else if (End.safeParse(value).success) {
      end = End.parse(value);
      mark = { of: line };
      continue;
    } else pieceOf(path, value);
    hash.update(`${line}\n`);
  }
  if (!head || !end || !mark || (head.format === 2 && mark.is === undefined)) throw bad(path, "it is cut off");
  if (end.end !== hash.digest("hex")) throw bad(path, "its bytes are not the ones that were written");
  if (head.format === 1 && !mayBeUnsealed) throw bad(path, "it was made by a version that left nothing in it by which to tell whether somebody else rewrote it. If you know that nobody could write to where it lay, say so with --unsealed");
  if (head.format === 2 && !sameBytes(Buffer.from(mark.is ?? ""), Buffer.from(endMark(secret, mark.of)))) throw bad(path, "nobody without this server's secret can have written it as it is, and nobody with it did: it was altered");
  return { head, tally: end.tally, pieces: () => pieces(path) };
}

async function* pieces(path: string): AsyncGenerator<Piece> {
  let isHead = true;
  for await (const line of linesOf(path)) {
    const value = jsonOf(line);
    if (!isHead && !End.safeParse(value).success && !Mark.safeParse(value).success) yield pieceOf(path, value);
    isHead = false;
  }
}

function pieceOf(path: string, value: unknown): Piece {
  const rows = Rows.safeParse(value);
  if (rows.success) return { kind: "rows", ...rows.data };
  const file = File.safeParse(value);
  if (file.success) return { kind: "file", file: file.data.file, bytes: Buffer.from(file.data.bytes, "base64") };
  throw bad(path, "a line of it is of no known kind");
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const unpacked = createGunzip();
  // A stream that fails must end the reading too, with its own words.
  file.on("error", (error) => unpacked.destroy(error));
  let rest = "";
  try {
    for await (const chunk of file.pipe(unpacked.setEncoding("utf8")) as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw error instanceof Failure ? error : bad(path, code === "ENOENT" ? "there is no such file" : code === "Z_BUF_ERROR" ? "it is cut off" : message);
  } finally {
    file.destroy();
  }
  if (rest !== "") throw bad(path, "it is cut off");
}

const bad = (path: string, detail: string) => fail("CENTRAL_BACKUP_BAD", { path, detail });
