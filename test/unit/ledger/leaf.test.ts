import { describe, expect, it } from "vitest";
import { assertLeafFits, leafText, MAX_LEAF_BYTES, prepareEntry, type PrepareNeeds } from "../../../src-main/ledger/leaf.ts";
import type { NewEntry } from "../../../src-main/ledger/index.ts";
import { createRedactor, newAuditorKey, parseAuditorKey } from "../../../src-main/ledger/redaction.ts";
import { sha256 } from "../../../src-main/ledger/tree.ts";
import { intent } from "./harness.ts";

const SALT = "AAAAAAAAAAAAAAAAAAAAAA";
const needs = (over: Partial<PrepareNeeds> = {}): PrepareNeeds => ({ newSalt: () => SALT, sha256Hex: (bytes) => sha256(bytes).toString("hex"), redactor: createRedactor(), ...over });
const opened = (entry: NewEntry, over: Partial<PrepareNeeds> = {}): Record<string, unknown> => Object.fromEntries(prepareEntry(entry, needs(over)).openings.map((text) => (JSON.parse(text) as [string, string, unknown]).slice(1) as [string, unknown]));
const refused = (entry: NewEntry): unknown => {
  try {
    prepareEntry(entry, needs());
    return undefined;
  } catch (error) {
    return (error as { data?: { detail?: string } }).data?.detail;
  }
};

describe("an entry", () => {
  it("commits to each field by name and leaves out what has no value", () => {
    expect(opened(intent({ script: "uptime", note: undefined as never }))).toEqual({ "actor.name": "Ada Example", script: "uptime" });
    expect(opened(intent({}, { actor: { kind: "system", id: "sena" } as never }))).toEqual({});
  });

  it("may not use the names that the record keeps for itself", () => {
    expect([refused(intent({ "actor.name": "Eve" })), refused(intent({ redacted: true }))]).toEqual(['the field name "actor.name" is taken', 'the field name "redacted" is taken']);
    expect(refused(intent({ "actor.names": "Eve" }))).toBeUndefined();
  });

  it("is refused when a field or a blob is larger than it may be, and taken when it is just as large", () => {
    const room = (1 << 20) - `["${SALT}","text",""]`.length;
    expect(refused(intent({ text: "x".repeat(room + 1) }))).toMatch(/the field "text" is longer than/);
    expect(refused(intent({ text: "x".repeat(room) }))).toBeUndefined();
    expect(refused(intent({}, { blobs: [{ role: "stdout", bytes: new Uint8Array((64 << 20) + 1).fill(0xff, 0, 1) }] }))).toMatch(/the blob "stdout" is larger than/);
  });

  it("is refused when a value has no canonical form, and what is no such fault is passed on as it is", () => {
    expect(refused(intent({ n: Number.NaN }))).toMatch(/NaN|number/i);
    const broken = new RangeError("out of salts");
    expect(() => prepareEntry(intent(), needs({ newSalt: () => { throw broken; } }))).toThrow(broken);
  });

  it("is measured before it waits with others: a leaf that cannot fit is refused, the longest that fits is taken", () => {
    const boot = "boot_1";
    const named = (length: number) => prepareEntry(intent({}, { refs: { ["r".repeat(length)]: 1 } }), needs());
    const bytes = (length: number): number => Buffer.byteLength(leafText(named(length), { seq: Number.MAX_SAFE_INTEGER, time: "0000-00-00T00:00:00.000Z", boot }, () => "-".repeat(43)));
    const most = 60_000 + MAX_LEAF_BYTES - bytes(60_000);
    expect(() => assertLeafFits(named(most), boot)).not.toThrow();
    expect(() => assertLeafFits(named(most + 1), boot)).toThrow(expect.objectContaining({ code: "LEDGER_BAD_ENTRY" }));
  });
});

describe("what is cut from an entry", () => {
  const known = { redactor: createRedactor(() => ["horse battery", "correct horse battery", "short"]) };

  it("is gone where no auditor is named, and says what it was", () => {
    expect(opened(intent({ script: "login --password=canary-1" }))).toEqual({ "actor.name": "Ada Example", script: "login --password=⟦cut: password #1⟧", redacted: { script: { kinds: ["password"] } } });
  });

  it("is cut out of a blob alone, out of lists and objects, and never from what is signed elsewhere", () => {
    const auditor = parseAuditorKey(newAuditorKey().publicText);
    const { redacted } = opened(intent({}, { blobs: [{ role: "stdout", bytes: Buffer.from("token=canary-2") }, { role: "approval", bytes: Buffer.from("token=canary-3") }, { role: "raw", bytes: Buffer.of(0xff) }, { role: "stderr", bytes: Buffer.from("fine") }] }), { auditor });
    expect(redacted).toEqual({ "blob:stdout": { kinds: ["password"], sealed: { to: auditor?.id, epk: expect.any(String), ct: expect.any(String) } } });
    expect(opened(intent({ argv: ["a", 1, null, "pwd=canary-4"], env: { A: "b", deep: { TOKEN: "token: canary-5" } } }))).toMatchObject({ argv: ["a", 1, null, "pwd=⟦cut: password #1⟧"], env: { A: "b", deep: { TOKEN: "token: ⟦cut: password #1⟧" } } });
    expect(opened(intent({ list: ["a"], of: { b: "c" } }))).toEqual({ "actor.name": "Ada Example", list: ["a"], of: { b: "c" } });
  });

  it("is the longest of what is known, once, and a mark is not cut out again", () => {
    expect(opened(intent({ text: "correct horse battery and horse battery" }), known)).toMatchObject({ text: "⟦cut: known #1⟧ and ⟦cut: known #2⟧", redacted: { text: { kinds: ["known", "known"] } } });
    expect(opened(intent({ text: 'password="horse battery"' }), known)).toMatchObject({ text: 'password="⟦cut: known #1⟧"', redacted: { text: { kinds: ["known"] } } });
    expect(opened(intent({ text: 'password="horse battery staple"' }), known)).toMatchObject({ text: "password=⟦cut: password #2⟧" });
    expect(opened(intent({ text: "a short story" }), known)).toEqual({ "actor.name": "Ada Example", text: "a short story" });
  });
});
