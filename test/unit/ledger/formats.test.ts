import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src-main/kernel/index.ts";
import { checkpointText, parseCheckpoint, parseCheckpointText } from "../../../src-main/ledger/checkpoint.ts";
import { blobName, commitmentOf, openingText, parseOpening } from "../../../src-main/ledger/commitment.ts";
import { castEvent, castEventRoom, incompleteTail, writeCastEvent } from "../../../src-main/ledger/cast.ts";
import { createEscapeRoom } from "../../../src-main/ledger/json-escape.ts";
import { cosign, ed25519Signer, formatVerifierKey, isKeyName, parseNote, parseSignatureLine, parseVerifierKey, SIGNATURE_TYPE, signNote, strictBase64, verifierKey, verifyNote, type VerifierKey } from "../../../src-main/ledger/note.ts";
import { formatLogPolicy, parseLogPolicy, quorumMet } from "../../../src-main/ledger/policy-file.ts";
import { formatTlogProof, parseTlogProof } from "../../../src-main/ledger/proof-file.ts";
import { cefMessage, ocsfEvent, resultOf, severityOf, type SiemEntry } from "../../../src-main/ledger/siem-format.ts";
import { decodeEntryBundle, encodeEntryBundle, hashTilesOf, parseTilePath, tileIndexPath, tilePath } from "../../../src-main/ledger/tiles.ts";

const seed = (n: number): Buffer => Buffer.alloc(32, n);

