import { canonicalJson, utf8 } from "../kernel/index.ts";
import type { Actor } from "../contract/terms.ts";
import { isUtf8 } from "node:buffer";
import { sealSpans, type AuditorKey, type Cut, type Redactor } from "./redaction.ts";
import { blobName, COMMITMENT_CHARS, openingText, quotedText } from "./commitment.ts";
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
  /** What is committed, in the order of the leaf: fields by name, blobs last. Hashed when it is committed: in fours, if many wait. */
  readonly openings: readonly string[];
  /** The fields' names, as JCS writes them. */
  readonly names: readonly string[];
  /** What each blob's object ends with, behind its commitment. */
  readonly blobs: readonly string[];
  readonly refs: string | undefined;
  readonly startRef: number | undefined;
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
const TAKEN = [REDACTED, ACTOR_NAME];
/** Signed or hashed elsewhere byte for byte: cutting them would break what they prove, and they hold no secrets. */
const NEVER_CUT = /^(?:approval|policy|head)/;

type Cleaned = Pick<Required<NewEntry>, "fields" | "blobs">;

/** Secrets never enter the log: cut before anything is committed. Most entries hold none and are passed on as they came. */
function withoutSecrets(entry: NewEntry, { redactor, auditor }: PrepareNeeds): Cleaned {
  let cuts: Record<string, Json> | undefined;
  let fields: Record<string, Json> | undefined;
  const note = (name: string, list: readonly Cut[]): void => {
    cuts ??= {};
    cuts[name] = { kinds: list.map(({ kind }) => kind), ...(auditor === undefined ? {} : { sealed: sealSpans(auditor, list, `${entry.type} ${name}`) }) };
  };
  for (const name of Object.keys(entry.fields)) {
    const value = entry.fields[name];
    const done = value === undefined ? undefined : redactor.redact(value);
    if (done === undefined) continue;
    fields ??= { ...entry.fields };
    fields[name] = done.value;
    note(name, done.cuts);
  }
  const blobs = entry.blobs === undefined ? [] : entry.blobs.map((blob) => {
    if (NEVER_CUT.test(blob.role) || !isUtf8(blob.bytes)) return blob;
    const done = redactor.redactText(Buffer.from(blob.bytes.buffer, blob.bytes.byteOffset, blob.bytes.byteLength).toString("utf8"));
    if (done === undefined) return blob;
    note(`blob:${blob.role}`, done.cuts);
    return { role: blob.role, bytes: Buffer.from(done.value) };
  });
  return { fields: cuts === undefined ? entry.fields : { ...(fields ?? entry.fields), [REDACTED]: cuts }, blobs };
}

export function prepareEntry(entry: NewEntry, needs: PrepareNeeds): PreparedEntry {
  for (const name of TAKEN) if (Object.hasOwn(entry.fields, name)) throw fail("LEDGER_BAD_ENTRY", { detail: `the field name "${name}" is taken` });
  const startRef = entry.refs?.["start"];
  if ((entry.type === "outcome" || entry.type === "outcome-unknown") && startRef === undefined) {
    throw fail("LEDGER_BAD_ENTRY", { detail: `an ${entry.type} names its start in refs.start` });
  }
  try {
    return commitEntry(entry, withoutSecrets(entry, needs), startRef, needs);
  } catch (error) {
    if (error instanceof TypeError) throw fail("LEDGER_BAD_ENTRY", { detail: error.message }, error);
    throw error;
  }
}

