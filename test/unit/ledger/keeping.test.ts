import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newAuditorKey, openRow, unsealSpans, valuesOf, type SealedSpan, type SenaLedger } from "../../../src-main/ledger/index.ts";
import { parseNote, parseVerifierKey, verifyNote, type VerifierKey } from "../../../src-main/ledger/note.ts";
import { intent, operator, workplace } from "./harness.ts";

const values = (ledger: SenaLedger, seq: number) => {
  const { openings } = openRow(ledger.writer.book, ledger.writer.book.entry(seq)!);
  return openings === undefined ? undefined : valuesOf(openings);
};
const check = (ledger: SenaLedger) => ledger.check({ signal: new AbortController().signal, onProgress: () => undefined });
const foundIn = (dir: string, needle: string): string[] => readdirSync(dir, { recursive: true, withFileTypes: true }).filter((one) => one.isFile() && readFileSync(join(one.parentPath, one.name)).includes(needle)).map(({ name }) => name);

describe("erasure", () => {
  it("destroys a person's values everywhere, keeps the commitments, and says so in the record", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const mallory = { kind: "operator", id: "op_mallory", name: "Mallory Quicksilver" } as const;
    const { seq } = await ledger.append(intent({ script: "touch /tmp/zanzibar" }, { actor: mallory, blobs: [{ role: "stdout", bytes: Buffer.from("zanzibar done") }] }));
    const kept = await ledger.append(intent({ script: "uptime" }));
    await ledger.search.catchUp();
    expect((await ledger.search.find({ text: "zanzibar" }, Number.MAX_SAFE_INTEGER, 10)).seqs).toEqual([seq]);
    const { erased } = ledger.keeping.erase({ kind: "subject", subject: "operator:op_mallory" }, operator, "request under Article 17");
    expect(erased).toBe(1);
    expect(values(ledger, seq)).toBeUndefined();
    expect(ledger.writer.book.blob(seq, 0)).toBeUndefined();
    expect(values(ledger, kept.seq)).toMatchObject({ script: "uptime" });
    expect((await ledger.search.find({ text: "zanzibar" }, Number.MAX_SAFE_INTEGER, 10)).seqs).toEqual([]);
    expect(values(ledger, ledger.head().size - 1)).toMatchObject({ reason: "request under Article 17", entries: [[seq, seq]] });
    expect(foundIn(place.dir, "zanzibar")).toEqual([]);
    expect((await check(ledger)).ok).toBe(true);
    expect(() => ledger.keeping.erase({ kind: "subject", subject: "operator:op_mallory" }, operator, "again")).toThrow(expect.objectContaining({ code: "ERASE_NOTHING" }));
  });

  it("destroys single entries with their recordings and never the log's own keys", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const recording = await ledger.recordings.open({ session: "ses_1", host: "h", actor: operator, cols: 80, rows: 24, title: "h", term: "xterm" });
    recording.output(Buffer.from("secret things"));
    await recording.close({ status: 0, reason: "done" });
    const span = ledger.head().size - 2;
    ledger.keeping.erase({ kind: "entries", seqs: [span] }, operator, "wrong person on screen");
    expect(readdirSync(join(place.dir, "recordings"))).toEqual([]);
    expect(() => ledger.keeping.erase({ kind: "entries", seqs: [0] }, operator, "no")).toThrow(expect.objectContaining({ code: "ERASE_NOTHING" }));
    expect(values(ledger, 0)).toMatchObject({ act: "born" });
  });
});

