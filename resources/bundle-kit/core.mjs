// ---------------------------------------------------------------------------------------------------------------------
// The checks. Nothing here is particular to a machine: `bag` reads files, `tools` hash and check signatures. The same
// text stands in verify.mjs and in index.html. Formats: RFC 6962 (tree), c2sp.org/tlog-tiles, c2sp.org/tlog-checkpoint,
// c2sp.org/signed-note, c2sp.org/tlog-cosignature, c2sp.org/tlog-proof, RFC 8785 (canonical JSON), RFC 8493 (BagIt),
// asciicast v3, OpenSSH's PROTOCOL.sshsig.
// ---------------------------------------------------------------------------------------------------------------------
const TILE = 256;
const text = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
const bytesOf = (string) => new TextEncoder().encode(string);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (a, b) => a !== undefined && b !== undefined && a.length === b.length && a.every((byte, n) => byte === b[n]);
const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
};
const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const base64url = (bytes) => base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
/** Strict: one text per value. Undefined when it is not base64 or not the only way to write it. */
const unbase64 = (string) => {
  try {
    const bytes = Uint8Array.from(atob(string), (char) => char.charCodeAt(0));
    return base64(bytes) === string ? bytes : undefined;
  } catch {
    return undefined;
  }
};

/** RFC 8785: the one way to write a JSON value. */
export function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** Parses only what is written canonically: a second spelling of the same value is a change. */
function strictJson(string) {
  try {
    const value = JSON.parse(string);
    return canonical(value) === string ? value : undefined;
  } catch {
    return undefined;
  }
}

const tileIndexPath = (index) => {
  let path = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  return path;
};
const tilePath = (level, index, width) => `data/log/tile/${level}/${tileIndexPath(index)}${width === TILE ? "" : `.p/${width}`}`;

// --- signed notes ----------------------------------------------------------------------------------------------------
const parseKey = async (tools, line) => {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line);
  const material = match === null ? undefined : unbase64(match[3]);
  if (material === undefined || material.length !== 33) return undefined;
  const id = (await tools.sha256(join(bytesOf(`${match[1]}\n`), material))).slice(0, 4);
  return hex(id) === match[2] ? { name: match[1], id, type: material[0], publicKey: material.slice(1), line } : undefined;
};

export function parseNote(note) {
  const split = note.lastIndexOf("\n\n");
  // eslint-disable-next-line no-control-regex
  if (split < 0 || !note.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(note)) return undefined;
  const signatures = [];
  for (const line of note.slice(split + 2, -1).split("\n")) {
    const match = /^— ([^\s+]+) (\S+)$/u.exec(line);
    const bytes = match === null ? undefined : unbase64(match[2]);
    if (bytes === undefined || bytes.length < 5) return undefined;
    signatures.push({ name: match[1], id: bytes.slice(0, 4), bytes: bytes.slice(4) });
  }
  return { text: note.slice(0, split + 1), signatures };
}

/** Unknown signers are ignored, a known signer's bad signature rejects the note. */
async function verifyNote(tools, note, keys) {
  const by = [];
  let unknown = 0;
  for (const { name, id, bytes } of note.signatures) {
    const key = keys.find((one) => one.name === name && same(one.id, id));
    if (key === undefined) {
      unknown += 1;
      continue;
    }
    let good = false;
    let time;
    if (key.type === 1 && bytes.length === 64) good = await tools.ed25519(key.publicKey, bytesOf(note.text), bytes);
    if (key.type === 4 && bytes.length === 72) {
      time = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
      good = await tools.ed25519(key.publicKey, bytesOf(`cosignature/v1\ntime ${time}\n${note.text}`), bytes.slice(8));
    }
    if (!good) return { bad: key.name };
    by.push({ ...key, time });
  }
  return { by, unknown };
}

function parseCheckpoint(noteText) {
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(noteText);
  const root = match === null ? undefined : unbase64(match[3]);
  return root === undefined || root.length !== 32 ? undefined : { origin: match[1], size: Number(match[2]), root };
}

// --- the tree --------------------------------------------------------------------------------------------------------
const ZERO = new Uint8Array([0]);
const ONE = new Uint8Array([1]);
const leafHash = (tools, leaf) => tools.sha256(join(ZERO, leaf));
const nodeHash = (tools, left, right) => tools.sha256(join(ONE, left, right));

async function treeHash(tools, hashes) {
  if (hashes.length === 0) return tools.sha256(new Uint8Array(0));
  let row = hashes;
  // Level by level; an odd last node moves up unchanged, which is RFC 6962's split at the largest power of two.
  while (row.length > 1) {
    const next = [];
    for (let n = 0; n < row.length; n += 2) next.push(n + 1 < row.length ? nodeHash(tools, row[n], row[n + 1]) : row[n]);
    row = await Promise.all(next);
  }
  return row[0];
}

