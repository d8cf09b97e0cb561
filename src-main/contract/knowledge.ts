import { z } from "zod";
import { call, feed } from "./define.ts";
import { Done, Empty, Environment, Id, Instant } from "./terms.ts";

export const KnowledgeTrust = z.enum(["signed", "unsigned"]);
export const KnowledgeKind = z.enum(["folder", "file", "git", "collection", "web", "confluence", "confluence-export", "jira", "sharepoint"]);
export const KnowledgeSource = z.object({
  id: Id,
  kind: KnowledgeKind,
  name: z.string(),
  location: z.string(),
  product: z.string(),
  environment: z.string(),
  trust: KnowledgeTrust,
  signer: z.string(),
  documents: z.number().int(),
  passages: z.number().int(),
  problems: z.number().int(),
  checkedAt: Instant,
  changedAt: Instant,
  lagMs: z.number(),
  nextAt: Instant,
  credential: z.string(),
  isBusy: z.boolean(),
  done: z.number().int(),
  total: z.number().int(),
  problem: z.string(),
});
export type KnowledgeSource = z.infer<typeof KnowledgeSource>;
export const KnowledgeFilter = z.object({ sources: z.array(Id).max(200).optional(), product: z.string().max(120).optional(), environment: Environment.optional(), trust: KnowledgeTrust.optional(), fromMs: Instant.optional() });
export type KnowledgeFilter = z.infer<typeof KnowledgeFilter>;
export const KnowledgePassage = z.object({
  chunkId: z.number().int(),
  documentId: z.number().int(),
  score: z.number(),
  source: z.string(),
  sourceId: Id,
  path: z.string(),
  title: z.string(),
  heading: z.string(),
  position: z.string(),
  text: z.string(),
  modifiedAt: Instant,
  url: z.string(),
  trust: KnowledgeTrust,
  folded: z.number().int(),
  found: z.enum(["words", "meaning", "both"]),
  /** Why it is to be read with care; "" when nothing says so. */
  outdated: z.string(),
  /** Other passages found that say the same but for a value. */
  conflicts: z.array(z.object({ chunkId: z.number().int(), source: z.string(), path: z.string(), modifiedAt: Instant, here: z.string(), there: z.string() })),
});
export type KnowledgePassage = z.infer<typeof KnowledgePassage>;
export const KnowledgeDocument = z.object({
  documentId: z.number().int(),
  source: z.string(),
  path: z.string(),
  title: z.string(),
  format: z.string(),
  modifiedAt: Instant,
  url: z.string(),
  outdated: z.string(),
  trust: KnowledgeTrust,
  remarks: z.array(z.string()),
  before: z.number().int(),
  after: z.number().int(),
  passages: z.array(z.object({ chunkId: z.number().int(), heading: z.string(), position: z.string(), kind: z.enum(["text", "code", "table"]), text: z.string() })),
});
export type KnowledgeDocument = z.infer<typeof KnowledgeDocument>;
export const KnowledgeHealth = z.object({
  problems: z.array(z.object({ source: z.string(), path: z.string(), state: z.enum(["failed", "partial"]), what: z.string() })),
  changes: z.array(z.object({ documentId: z.number().int(), source: z.string(), path: z.string(), title: z.string(), indexedAt: Instant })),
  gaps: z.array(z.object({ query: z.string(), times: z.number().int(), lastAt: Instant })),
  saved: z.array(z.object({ name: z.string(), query: z.string() })),
  meaning: z.object({ embedding: z.string(), next: z.string(), done: z.number().int(), total: z.number().int(), problem: z.string() }),
});
export type KnowledgeHealth = z.infer<typeof KnowledgeHealth>;

const Path = z.string().trim().min(1).max(4096);
const Url = z.url({ protocol: /^https?$/ }).max(2000);
const place = { name: z.string().trim().max(120).default(""), product: z.string().trim().max(120).default(""), environment: z.union([Environment, z.literal("")]).default(""), credential: z.string().trim().max(200).default(""), everyMs: z.number().int().min(10_000).max(86_400_000).optional() };
/** A source in another system. `credential` names a secret of the vault; the secret itself never passes here. */
export const KnowledgeConnection = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("web"), url: Url, pages: z.number().int().min(1).max(20_000).default(500), ...place }),
  z.object({ kind: z.literal("confluence"), url: Url, user: z.string().trim().max(200).default(""), spaces: z.array(z.string().trim().min(1).max(80)).max(100).default([]), ...place }),
  z.object({ kind: z.literal("jira"), url: Url, user: z.string().trim().max(200).default(""), jql: z.string().trim().max(2000).default(""), ...place }),
  z.object({ kind: z.literal("sharepoint"), tenant: z.string().trim().min(1).max(200), client: z.string().trim().min(1).max(200), drive: z.string().trim().min(1).max(400), graphUrl: Url.default("https://graph.microsoft.com"), loginUrl: Url.default("https://login.microsoftonline.com"), ...place }),
]);
export type KnowledgeConnection = z.infer<typeof KnowledgeConnection>;
const sources = z.object({ sources: z.array(KnowledgeSource) });

