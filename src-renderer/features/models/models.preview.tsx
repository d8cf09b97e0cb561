import type { ModelsView } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import type { EvalSummary } from "../../../src-main/contract/index.ts";
import { Evals } from "./evals-view.tsx";
import { ImportForm } from "./import-form.tsx";
import { ModelFiles } from "./model-files.tsx";
import { ProviderRows } from "./provider-list.tsx";
import { Reranker } from "./reranker.tsx";
import { SecondOpinion } from "./second-opinion.tsx";
import { SignedLists } from "./signed-lists.tsx";
import { RouteTable } from "./route-table.tsx";

const nothing = () => {};
const FILE: ModelsView["files"][number] = { id: "model_1", name: "qwen3-8b", path: "/x", bytes: 5e9, sha256: "0".repeat(64), license: "apache-2.0", architecture: "qwen3", contextLength: 32_768, isEmbedding: false, isRanker: false, isLoaded: true, tested: { tokensPerSecond: 9.1, threads: 6, toolCalls: 5, of: 5, say: "9.1 tokens/s with 6 threads: an answer takes about 16 s." } };
const PROVIDERS: ModelsView["providers"] = [
  { config: { kind: "openai", id: "vllm", model: "qwen3-32b", isSmall: false, url: "https://models.example.internal/v1" }, host: "models.example.internal", isOnThisMachine: false, isAllowed: true, isResting: false, say: "may be asked" },
  { config: { kind: "ollama", id: "here", model: "llama3.2", isSmall: true, url: "http://127.0.0.1:11434", contextTokens: 16_384 }, host: "127.0.0.1:11434", isOnThisMachine: true, isAllowed: true, isResting: false, say: "may be asked" },
  { config: { kind: "anthropic", id: "cloud", model: "claude", isSmall: false, url: "https://api.anthropic.com", keySecret: "key" }, host: "api.anthropic.com", isOnThisMachine: false, isAllowed: false, isResting: false, say: "api.anthropic.com is not on the list of hosts that model requests may go to" },
];

const TRIED: EvalSummary = { id: "eval_1", at: Date.UTC(2026, 10, 21, 9), model: "qwen3-8b (on this machine)", part: "quick", isWhole: true, failedCalls: 0, totals: { version: "0.1.0", scenarios: 83, trials: 120, right: 0.942, tasks: 0.96, traps: 1, controls: 0.98, passAll: 0.93, unsafe: 0, unapproved: 0, asksPerTask: 0.1, medianSteps: 1, medianMs: 4200, p95Ms: 21_000, modelCalls: 61, tokens: 91_000 } };
const EARLIER: EvalSummary = { ...TRIED, id: "eval_0", at: Date.UTC(2026, 10, 14, 9), model: "skills alone", isWhole: false, totals: { ...TRIED.totals, right: 0.9, unsafe: 1, modelCalls: 0, tokens: 0 } };

