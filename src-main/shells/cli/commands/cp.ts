import { createReadStream, createWriteStream, existsSync, renameSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { once } from "node:events";
import { parseArgs } from "node:util";
import type { Client, SenaContract } from "../../../contract/index.ts";
import { answerPrompts } from "../answer-prompts.ts";
import { USAGE, type Command, type CommandUse, type Io } from "../io.ts";

const HELP = `sena cp [--resume] [--force] FROM TO; one of them is HOST:/absolute/path
  --resume   go on where an earlier copy was cut off
  --force    replace a file that is there already
`;
const PART = ".sena-part";
type Core = Client<SenaContract>;
type Remote = { readonly hostId: string; readonly path: string };

/** One file, either way; recorded, and on the way up judged by the same policies as a command that would write it. */
const cpCommand: Command = async (argv, { io, core }) => {
  const { values, positionals } = parseArgs({ args: [...argv], options: { resume: { type: "boolean" }, force: { type: "boolean" } }, allowPositionals: true });
  const [from = "", to = ""] = positionals;
  const [up, down] = [remoteIn(to), remoteIn(from)];
  if (positionals.length !== 2 || (up === undefined) === (down === undefined)) return io.stderr.write(HELP), USAGE;
  const client = await core();
  const over = new AbortController();
  const answering = answerPrompts(client, io, over.signal);
  try {
    const [host, path] = (up ?? down) as readonly [string, string];
    const found = (await client.hosts.find({ name: host })).host;
    if (!found) return io.stderr.write(`sena: There is no host "${host}" in the inventory. See: sena hosts list\n`), 1;
    const flags = { isResuming: values.resume === true, isReplacing: values.force === true };
    return up ? await upload(client, io, from, { hostId: found.id, path: path.endsWith("/") ? `${path}${basename(from)}` : path }, flags) : await download(client, io, { hostId: found.id, path }, to, flags);
  } finally {
    over.abort();
    await answering.catch(() => {});
  }
};

export const cpUse: CommandUse = { help: HELP, run: cpCommand };

/** `host:/path`; a lone letter before the colon is a drive on Windows. */
const remoteIn = (word: string): readonly [string, string] | undefined => {
  const match = /^([^/:\s][^/:\s]+):(\/.*)$/s.exec(word);
  return match ? [match[1] ?? "", match[2] ?? ""] : undefined;
};

type Flags = { readonly isResuming: boolean; readonly isReplacing: boolean };

async function download(core: Core, io: Io, { hostId, path }: Remote, to: string, { isResuming, isReplacing }: Flags): Promise<number> {
  const target = existsSync(to) && statSync(to).isDirectory() ? join(to, basename(path)) : to;
  if (existsSync(target) && !isReplacing) return io.stderr.write(`sena: ${target} is there already; --force replaces it. Nothing was read.\n`), 1;
  const part = `${target}${PART}`;
  const from = isResuming && existsSync(part) ? statSync(part).size : 0;
  const file = createWriteStream(part, { flags: from > 0 ? "r+" : "w", start: from });
  const pipe = core.files.download({ hostId, path, from });
  const tell = progress(io);
  let got = from;
  pipe.onChunk((bytes, done) => {
    got += bytes.byteLength;
    tell(got, undefined);
    if (file.write(bytes)) done();
    else file.once("drain", done);
  });
  try {
    await pipe.closed;
  } finally {
    file.end();
    await once(file, "close");
  }
  renameSync(part, target);
  io.stderr.write(`\r${target}: ${got} bytes\n`);
  return 0;
}

async function upload(core: Core, io: Io, from: string, { hostId, path }: Remote, { isResuming, isReplacing }: Flags): Promise<number> {
  const { size } = statSync(from);
  const have = isResuming ? await partialOf(core, hostId, path) : 0;
  const start = have <= size ? have : 0;
  const pipe = core.files.upload({ hostId, path, from: start, size, isReplacing });
  const tell = progress(io);
  let sent = start;
  const failed = pipe.closed.then(() => undefined, (error: unknown) => error);
  for await (const bytes of createReadStream(from, { start, highWaterMark: 64 * 1024 })) {
    try {
      await pipe.write(bytes as Buffer);
    } catch {
      break; // why, the pipe's end tells
    }
    sent += (bytes as Buffer).byteLength;
    tell(sent, size);
  }
  const error = await failed;
  if (error !== undefined) throw error;
  io.stderr.write(`\r${path}: ${sent} bytes\n`);
  return 0;
}

async function partialOf(core: Core, hostId: string, path: string): Promise<number> {
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  const { entries } = await core.files.list({ hostId, path: folder });
  return entries.find((entry) => entry.path === `${path}${PART}`)?.size ?? 0;
}

function progress(io: Io): (bytes: number, total: number | undefined) => void {
  if ((io.stderr as { isTTY?: boolean }).isTTY !== true) return () => {};
  let told = 0;
  return (bytes, total) => {
    if (Date.now() - told < 200) return;
    told = Date.now();
    io.stderr.write(`\r${(bytes / 1_048_576).toFixed(1)} MiB${total === undefined ? "" : ` of ${(total / 1_048_576).toFixed(1)} MiB`}   `);
  };
}
