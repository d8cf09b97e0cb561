import { z } from "zod";
import { call, feed } from "./define.ts";
import { Done, Empty, Id, Sha256 } from "./terms.ts";

const Path = z.string().min(1).max(1024);

/** Who approved a model file, and for what. */
export const ModelApproval = z.object({ by: z.string(), list: z.string(), number: z.number().int(), license: z.string(), purpose: z.string(), notes: z.string() });
export type ModelApproval = z.infer<typeof ModelApproval>;

const Line = (max: number) => z.string().max(max).regex(/^[^\p{Cc}\p{Cf}]*$/u, "holds control or invisible characters");
export const ApprovedModel = z.strictObject({
  name: Line(200).min(1),
  /** As it lies beside the list, where it does. */
  file: Line(200).regex(/^(?!\.)[^/\\]*$/, "is not a file beside the list").default(""),
  sha256: Sha256,
  bytes: z.number().int().positive(),
  license: Line(200).min(1),
  purpose: Line(300).default(""),
  notes: Line(1000).default(""),
});
export type ApprovedModel = z.infer<typeof ApprovedModel>;
/** The models that somebody answers for: signed as MODELS.json, or part of what an organisation sets. A higher number replaces the whole. */
export const ApprovedList = z.strictObject({ kind: z.literal("sena-models"), name: Line(100).min(1), number: z.number().int().min(1).max(2 ** 40), /** Nothing that is on no list may be used. */ only: z.boolean().default(false), models: z.array(ApprovedModel).max(500) });
export type ApprovedList = z.infer<typeof ApprovedList>;
const ApprovedListView = z.object({ source: z.string(), by: z.string(), name: z.string(), number: z.number().int(), only: z.boolean(), models: z.array(ApprovedModel) });
export const ModelListTaken = z.object({ list: ApprovedListView, /** What of it lies beside the list: an empty path where nothing does. */ files: z.array(z.object({ sha256: Sha256, path: z.string(), isHere: z.boolean(), problem: z.string() })) });
export type ModelListTaken = z.infer<typeof ModelListTaken>;

export const ModelFile = z.object({
  id: Id,
  name: z.string(),
  path: z.string(),
  bytes: z.number().int(),
  sha256: Sha256,
  license: z.string(),
  architecture: z.string(),
  contextLength: z.number().int(),
  isEmbedding: z.boolean(),
  /** It tells how well a passage fits a question, and makes no words. */
  isRanker: z.boolean(),
  isLoaded: z.boolean(),
  /** Absent where no list names it. */
  approved: ModelApproval.optional(),
  /** Its file was touched since its bytes were compared with their SHA-256; it is compared again before it is loaded. */
  isTouched: z.boolean().optional(),
  /** What the last self-test found, in words and figures; undefined before one. */
  tested: z.object({ tokensPerSecond: z.number(), threads: z.number().int(), toolCalls: z.number().int(), of: z.number().int(), say: z.string() }).optional(),
});
export type ModelFile = z.infer<typeof ModelFile>;

const Url = z.string().max(500).regex(/^https?:\/\//);
const Name = z.string().min(1).max(128);
const Common = { id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), model: z.string().min(1).max(200), isSmall: z.boolean().default(false), /** Per million tokens, in the house's own currency. */ promptPrice: z.number().nonnegative().max(1e6).optional(), outputPrice: z.number().nonnegative().max(1e6).optional() };
/** A model somewhere else. Keys are named secrets of the vault, never values. */
export const ProviderConfig = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("openai"), ...Common, url: Url, keySecret: Name.optional() }),
  z.object({ kind: z.literal("azure-openai"), ...Common, url: Url, keySecret: Name, apiVersion: z.string().max(32).default("2024-10-21") }),
  z.object({ kind: z.literal("ollama"), ...Common, url: Url, contextTokens: z.number().int().min(512).max(1_000_000).default(16_384) }),
  z.object({ kind: z.literal("anthropic"), ...Common, url: Url.default("https://api.anthropic.com"), keySecret: Name }),
  z.object({ kind: z.literal("bedrock"), ...Common, region: z.string().max(32), accessKeyId: z.string().max(128), secretKeySecret: Name, url: Url.optional() }),
]);
export type ProviderConfig = z.infer<typeof ProviderConfig>;