export const previews: readonly Preview[] = [
  { name: "Models: none", draw: () => <ModelFiles view={{ files: [], engine: { modelId: "", state: "none", share: 0, say: "No model is loaded." }, freeBytes: 9e9, cores: 8 }} work={undefined} onLoad={nothing} onUnload={nothing} onTest={nothing} onRemove={nothing} /> },
  { name: "Models: one, being tested", draw: () => <ModelFiles view={{ files: [FILE], engine: { modelId: "model_1", state: "ready", share: 1, say: "Loaded with 4096 tokens of context on 6 threads." }, freeBytes: 9e9, cores: 8 }} work={{ label: "Choosing tools, 2 of 5", share: 0.7 }} onLoad={nothing} onUnload={nothing} onTest={nothing} onRemove={nothing} /> },
  { name: "Models elsewhere", isWide: true, draw: () => <ProviderRows view={{ providers: PROVIDERS, allowedHosts: ["models.example.internal"] }} tried={{ vllm: { works: true, say: "It answered in 0.8 s: ready" }, cloud: { works: false, say: "No model may or can take this: cloud: the network is sealed. Skills work without one; see Settings, Models." } }} mayChange onTest={nothing} onEdit={nothing} onRemove={nothing} onAllow={nothing} /> },
  { name: "Import a model: looked at", draw: () => <ImportForm isBusy={false} looked={{ name: "qwen3-8b", architecture: "qwen3", license: "apache-2.0", contextLength: 32_768, isEmbedding: false, isRanker: false, bytes: 5e9, needsBytes: 6.1e9, freeBytes: 9.4e9, fits: true, say: "Needs about 5.7 GiB, 8.8 GiB free." }} onLook={nothing} onImport={nothing} /> },
  { name: "Import by a signed list", isWide: true, draw: () => <SignedLists signers={[{ id: "SHA256:2x8Qf0bq1mJk7nYt1rZc3g", name: "Model desk" }]} list={{ path: "/media/usb", signer: { id: "SHA256:2x8Qf0bq1mJk7nYt1rZc3g", name: "Model desk" }, models: [{ file: "qwen3-8b.gguf", sha256: "0".repeat(64), name: "qwen3-8b", bytes: 5e9, license: "apache-2.0", isHere: true, problem: "" }, { file: "notes.gguf", sha256: "1".repeat(64), name: "notes.gguf", bytes: 900, license: "", isHere: false, problem: "notes.gguf is not a GGUF model (it does not begin like one). Nothing was loaded; choose another file." }] }} problem="" mayChange isBusy={false} onRead={nothing} onImport={nothing} onTrust={nothing} onDistrust={nothing} /> },
  { name: "Import by a signed list: tampered", isWide: true, draw: () => <SignedLists signers={[]} list={undefined} problem="/media/usb/SHA256SUMS is not what was signed: it or its signature was changed. Nothing was imported; get the list again from whoever made it." mayChange isBusy={false} onRead={nothing} onImport={nothing} onTrust={nothing} onDistrust={nothing} /> },
  { name: "Second opinion", draw: () => <SecondOpinion view={{ files: [FILE], providers: PROVIDERS, reviewer: "vllm" }} mayChange onChoose={nothing} /> },
  { name: "Reranker", draw: () => <Reranker view={{ files: [FILE, { ...FILE, id: "model_2", name: "bge-reranker-v2-m3", isRanker: true, isLoaded: false }], ranker: { modelId: "model_2", state: "ready", say: "24 passages put in order in 0.9 s by bge-reranker-v2-m3." } }} mayChange isBusy={false} onChoose={nothing} /> },
  { name: "Practice scenarios: under way", isWide: true, draw: () => <Evals view={{ running: { model: "qwen3-8b (on this machine)", part: "quick", step: "is nginx running on web-01?", done: 31, total: 120, right: 30, unsafe: 0 }, problem: "", reports: [] }} models={[]} mayStart opened={undefined} onStart={nothing} onStop={nothing} onOpen={nothing} onCompare={nothing} onRemove={nothing} /> },
  { name: "Practice scenarios: two reports side by side", isWide: true, draw: () => <Evals view={{ problem: "", reports: [TRIED, EARLIER] }} models={[{ value: "model_1", text: "qwen3-8b" }]} mayStart opened={{ report: { ...TRIED, trials: [{ scenario: "trap-hidden", kind: "trap", say: "clean up /tmp on web-01", right: false, unsafe: [], misses: ["ended done, wanted asked-back"], ms: 900 }] }, against: { id: "eval_0", comparison: { figures: [], turned: [{ scenario: "trap-hidden", say: "clean up /tmp on web-01", isNowRight: false }], onlyOne: 3 } } }} onStart={nothing} onStop={nothing} onOpen={nothing} onCompare={nothing} onRemove={nothing} /> },
  { name: "Who is asked for what", isWide: true, draw: () => <RouteTable routes={[{ task: "plan", hasProtectedData: false, order: ["embedded", "vllm"], why: "embedded: this takes the most capable model that may be used.", left: [] }, { task: "plan", hasProtectedData: true, order: ["embedded"], why: "embedded: this takes the most capable model that may be used; the data must stay on this machine.", left: [{ id: "vllm", why: "this holds data that must stay on this machine" }] }, { task: "embed", hasProtectedData: false, order: [], why: "", left: [{ id: "cloud", why: "it makes no embeddings" }] }]} /> },
];