describe("retention", () => {
  it("erases what is past its type's time and prunes whole blocks past everyone's", async () => {
    using place = workplace();
    let now = Date.UTC(2020, 0, 1);
    let steady = 0;
    await using ledger = await place.open({ now: () => now, monotonicMs: () => steady });
    for (let n = 0; n < 300; n += 1) void ledger.append(intent({ n }));
    const model = await ledger.append(intent({ prompt: "hello" }, { type: "model-call" }));
    now += 400 * 86_400_000;
    steady += 400 * 86_400_000;
    ledger.keeping.setRetention({ defaultDays: 3650, perType: { "model-call": 365 } });
    expect(ledger.keeping.applyRetention(operator)).toMatchObject({ erased: 1, minimum: 0 });
    expect(values(ledger, model.seq)).toBeUndefined();
    now += 4000 * 86_400_000;
    steady += 4000 * 86_400_000;
    expect(ledger.keeping.applyRetention(operator).minimum).toBe(256);
    expect(ledger.writer.book.entry(255)).toBeUndefined();
    expect(ledger.writer.book.entry(256)).toBeDefined();
    expect((await check(ledger)).ok).toBe(true);
    expect(() => ledger.keeping.prune(100, operator, "no")).toThrow(expect.objectContaining({ code: "ERASE_NOTHING" }));
  });

  it("keeps a pruned log open and growing", async () => {
    using place = workplace();
    {
      await using ledger = await place.open();
      await Promise.all(Array.from({ length: 600 }, (_, n) => ledger.append(intent({ n }))));
      ledger.keeping.prune(512, operator, "test");
    }
    await using again = await place.open();
    await again.append(intent());
    expect(again.writer.book.minimum).toBe(512);
    expect((await check(again)).ok).toBe(true);
  });
});

describe("key rotation", () => {
  it("overlaps: for a while both keys sign, and whoever knows one of them can follow", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const first = ledger.keyring.signers()[0]!.key;
    const second = parseVerifierKey(ledger.keeping.beginRotation(operator)) as VerifierKey;
    const both = parseNote((await ledger.append(intent())).head.note)!;
    expect(verifyNote(both, [first]).verified).toBe(true);
    expect(verifyNote(both, [second]).verified).toBe(true);
    ledger.keeping.endRotation(operator);
    const after = parseNote(ledger.head().note)!;
    expect(verifyNote(after, [first]).verified).toBe(false);
    expect(verifyNote(after, [second]).verified).toBe(true);
    expect(existsSync(join(place.dir, "ledger.keys"))).toBe(true);
  });
});

describe("secrets", () => {
  it("never enter the log; their spans are sealed to the auditor and to nobody else", async () => {
    using place = workplace();
    await using ledger = await place.open({ knownSecrets: () => ["correct horse battery"] });
    const auditor = newAuditorKey();
    ledger.setAuditorKey(auditor.publicText);
    const { seq } = await ledger.append(intent({ script: "mysql --password=canary-11 -e 'select 1'; echo correct horse battery" }, { blobs: [{ role: "stdout", bytes: Buffer.from("-----BEGIN RSA PRIVATE KEY-----\ncanary-22\n-----END RSA PRIVATE KEY-----\n") }] }));
    const shown = values(ledger, seq)!;
    expect(shown["script"]).toBe("mysql --password=⟦cut: password #2⟧ -e 'select 1'; echo ⟦cut: known #1⟧");
    expect(ledger.writer.book.blob(seq, 0)?.toString()).toBe("⟦cut: private key #1⟧\n");
    const { sealed } = (shown["redacted"] as Record<string, { sealed: SealedSpan }>)["script"]!;
    expect(unsealSpans(auditor.privateText, sealed, "intent script")).toEqual([{ kind: "known", span: "correct horse battery" }, { kind: "password", span: "canary-11" }]);
    expect(unsealSpans(newAuditorKey().privateText, sealed, "intent script")).toBeUndefined();
    expect([...foundIn(place.dir, "canary"), ...foundIn(place.dir, "correct horse")]).toEqual([]);
  });

  it.each([
    ["password: hunter22", "password: ⟦cut: password #1⟧"], ["curl -H 'Authorization: Bearer abcdef123456'", "curl -H 'Authorization: Bearer ⟦cut: authorization #1⟧'"], ["postgres://app:s3cr3t@db/x", "postgres://app:⟦cut: password in address #1⟧@db/x"], ["AKIAABCDEFGHIJKLMNOP", "⟦cut: access key #1⟧"], ["root:$6$saltsalt$hashhashhashhashhashhash:1::", "root:⟦cut: password hash #1⟧:1::"],
  ])("are cut from %s", async (text, expected) => {
    const { createRedactor } = await import("../../../src-main/ledger/redaction.ts");
    expect(createRedactor().redactText(text)?.value).toBe(expected);
  });

  it.each(["systemctl status nginx", "grep -i password /etc/ssh/sshd_config", "passwd: unlock", "ls ~/.ssh/id_ed25519.pub", "https://example.com/a?b=c", "key exchange failed", "tokenizer ready"])("are not seen where there are none: %s", async (text) => {
    const { createRedactor } = await import("../../../src-main/ledger/redaction.ts");
    expect(createRedactor().redactText(text)).toBeUndefined();
  });
});

