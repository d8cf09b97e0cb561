import type { Actor } from "../contract/terms.ts";
import { parseCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { fail } from "./failures.ts";
import type { Keyring } from "./keyring.ts";
import { cosign, formatVerifierKey, parseSignatureLine, parseVerifierKey, SIGNATURE_TYPE, strictBase64, verifyNote, type VerifierKey } from "./note.ts";
import { consistencyProof, HASH_BYTES, verifyConsistency } from "./tree.ts";
import type { Writer } from "./writer.ts";

/**
 * The outside memory of the head: another installation checks that our log only grew since it last looked, and says so
 * with a cosignature. The request is the body of c2sp.org/tlog-witness's add-checkpoint, so any witness can answer it;
 * here it travels in a file, over a USB stick if need be.
 */
export type WitnessNeeds = { readonly writer: Writer; readonly keyring: Keyring; readonly now: () => number };

export type Anchor = { readonly witnesses: number; readonly size: number; readonly time: number; readonly names: readonly string[] };

export function createWitness({ writer, keyring, now }: WitnessNeeds) {
  const sql = <Row>(name: string, text: string) => writer.book.store.sql<Row>(name, text);

  return {
    witnessKey: (): string => {
      const { name, seed } = keyring.witness();
      return formatVerifierKey(cosign(name, seed, 0, "").key);
    },

    /** Our head and the proof that it continues what the witness saw. `old` is what it remembers; 0 the first time. */
    request(old: number): string {
      const head = writer.head();
      if (old > head.size) throw fail("WITNESS_REFUSED", { detail: `the witness remembers ${old} entries and this log has ${head.size}; if it is right, this log was rolled back` });
      const proof = consistencyProof(old, head.size, writer.book.subtree);
      keepNote(writer, head.size, head.note, "shown to a witness");
      return `old ${old}\n${proof.map((hash) => `${Buffer.from(hash).toString("base64")}\n`).join("")}\n${head.note}`;
    },

    /** As a witness: checks the request against what this installation remembers of that log, and cosigns. */
    answer(request: string, options: { readonly logKey?: string; readonly by: Actor }): { readonly lines: string; readonly origin: string; readonly size: number } {
      const parsed = parseRequest(request);
      if (parsed === undefined) throw fail("WITNESS_REFUSED", { detail: "it is no request with a signed head" });
      const { old, proof, checkpoint, note, text } = parsed;
      const seen = sql<{ vkey: string; size: number; root: Buffer; note: string }>("ledger.witnessed", "SELECT vkey, size, root, note FROM witnessed WHERE origin = ?").get([checkpoint.origin]);
      const given = seen?.vkey ?? options.logKey;
      const key = given === undefined ? undefined : parseVerifierKey(given);
      if (key === undefined) throw fail("WITNESS_REFUSED", { detail: `the log ${checkpoint.origin} is not known here; give its verifier key, as you got it from its owner` });
      if (key.name !== checkpoint.origin) throw fail("WITNESS_REFUSED", { detail: `the key is ${key.name}'s and the head ${checkpoint.origin}'s` });
      const verdict = verifyNote(note, [key]);
      if (!verdict.verified) throw fail("WITNESS_REFUSED", { detail: `its signature does not hold (${verdict.why})` });

      if (seen !== undefined) {
        const rolledBack = checkpoint.size < seen.size || (checkpoint.size === seen.size && !checkpoint.root.equals(seen.root));
        const continues = !rolledBack && old === seen.size && verifyConsistency(old, checkpoint.size, seen.root, checkpoint.root, proof);
        if (rolledBack || (old === seen.size && !continues)) {
          // Two heads that exclude each other, both signed by the log: kept, because they convict whoever signed them.
          writer.commitWith({ type: "anchor", actor: options.by, fields: { act: "refused", origin: checkpoint.origin, seen: seen.size, shown: checkpoint.size }, blobs: [{ role: "head seen before", bytes: Buffer.from(seen.note) }, { role: "head shown now", bytes: Buffer.from(text) }] }, () => undefined);
          throw fail("WITNESS_ROLLED_BACK", { origin: checkpoint.origin, seen: seen.size, shown: checkpoint.size });
        }
        if (!continues) throw fail("WITNESS_BEHIND", { asked: old, seen: seen.size });
      } else if (old !== 0) {
        throw fail("WITNESS_BEHIND", { asked: old, seen: 0 });
      }

      const time = now();
      const { name, seed } = keyring.witness();
      const { line } = cosign(name, seed, Math.floor(time / 1000), note.text);
      // Remembered before the cosignature leaves: a witness that forgets could be shown an older log tomorrow.
      writer.commitWith({ type: "anchor", actor: options.by, fields: { act: "cosigned", origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root.toString("hex") } }, () => {
        sql("ledger.remember", "INSERT INTO witnessed (origin, vkey, size, root, note, time) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, time = excluded.time").run([checkpoint.origin, formatVerifierKey(key), checkpoint.size, checkpoint.root, text, time]);
      });
      return { lines: line, origin: checkpoint.origin, size: checkpoint.size };
    },

    /** As the log: takes a witness's answer. The witness's key is given once and remembered. */
    take(answer: string, options: { readonly witnessKey?: string; readonly by: Actor }): { readonly witness: string; readonly size: number; readonly time: number } {
      const known = sql<{ vkey: string }>("ledger.witness-keys", "SELECT vkey FROM witnesses").all().map(({ vkey }) => parseVerifierKey(vkey)).filter((key): key is VerifierKey => key !== undefined);
      const given = options.witnessKey === undefined ? undefined : parseVerifierKey(options.witnessKey);
      if (options.witnessKey !== undefined && given?.type !== SIGNATURE_TYPE.cosignature) throw fail("COSIGNATURE_REFUSED", { detail: "the key given is no witness's verifier key" });
      const keys = given === undefined ? known : [...known, given];
      const lines = answer.split("\n").filter((line) => line.startsWith("— "));
      const shown = sql<{ size: number; note: string }>("ledger.shown-notes", "SELECT size, note FROM notes ORDER BY size DESC").all();
      for (const line of lines) {
        const signature = parseSignatureLine(line);
        const key = keys.find((one) => one.name === signature?.name && one.keyId.equals(signature.keyId));
        if (signature === undefined || key === undefined) continue;
        for (const { size, note } of shown) {
          const own = parseCheckpoint(note);
          if (own === undefined || !verifyNote({ text: own.note.text, signatures: [signature] }, [key]).verified) continue;
          const time = Number(signature.signature.readBigUInt64BE(0)) * 1000;
          writer.commitWith({ type: "anchor", actor: options.by, fields: { act: "witnessed", witness: key.name, key: formatVerifierKey(key), size, time } }, () => {
            sql("ledger.add-witness", "INSERT INTO witnesses (name, vkey, since) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET vkey = excluded.vkey").run([key.name, formatVerifierKey(key), now()]);
            sql("ledger.add-cosignature", "INSERT INTO cosignatures (size, name, line, time) VALUES (?, ?, ?, ?) ON CONFLICT (size, name) DO UPDATE SET line = excluded.line, time = excluded.time").run([size, key.name, signature.line, time]);
          });
          return { witness: key.name, size, time };
        }
      }
      throw fail("COSIGNATURE_REFUSED", { detail: lines.length === 0 ? "there is no signature line in it" : keys.length === 0 ? "no witness is known here; give its verifier key" : "it is by no witness known here, or of no head this log has shown" });
    },

    anchor(): Anchor {
      const rows = sql<{ name: string; size: number; time: number }>("ledger.anchor", "SELECT name, max(size) AS size, time FROM cosignatures GROUP BY name ORDER BY size DESC").all();
      return { witnesses: rows.length, size: rows[0]?.size ?? 0, time: rows[0]?.time ?? 0, names: rows.map(({ name }) => name) };
    },

    witnesses: () => sql<{ name: string; vkey: string; since: number }>("ledger.witness-list", "SELECT name, vkey, since FROM witnesses ORDER BY name").all(),
    witnessed: () => sql<{ origin: string; size: number; time: number }>("ledger.witnessed-list", "SELECT origin, size, time FROM witnessed ORDER BY origin").all(),
  };
}

export function keepNote(writer: Writer, size: number, note: string, why: string): void {
  writer.book.store.sql("ledger.keep-note", "INSERT INTO notes (size, why, note) SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM notes WHERE size = ? AND note = ?)").run([size, why, note, size, note]);
}

function parseRequest(request: string): { readonly old: number; readonly proof: readonly Buffer[]; readonly checkpoint: Checkpoint; readonly note: NonNullable<ReturnType<typeof parseCheckpoint>>["note"]; readonly text: string } | undefined {
  const split = request.indexOf("\n\n");
  const [first = "", ...lines] = request.slice(0, Math.max(0, split)).split("\n");
  const old = /^old (0|[1-9][0-9]{0,15})$/.exec(first)?.[1];
  const text = request.slice(split + 2);
  const parsed = parseCheckpoint(text);
  if (split < 0 || old === undefined || parsed === undefined || lines.length > 63) return undefined;
  const proof = lines.map((line) => strictBase64(line));
  if (!proof.every((hash): hash is Buffer => hash?.byteLength === HASH_BYTES)) return undefined;
  return { old: Number(old), proof, checkpoint: parsed.checkpoint, note: parsed.note, text };
}
