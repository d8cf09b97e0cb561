import { createHash, createPublicKey, verify } from "node:crypto";
import { closeSync, existsSync, lstatSync, openSync, readFileSync, readSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join as joinPath, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { verifyBundle } from "./core.mjs";

// --- reading and hashing with Node -----------------------------------------------------------------------------------
export const nodeTools = {
  sha256: (bytes) => createHash("sha256").update(bytes).digest(),
  sha512: (bytes) => createHash("sha512").update(bytes).digest(),
  hasher: () => {
    const hash = createHash("sha256");
    return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
  },
  ed25519(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    const key = createPublicKey({ key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), publicKey]), format: "der", type: "spki" });
    return verify(null, message, key, signature);
  },
};

const CHUNK = 1 << 20;
const MAX_TEXT = 256 << 20;

function* chunksOf(fd, from, to) {
  for (let at = from; at < to; ) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, to - at));
    const length = readSync(fd, chunk, 0, chunk.length, at);
    if (length === 0) return;
    yield chunk.subarray(0, length);
    at += length;
  }
}

const readWhole = (fd, from, length) => {
  if (length > MAX_TEXT) throw new RangeError(`a file of ${length} bytes is read in parts, not at once`);
  return Buffer.concat([...chunksOf(fd, from, from + length)]);
};

/** An unpacked bundle. Links and anything that is no plain file are refused, not followed. */
export function openFolder(folder) {
  const sizes = new Map();
  const problems = [];
  const walk = (under) => {
    for (const name of readdirSync(joinPath(folder, under)).sort()) {
      const path = under === "" ? name : `${under}/${name}`;
      const about = lstatSync(joinPath(folder, path));
      if (about.isDirectory()) walk(path);
      else if (about.isFile()) sizes.set(path, about.size);
      else problems.push({ file: path, say: "is a link or no plain file: refused" });
    }
  };
  walk("");
  const open = (name, work) => {
    const fd = openSync(joinPath(folder, name), "r");
    try {
      return work(fd);
    } finally {
      closeSync(fd);
    }
  };
  return {
    names: [...sizes.keys()], problems, has: (name) => sizes.has(name), size: (name) => sizes.get(name),
    stamp: (name) => statSync(joinPath(folder, name)).mtimeMs,
    read: (name) => open(name, (fd) => readWhole(fd, 0, sizes.get(name))),
    *chunks(name, from = 0, to = sizes.get(name)) {
      const fd = openSync(joinPath(folder, name), "r");
      try {
        yield* chunksOf(fd, from, to);
      } finally {
        closeSync(fd);
      }
    },
    close() {},
  };
}

/**
 * A bundle as it was written: files stored, no gaps, every byte of the container what this format says. Whatever differs
 * is named, so a bit flipped between the files is found too. Nothing is ever unpacked, so no name can lead anywhere.
 */