async function rootFromProof(tools, hash, index, size, path) {
  let fn = index;
  let sn = size - 1;
  let running = hash;
  for (const step of path) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      running = await nodeHash(tools, step, running);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else running = await nodeHash(tools, running, step);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? running : undefined;
}

// --- SSHSIG (`ssh-keygen -Y`) -----------------------------------------------------------------------------------------
function sshReader(bytes) {
  let at = 0;
  const take = (length) => {
    if (at + length > bytes.length) throw new RangeError("short");
    at += length;
    return bytes.slice(at - length, at);
  };
  const u32 = () => new DataView(take(4).buffer).getUint32(0);
  return { take, u32, string: () => take(u32()), end: () => at === bytes.length };
}
const sshString = (bytes) => {
  const out = new Uint8Array(4 + bytes.length);
  new DataView(out.buffer).setUint32(0, bytes.length);
  out.set(bytes, 4);
  return out;
};

/** "good", "bad", or "other" for key types that only ssh-keygen can check. */
async function verifySshsig(tools, message, armored, allowedSigners) {
  const match = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?$/.exec(armored);
  const blob = match === null ? undefined : unbase64(match[1].replaceAll("\n", ""));
  if (blob === undefined) return { verdict: "bad" };
  try {
    const outer = sshReader(blob);
    if (text(outer.take(6)) !== "SSHSIG" || outer.u32() !== 1) return { verdict: "bad" };
    const [publicKey, namespace, reserved, hashName, signature] = [outer.string(), outer.string(), outer.string(), outer.string(), outer.string()];
    if (!outer.end() || text(namespace) !== "sena-approval@v1") return { verdict: "bad" };
    const signer = allowedSigners.find((one) => same(one.key, publicKey));
    if (signer === undefined) return { verdict: "bad" };
    const digest = text(hashName) === "sha512" ? await tools.sha512(message) : text(hashName) === "sha256" ? await tools.sha256(message) : undefined;
    if (digest === undefined) return { verdict: "bad" };
    const signed = join(bytesOf("SSHSIG"), sshString(namespace), sshString(reserved), sshString(hashName), sshString(digest));
    const keyReader = sshReader(publicKey);
    const type = text(keyReader.string());
    const sigReader = sshReader(signature);
    if (text(sigReader.string()) !== type) return { verdict: "bad" };
    if (type === "ssh-ed25519") {
      const good = await tools.ed25519(keyReader.string(), signed, sigReader.string());
      return { verdict: good && sigReader.end() ? "good" : "bad", principal: signer.principal };
    }
    if (type === "sk-ssh-ed25519@openssh.com") {
      const raw = keyReader.string();
      const application = keyReader.string();
      const sig = sigReader.string();
      const rest = sigReader.take(5);
      const good = await tools.ed25519(raw, join(await tools.sha256(application), rest, await tools.sha256(signed)), sig);
      return { verdict: good && sigReader.end() ? "good" : "bad", principal: signer.principal };
    }
    return { verdict: "other", principal: signer.principal };
  } catch {
    return { verdict: "bad" };
  }
}

const withoutNamespace = (line) => String(line).replace(/^(\S+) namespaces="sena-approval@v1" /, "$1 ");

function parseAllowedSigners(string) {
  const signers = [];
  for (const line of string.split("\n")) {
    const match = /^(\S+) (?:namespaces="sena-approval@v1" )?((?:sk-)?[a-z0-9@.-]+) ([A-Za-z0-9+/=]+)(?: .*)?$/.exec(line);
    const key = match === null ? undefined : unbase64(match[3]);
    if (key !== undefined) signers.push({ principal: match[1], key });
  }
  return signers;
}

// --- the bundle ------------------------------------------------------------------------------------------------------
const PATH = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/**
 * Checks everything and stops at nothing: each problem names its file and, where there is one, its entry.
 * `options`: trusted (verifier keys you hold), onProgress, onEntry, already (file hashes a stopped check had done).
 */
