import { z } from "zod";
import { call, feed } from "./define.ts";
import { defineFailures } from "./failure.ts";
import { Done, Effect, Empty, Instant, Sha256 } from "./terms.ts";

const Seq = z.number().int().nonnegative();
const Words = z.string().max(200);

export const AuditFilter = z.object({
  text: z.string().max(400).optional(),
  hosts: z.array(Words).max(200).optional(),
  actors: z.array(Words).max(200).optional(),
  types: z.array(Words).max(50).optional(),
  sessions: z.array(Words).max(200).optional(),
  effects: z.array(Effect).max(9).optional(),
  results: z.array(z.enum(["ok", "failed", "unknown", "denied", "approved"])).max(5).optional(),
  fromMs: Instant.optional(),
  toMs: Instant.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** One line of the timeline. `erased` entries keep their place and say nothing else. */
export const AuditRow = z.object({
  seq: Seq,
  type: z.string(),
  at: Instant,
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  host: z.string().optional(),
  session: z.string().optional(),
  headline: z.string(),
  effect: z.string().optional(),
  result: z.string().optional(),
  erased: z.boolean(),
});
export type AuditRow = z.infer<typeof AuditRow>;

/** Any JSON value, as it was recorded. */
const Value = z.json();
export const AuditField = z.object({ name: z.string(), value: Value, salt: z.string(), commitment: z.string(), holds: z.boolean() });
export const AuditBlob = z.object({ place: z.number().int(), role: z.string(), len: z.number().int(), commitment: z.string(), sha256: z.string().optional() });
export const AuditEntry = z.object({
  row: AuditRow,
  leaf: z.string(),
  leafHash: Sha256,
  boot: z.string(),
  refs: z.record(z.string(), Seq),
  fields: z.array(AuditField),
  blobs: z.array(AuditBlob),
  /** The entry is in the tree of the present head: computed now, not remembered. */
  included: z.boolean(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const StoryStep = z.object({ row: AuditRow, refs: z.record(z.string(), Seq), fields: z.array(z.object({ name: z.string(), value: Value })), blobs: z.array(AuditBlob) });
export type StoryStep = z.infer<typeof StoryStep>;

export const AuditHead = z.object({
  origin: z.string(),
  size: z.number().int(),
  root: z.string(),
  note: z.string(),
  failure: z.string(),
  minimum: z.number().int(),
  anchor: z.object({ witnesses: z.number().int(), size: z.number().int(), time: z.number(), names: z.array(z.string()) }),
  keys: z.array(z.string()),
  witnessKey: z.string(),
  /** How many of the newest entries the search does not know yet. */
  unindexed: z.number().int(),
});
export type AuditHead = z.infer<typeof AuditHead>;

export const AuditSelection = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("full") }),
  z.object({ kind: z.literal("selective"), hosts: z.array(Words).max(500).optional(), sessions: z.array(Words).max(500).optional(), fromMs: Instant.optional(), toMs: Instant.optional(), allLeaves: z.boolean().optional() }),
]);
export type AuditSelection = z.infer<typeof AuditSelection>;

export const ExportEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), phase: z.enum(["entries", "recordings", "closing"]), done: z.number(), total: z.number(), bytes: z.number() }),
  z.object({ kind: z.literal("done"), path: z.string(), bytes: z.number(), entries: z.number(), recordings: z.number(), size: z.number(), root: z.string(), seq: Seq }),
]);
export type ExportEvent = z.infer<typeof ExportEvent>;

export const CheckEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), phase: z.string(), done: z.number(), total: z.number() }),
  z.object({ kind: z.literal("done"), ok: z.boolean(), entries: z.number(), elapsedMs: z.number(), problems: z.array(z.object({ where: z.string(), say: z.string() })), notes: z.array(z.string()) }),
]);
export type CheckEvent = z.infer<typeof CheckEvent>;

/** `lastMs`: as far back as this from when it is used; "the last hour" that is kept is not one hour of one day. */
export const SavedSearch = z.object({ name: z.string().min(1).max(80), filter: AuditFilter, lastMs: z.number().int().positive().optional() });
export type SavedSearch = z.infer<typeof SavedSearch>;