export function openZipFile(path) {
  const fd = openSync(path, "r");
  const length = statSync(path).size;
  const problems = [];
  const members = new Map();
  const bad = (file, say) => problems.push({ file, say });
  const at = (from, size) => readWhole(fd, from, size);

  const endAt = length - 22;
  const end = length < 22 ? Buffer.alloc(22) : at(endAt, 22);
  if (end.readUInt32LE(0) !== 0x06054b50 || end.readUInt16LE(20) !== 0) throw new Error("this is no bundle: a zip's end record is not at its end (cut, or something was added)");
  let count = end.readUInt16LE(10);
  let start = end.readUInt32LE(16);
  let directoryEnd = endAt;
  if (count === 0xffff || start === 0xffffffff) {
    const wide = at(endAt - 76, 76);
    if (wide.readUInt32LE(0) !== 0x06064b50) throw new Error("this is no bundle: its 64-bit directory is missing");
    count = Number(wide.readBigUInt64LE(32));
    start = Number(wide.readBigUInt64LE(48));
    directoryEnd = endAt - 76;
  }
  if (start > directoryEnd) throw new Error("this is no bundle: its directory lies outside the file");
  const directory = at(start, directoryEnd - start);
  let expectedOffset = 0;
  let cursor = 0;
  const rebuilt = [];
  for (let n = 0; n < count; n += 1) {
    if (cursor + 46 > directory.length || directory.readUInt32LE(cursor) !== 0x02014b50) {
      bad("(zip directory)", `ends or is broken at its file ${n} of ${count}`);
      break;
    }
    const nameLength = directory.readUInt16LE(cursor + 28);
    const extraLength = directory.readUInt16LE(cursor + 30);
    const name = directory.toString("utf8", cursor + 46, cursor + 46 + nameLength);
    let size = directory.readUInt32LE(cursor + 24);
    let offset = directory.readUInt32LE(cursor + 42);
    let extra = cursor + 46 + nameLength + 4;
    if (size === 0xffffffff && extra + 16 <= directory.length) {
      size = Number(directory.readBigUInt64LE(extra + 8));
      extra += 16;
    }
    if (offset === 0xffffffff && extra + 8 <= directory.length) offset = Number(directory.readBigUInt64LE(extra));
    const member = { name, size, crc: directory.readUInt32LE(cursor + 16), offset };
    const central = zipHeader(member, true);
    if (!central.equals(directory.subarray(cursor, cursor + 46 + nameLength + extraLength))) bad(name, "its entry in the zip's directory is not what this format writes: changed");
    if (members.has(name)) bad(name, "is in the zip twice");
    if (/(^|\/)\.\.?(\/|$)|^\/|[\\:\0]/.test(name)) bad(name, "its name leads out of the bundle: refused");
    if (directory.readUInt16LE(cursor + 10) !== 0) bad(name, "is compressed; a bundle's files are stored");
    if ((directory.readUInt32LE(cursor + 38) >>> 16 & 0o170000) === 0o120000) bad(name, "is a link: refused");
    const local = zipHeader(member, false);
    const usable = offset === expectedOffset && offset + local.length + size <= start;
    if (!usable) bad(name, "does not lie where the files before it end");
    else {
      if (!local.equals(at(offset, local.length))) bad(name, "its header in the zip is not what this format writes: changed");
      if (!members.has(name)) members.set(name, { from: offset + local.length, size });
      expectedOffset = offset + local.length + size;
    }
    cursor += 46 + nameLength + extraLength;
    rebuilt.push(central.length);
  }
  if (cursor !== directory.length) bad("(zip directory)", "holds more than its files");
  if (expectedOffset !== start && problems.length === 0) bad("(zip)", "has bytes between its files and its directory");
  if (!zipTail(count, start, directory.length).equals(at(directoryEnd, length - directoryEnd))) bad("(zip end)", "is not what this format writes: changed");
  return {
    names: [...members.keys()], problems, has: (name) => members.has(name), size: (name) => members.get(name)?.size,
    stamp: () => statSync(path).mtimeMs,
    read: (name) => readWhole(fd, members.get(name).from, members.get(name).size),
    chunks: (name, from = 0, to = members.get(name).size) => chunksOf(fd, members.get(name).from + from, members.get(name).from + to),
    close: () => closeSync(fd),
  };
}

function zipHeader({ name, size, crc, offset }, central) {
  const encoded = Buffer.from(name);
  const wide = central ? [...(size >= 0xffffffff ? [size, size] : []), ...(offset >= 0xffffffff ? [offset] : [])] : size >= 0xffffffff ? [size, size] : [];
  const fixed = central ? 46 : 30;
  const header = Buffer.alloc(fixed + encoded.length + (wide.length > 0 ? 4 + 8 * wide.length : 0));
  header.writeUInt32LE(central ? 0x02014b50 : 0x04034b50, 0);
  let field = 4;
  if (central) {
    header.writeUInt16LE(45, 4);
    field = 6;
  }
  header.writeUInt16LE(wide.length > 0 ? 45 : 20, field);
  header.writeUInt16LE(0x0800, field + 2);
  header.writeUInt16LE(0x0021, field + 8);
  header.writeUInt32LE(crc, field + 10);
  header.writeUInt32LE(Math.min(size, 0xffffffff), field + 14);
  header.writeUInt32LE(Math.min(size, 0xffffffff), field + 18);
  header.writeUInt16LE(encoded.length, field + 22);
  header.writeUInt16LE(wide.length > 0 ? 4 + 8 * wide.length : 0, field + 24);
  if (central) header.writeUInt32LE(Math.min(offset, 0xffffffff), 42);
  header.set(encoded, fixed);
  if (wide.length > 0) {
    header.writeUInt16LE(1, fixed + encoded.length);
    header.writeUInt16LE(8 * wide.length, fixed + encoded.length + 2);
    wide.forEach((value, n) => header.writeBigUInt64LE(BigInt(value), fixed + encoded.length + 4 + 8 * n));
  }
  return header;
}