export async function verifyBundle(bag, tools, options = {}) {
  const problems = [];
  const notes = [];
  const problem = (file, say, entry) => problems.push(entry === undefined ? { file, say } : { file, entry, say });
  const note = (say) => notes.push(say);
  const facts = { origin: "", size: 0, root: "", signedBy: [], witnessedBy: [], entries: 0, disclosed: 0, erased: 0, withheld: 0, recordings: 0, approvals: 0, files: 0, bytes: 0 };
  const progress = (phase, done, total) => options.onProgress?.(phase, done, total);
  for (const say of bag.problems ?? []) problem(say.file, say.say);

  const read = async (name) => {
    try {
      return bag.has(name) ? await bag.read(name) : undefined;
    } catch (error) {
      problem(name, `cannot be read: ${error.message}`);
      return undefined;
    }
  };
  const readText = async (name) => {
    const bytes = await read(name);
    if (bytes === undefined) return undefined;
    try {
      return text(bytes);
    } catch {
      problem(name, "is not text");
      return undefined;
    }
  };

  const hashes = await checkBag(bag, tools, { problem, readText, progress, facts, already: options.already, onHashed: options.onHashed });
  const head = await checkHead(tools, { problem, note, readText, names: bag.names, trusted: options.trusted ?? [], facts });
  if (head === undefined) return { ok: false, problems, notes, facts };

  const tiles = await checkTiles(tools, { problem, read, head, progress });
  await checkHistory(tools, { problem, readText, names: bag.names, head, tiles, facts });
  // What each witness remembers last says all that it said before.
  facts.witnessedBy = [...new Map(facts.witnessedBy.toSorted((a, b) => a.size - b.size).map((one) => [one.line, one])).values()];
  for (const { name, line } of facts.witnessedBy) if (!(options.trusted ?? []).includes(line)) note(`The key of the witness ${name} came with the bundle (${line}). Compare it with the one you were given: anybody can make a key of that name.`);
  const anchored = Math.max(0, ...facts.witnessedBy.map((one) => one.size));
  if (anchored === 0) note("UNANCHORED: no witness cosigned this head. That the owner of the machine rolled the whole log back, and started another from there, can only be told by somebody who remembers a later head.");
  else if (anchored < head.size) note(`WITNESSED up to ${anchored} of ${head.size} entries: the log continues a head that a witness cosigned. The ${head.size - anchored} after it are UNANCHORED: whether others stood in their place can only be told by somebody who remembers a later head.`);
  const leaves = await checkEntries(tools, { problem, note, read, readText, names: bag.names, head, tiles, progress, facts });
  // A copy kept by somebody else holds every entry and its values; what an entry only names by hash stayed at the desk.
  const isCopy = strictJson(((await readText("data/bundle.json")) ?? "").replace(/\n$/, ""))?.kind === "copy";
  const { opened, erased } = await checkDisclosures(tools, { problem, note, read, names: bag.names, leaves, hashes, facts, bag, isCopy, onEntry: options.onEntry, progress });
  await checkRecordings(bag, tools, { problem, note, opened, facts, progress });
  await checkApprovals(tools, { problem, note, read, readText, names: bag.names, hashes, opened, facts });
  checkPlaces({ problem, names: bag.names, hashes, opened });
  await checkAbout({ problem, note, readText, head, leaves, opened, erased, facts });
  return { ok: problems.length === 0, problems, notes, facts };
}

async function checkBag(bag, tools, { problem, readText, progress, facts, already, onHashed }) {
  if ((await readText("bagit.txt")) !== "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n") problem("bagit.txt", "is missing or is not what a bundle's says");
  const hashes = new Map();
  let done = 0;
  for (const name of bag.names) {
    if (!PATH.test(name)) problem(name, "has a name no bundle uses");
    let sha256 = await already?.(name);
    if (sha256 === undefined) {
      const hasher = tools.hasher();
      for await (const chunk of bag.chunks(name)) await hasher.update(chunk);
      sha256 = hex(await hasher.digest());
      onHashed?.(name, sha256);
    }
    hashes.set(name, sha256);
    facts.files += 1;
    facts.bytes += bag.size(name);
    progress("files", (done += 1), bag.names.length);
  }
  for (const [list, covers] of [["manifest-sha256.txt", (name) => name.startsWith("data/")], ["tagmanifest-sha256.txt", (name) => !name.startsWith("data/") && name !== "tagmanifest-sha256.txt"]]) {
    const listed = new Set();
    const whole = await readText(list);
    if (whole === undefined) {
      problem(list, "is missing");
      continue;
    }
    if (!whole.endsWith("\n")) problem(list, "was cut short");
    for (const line of whole.split("\n").slice(0, -1)) {
      const match = /^([0-9a-f]{64})  (.+)$/.exec(line);
      if (match === null) problem(list, `has a line that is none: ${JSON.stringify(line.slice(0, 80))}`);
      else if (listed.has(match[2])) problem(list, `lists ${match[2]} twice`);
      else if (!hashes.has(match[2])) problem(match[2], `is listed in ${list} and is missing`);
      else if (hashes.get(match[2]) !== match[1]) problem(match[2], `is not the file that ${list} lists: its bytes were changed`);
      if (match !== null) listed.add(match[2]);
    }
    for (const name of bag.names) if (covers(name) && !listed.has(name)) problem(name, `is in the bundle and not in ${list}: it was added`);
    for (const name of listed) if (!covers(name)) problem(list, `lists ${name}, which it does not cover`);
  }
  return hashes;
}