export const AuditRecording = z.object({ id: z.string(), session: z.string(), host: z.string(), openedSeq: Seq, bytes: z.number(), open: z.boolean(), erased: z.boolean() });
export type AuditRecording = z.infer<typeof AuditRecording>;

const ForwardTo = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tcp"), host: z.string().min(1).max(255), port: z.number().int().min(1).max(65_535) }),
  z.object({ kind: z.literal("tls"), host: z.string().min(1).max(255), port: z.number().int().min(1).max(65_535), ca: z.string().max(65_536).optional() }),
  z.object({ kind: z.literal("file"), path: z.string().min(1).max(4096) }),
  z.object({ kind: z.literal("http"), url: z.url().max(2048), token: z.string().max(512) }),
]);
export const ForwarderRow = z.object({ id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/), format: z.enum(["syslog", "cef", "ocsf", "hec"]), to: ForwardTo, from: Seq.optional(), enabled: z.boolean().optional() });
export const ForwarderView = z.object({ config: ForwarderRow, next: Seq, lag: z.number().int(), state: z.enum(["idle", "sending", "waiting", "off"]), say: z.string(), sentAt: z.number() });

const RetentionRules = z.object({ defaultDays: z.number().int().min(1).max(36_500), perType: z.record(z.string(), z.number().int().min(1).max(36_500)) });
const Reason = z.string().min(3).max(500);

/** `name` is what somebody was called last, where it is not erased. */
const Facet = z.object({ value: z.string(), n: z.number().int(), name: z.string().optional() });