/** Whose lists of models are believed; the id is the key's fingerprint as ssh-keygen -l shows it. */
export const ModelSigner = z.object({ id: z.string(), name: z.string() });
export type ModelSigner = z.infer<typeof ModelSigner>;
/** A SHA256SUMS file whose signature was good, with what lies beside it. */
export const ModelList = z.object({
  path: z.string(),
  signer: ModelSigner,
  models: z.array(z.object({ file: z.string(), sha256: Sha256, name: z.string(), bytes: z.number().int(), license: z.string(), isHere: z.boolean(), problem: z.string() })),
});
export type ModelList = z.infer<typeof ModelList>;

export const ModelsView = z.object({
  files: z.array(ModelFile),
  providers: z.array(z.object({ config: ProviderConfig, host: z.string(), isOnThisMachine: z.boolean(), isAllowed: z.boolean(), /** It failed again and again and is left alone for a while. */ isResting: z.boolean(), say: z.string() })),
  /** Hosts that model requests may go to; nothing is on it from the start. */
  allowedHosts: z.array(z.string()),
  engine: z.object({ modelId: z.string(), state: z.enum(["none", "loading", "ready", "failed"]), share: z.number(), say: z.string() }),
  signers: z.array(ModelSigner),
  /** Lists of approved models that are believed here; `strictBy` says who lets nothing be used but what counts for them, and is empty where nobody does. */
  approved: z.object({ lists: z.array(ApprovedListView), isOnly: z.boolean(), strictBy: z.string() }),
  /** What the models of one run may cost together, in the currency of the prices; null for any amount. */
  runBudget: z.number().nullable(),
  /** Who has a second look at commands models put forward, as requests name it; empty where nobody does. */
  reviewer: z.string(),
  /** The model that puts passages in order before an answer rests on them; `modelId` is empty where none does. */
  ranker: z.object({ modelId: z.string(), state: z.enum(["none", "loading", "ready", "failed"]), say: z.string() }),
  freeBytes: z.number().int(),
  cores: z.number().int(),
  /** Builds of the engine for graphics cards that are installed; models are loaded with them unless told otherwise. */
  gpuPacks: z.array(z.string()),
});
export type ModelsView = z.infer<typeof ModelsView>;

export const Inspection = z.object({ name: z.string(), architecture: z.string(), license: z.string(), contextLength: z.number().int(), isEmbedding: z.boolean(), isRanker: z.boolean(), bytes: z.number().int(), needsBytes: z.number().int(), freeBytes: z.number().int(), fits: z.boolean(), say: z.string() });

export type Inspection = z.infer<typeof Inspection>;

/** A model as an operator names it: a file or a provider, and whether it could answer now. */
export const NamedModel = z.object({ kind: z.enum(["file", "provider"]), id: z.string(), name: z.string(), isReady: z.boolean() });
export type NamedModel = z.infer<typeof NamedModel>;

export const TASKS = ["extract", "summarise", "plan", "answer", "embed"] as const;
/** Who would be asked now, and why; the same rules that choose when it is real. `order` is empty when nobody may or can. */
export const ModelRoute = z.object({ task: z.enum(TASKS), hasProtectedData: z.boolean(), order: z.array(z.string()), why: z.string(), left: z.array(z.object({ id: z.string(), why: z.string() })) });
export type ModelRoute = z.infer<typeof ModelRoute>;