async function checkHead(tools, { problem, note, readText, names, trusted, facts }) {
  const file = "data/log/checkpoint";
  const signed = parseNote((await readText(file)) ?? "");
  const checkpoint = signed === undefined ? undefined : parseCheckpoint(signed.text);
  if (checkpoint === undefined) {
    problem(file, "is missing or is no signed checkpoint");
    return undefined;
  }
  const keys = [];
  for (const name of names.filter((one) => one.startsWith("data/keys/"))) {
    const key = await parseKey(tools, ((await readText(name)) ?? "").trimEnd());
    if (key === undefined) problem(name, "is no verifier key");
    else keys.push(key);
  }
  const policyKeys = [];
  for (const line of ((await readText("data/log/policy.txt")) ?? "").split("\n")) {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] === "log") policyKeys.push(words[1]);
  }
  for (const key of keys) if (key.type === 1 && !policyKeys.includes(key.line)) problem("data/log/policy.txt", `does not name the log key ${key.line}`);
  const held = [];
  for (const line of trusted) {
    const key = await parseKey(tools, line);
    if (key === undefined) problem("(the key you gave)", `"${line}" is no verifier key`);
    else held.push(key);
  }
  const verdict = await verifyNote(tools, signed, [...keys, ...held.filter((key) => !keys.some((one) => one.line === key.line))]);
  if (verdict.bad !== undefined) problem(file, `the signature of ${verdict.bad} does not verify: the head was forged or changed`);
  else if (!verdict.by.some((key) => key.type === 1)) problem(file, "is signed by none of the log's keys");
  else {
    facts.signedBy = verdict.by.filter((key) => key.type === 1).map((key) => key.line);
    facts.witnessedBy = verdict.by.filter((key) => key.type === 4).map((key) => ({ name: key.name, line: key.line, time: Number(key.time), size: checkpoint.size }));
    if (held.length > 0 && !verdict.by.some((key) => held.some((one) => one.line === key.line))) problem(file, "is signed by none of the keys you trust");
    if (held.length === 0) note("The keys that signed the head came with the bundle. Compare them with the ones you were given: whoever could write this whole bundle could also sign it.");
    if (verdict.unknown > 0) note(`${verdict.unknown} signature(s) on the head are by keys that are not in the bundle; they were ignored.`);
  }
  facts.origin = checkpoint.origin;
  facts.size = checkpoint.size;
  facts.root = hex(checkpoint.root);
  return { ...checkpoint, note: signed, keys };
}

/** Every hash tile, bottom up, each level made from the one below; the top must be the signed root. */
async function checkTiles(tools, { problem, read, head, progress }) {
  const levels = [];
  let below = [];
  for (let level = 0, count = head.size; count > 0; level += 1, count = Math.floor(count / TILE)) {
    const row = [];
    for (let index = 0; index * TILE < count; index += 1) {
      const width = Math.min(TILE, count - index * TILE);
      const name = tilePath(level, index, width);
      const bytes = await read(name);
      const covers = `entries ${index * TILE ** (level + 1)} to ${Math.min(head.size, (index * TILE + width) * TILE ** level) - 1}`;
      if (bytes === undefined || bytes.length !== width * 32) problem(name, `is ${bytes === undefined ? "missing" : "of the wrong length"} (hashes of ${covers})`);
      for (let n = 0; n < width; n += 1) row.push(bytes === undefined || bytes.length !== width * 32 ? new Uint8Array(32) : bytes.subarray(32 * n, 32 * n + 32));
      if (level === 0) progress("tree", Math.min(head.size, (index + 1) * TILE), head.size);
    }
    if (level > 0) {
      for (let n = 0; n < row.length; n += 1) {
        const expected = await treeHash(tools, below.slice(n * TILE, (n + 1) * TILE));
        if (!same(expected, row[n])) problem(tilePath(level, Math.floor(n / TILE), Math.min(TILE, row.length - Math.floor(n / TILE) * TILE)), `hash ${n % TILE} is not that of the tile below (${tilePath(level - 1, n, TILE)}, entries ${n * TILE ** level} to ${(n + 1) * TILE ** level - 1})`);
      }
    }
    levels.push(row);
    below = row;
  }
  const root = await treeHash(tools, levels[0] ?? []);
  if (!same(root, head.root)) problem("data/log/checkpoint", `says the root of ${head.size} entries is ${hex(head.root)}; the hash tiles give ${hex(root)}`);
  return levels;
}