describe("a signed note", () => {
  it("verifies as C2SP publishes it", () => {
    const key = parseVerifierKey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k") as VerifierKey;
    const note = parseNote("This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
    expect(note?.text).toBe("This is an example message.\n");
    expect(verifyNote(note!, [key])).toMatchObject({ verified: true, by: [{ name: "example.com/foo" }] });
  });

  it("verifies as the format's first implementation publishes it, and signs to the same bytes", () => {
    const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const published = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
    const key = parseVerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW") as VerifierKey;
    expect(verifyNote(parseNote(published)!, [key]).verified).toBe(true);
    const signer = ed25519Signer("PeterNeumann", Buffer.from("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "base64").subarray(1));
    expect(formatVerifierKey(signer.key)).toBe("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    expect(signNote(text, [signer])).toBe(published);
  });

  it("ignores signers it does not know and rejects a known one's bad signature", () => {
    const [a, b] = [ed25519Signer("log.example/a", seed(1)), ed25519Signer("log.example/b", seed(2))];
    const both = parseNote(signNote("text\n", [a, b]))!;
    expect(verifyNote(both, [a.key])).toMatchObject({ verified: true, unknown: [{ name: "log.example/b" }] });
    expect(verifyNote(both, [ed25519Signer("log.example/c", seed(3)).key])).toMatchObject({ verified: false, why: "no known key signed it" });
    const forged = parseNote(signNote("text\n", [a, b]).replace("text", "tixt"))!;
    expect(verifyNote(forged, [a.key, b.key])).toMatchObject({ verified: false, why: "a known key's signature does not verify" });
  });

  it("takes a witness's cosignature, bound to its time", () => {
    const log = ed25519Signer("log.example", seed(1));
    const text = checkpointText("log.example", 7, Buffer.alloc(32, 9));
    const { line, key } = cosign("witness.example/w1", seed(4), 1_700_000_000, text);
    const note = parseNote(signNote(text, [log]) + line)!;
    expect(verifyNote(note, [log.key, key])).toMatchObject({ verified: true, by: [{}, { name: "witness.example/w1", type: 4 }] });
    const moved = parseSignatureLine(line.trimEnd())!;
    moved.signature.writeBigUInt64BE(1_700_000_001n);
    expect(verifyNote({ text, signatures: [moved] }, [key]).verified).toBe(false);
    expect(verifyNote({ text, signatures: [{ ...moved, signature: moved.signature.subarray(1) }] }, [key]).verified).toBe(false);
    const odd = verifierKey("x", SIGNATURE_TYPE.mlDsa44, Buffer.alloc(1312));
    expect(verifyNote({ text, signatures: [{ name: "x", keyId: odd.keyId, signature: Buffer.alloc(2428), line: "" }] }, [odd]).verified).toBe(false);
    const strange = verifierKey("y", 0x05, Buffer.alloc(32));
    expect(verifyNote({ text, signatures: [{ name: "y", keyId: strange.keyId, signature: Buffer.alloc(72), line: "" }] }, [strange]).verified).toBe(false);
  });

  it.each([
    ["no blank line", "text\n— a AAAAAAA=\n"], ["no signature", "text\n\n"], ["no last newline", "text\n\n— a AAAAAAA="], ["a control character", "te\u0000xt\n\n— a AAAAAAA=\n"], ["a carriage return", "text\r\n\n— a AAAAAAA=\n"],
    ["a bad line", "text\n\n- a AAAAAAA=\n"], ["loose base64", "text\n\n— a AAAAAA\n"], ["too short a signature", "text\n\n— a AAAA\n"], ["a name with a plus", "text\n\n— a+b AAAAAAA=\n"], ["too many signatures", `text\n\n${"— a AAAAAAA=\n".repeat(65)}`], ["half a character", "te\ud800xt\n\n— a AAAAAAA=\n"],
  ])("is not one with %s", (_what, text) => expect(parseNote(text)).toBeUndefined());

  it("has keys that are spelled one way", () => {
    expect(parseVerifierKey("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")).toBeUndefined();
    expect(parseVerifierKey("nonsense")).toBeUndefined();
    expect(parseVerifierKey("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")).toBeUndefined();
    expect(parseVerifierKey("a+530d903a+A===")).toBeUndefined();
    expect(parseVerifierKey("a+530d903a+AQ==")).toBeUndefined();
    expect([isKeyName("a b"), isKeyName("a+b"), isKeyName(""), isKeyName("a/b"), isKeyName("a\u2028b")]).toEqual([false, false, false, true, false]);
    expect(strictBase64("AA")).toBeUndefined();
  });
});

describe("a checkpoint", () => {
  it("comes back as it was written", () => {
    fc.assert(fc.property(fc.nat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, root) => {
      expect(parseCheckpointText(checkpointText("log.example", size, root))).toEqual({ origin: "log.example", size, root: Buffer.from(root) });
    }));
  });
  it.each([["\n1\nAAAA\n"], ["o\n01\nAAAA\n"], ["o\n1\nAAAA\n"], ["o\n1\nAA\n"], ["o\n-1\nAAAA\n"], ["o\n9999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"], ["o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n"], ["o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="]])("is not %j", (text) => expect(parseCheckpointText(text)).toBeUndefined());
  it("is refused inside a note that is none, and in a note that holds something else", () => {
    expect(parseCheckpoint("nothing")).toBeUndefined();
    expect(parseCheckpoint("text\n\n— a AAAAAAA=\n")).toBeUndefined();
    expect(parseCheckpoint("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n")).toMatchObject({ checkpoint: { size: 20852163 }, note: { signatures: [{}, { name: "witness.example.com/w1" }] } });
  });
});

describe("a commitment", () => {
  it("is the hash of the canonical opening, and of nothing else", () => {
    const opening = openingText("c2FsdA", "script", { b: 1, a: "é" });
    expect(opening).toBe('["c2FsdA","script",{"a":"é","b":1}]');
    expect(commitmentOf(opening)).toBe(hash("sha256", opening, "base64url"));
    expect(parseOpening(JSON.parse(opening))).toEqual({ salt: "c2FsdA", name: "script", value: { b: 1, a: "é" } });
    expect(blobName(0, "stdout")).toBe("blob:0:stdout");
  });
  it("is written as canonical JSON writes it, whatever the name and value", () => {
    fc.assert(fc.property(fc.string({ maxLength: 12 }), fc.jsonValue(), (name, value) => {
      const clean = JSON.parse(JSON.stringify(value)) as Parameters<typeof openingText>[2];
      expect(openingText("c2FsdA", name.toWellFormed(), clean)).toBe(canonicalJson(["c2FsdA", name.toWellFormed(), clean]));
    }));
  });
  it.each([[1], [["s"]], [["s", "n", 1, 2]], [[1, "n", 1]], [["s", 2, 1]], [["s", "n", undefined]]])("is not opened by %j", (value) => expect(parseOpening(value)).toBeUndefined());
  it("differs for the same value under another salt or name", () => {
    const texts = [openingText("a", "n", "v"), openingText("b", "n", "v"), openingText("a", "m", "v"), openingText("a", "n", "w")];
    expect(new Set(texts.map(commitmentOf)).size).toBe(4);
  });
});

describe("tiles", () => {
  it("are where the text says", () => {
    expect(tileIndexPath(1234067)).toBe("x001/x234/067");
    expect([...hashTilesOf(70_000)].filter(({ width }) => width < 256)).toEqual([{ level: 0, index: 273, width: 112 }, { level: 1, index: 1, width: 17 }, { level: 2, index: 0, width: 1 }]);
    expect([...hashTilesOf(256)].map(tilePath)).toEqual(["tile/0/000", "tile/1/000.p/1"]);
    expect([...hashTilesOf(0)]).toEqual([]);
  });
  it("have one path each", () => {
    fc.assert(fc.property(fc.nat({ max: 5_000_000 }), fc.integer({ min: 1, max: 256 }), fc.constantFrom<number | "entries">(0, 1, 7, "entries"), (index, width, level) => {
      expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width });
    }));
    for (const path of ["tile/0/0", "tile/00/000", "tile/0/x000/001", "tile/0/000.p/256", "tile/0/000.p/0", "tile/a/000", "tile/0/../000"]) expect(parseTilePath(path)).toBeUndefined();
  });
  it("carry entries of every length that fits, and nothing half", () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (leaves) => {
      expect(decodeEntryBundle(encodeEntryBundle(leaves))?.map((leaf) => Buffer.from(leaf))).toEqual(leaves.map((leaf) => Buffer.from(leaf)));
    }));
    expect(decodeEntryBundle(Buffer.of(0))).toBeUndefined();
    expect(decodeEntryBundle(Buffer.of(0, 2, 1))).toBeUndefined();
  });
});

