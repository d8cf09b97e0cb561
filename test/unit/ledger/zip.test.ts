import { hash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { copyFileInto } from "../../../src-main/ledger/copy-file.ts";
import { openingText } from "../../../src-main/ledger/commitment.ts";
import { zipCentralHeader, zipEnd, zipLocalHeader } from "../../../src-main/ledger/zip-format.ts";
import { openZip } from "../../../src-main/ledger/zip-write.ts";
import { exportTo, has, verify } from "../../integration/ledger/evidence.ts";
import { intent, operator, workplace } from "./harness.ts";

const COPY_WORKER = resolve(import.meta.dirname, "../../../src-main/ledger/copy-worker.ts");
const GIB = 2 ** 30;
const idle = { signal: new AbortController().signal, onBytes: () => undefined };

describe("a bundle's container", () => {
  it("writes sizes and places beyond four gigabytes in the 64-bit records", () => {
    const local = zipLocalHeader({ name: "a", size: 5 * GIB, crc: 7, offset: 0 });
    expect([local.readUInt32LE(18), local.readUInt16LE(28), local.readBigUInt64LE(31 + 4)]).toEqual([0xffff_ffff, 20, BigInt(5 * GIB)]);
    const far = zipCentralHeader({ name: "a", size: 1, crc: 7, offset: 6 * GIB });
    expect([far.readUInt32LE(24), far.readUInt32LE(42), far.readUInt16LE(30), far.readBigUInt64LE(47 + 4)]).toEqual([1, 0xffff_ffff, 12, BigInt(6 * GIB)]);
    const both = zipCentralHeader({ name: "a", size: 5 * GIB, crc: 7, offset: 6 * GIB });
    expect([both.readBigUInt64LE(51), both.readBigUInt64LE(59), both.readBigUInt64LE(67)]).toEqual([BigInt(5 * GIB), BigInt(5 * GIB), BigInt(6 * GIB)]);
    for (const wide of [zipEnd(70_000, 10, 20), zipEnd(1, 5 * GIB, 20), zipEnd(1, 10, 5 * GIB)]) expect([wide.byteLength, wide.readUInt32LE(0)]).toEqual([98, 0x0606_4b50]);
    expect(zipEnd(1, 10, 20).byteLength).toBe(22);
  });

  it("holds more files than a 16-bit count says, and the checker reads them", async () => {
    using place = workplace();
    const path = join(place.dir, "many.zip");
    const zip = openZip(path);
    for (let n = 0; n < 70_000; n += 1) zip.add(`data/${n}`, Buffer.alloc(0));
    zip.finish();
    zip.close();
    zip.close();
    const { problems, facts } = await verify(path);
    expect(problems.filter(({ file }) => file.startsWith("(zip"))).toEqual([]);
    expect(facts).toMatchObject({ files: 70_000 });
  });

  it("copies files in as they are, the empty one too, and refuses one that is shorter than it should be", async () => {
    using place = workplace();
    const from = join(place.dir, "from");
    writeFileSync(from, "0123456789");
    const zip = openZip(join(place.dir, "out.zip"));
    await zip.addFile("data/a", from, 10, idle.signal, idle.onBytes);
    await zip.addFile("data/b", from, 0, idle.signal, idle.onBytes);
    zip.add("data/big", Buffer.alloc(5 << 20));
    await expect(zip.addFile("data/c", from, 11, idle.signal, idle.onBytes)).rejects.toThrow(RangeError);
    zip.finish();
    zip.close();
    expect(readFileSync(join(place.dir, "out.zip")).includes("0123456789")).toBe(true);
  });

  it("copies a large file on a thread of its own, into its place, with the bytes' own hash and checksum", async () => {
    using place = workplace();
    const from = join(place.dir, "large");
    const large = Buffer.alloc((9 << 20) + 12_345);
    for (let at = 0; at < large.byteLength; at += 4) large.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, Math.min(at, large.byteLength - 4));
    writeFileSync(from, Buffer.concat([large, Buffer.from("what was written after the record was closed")]));
    const path = join(place.dir, "out.zip");
    const zip = openZip(path, COPY_WORKER);
    zip.add("data/before", Buffer.from("before"));
    let copied = 0;
    const { sha256 } = await zip.addFile("data/large", from, large.byteLength, idle.signal, (bytes) => (copied += bytes));
    zip.add("data/after", Buffer.from("after"));
    await zip.sync();
    zip.finish();
    zip.close();
    expect([sha256, copied]).toEqual([hash("sha256", large, "hex"), large.byteLength]);
    const out = readFileSync(path);
    const header = zipLocalHeader({ name: "data/large", size: large.byteLength, crc: crc32(large), offset: 0 });
    const at = out.indexOf(header);
    expect(at).toBeGreaterThan(0);
    expect(out.subarray(at + header.byteLength, at + header.byteLength + large.byteLength).equals(large)).toBe(true);
  });

  it("stops copying when it is told to, and says so when the file cannot be read to its end", async () => {
    using place = workplace();
    const from = join(place.dir, "large");
    writeFileSync(from, Buffer.alloc(9 << 20));
    const to = join(place.dir, "out");
    writeFileSync(to, "");
    const stop = new AbortController();
    const running = copyFileInto(COPY_WORKER, { from, to, offset: 0, length: 9 << 20 }, stop.signal, () => stop.abort(new Error("enough")));
    await expect(running).rejects.toThrow("enough");
    await expect(copyFileInto(COPY_WORKER, { from, to, offset: 0, length: 1 }, stop.signal, idle.onBytes)).rejects.toThrow("enough");
    await expect(copyFileInto(COPY_WORKER, { from, to, offset: 0, length: 10 << 20 }, idle.signal, idle.onBytes)).rejects.toThrow(/shorter while it was copied/);
  });

  it("keeps names apart however many there are", () => {
    const texts = Array.from({ length: 5000 }, (_, n) => openingText("s", `name ${n}`, n));
    expect(new Set(texts).size).toBe(5000);
    expect(texts[4999]).toBe('["s","name 4999",4999]');
  });
});