/** Older heads: signed by the log, and heads of this very tree. */
async function checkHistory(tools, { problem, readText, names, head, tiles, facts }) {
  for (const name of names.filter((one) => one.startsWith("data/log/history/"))) {
    const signed = parseNote((await readText(name)) ?? "");
    const older = signed === undefined ? undefined : parseCheckpoint(signed.text);
    if (older === undefined || name !== `data/log/history/${older.size}.checkpoint`) {
      problem(name, "is no signed checkpoint, or not of the size its name says");
      continue;
    }
    const verdict = await verifyNote(tools, signed, head.keys);
    const isSigned = verdict.by?.some((key) => key.type === 1) === true;
    if (!isSigned) problem(name, "is not signed by the log's keys");
    if (older.origin !== head.origin) problem(name, `is the head of another log (${older.origin})`);
    else if (older.size > head.size) problem(name, `is a later head (${older.size} entries) than the bundle's (${head.size}): the log was rolled back`);
    else if (!same(await treeHash(tools, (tiles[0] ?? []).slice(0, older.size)), older.root)) problem(name, `is not a head of this tree: the first ${older.size} entries were others when it was signed`);
    else if (isSigned) facts.witnessedBy.push(...verdict.by.filter((key) => key.type === 4).map((key) => ({ name: key.name, line: key.line, time: Number(key.time), size: older.size })));
  }
}