describe("a proof file", () => {
  const checkpoint = signNote(checkpointText("log.example", 9, Buffer.alloc(32, 1)), [ed25519Signer("log.example", seed(1))]);
  it("comes back as it was written", () => {
    for (const extra of [undefined, Buffer.from("leaf")]) {
      const proof = { extra, index: 3, hashes: [Buffer.alloc(32, 2), Buffer.alloc(32, 3)], checkpoint };
      expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof);
    }
  });
  it.each([["c2sp.org/tlog-proof@v2\nindex 0\n\n"], ["c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\n"], ["c2sp.org/tlog-proof@v1\nindex 00\n\n"], ["c2sp.org/tlog-proof@v1\n\n"], ["c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n"], [`c2sp.org/tlog-proof@v1\nindex 0\n${`${Buffer.alloc(32).toString("base64")}\n`.repeat(64)}\n`]])("is refused when it is none: %#", (head) => expect(parseTlogProof(head + checkpoint)).toBeUndefined());
  it("is refused without a checkpoint", () => {
    expect(parseTlogProof("c2sp.org/tlog-proof@v1\nindex 0\n\nno checkpoint\n")).toBeUndefined();
    expect(parseTlogProof("c2sp.org/tlog-proof@v1")).toBeUndefined();
  });
});

describe("a policy file", () => {
  const log = ed25519Signer("log.example", seed(1)).key;
  const witness = (n: number): VerifierKey => cosign(`w${n}.example`, seed(n), 0, "").key;
  const key = formatVerifierKey;
  it("comes back as it was written", () => {
    expect(parseLogPolicy(formatLogPolicy([log], []))).toMatchObject({ logs: [{ name: "log.example" }], witnesses: [], quorum: { kind: "none" } });
    expect(parseLogPolicy(formatLogPolicy([log], [witness(2), witness(3)]))).toMatchObject({ witnesses: [{ name: "w1" }, { name: "w2" }], quorum: { kind: "group", threshold: 1 } });
  });
  it("counts a quorum over groups as the text says", () => {
    const policy = parseLogPolicy(`log ${key(log)}\n# comment\n\nwitness a ${key(witness(2))}\nwitness b ${key(witness(3))} https://b.example\nwitness c ${key(witness(4))}\ngroup two 2 a b\ngroup all all two c\nquorum all\n`);
    const met = (...names: string[]): boolean => quorumMet(policy!.quorum, (name) => names.includes(name));
    expect([met("a", "b", "c"), met("a", "c"), met("a", "b")]).toEqual([true, false, false]);
    expect(quorumMet({ kind: "none" }, () => false)).toBe(true);
    expect(parseLogPolicy(`witness a ${key(witness(2))}\nquorum a\n`)?.quorum).toEqual({ kind: "witness", name: "a" });
  });
  it.each([
    ["no quorum", `log ${key(log)}\n`], ["two quorums", "quorum none\nquorum none\n"], ["an unknown quorum", "quorum x\n"], ["a log twice", `log ${key(log)}\nlog ${key(log)}\nquorum none\n`], ["a witness's key for a log", `log ${key(witness(2))}\nquorum none\n`], ["a bad key", "log x\nquorum none\n"], ["a bare log", "log\nquorum none\n"], ["a bare quorum", "quorum\n"], ["a bare witness", "witness\nquorum none\n"], ["a bad witness", "witness a b\nquorum none\n"],
    ["a name twice", `witness a ${key(witness(2))}\nwitness a ${key(witness(3))}\nquorum none\n`], ["a witness twice", `witness a ${key(witness(2))}\nwitness b ${key(witness(2))}\nquorum none\n`], ["an empty group", "group g any\nquorum none\n"], ["too high a threshold", `witness a ${key(witness(2))}\ngroup g 2 a\nquorum g\n`], ["a zero threshold", `witness a ${key(witness(2))}\ngroup g 0 a\nquorum g\n`],
    ["an unknown member", "group g any x\nquorum none\n"], ["none as a member", "group g any none\nquorum none\n"], ["a member twice", `witness a ${key(witness(2))}\ngroup g any a\ngroup h any a\nquorum h\n`], ["a taken group name", `witness a ${key(witness(2))}\ngroup a any a\nquorum a\n`], ["an unknown verb", "trust me\nquorum none\n"], ["a control character", "quorum none\u0007\n"], ["words after the quorum", "quorum none none\n"], ["a bare group", "group g\nquorum none\n"],
  ])("is refused with %s", (_what, text) => expect(parseLogPolicy(text)).toBeUndefined());
});