function commitEntry(entry: NewEntry, { fields, blobs }: Cleaned, startRef: number | undefined, { newSalt, sha256Hex }: PrepareNeeds): PreparedEntry {
  const openings: string[] = [];
  const commit = (name: string, value: Json): void => {
    const opening = openingText(newSalt(), name, value);
    if (opening.length > MAX_FIELD_CHARS) throw fail("LEDGER_BAD_ENTRY", { detail: `the field "${name}" is longer than ${MAX_FIELD_CHARS} characters; large values are blobs` });
    openings.push(opening);
  };
  // JCS order of names, so that the leaf's text is canonical without sorting it again.
  const given = Object.keys(fields);
  given.push(ACTOR_NAME);
  const names: string[] = [];
  for (const name of given.sort()) {
    const value = name === ACTOR_NAME ? entry.actor.name : fields[name];
    if (value === undefined) continue;
    commit(name, value);
    names.push(quotedText(name));
  }
  const placed = blobs.map(({ role, bytes }, place) => {
    if (bytes.byteLength > MAX_BLOB_BYTES) throw fail("LEDGER_BAD_ENTRY", { detail: `the blob "${role}" is larger than ${MAX_BLOB_BYTES} bytes` });
    commit(blobName(place, role), sha256Hex(bytes));
    return `","len":${bytes.byteLength},"role":${quotedText(role)}}`;
  });
  return {
    type: entry.type,
    subject: entry.subject ?? defaultSubject(entry.actor),
    actor: `{"id":${quotedText(entry.actor.id)},"kind":"${entry.actor.kind}"}`,
    session: entry.session,
    host: entry.host,
    openings,
    names,
    blobs: placed,
    refs: entry.refs !== undefined && Object.keys(entry.refs).length > 0 ? canonicalJson(entry.refs) : undefined,
    startRef,
    blobBytes: blobs.map(({ bytes }) => bytes),
  };
}

/** Keys in JCS order, written by hand: this runs for every entry, and a test compares it with `canonicalJson`. `commitments` as the openings go. */
export function leafText(entry: PreparedEntry, place: { readonly seq: number; readonly time: string; readonly boot: string }, commitments: (n: number) => string): string {
  const { names, blobs } = entry;
  let text = `{"actor":${entry.actor}`;
  if (blobs.length > 0) text += `,"blobs":[${blobs.map((rest, n) => `{"commitment":"${commitments(names.length + n)}${rest}`).join(",")}]`;
  text += `,"boot":${quotedText(place.boot)},"c":{`;
  for (let n = 0; n < names.length; n += 1) text += `${n === 0 ? "" : ","}${names[n]}:"${commitments(n)}"`;
  text += "}";
  if (entry.host !== undefined) text += `,"host":${quotedText(entry.host)}`;
  if (entry.refs !== undefined) text += `,"refs":${entry.refs}`;
  text += `,"seq":${place.seq}`;
  if (entry.session !== undefined) text += `,"session":${quotedText(entry.session)}`;
  return `${text},"time":"${place.time}","type":"${entry.type}","v":1}`;
}

const usual = Buffer.alloc(1 + MAX_LEAF_BYTES);

/** The leaf behind the 0x00 that it is hashed with, in memory that is good until the next call: it goes straight into a row. */
export function leafBehindZero(text: string): Buffer {
  const length = text.length <= MAX_LEAF_BYTES / 3 ? usual.write(text, 1) : Buffer.byteLength(text);
  if (length > MAX_LEAF_BYTES) throw fail("LEDGER_BAD_ENTRY", { detail: `its leaf takes ${length} bytes, at most ${MAX_LEAF_BYTES} fit` });
  if (text.length > MAX_LEAF_BYTES / 3) usual.write(text, 1);
  return usual.subarray(0, 1 + length);
}

export function parseLeaf(bytes: Uint8Array): Leaf {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")) as Leaf;
}

/** The characters of a leaf's text, never counted too few: what is far from the limit need not be put together to know. */
export function roughChars({ names, blobs, refs, openings, host, session, actor }: PreparedEntry): number {
  let chars = 300 + actor.length + (refs?.length ?? 0) + 6 * ((host?.length ?? 0) + (session?.length ?? 0)) + (COMMITMENT_CHARS + 20) * openings.length;
  for (const name of names) chars += name.length;
  for (const rest of blobs) chars += rest.length;
  return chars;
}

/** What the leaf's length would be at most: checked before queueing, so that one entry cannot fail a batch. */
export function assertLeafFits(entry: PreparedEntry, boot: string): void {
  const bytes = utf8(leafText(entry, { seq: Number.MAX_SAFE_INTEGER, time: "0000-00-00T00:00:00.000Z", boot }, () => "-".repeat(COMMITMENT_CHARS))).byteLength;
  if (bytes > MAX_LEAF_BYTES) throw fail("LEDGER_BAD_ENTRY", { detail: `its leaf would take ${bytes} bytes, at most ${MAX_LEAF_BYTES} fit` });
}