async function checkEntries(tools, { problem, note, read, readText, names, head, tiles, progress, facts }) {
  const leaves = new Map();
  const take = async (file, seq, bytes) => {
    if (!same(await leafHash(tools, bytes), tiles[0]?.[seq])) {
      problem(file, "this entry is not the one in the tree: it was changed, moved or put in another's place", seq);
      return;
    }
    let leaf;
    try {
      leaf = strictJson(text(bytes));
    } catch {
      leaf = undefined;
    }
    if (leaf === undefined || leaf.v !== 1 || leaf.seq !== seq) problem(file, "this entry is not canonical JSON with its own number", seq);
    else leaves.set(seq, leaf);
  };

  for (let index = 0; index * TILE < head.size; index += 1) {
    const width = Math.min(TILE, head.size - index * TILE);
    const file = tilePath("entries", index, width);
    const bytes = await read(file);
    if (bytes === undefined) continue;
    let at = 0;
    let n = 0;
    for (; n < width && at + 2 <= bytes.length; n += 1) {
      const length = bytes[at] * 256 + bytes[at + 1];
      if (at + 2 + length > bytes.length) break;
      await take(file, index * TILE + n, bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    if (n < width) problem(file, `ends within entry ${index * TILE + n}: it was cut, or a length was changed`, index * TILE + n);
    else if (at !== bytes.length) problem(file, "goes on after its last entry");
    progress("entries", index * TILE + width, head.size);
  }

  for (const file of names.filter((one) => one.startsWith("data/proofs/"))) {
    const whole = (await readText(file)) ?? "";
    const match = /^c2sp\.org\/tlog-proof@v1\nextra (\S*)\nindex (0|[1-9][0-9]*)\n((?:[A-Za-z0-9+/]{43}=\n)*)\n([\s\S]*)$/.exec(whole);
    const leaf = match === null ? undefined : unbase64(match[1]);
    const seq = match === null ? -1 : Number(match[2]);
    if (leaf === undefined || file !== `data/proofs/${seq}.tlog-proof`) {
      problem(file, "is no proof, or not of the entry its name says");
      continue;
    }
    const signed = parseNote(match[4]);
    if (signed === undefined || signed.text !== head.note.text || (await verifyNote(tools, signed, head.keys)).by === undefined) problem(file, "its checkpoint is not the bundle's", seq);
    const path = match[3].split("\n").slice(0, -1).map(unbase64);
    if (!same(await rootFromProof(tools, await leafHash(tools, leaf), seq, head.size, path), head.root)) problem(file, "does not prove that this entry is in the tree", seq);
    await take(file, seq, leaf);
  }
  facts.entries = leaves.size;
  facts.withheld = head.size - leaves.size;
  if (facts.withheld > 0) note(`${facts.withheld} of ${head.size} entries are not in this bundle. Their hashes are, so the log was not trimmed; what they say is not shown.`);
  for (const [seq, leaf] of leaves) if (leaf.type === "outcome-unknown") note(`Entry ${seq}: what entry ${leaf.refs?.start} started has no recorded outcome.`);
  for (const [seq, leaf] of leaves) if (leaf.type === "gap") note(`Entry ${seq}: a gap is recorded here.`);
  return leaves;
}

/** What the commitments stand for. Every line must hash to one in its entry; nothing may be said that was not committed. */
async function checkDisclosures(tools, { problem, note, read, names, leaves, hashes, facts, bag, isCopy, onEntry, progress }) {
  let elsewhere = 0;
  const opened = new Map();
  const erased = new Set();
  const byHash = new Map();
  for (const [name, sha256] of hashes) if (!byHash.has(sha256) || name.startsWith("data/")) byHash.set(sha256, name);
  const files = names.filter((one) => one.startsWith("data/disclosures/"));
  let owners;
  let done = 0;
  for (const file of files) {
    // Read loosely: one byte that is no text spoils its own line, not the whole file, and that line still names its entry.
    const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode((await read(file)) ?? new Uint8Array(0)).split("\n");
    const rest = lines.pop();
    let last;
    for (const line of lines) last = (await takeLine(file, line, last)) ?? last;
    if (rest !== "" || lines.length === 0) problem(file, "was cut short, or its end was changed", (await ownerOf(rest)) ?? last);
    progress("disclosures", (done += 1), files.length);
  }

  /** Whose value a broken line holds, whatever else it says: known by its commitment. Most bundles never ask. */
  async function ownerOf(line) {
    const d = strictJson(line.slice(line.indexOf("["), line.lastIndexOf("]") + 1));
    if (d === undefined) return undefined;
    if (owners === undefined) {
      owners = new Map();
      for (const [seq, leaf] of leaves) for (const commitment of [...Object.values(leaf.c), ...(leaf.blobs ?? []).map((blob) => blob.commitment)]) owners.set(commitment, seq);
    }
    return owners.get(base64url(await tools.sha256(bytesOf(canonical(d)))));
  }

  /** Gives the entry it spoke of. A line too broken to say is named after the one before it. */
  async function takeLine(file, line, before) {
    const value = strictJson(line);
    // Two lines whose newline was changed are two lines.
    const lines = value === undefined ? line.replaceAll(/("seq":\d+\}).(?=\{"(?:d":\[|erased":true))/gsu, "$1\n").split("\n") : [line];
    if (lines.length > 1) {
      let last = before;
      for (const one of lines) {
        last = (await takeLine(file, one, last)) ?? last;
        problem(file, "has lines that run into each other", last);
      }
      return last;
    }
    const said = value?.seq ?? (/"seq":(\d+)\}$/.test(line) ? Number(/"seq":(\d+)\}$/.exec(line)[1]) : undefined);
    const seq = typeof said === "number" ? said : ((await ownerOf(line)) ?? before);
    const leaf = leaves.get(seq);
    const isWhole = value !== undefined && Object.keys(value).length === 2 && Number.isInteger(value.seq) && ("d" in value || value.erased === true);
    if (!isWhole || leaf === undefined || file !== `data/disclosures/${tileIndexPath(Math.floor(seq / TILE))}.jsonl`) {
      problem(file, `has a line of no entry in this bundle: ${JSON.stringify(line.slice(0, 80))}`, (await ownerOf(line)) ?? seq);
      return seq;
    }
    if (value.erased === true) {
      erased.add(seq);
      return seq;
    }
    const d = value.d;
    if (!Array.isArray(d) || d.length !== 3) {
      problem(file, "has a line that discloses nothing", seq);
      return seq;
    }
    const commitment = base64url(await tools.sha256(bytesOf(canonical(d))));
    const blob = /^blob:(\d+):/.exec(d[1]);
    const committed = blob === null ? leaf.c[d[1]] : leaf.blobs?.[Number(blob[1])]?.commitment;
    if (committed !== commitment) {
      problem(file, `the value of "${d[1]}" is not what this entry committed to`, seq);
      const owner = await ownerOf(line);
      if (owner !== undefined && owner !== seq) problem(file, `the value of "${d[1]}" of this entry is said to be that of entry ${seq}`, owner);
      return seq;
    }
    const entry = opened.get(seq) ?? { leaf, values: {}, blobs: [] };
    opened.set(seq, entry);
    if (blob === null) {
      entry.values[d[1]] = d[2];
      return seq;
    }
    const about = leaf.blobs[Number(blob[1])];
    const name = byHash.get(d[2]);
    entry.blobs[Number(blob[1])] = { role: about.role, sha256: d[2], file: name };
    if (name === undefined && isCopy) elsewhere += 1;
    else if (name === undefined) problem(file, `the ${about.role} of this entry (SHA-256 ${d[2]}) is not in the bundle`, seq);
    else if (bag.size(name) !== about.len) problem(name, `is not as long as this entry says (${about.len} bytes)`, seq);
    return seq;
  }

  for (const [seq, { leaf, values, blobs }] of opened) {
    for (const name of Object.keys(leaf.c)) if (!(name in values)) problem(`data/disclosures/${tileIndexPath(Math.floor(seq / TILE))}.jsonl`, `the value of "${name}" was left out`, seq);
    (leaf.blobs ?? []).forEach((blob, place) => blobs[place] === undefined && problem(`data/disclosures/${tileIndexPath(Math.floor(seq / TILE))}.jsonl`, `the ${blob.role} was left out`, seq));
  }
  const named = new Map();
  for (const [seq, { leaf, values }] of opened) if (leaf.type === "redaction") for (const [from, to] of Array.isArray(values.entries) ? values.entries : []) for (let n = from; n <= to; n += 1) named.set(n, { seq, reason: values.reason });
  for (const seq of erased) {
    const by = named.get(seq);
    if (opened.has(seq)) problem("data/disclosures", "is both erased and disclosed", seq);
    else if (by === undefined) problem("data/disclosures", "is said to be erased, and no redaction entry says so", seq);
  }
  if (erased.size > 0) note(`${erased.size} entries: erased, commitment intact (each named by a redaction entry).`);
  if (elsewhere > 0) note(`${elsewhere} large values (scripts, outputs) are named here by their SHA-256 and stayed where they were made.`);
  facts.disclosed = opened.size;
  facts.erased = erased.size;
  if (onEntry !== undefined) for (const [seq, leaf] of [...leaves].sort((a, b) => a[0] - b[0])) onEntry({ seq, leaf, values: opened.get(seq)?.values, blobs: opened.get(seq)?.blobs, erased: erased.has(seq) ? named.get(seq) ?? {} : undefined });
  return { opened, erased };
}

async function checkRecordings(bag, tools, { problem, note, opened, facts, progress }) {
  const spans = new Map();
  for (const [seq, { leaf, values }] of opened) {
    if (leaf.type !== "recording" || typeof values.recording !== "string") continue;
    const list = spans.get(values.recording) ?? [];
    spans.set(values.recording, list);
    list.push({ seq, from: values.from, to: values.to, sha256: values.sha256, last: values.last });
  }
  const files = bag.names.filter((one) => one.startsWith("data/recordings/"));
  let done = 0;
  for (const file of files) {
    const id = file.slice("data/recordings/".length, -".cast".length);
    const list = (spans.get(id) ?? []).sort((a, b) => a.from - b.from || a.seq - b.seq);
    spans.delete(id);
    if (list.length === 0) problem(file, "no entry of this bundle speaks of this recording");
    let reached = 0;
    for (const span of list) {
      if (span.from > reached) problem(file, `bytes ${reached} to ${span.from} were never committed`, span.seq);
      reached = Math.max(reached, span.to);
      if (span.to > bag.size(file)) {
        problem(file, `is shorter than this entry says (${span.to} bytes): it was cut`, span.seq);
        continue;
      }
      const hasher = tools.hasher();
      for await (const chunk of bag.chunks(file, span.from, span.to)) await hasher.update(chunk);
      if (hex(await hasher.digest()) !== span.sha256) problem(file, `bytes ${span.from} to ${span.to} are not what was recorded: changed or swapped`, span.seq);
    }
    if (list.length > 0 && bag.size(file) !== reached) problem(file, `has ${bag.size(file) - reached} bytes that were never committed`);
    if (list.length > 0 && !list.some((span) => span.last === true)) note(`${file}: the session had not ended when this bundle was made.`);
    facts.recordings += 1;
    progress("recordings", (done += 1), files.length);
  }
  for (const [id, list] of spans) note(`Recording ${id} (entry ${list[0].seq}) is not in this bundle.`);
}

async function checkApprovals(tools, { problem, note, read, readText, names, hashes, opened, facts }) {
  const committed = new Map();
  const named = new Set();
  for (const [seq, { leaf, values, blobs }] of opened) {
    if (leaf.type !== "approval") continue;
    named.add(withoutNamespace(values.signer));
    const [object, signed] = ["approval", "approval.sig"].map((role) => blobs.find((blob) => blob?.role === role)?.sha256);
    // By hash, not by name: the request entry commits to the same bytes, and they may lie in the bundle under two names.
    if (object !== undefined) committed.set(object, [...(committed.get(object) ?? []), { seq, signed }]);
  }
  // Who a signature is said to be of is as much part of it as its bytes: another name, or another's signature, is a forgery.
  const list = "data/approvals/allowed_signers";
  const allowed = (await readText(list)) ?? "";
  for (const line of allowed.split("\n")) if (line !== "" && !named.has(withoutNamespace(line))) problem(list, `names a signer whom no approval entry names: ${JSON.stringify(line.slice(0, 80))}`);
  const signers = parseAllowedSigners(allowed);
  for (const file of names.filter((one) => /^data\/approvals\/.+\.json$/.test(one))) {
    facts.approvals += 1;
    const by = committed.get(hashes.get(file)) ?? [];
    const { seq, signed } = by.find((one) => one.signed === hashes.get(`${file}.sig`)) ?? by[0] ?? {};
    if (seq === undefined) problem(file, "no approval entry committed to this: it was forged or put in another's place");
    else if (signed !== hashes.get(`${file}.sig`)) problem(`${file}.sig`, "is not the signature that this entry committed to", seq);
    const signature = await readText(`${file}.sig`);
    if (signature === undefined) {
      problem(file, "has no signature beside it", seq);
      continue;
    }
    const { verdict, principal } = await verifySshsig(tools, await read(file), signature, signers);
    if (verdict === "bad") problem(`${file}.sig`, "does not verify: the approval was forged or changed", seq);
    if (verdict === "other") note(`${file}: signed by ${principal} with a key type this program cannot check; use ssh-keygen -Y verify.`);
  }
}

/** A file that no entry speaks of shows nothing, and under a name that says otherwise it would seem to. */
function checkPlaces({ problem, names, hashes, opened }) {
  const spoken = new Set();
  for (const { blobs } of opened.values()) for (const blob of blobs) if (blob !== undefined) spoken.add(blob.sha256);
  for (const name of names) {
    const [, sha256] = /^data\/(?:blobs\/|policy\/)(.+?)(?:\.cedar)?$/.exec(name) ?? [];
    if (sha256 !== undefined && hashes.get(name) !== sha256) problem(name, "is not the file that its name says");
    else if (sha256 !== undefined && !spoken.has(sha256)) problem(name, "no entry of this bundle speaks of it: it was added");
    else if (/^data\/approvals\/.+\.sig$/.test(name) && !hashes.has(name.slice(0, -4))) problem(name, "is a signature over nothing in this bundle");
    else if (name.startsWith("data/") && !PLACES.test(name)) problem(name, "lies where nothing of a bundle does: it was added");
  }
}
const PLACES = /^data\/(?:bundle\.json$|(?:log|keys|disclosures|proofs|recordings|approvals|policy|blobs)\/)/;

/** What the bundle says of itself, against what it holds. */
async function checkAbout({ problem, note, readText, head, leaves, opened, erased, facts }) {
  const file = "data/bundle.json";
  const about = strictJson(((await readText(file)) ?? "").replace(/\n$/, ""));
  if (about === undefined) return problem(file, "is missing or not canonical JSON");
  if (about.origin !== head.origin || about.size !== head.size || about.root !== hex(head.root)) problem(file, "speaks of another head than the checkpoint");
  if (about.disclosed !== facts.disclosed + facts.erased) problem(file, `says that ${about.disclosed} entries are shown; ${facts.disclosed + facts.erased} are: some were left out or added`);
  const exported = opened.get(about.exportEntry);
  if (about.kind === "copy") {
    if (!facts.witnessedBy.some((one) => one.size === head.size)) problem(file, "says it is a copy that somebody else keeps, and no witness cosigned its head");
    if (about.allLeaves !== true || about.minimum !== 0) problem(file, "says it is a copy, and not that it holds every entry");
    note(`Made by ${about.keeper} from the copy it keeps; the log itself knows nothing of this export.`);
  } else if (exported?.leaf.type !== "export") problem(file, "names no export entry of this log", about.exportEntry);
  else if (canonical(exported.values.selection) !== canonical(about.selection)) problem(file, "says another selection than the log's export entry", about.exportEntry);
  // A leaf without its values is what a choice with every leaf is made of, and nothing else.
  const isShown = (seq, leaf) => opened.has(seq) || erased.has(seq) || (Object.keys(leaf.c).length === 0 && leaf.blobs === undefined);
  if (about.kind === "full" || (about.kind === "selective" && !about.allLeaves)) for (const [seq, leaf] of leaves) if (!isShown(seq, leaf)) problem(`data/disclosures/${tileIndexPath(Math.floor(seq / TILE))}.jsonl`, "nothing is shown of this entry, and nothing says that it was erased", seq);
  if (about.allLeaves) for (let seq = about.minimum; seq < head.size; seq += 1) if (!leaves.has(seq)) problem(`data/log/${"tile/entries"}`, "is missing from a bundle that says it holds every entry", seq);
}