function zipTail(count, start, length) {
  const wide = count >= 0xffff || start >= 0xffffffff || length >= 0xffffffff;
  const tail = Buffer.alloc((wide ? 76 : 0) + 22);
  if (wide) {
    tail.writeUInt32LE(0x06064b50, 0);
    tail.writeBigUInt64LE(44n, 4);
    tail.writeUInt16LE(45, 12);
    tail.writeUInt16LE(45, 14);
    tail.writeBigUInt64LE(BigInt(count), 24);
    tail.writeBigUInt64LE(BigInt(count), 32);
    tail.writeBigUInt64LE(BigInt(length), 40);
    tail.writeBigUInt64LE(BigInt(start), 48);
    tail.writeUInt32LE(0x07064b50, 56);
    tail.writeBigUInt64LE(BigInt(start + length), 64);
    tail.writeUInt32LE(1, 72);
  }
  const end = wide ? 76 : 0;
  tail.writeUInt32LE(0x06054b50, end);
  tail.writeUInt16LE(Math.min(count, 0xffff), end + 8);
  tail.writeUInt16LE(Math.min(count, 0xffff), end + 10);
  tail.writeUInt32LE(Math.min(length, 0xffffffff), end + 12);
  tail.writeUInt32LE(Math.min(start, 0xffffffff), end + 16);
  return tail;
}

export const openBag = (path) => (statSync(path).isDirectory() ? openFolder(path) : openZipFile(path));

/** What a stopped check had hashed, kept beside nothing but its own file; a file that changed since is hashed again. */
function resumeFrom(file, bag) {
  if (file === undefined) return {};
  let known = {};
  try {
    known = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    known = {};
  }
  let fresh = 0;
  const save = () => writeFileSync(file, JSON.stringify(known));
  return {
    already: (name) => (known[name]?.size === bag.size(name) && known[name]?.stamp === bag.stamp(name) ? known[name].sha256 : undefined),
    onHashed(name, sha256) {
      known[name] = { sha256, size: bag.size(name), stamp: bag.stamp(name) };
      if ((fresh += bag.size(name)) > 64 << 20) {
        fresh = 0;
        save();
      }
    },
    save,
  };
}

export async function main(args) {
  const keys = [];
  let resume;
  let json = false;
  let quiet = false;
  let where;
  for (let n = 0; n < args.length; n += 1) {
    if (args[n] === "--key") keys.push(args[(n += 1)] ?? "");
    else if (args[n] === "--resume") resume = args[(n += 1)];
    else if (args[n] === "--json") json = true;
    else if (args[n] === "--quiet") quiet = true;
    else if (args[n] === "--help") return say("node verify.mjs [BUNDLE.zip | FOLDER] [--key VERIFIER-KEY]… [--resume FILE] [--json] [--quiet]", 0);
    else where = args[n];
  }
  where = resolve(where ?? dirname(fileURLToPath(import.meta.url)));
  if (!existsSync(where)) return say(`There is nothing at ${where}.`, 2);
  let bag;
  try {
    bag = openBag(where);
  } catch (error) {
    return say(`NOT VERIFIED: ${error.message}`, 1);
  }
  const resumed = resumeFrom(resume, bag);
  let shown = 0;
  const report = await verifyBundle(bag, nodeTools, {
    trusted: keys, already: resumed.already, onHashed: resumed.onHashed,
    onProgress(phase, done, total) {
      if (quiet || json || !process.stderr.isTTY || (Date.now() - shown < 100 && done !== total)) return;
      shown = Date.now();
      process.stderr.write(`\r\u001b[K${phase} ${done} of ${total}`);
    },
  });
  resumed.save?.();
  bag.close();
  if (!quiet && !json && process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else printReport(report, quiet);
  return report.ok ? 0 : 1;
}

const say = (line, code) => (process.stderr.write(`${line}\n`), code);
// A bundle may come from anyone: nothing in it may steer the terminal that shows this report.
// eslint-disable-next-line no-control-regex
const plain = (value) => String(value).replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f]/g, (char) => `⟦U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟧`);

function printReport({ ok, problems, notes, facts }, quiet) {
  const out = (line) => process.stdout.write(`${line}\n`);
  if (!quiet) {
    out(`log        ${plain(facts.origin)}`);
    out(`head       ${facts.size} entries, root ${facts.root}`);
    for (const key of facts.signedBy) out(`signed by  ${plain(key)}`);
    for (const { name, time, size } of facts.witnessedBy) out(`witnessed  ${size} entries by ${plain(name)} at ${new Date(time * 1000).toISOString()}`);
    out(`holds      ${facts.entries} entries (${facts.disclosed} disclosed, ${facts.erased} erased, ${facts.withheld} withheld), ${facts.recordings} recordings, ${facts.approvals} approvals, ${facts.files} files, ${facts.bytes} bytes`);
    for (const line of notes) out(`note       ${plain(line)}`);
  }
  for (const { file, entry, say: what } of problems) out(`PROBLEM    ${plain(file)}${entry === undefined ? "" : `, entry ${entry}`}: ${plain(what)}`);
  out(ok ? "VERIFIED" : `NOT VERIFIED: ${problems.length} problem${problems.length === 1 ? "" : "s"}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = await main(process.argv.slice(2));
