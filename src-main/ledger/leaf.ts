import { canonicalJson, utf8 } from "../kernel/index.ts";
import type { Actor } from "../contract/terms.ts";
import { isUtf8 } from "node:buffer";
import { sealSpans, type AuditorKey, type Cut, type Redactor } from "./redaction.ts";
import { blobName, commitmentOf, openingText } from "./commitment.ts";
import { fail } from "./failures.ts";
import type { Json, LeafType, NewEntry } from "./port.ts";

/** Entry bundles prefix each leaf with a uint16 length (c2sp.org/tlog-tiles). */
export const MAX_LEAF_BYTES = 65_535;
const MAX_FIELD_CHARS = 1 << 20;
const MAX_BLOB_BYTES = 64 << 20;

export type LeafBlob = { readonly role: string; readonly commitment: string; readonly len: number };
export type Leaf = {
  readonly v: 1;
  readonly type: LeafType;
  readonly seq: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly boot: string;
  readonly session?: string;
  /** Kind and id only: a name is personal, so it is a committed field that can be erased. */
  readonly actor: { readonly kind: Actor["kind"]; readonly id: string };
  readonly host?: string;
  readonly c: Readonly<Record<string, string>>;
  readonly blobs?: readonly LeafBlob[];
  readonly refs?: Readonly<Record<string, number>>;
};

/** The actor's display name is committed under this field; no caller's field may take it. */
export const ACTOR_NAME = "actor.name";

/** Everything of a leaf that does not depend on its place in the log. Done before the queue, so a bad entry fails alone. */
export type PreparedEntry = {
  readonly type: LeafType;
  readonly subject: string;
  readonly actor: string;
  readonly session: string | undefined;
  readonly host: string | undefined;
  readonly commitments: string;
  readonly blobs: string | undefined;
  readonly refs: string | undefined;
  readonly startRef: number | undefined;
  /** The openings, one per line, in the order of the leaf's commitments, blobs last. */
  readonly openings: string;
  readonly blobBytes: readonly Uint8Array[];
};

export type NewSalt = () => string;
export type Sha256Hex = (bytes: Uint8Array) => string;

export const defaultSubject = (actor: Actor): string => `${actor.kind}:${actor.id}`;

export type PrepareNeeds = {
  readonly newSalt: NewSalt;
  readonly sha256Hex: Sha256Hex;
  readonly redactor: Redactor;
  /** Cut secrets are sealed to this key; without one they are gone. */
  readonly auditor?: AuditorKey | undefined;
};

/** Names what was cut from an entry, and holds it sealed; no caller's field may take it. */
export const REDACTED = "redacted";
/** Signed or hashed elsewhere byte for byte: cutting them would break what they prove, and they hold no secrets. */
const NEVER_CUT = /^(?:approval|policy|head)/;

/** Secrets never enter the log: cut before anything is committed. */
function withoutSecrets(entry: NewEntry, { redactor, auditor }: PrepareNeeds): Pick<Required<NewEntry>, "fields" | "blobs"> {
  const cuts: Record<string, Json> = {};
  const note = (name: string, list: readonly Cut[]): void => {
    if (list.length > 0) cuts[name] = { kinds: list.map(({ kind }) => kind), ...(auditor === undefined ? {} : { sealed: sealSpans(auditor, list, `${entry.type} ${name}`) }) };
  };
  const fields: Record<string, Json> = {};
  for (const name of Object.keys(entry.fields)) {
    const value = entry.fields[name];
    if (value === undefined) continue;
    const done = redactor.redact(value);
    fields[name] = done.value;
    note(name, done.cuts);
  }
  const blobs = (entry.blobs ?? []).map((blob) => {
    if (NEVER_CUT.test(blob.role) || !isUtf8(blob.bytes)) return blob;
    const done = redactor.redactText(Buffer.from(blob.bytes.buffer, blob.bytes.byteOffset, blob.bytes.byteLength).toString("utf8"));
    note(`blob:${blob.role}`, done.cuts);
    return done.cuts.length === 0 ? blob : { role: blob.role, bytes: Buffer.from(done.text) };
  });
  if (Object.keys(cuts).length > 0) fields[REDACTED] = cuts;
  return { fields, blobs };
}