export const knowledgeContract = {
  sources: feed({ says: "Follow the knowledge sources, with their health and lag.", needs: "view", records: "none", input: Empty, item: sources }),
  list: call({ says: "The knowledge sources now.", needs: "view", records: "none", input: Empty, output: sources }),
  add: call({ says: "Take in a folder or a file of this machine, and watch it.", needs: "administer", records: "config", input: z.object({ path: Path, name: z.string().trim().max(120).default(""), product: z.string().trim().max(120).default(""), environment: z.union([Environment, z.literal("")]).default("") }), output: KnowledgeSource }),
  connect: call({ says: "Take in documents of another system, and keep up with it.", needs: "administer", records: "config", input: z.object({ connection: KnowledgeConnection }), output: KnowledgeSource }),
  drop: call({
    says: "Keep a piece of a dropped file; with its last piece it is taken in, in place of one of the same name.",
    needs: "administer",
    records: "config",
    hides: ["base64"],
    input: z.object({ name: z.string().min(1).max(200).regex(/^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u), from: z.number().int().nonnegative(), base64: z.base64().max(2_900_000), isLast: z.boolean() }),
    output: z.object({ source: KnowledgeSource.optional() }),
  }),
  sync: call({ says: "Compare a source with its place now; all of them without an id.", needs: "operate", records: "none", input: z.object({ sourceId: Id.optional() }), output: sources }),
  remove: call({ says: "Forget a source and all its passages. The documents themselves are not touched.", needs: "administer", records: "config", input: z.object({ sourceId: Id }), output: Done }),
  search: call({
    says: "The passages that fit best, with source and exact position.",
    needs: "view",
    records: "none",
    input: z.object({ query: z.string().trim().min(1).max(1000), limit: z.number().int().min(1).max(100).default(20), filter: KnowledgeFilter.default({}), isTyping: z.boolean().default(false), /** In the order an answer would rest on them: the reranker's, where one is set up. */ isForAnswer: z.boolean().default(false) }),
    output: z.object({ passages: z.array(KnowledgePassage), tookMs: z.number(), order: z.string() }),
  }),
  opened: call({ says: "A document from its beginning.", needs: "view", records: "none", input: z.object({ documentId: z.number().int() }), output: KnowledgeDocument }),
  document: call({ says: "A document around one of its passages.", needs: "view", records: "none", input: z.object({ chunkId: z.number().int() }), output: KnowledgeDocument }),
  health: call({ says: "What could not be read, what changed lately, which questions found nothing, kept searches.", needs: "view", records: "none", input: z.object({ sourceId: Id.optional() }), output: KnowledgeHealth }),
  forgetGap: call({ says: "Take a question off the list of those that found nothing.", needs: "operate", records: "none", input: z.object({ query: z.string().max(1000) }), output: Done }),
  saveSearch: call({ says: "Keep a search under a name.", needs: "operate", records: "none", input: z.object({ name: z.string().trim().min(1).max(80), query: z.string().trim().min(1).max(1000) }), output: Done }),
  forgetSearch: call({ says: "Forget a kept search.", needs: "operate", records: "none", input: z.object({ name: z.string().max(80) }), output: Done }),
  export: call({ says: "Write sources as one signed collection, to be carried to another machine.", needs: "administer", records: "export", input: z.object({ sourceIds: z.array(Id).max(200).default([]), path: Path }), output: z.object({ path: z.string(), documents: z.number().int(), bytes: z.number().int(), signer: z.string(), publicKey: z.string() }) }),
  import: call({ says: "Take in a signed collection; signed by a key that is named it is trusted, else marked.", needs: "administer", records: "config", input: z.object({ path: Path, trustedKeys: z.array(z.string().max(200)).max(20).default([]) }), output: KnowledgeSource }),
} as const;