describe("a witness", () => {
  const keyOf = (ledger: SenaLedger): string => `${ledger.keyring.signers()[0]!.key.name}+${ledger.keyring.signers()[0]!.key.keyId.toString("hex")}+${Buffer.concat([Buffer.of(1), ledger.keyring.signers()[0]!.key.publicKey]).toString("base64")}`;

  it("cosigns a head over a file, again when it grew, and the log shows who remembers it", async () => {
    using here = workplace();
    using there = workplace();
    await using log = await here.open();
    await using witness = await there.open();
    const first = witness.witness.answer(log.witness.request(0), { logKey: keyOf(log), by: operator });
    expect(log.witness.anchor().witnesses).toBe(0);
    log.witness.take(first.lines, { witnessKey: witness.witness.witnessKey(), by: operator });
    expect(log.witness.anchor()).toMatchObject({ witnesses: 1, size: first.size });
    await Promise.all(Array.from({ length: 300 }, () => log.append(intent())));
    const second = witness.witness.answer(log.witness.request(first.size), { by: operator });
    log.witness.take(second.lines, { by: operator });
    expect(log.witness.anchor()).toMatchObject({ witnesses: 1, size: second.size });
  });

  it("refuses a log that went back, and keeps both heads as evidence", async () => {
    using here = workplace();
    using there = workplace();
    await using witness = await there.open();
    const origin = "sena.internal/log/forked";
    let key = "";
    let shown = 0;
    const keys = await (async () => {
      await using log = await here.open({ origin });
      key = keyOf(log);
      await Promise.all(Array.from({ length: 40 }, () => log.append(intent())));
      shown = witness.witness.answer(log.witness.request(0), { logKey: key, by: operator }).size;
      return readFileSync(join(here.dir, "ledger.keys"));
    })();
    // The same keys, another history: what an owner can do to everyone but a witness.
    using fork = workplace();
    const { writeFileSync } = await import("node:fs");
    writeFileSync(join(fork.dir, "ledger.keys"), keys);
    await using log = await fork.open({ origin });
    await Promise.all(Array.from({ length: 60 }, () => log.append(intent({ other: true }))));
    expect(() => witness.witness.answer(log.witness.request(shown), { by: operator })).toThrow(expect.objectContaining({ code: "WITNESS_ROLLED_BACK" }));
    const last = witness.head().size - 1;
    expect(values(witness, last)).toMatchObject({ act: "refused", origin });
    expect(witness.writer.book.blob(last, 0)?.toString()).toContain(origin);
  });

  it("refuses heads it cannot check: unknown logs, wrong keys, forged notes, gaps it has not seen", async () => {
    using here = workplace();
    using there = workplace();
    await using log = await here.open();
    await using witness = await there.open();
    const code = (request: string, logKey?: string): string => {
      try {
        witness.witness.answer(request, { by: operator, ...(logKey === undefined ? {} : { logKey }) });
        return "cosigned";
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code("nonsense")).toBe("WITNESS_REFUSED");
    expect(code(log.witness.request(0))).toBe("WITNESS_REFUSED");
    expect(code(log.witness.request(0), keyOf(witness))).toBe("WITNESS_REFUSED");
    expect(code(log.witness.request(0).replace("\n2\n", "\n3\n"), keyOf(log))).toBe("WITNESS_REFUSED");
    expect(code(log.witness.request(1), keyOf(log))).toBe("WITNESS_BEHIND");
    expect(code(log.witness.request(0), keyOf(log))).toBe("cosigned");
    await log.append(intent());
    expect(code(log.witness.request(1))).toBe("WITNESS_BEHIND");
    expect(() => log.witness.take("— a AAAAAAA=\n", { by: operator })).toThrow(expect.objectContaining({ code: "COSIGNATURE_REFUSED" }));
    expect(() => log.witness.take("", { by: operator })).toThrow(expect.objectContaining({ code: "COSIGNATURE_REFUSED" }));
    expect(() => log.witness.take("", { by: operator, witnessKey: "x" })).toThrow(expect.objectContaining({ code: "COSIGNATURE_REFUSED" }));
  });
});

describe("search", () => {
  it("finds by words, filters and time, newest first, and pages without losing or doubling", async () => {
    using place = workplace();
    let now = Date.UTC(2026, 0, 1);
    let steady = 0;
    await using ledger = await place.open({ now: () => now, monotonicMs: () => steady });
    const seqs: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      now += 60_000;
      steady += 60_000;
      seqs.push((await ledger.append(intent({ script: n % 2 === 0 ? "systemctl restart nginx.service" : "df -h /var", effect: n % 2 === 0 ? "service-impact" : "read" }, { host: n % 3 === 0 ? "host_db01" : "host_web01" }))).seq);
    }
    const find = async (filter: Parameters<typeof ledger.search.find>[0]) => (await ledger.search.find(filter, Number.MAX_SAFE_INTEGER, 200)).seqs;
    expect(await find({ text: "nginx.service" })).toHaveLength(30);
    expect(await find({ text: "restart ngin" })).toHaveLength(30);
    expect(await find({ text: "nginx", hosts: ["host_db01"] })).toEqual(seqs.filter((_, n) => n % 6 === 0).toReversed());
    expect(await find({ effects: ["read"], hosts: ["host_db01", "host_web01"], types: ["intent"] })).toHaveLength(30);
    expect(await find({ fromMs: now - 5 * 60_000, toMs: now - 2 * 60_000 })).toHaveLength(4);
    expect(await find({ text: 'AND OR NOT ( " * ^' })).toEqual([]);
    const paged: number[] = [];
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      // Words are searched by their beginning, and a log's random key or root begins with "df" now and then: only what was asked for counts.
      const { seqs: page, more } = await ledger.search.find({ text: "df", types: ["intent"] }, before, 7);
      paged.push(...page);
      if (!more) break;
      before = page.at(-1) as number;
    }
    expect(paged).toEqual(seqs.filter((_, n) => n % 2 === 1).toReversed());
    now -= 3_600_000;
    await ledger.append(intent({ script: "df -i" }));
    expect(await find({ text: "df", fromMs: Date.UTC(2026, 0, 1), toMs: now })).toContain(ledger.head().size - 1);
    expect(ledger.search.facets().host).toEqual([{ value: "host_web01", n: 41 }, { value: "host_db01", n: 20 }]);
  });
});

describe("verify now", () => {
  it("names the entry that was changed behind the database's back", async () => {
    using place = workplace();
    await using ledger = await place.open();
    await Promise.all(Array.from({ length: 700 }, (_, n) => ledger.append(intent({ n }))));
    expect(await check(ledger)).toMatchObject({ ok: true, entries: 702 });
    const db = ledger.writer.book.store.raw;
    db.exec("DROP TRIGGER entries_never_change");
    db.prepare("UPDATE entries SET leaf = CAST(replace(leaf, 'intent', 'egress') AS BLOB) WHERE seq = 300").run();
    expect(await check(ledger)).toMatchObject({ ok: false, problems: [{ seq: 300 }] });
  });
});