export const modelsContract = {
  follow: feed({ says: "Follow the models: files, providers, what is loaded.", needs: "view", records: "none", input: Empty, item: ModelsView }),
  tryProvider: call({ says: "Ask a provider for one short answer and say how it went.", needs: "operate", records: "room", input: z.object({ id: z.string().max(32) }), output: z.object({ works: z.boolean(), say: z.string() }) }),
  list: call({ says: "List model files and providers.", needs: "view", records: "none", input: Empty, output: ModelsView }),
  named: call({ says: "Find a model by its id or name.", needs: "view", records: "none", input: z.object({ name: z.string().min(1).max(200) }), output: NamedModel }),
  routes: call({ says: "Who would be asked for each kind of task, and why.", needs: "view", records: "none", input: Empty, output: z.object({ routes: z.array(ModelRoute) }) }),
  inspect: call({ says: "Read a model file's header and tell whether it fits, without loading it.", needs: "view", records: "none", input: z.object({ path: Path, contextTokens: z.number().int().min(256).max(1_000_000).default(4096) }), output: Inspection }),
  import: feed({ says: "Copy a model file from disk or USB into SENA's home, checked against its SHA-256.", needs: "administer", records: "config", input: z.object({ path: Path, sha256: Sha256.optional() }), item: z.object({ share: z.number(), model: ModelFile.optional() }) }),
  readList: call({ says: "Read a signed list of models: a folder with SHA256SUMS and its signature.", needs: "view", records: "none", input: z.object({ path: Path }), output: ModelList }),
  importListed: feed({ says: "Import one file of a signed list, checked against the list.", needs: "administer", records: "config", input: z.object({ path: Path, file: z.string().min(1).max(1024) }), item: z.object({ share: z.number(), model: ModelFile.optional() }) }),
  takeApproved: call({ says: "Take a signed list of approved models: a folder with MODELS.json and its signature. An older one is refused.", needs: "administer", records: "config", input: z.object({ path: Path }), output: ModelListTaken }),
  forgetApproved: call({ says: "Let a list of approved models count no longer.", needs: "administer", records: "config", input: z.object({ source: z.string().min(1).max(400) }), output: Done }),
  setOnlyApproved: call({ says: "Use no model files but those on a list of approved models, or any again.", needs: "administer", records: "config", input: z.object({ isOnly: z.boolean() }), output: Done }),
  trustSigner: call({ says: "Believe lists of models signed by an SSH key.", needs: "administer", records: "config", input: z.object({ publicKey: z.string().min(1).max(4096), name: z.string().max(128).default("") }), output: ModelSigner }),
  distrustSigner: call({ says: "No longer believe lists signed by a key; what was imported stays.", needs: "administer", records: "config", input: z.object({ id: z.string().max(128) }), output: Done }),
  remove: call({ says: "Delete an imported model file.", needs: "administer", records: "config", input: z.object({ id: Id }), output: Done }),
  load: feed({ says: "Load a model into the engine.", needs: "operate", records: "config", input: z.object({ id: Id, contextTokens: z.number().int().min(256).max(1_000_000).default(4096), gpu: z.boolean().optional() }), item: z.object({ share: z.number(), isReady: z.boolean(), /** What is done, where it is not loading. */ step: z.string().optional() }) }),
  unload: call({ says: "Unload the model and end its process.", needs: "operate", records: "config", input: Empty, output: Done }),
  test: feed({ says: "Measure what this machine can do with a model, and say it in words.", needs: "operate", records: "config", input: z.object({ id: Id }), item: z.object({ step: z.string(), share: z.number(), model: ModelFile.optional() }) }),
  setProvider: call({ says: "Add or change a model provider.", needs: "administer", records: "config", input: ProviderConfig, output: Done }),
  allowHost: call({ says: "Put a host on the list that model requests may go to, or take it off.", needs: "administer", records: "config", input: z.object({ host: z.string().min(1).max(253).regex(/^[a-z0-9.:[\]-]+$/), isAllowed: z.boolean() }), output: Done }),
  setRunBudget: call({ says: "How much the models of one run may cost together, by the prices of their providers; null for any amount. Models without a price are asked all the same.", needs: "administer", records: "config", input: z.object({ amount: z.number().nonnegative().max(1e6).nullable() }), output: Done }),
  setReviewer: call({ says: "Have commands that a model puts forward looked at by a second model first; it can only put them before a person. An empty name ends it.", needs: "administer", records: "config", input: z.object({ name: z.string().max(200) }), output: Done }),
  setRanker: call({ says: "Have passages put in order by a reranker before an answer rests on them. An empty id ends it.", needs: "administer", records: "config", input: z.object({ id: z.union([Id, z.literal("")]) }), output: Done }),
  removeProvider: call({ says: "Remove a model provider.", needs: "administer", records: "config", input: z.object({ id: z.string().max(32) }), output: Done }),
} as const;