describe("a recording's lines", () => {
  it("never cut a character in two", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), fc.nat(), (text, at) => {
      const bytes = Buffer.from(text.toWellFormed());
      const cut = bytes.byteLength === 0 ? 0 : at % (bytes.byteLength + 1);
      const head = bytes.subarray(0, cut);
      const tail = incompleteTail(head);
      const first = head.subarray(0, head.byteLength - tail).toString("utf8");
      expect(first + Buffer.concat([head.subarray(head.byteLength - tail), bytes.subarray(cut)]).toString("utf8")).toBe(bytes.toString("utf8"));
    }));
    expect(castEvent(12.6, "o", "a\u001b[1m\ud800")).toBe('[0.013,"o","a\\u001b[1m\\ud800"]\n');
  });

  it("are the same written from bytes as from text, and fit the room they are given", () => {
    const awkward = fc.constantFrom(...Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)), "\u0080", "ä", "日", "🎉", "\u2028");
    fc.assert(fc.property(fc.array(fc.oneof(awkward, fc.string({ unit: "grapheme" })), { maxLength: 200 }), fc.nat(100_000), (parts, interval) => {
      const text = parts.join("").toWellFormed();
      const utf8 = Buffer.from(text);
      const room = createEscapeRoom({ written: castEventRoom(utf8.byteLength), arriving: utf8.byteLength });
      // What lay there before must not be taken for what is written now.
      room.bytes.fill(0x22);
      const end = writeCastEvent(room, interval, "o", utf8);
      expect(end).toBeLessThanOrEqual(room.bytes.byteLength);
      expect(room.bytes.toString("utf8", 0, end)).toBe(castEvent(interval, "o", text));
    }));
  });

  it("refuse what has no room, rather than write over what lies behind", () => {
    const room = createEscapeRoom({ written: castEventRoom(20), arriving: 20 });
    expect(() => room.escape(Buffer.alloc(21), 0)).toThrow(RangeError);
    expect(() => room.escape(Buffer.alloc(20), castEventRoom(20) - 100)).toThrow(RangeError);
    expect(room.escape(Buffer.alloc(20, 1), 0)).toBe(120);
  });
});

describe("canonical JSON of a leaf", () => {
  it("is what RFC 8785 asks of every value", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }));
  });
});

describe("a login as other tools read it", () => {
  const login = (values: Record<string, string>): SiemEntry => ({ leaf: { v: 1, seq: 7, time: "2026-11-22T11:47:37.000Z", boot: "boot_1", type: "login", actor: { kind: "operator", id: "op_1" } } as unknown as SiemEntry["leaf"], values, origin: "sena/1", leafHash: "00", version: "0.1.0" });
  it.each([
    [{ act: "unlock", result: "ok", with: "passphrase" }, "ok", "login: unlock", { activity_id: 1, status_id: 1 }, 5],
    [{ act: "unlock", result: "wrong-passphrase" }, "failed", "login: unlock: wrong-passphrase", { activity_id: 1, status_id: 2 }, 4],
    [{ act: "lock", result: "idle" }, undefined, "login: lock: idle", { activity_id: 2 }, 5],
  ] as const)("%o: a way in, a failed one and a way out are three things", (values, result, title, event, syslog) => {
    expect(resultOf("login", values)).toBe(result);
    expect(cefMessage(login(values))).toContain(`msg=${title}`);
    expect(ocsfEvent(login(values))).toMatchObject({ ...event, message: title });
    expect("status_id" in ocsfEvent(login(values))).toBe(result !== undefined);
    expect(severityOf(login(values)).syslog).toBe(syslog);
  });
});