export function prepareEntry(given: NewEntry, needs: PrepareNeeds): PreparedEntry {
  const { newSalt, sha256Hex } = needs;
  if (Object.hasOwn(given.fields, REDACTED)) throw fail("LEDGER_BAD_ENTRY", { detail: `the field name "${REDACTED}" is taken` });
  const entry: NewEntry = { ...given, ...withoutSecrets(given, needs) };
  if (Object.hasOwn(entry.fields, ACTOR_NAME)) throw fail("LEDGER_BAD_ENTRY", { detail: `the field name "${ACTOR_NAME}" is taken` });
  const startRef = entry.refs?.["start"];
  if ((entry.type === "outcome" || entry.type === "outcome-unknown") && startRef === undefined) {
    throw fail("LEDGER_BAD_ENTRY", { detail: `an ${entry.type} names its start in refs.start` });
  }
  try {
    const openings: string[] = [];
    const commit = (name: string, value: Json): string => {
      const opening = openingText(newSalt(), name, value);
      if (opening.length > MAX_FIELD_CHARS) throw fail("LEDGER_BAD_ENTRY", { detail: `the field "${name}" is longer than ${MAX_FIELD_CHARS} characters; large values are blobs` });
      openings.push(opening);
      return commitmentOf(opening);
    };
    let commitments = "";
    // JCS order of names, so that the leaf's text is canonical without sorting it again.
    const names = [...Object.keys(entry.fields).filter((name) => entry.fields[name] !== undefined), ACTOR_NAME].sort();
    for (const name of names) {
      const value = name === ACTOR_NAME ? entry.actor.name : (entry.fields[name] as Json);
      commitments += `${commitments === "" ? "" : ","}${canonicalJson(name)}:"${commit(name, value)}"`;
    }
    const blobs = (entry.blobs ?? []).map(({ role, bytes }, place) => {
      if (bytes.byteLength > MAX_BLOB_BYTES) throw fail("LEDGER_BAD_ENTRY", { detail: `the blob "${role}" is larger than ${MAX_BLOB_BYTES} bytes` });
      return { role, commitment: commit(blobName(place, role), sha256Hex(bytes)), len: bytes.byteLength };
    });
    return {
      type: entry.type,
      subject: entry.subject ?? defaultSubject(entry.actor),
      actor: `{"id":${canonicalJson(entry.actor.id)},"kind":"${entry.actor.kind}"}`,
      session: entry.session,
      host: entry.host,
      commitments,
      blobs: blobs.length > 0 ? canonicalJson(blobs) : undefined,
      refs: entry.refs !== undefined && Object.keys(entry.refs).length > 0 ? canonicalJson(entry.refs) : undefined,
      startRef,
      openings: openings.join("\n"),
      blobBytes: (entry.blobs ?? []).map(({ bytes }) => bytes),
    };
  } catch (error) {
    if (error instanceof TypeError) throw fail("LEDGER_BAD_ENTRY", { detail: error.message }, error);
    throw error;
  }
}

/** Keys in JCS order, written by hand: this runs for every entry, and a test compares it with `canonicalJson`. */
export function leafText(entry: PreparedEntry, place: { readonly seq: number; readonly time: string; readonly boot: string }): string {
  let text = `{"actor":${entry.actor}`;
  if (entry.blobs !== undefined) text += `,"blobs":${entry.blobs}`;
  text += `,"boot":${JSON.stringify(place.boot)},"c":{${entry.commitments}}`;
  if (entry.host !== undefined) text += `,"host":${canonicalJson(entry.host)}`;
  if (entry.refs !== undefined) text += `,"refs":${entry.refs}`;
  text += `,"seq":${place.seq}`;
  if (entry.session !== undefined) text += `,"session":${canonicalJson(entry.session)}`;
  return `${text},"time":"${place.time}","type":"${entry.type}","v":1}`;
}

export function parseLeaf(bytes: Uint8Array): Leaf {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")) as Leaf;
}

/** What the leaf's length would be at most: checked before queueing, so that one entry cannot fail a batch. */
export function assertLeafFits(entry: PreparedEntry, boot: string): void {
  const bytes = utf8(leafText(entry, { seq: Number.MAX_SAFE_INTEGER, time: "0000-00-00T00:00:00.000Z", boot })).byteLength;
  if (bytes > MAX_LEAF_BYTES) throw fail("LEDGER_BAD_ENTRY", { detail: `its leaf would take ${bytes} bytes, at most ${MAX_LEAF_BYTES} fit` });
}