describe("a bundle of a log with a past", () => {
  it("carries older heads, witnesses, turned keys, policies, and what retention left, and verifies", async () => {
    using place = workplace();
    using there = workplace();
    await using ledger = await place.open();
    await using witness = await there.open();
    const key = ledger.keyring.signers()[0]!.key;
    const vkey = `${key.name}+${key.keyId.toString("hex")}+${Buffer.concat([Buffer.of(1), key.publicKey]).toString("base64")}`;
    await Promise.all(Array.from({ length: 600 }, (_, n) => ledger.append(intent({ n }))));
    const answer = witness.witness.answer(ledger.witness.request(0), { logKey: vkey, by: operator });
    ledger.witness.take(answer.lines, { witnessKey: witness.witness.witnessKey(), by: operator });
    ledger.keeping.beginRotation(operator);
    ledger.keeping.endRotation(operator);
    await ledger.append({ type: "policy", actor: operator, fields: { title: "default" }, blobs: [{ role: "policy", bytes: Buffer.from("permit(principal, action, resource);") }] });
    await ledger.append({ type: "approval", actor: operator, fields: { approval: "../../bad id" }, blobs: [{ role: "note", bytes: Buffer.from("x") }, { role: "other", bytes: Buffer.from("x") }] });
    const recording = await ledger.recordings.open({ session: "ses_1", host: "h", actor: operator, cols: 80, rows: 24, title: "h", term: "xterm" });
    recording.output(Buffer.from("gone"));
    await recording.close({ status: 0, reason: "done" });
    ledger.keeping.prune(256, operator, "retention");
    const path = join(place.dir, "past.zip");
    await exportTo(ledger, path);
    const report = await verify(path);
    expect(report.problems).toEqual([]);
    // An export is itself an entry, so no witness can know its head yet: what is anchored is the head that one remembers.
    expect(report.facts.witnessedBy).toEqual([{ name: expect.any(String), line: witness.witness.witnessKey(), time: expect.any(Number), size: answer.size }]);
    // A witness's key that is only known from the bundle is no witness yet.
    const compare = (notes: readonly string[]): boolean => notes.some((note) => note.includes("The key of the witness") && note.includes(witness.witness.witnessKey()));
    const own = report.facts.signedBy[0] as string;
    expect([compare(report.notes), compare((await verify(path, { trusted: [own] })).notes), compare((await verify(path, { trusted: [own, witness.witness.witnessKey()] })).notes)]).toEqual([true, true, false]);
    expect(report.notes.join("\n")).toMatch(new RegExp(`WITNESSED up to ${answer.size} of ${report.facts.size} entries.*UNANCHORED`));
    const bytes = readFileSync(path);
    for (const name of [`data/log/history/${answer.size}.checkpoint`, "data/keys/log-2.vkey", "data/keys/witness-1.vkey", "data/policy/", "data/recordings/rec_"]) expect(bytes.includes(name), name).toBe(true);
    ledger.keeping.erase({ kind: "entries", seqs: Array.from({ length: ledger.head().size }, (_, n) => n).filter((n) => n >= ledger.head().size - 14) }, operator, "all of it");
    const again = join(place.dir, "erased.zip");
    await exportTo(ledger, again, { kind: "selective", fromMs: 0, toMs: Date.now() + 1000 });
    expect((await verify(again)).problems).toEqual([]);
    const none = join(place.dir, "none.zip");
    await exportTo(ledger, none, { kind: "selective", fromMs: Date.now() + 5000, sessions: ["x"] });
    await exportTo(ledger, join(place.dir, "none2.zip"), { kind: "selective", toMs: 5000 });
    expect((await verify(none)).problems).toEqual([]);
  });

  (has("ssh-keygen") ? it : it.skip)("falls back to the entry's number where an approval's id would be a path", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const { signedApproval } = await import("../../integration/ledger/evidence.ts");
    const { object, signature, signer } = signedApproval(join(place.dir, "a"), "apr_1");
    const { seq } = await ledger.append({ type: "approval", actor: operator, fields: { approval: "../../etc/passwd", signer: signer.replace(" ", ' namespaces="sena-approval@v1" ') }, blobs: [{ role: "approval", bytes: object }, { role: "approval.sig", bytes: signature }] });
    const path = join(place.dir, "b.zip");
    await exportTo(ledger, path);
    const report = await verify(path);
    expect(report.problems).toEqual([]);
    expect(readFileSync(path).includes(`data/approvals/entry-${seq}.json`)).toBe(true);
  });
});