export const auditContract = {
  head: feed({ says: "Follow the signed head of the record and who witnessed it.", needs: "view", records: "none", input: Empty, item: AuditHead }),
  timeline: call({
    says: "Entries that fit a filter, newest first.", needs: "view", records: "none",
    input: z.object({ filter: AuditFilter, before: Seq.optional(), limit: z.number().int().min(1).max(200).default(100) }),
    output: z.object({ rows: z.array(AuditRow), more: z.boolean(), behind: z.number().int() }),
  }),
  block: call({ says: "Entries by their numbers, for scrolling anywhere in the record.", needs: "view", records: "none", input: z.object({ from: Seq, to: Seq }), output: z.array(AuditRow) }),
  count: call({ says: "How many entries fit a filter, counted to ten thousand.", needs: "view", records: "none", input: z.object({ filter: AuditFilter }), output: z.object({ n: z.number().int(), capped: z.boolean() }) }),
  facets: call({
    says: "Which hosts, actors, types, effects and results there are, and how often.", needs: "view", records: "none", input: Empty,
    output: z.object(Object.fromEntries((["host", "actor", "type", "effect", "result"] as const).map((kind) => [kind, z.array(Facet)])) as Record<"host" | "actor" | "type" | "effect" | "result", z.ZodArray<typeof Facet>>),
  }),
  entry: call({ says: "One entry whole: its leaf, what it discloses, its place in the tree.", needs: "view", records: "none", input: z.object({ seq: Seq }), output: AuditEntry }),
  story: call({ says: "Everything an entry belongs to: request, plan, gate, approval, execution, outcome, checks.", needs: "view", records: "none", input: z.object({ seq: Seq }), output: z.array(StoryStep) }),
  blob: call({ says: "A large value of an entry, as text.", needs: "view", records: "none", input: z.object({ seq: Seq, place: z.number().int().min(0).max(1000) }), output: z.object({ text: z.string(), cutBytes: z.number().int(), isText: z.boolean() }) }),
  proof: call({ says: "One entry's inclusion proof, as a file others can check.", needs: "view", records: "none", input: z.object({ seq: Seq }), output: z.object({ name: z.string(), text: z.string() }) }),
  tail: feed({ says: "Follow new entries as they are recorded.", needs: "view", records: "none", input: z.object({ from: Seq.optional() }), item: AuditRow }),
  verify: feed({ says: "Hash every entry again and compare it with the tree.", needs: "view", records: "none", input: z.object({ from: Seq.default(0) }), item: CheckEvent }),
  recordings: call({ says: "Session recordings.", needs: "view", records: "none", input: z.object({ session: z.string().optional(), host: z.string().optional() }), output: z.array(AuditRecording) }),
  cast: call({ says: "A part of a recording, as asciicast lines.", needs: "view", records: "none", input: z.object({ id: z.string().regex(/^[a-z0-9_-]{1,64}$/), from: Seq, bytes: z.number().int().min(1).max(1 << 20) }), output: z.object({ text: z.string(), next: Seq, size: Seq }) }),
  savedSearches: call({ says: "The searches that were kept.", needs: "view", records: "none", input: Empty, output: z.array(SavedSearch) }),
  saveSearch: call({ says: "Keep a search under a name.", needs: "view", records: "none", input: SavedSearch, output: z.array(SavedSearch) }),
  forgetSearch: call({ says: "Forget a kept search.", needs: "view", records: "none", input: z.object({ name: z.string() }), output: z.array(SavedSearch) }),

  exportFolder: call({ says: "Where bundles go when no place is named.", needs: "audit", records: "none", input: Empty, output: z.object({ path: z.string() }) }),
  export: feed({ says: "Write an evidence bundle.", needs: "audit", records: "room", input: z.object({ selection: AuditSelection, path: z.string().max(4096).optional(), reason: Reason }), item: ExportEvent }),
  checkBundle: feed({ says: "Check a bundle, from this or another installation.", needs: "view", records: "none", input: z.object({ path: z.string().min(1).max(4096), keys: z.array(z.string().max(400)).max(20).default([]) }), item: CheckEvent }),
  witnessRequest: call({ says: "The head and its proof, to be shown to a witness.", needs: "view", records: "none", input: z.object({ old: Seq }), output: z.object({ text: z.string() }) }),
  witnessAnswer: call({ says: "Cosign another installation's head.", needs: "audit", records: "room", input: z.object({ request: z.string().max(1 << 20), logKey: z.string().max(400).optional() }), output: z.object({ text: z.string(), origin: z.string(), size: Seq }) }),
  takeCosignature: call({ says: "Take a witness's answer.", needs: "audit", records: "room", input: z.object({ answer: z.string().max(1 << 20), witnessKey: z.string().max(400).optional() }), output: z.object({ witness: z.string(), size: Seq, time: z.number() }) }),
  subjects: call({ says: "Whose values can be erased.", needs: "administer", records: "none", input: Empty, output: z.array(z.string()) }),
  erase: call({ says: "Destroy values for good; the proof that something was there stays.", needs: "administer", records: "room", input: z.object({ subject: z.string().max(200).optional(), seqs: z.array(Seq).max(10_000).optional(), reason: Reason }), output: z.object({ erased: z.number().int(), seq: Seq }) }),
  retention: call({ says: "How long entries are kept.", needs: "view", records: "none", input: Empty, output: RetentionRules }),
  setRetention: call({ says: "Change how long entries are kept.", needs: "administer", records: "config", input: RetentionRules, output: RetentionRules }),
  applyRetention: call({ says: "Erase and prune what is past its time, now.", needs: "administer", records: "room", input: Empty, output: z.object({ erased: z.number().int(), minimum: Seq }) }),
  rotateKey: call({ says: "Begin or end the overlap of the log's signing keys.", needs: "administer", records: "room", input: z.object({ step: z.enum(["begin", "end"]) }), output: z.object({ keys: z.array(z.string()) }) }),
  auditorKey: call({ says: "Whom cut secrets are sealed to.", needs: "administer", records: "config", input: z.object({ key: z.string().max(100) }), output: Done }),
  forwarders: call({ says: "Where copies of entries are sent, and how far they are.", needs: "view", records: "none", input: Empty, output: z.array(ForwarderView) }),
  setForwarder: call({ says: "Add or change a forwarder.", needs: "administer", records: "config", input: ForwarderRow, output: z.array(ForwarderView) }),
  removeForwarder: call({ says: "Remove a forwarder.", needs: "administer", records: "config", input: z.object({ id: z.string() }), output: z.array(ForwarderView) }),
} as const;

export const AUDIT_FAILURES = defineFailures({
  BUNDLE_PLACE_REFUSED: { retryable: false, status: 400, say: (d) => `A bundle is written to an absolute path that ends in .zip; "${d["path"]}" is not one. Nothing was written.` },
});
