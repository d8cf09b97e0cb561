import type { Span } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import { OverviewFacts } from "./overview-facts.tsx";
import { Waterfall } from "./waterfall.tsx";

const T = 1_763_700_000_000;
const SPANS: readonly Span[] = [
  { kind: "run", name: "Why is the root file system full", from: T, to: T + 31_000, isFailed: false },
  { kind: "plan", name: "Planned", from: T, to: T + 40, isFailed: false },
  { kind: "model", name: "qwen3-8b (embedded), plan", from: T + 40, to: T + 6200, isFailed: false, tokens: { prompt: 1204, output: 88 } },
  { kind: "gate", name: "Read the sizes: allow", hostId: "web-01", from: T + 6200, to: T + 6230, isFailed: false },
  { kind: "execute", name: "Read the sizes", hostId: "web-01", from: T + 6230, to: T + 7100, isFailed: false },
  { kind: "approval", name: "Rotate the logs", hostId: "web-01", from: T + 7200, to: T + 29_000, isFailed: false },
  { kind: "execute", name: "Rotate the logs", hostId: "web-01", from: T + 29_000, to: T + 31_000, isFailed: true },
];
const HOSTS = [{ id: "web-01", name: "web-01", environment: "prod" }] as const;

export const previews: readonly Preview[] = [
  { name: "Waterfall", isWide: true, draw: () => <Waterfall title="Why is the root file system full" spans={SPANS} hosts={HOSTS} now={T + 31_000} /> },
  { name: "Overview", isWide: true, draw: () => <OverviewFacts days={30} overview={{ runs: 1204, ended: [], successShare: 0.97, medianMs: 840, p95Ms: 31_000, modelCalls: 12, tokens: { prompt: 15_000, output: 900 } }} /> },
  { name: "Overview: nothing yet", isWide: true, draw: () => <OverviewFacts days={30} overview={{ runs: 0, ended: [], successShare: null, medianMs: null, p95Ms: null, modelCalls: 0, tokens: { prompt: 0, output: 0 } }} /> },
];
