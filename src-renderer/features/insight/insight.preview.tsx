import type { Span } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import { OverviewFacts } from "./overview-facts.tsx";
import { TraceExportDialog, TraceExportWords } from "./trace-export.tsx";
import { Waterfall } from "./waterfall.tsx";

const T = 1_763_700_000_000;
const SPANS: readonly Span[] = [
  { kind: "run", name: "Why is the root file system full", from: T, to: T + 31_000, isFailed: false },
  { kind: "plan", name: "Planned", from: T, to: T + 40, isFailed: false },
  { kind: "model", name: "qwen3-8b (embedded), plan", from: T + 40, to: T + 6200, isFailed: false, tokens: { prompt: 1204, output: 88 }, cost: 0.0042 },
  { kind: "gate", name: "Read the sizes: allow", hostId: "web-01", from: T + 6200, to: T + 6230, isFailed: false },
  { kind: "execute", name: "Read the sizes", hostId: "web-01", from: T + 6230, to: T + 7100, isFailed: false },
  { kind: "approval", name: "Rotate the logs", hostId: "web-01", from: T + 7200, to: T + 29_000, isFailed: false },
  { kind: "execute", name: "Rotate the logs", hostId: "web-01", from: T + 29_000, to: T + 31_000, isFailed: true },
];
const HOSTS = [{ id: "web-01", name: "web-01", environment: "prod" }] as const;

export const previews: readonly Preview[] = [
  { name: "Waterfall", isWide: true, draw: () => <Waterfall title="Why is the root file system full" spans={SPANS} question={{ runs: 2, isSolved: true, tookMs: 31_000, modelCalls: 1, modelMs: 6160, tokens: { prompt: 1204, output: 88 }, cost: 0.0042 }} hosts={HOSTS} now={T + 31_000} /> },
  { name: "Overview", isWide: true, draw: () => <OverviewFacts days={30} overview={{ runs: 1204, ended: [], successShare: 0.97, medianMs: 840, p95Ms: 31_000, modelCalls: 12, tokens: { prompt: 15_000, output: 900 }, cost: 0.31, questions: { asked: 1120, solved: 1091 }, perResolution: { tokens: 1300, cost: 0.0026 } }} /> },
  { name: "Overview: nothing yet", isWide: true, draw: () => <OverviewFacts days={30} overview={{ runs: 0, ended: [], successShare: null, medianMs: null, p95Ms: null, modelCalls: 0, tokens: { prompt: 0, output: 0 }, cost: null, questions: { asked: 0, solved: 0 }, perResolution: null }} /> },
  { name: "Export of traces: on", isWide: true, draw: () => <TraceExportWords now={{ url: "https://collector.example.com:4318/v1/traces", isOn: true, keySecret: "", sentRuns: 41, say: "Sent last at 2026-03-02T09:12:44.000Z." }} /> },
  { name: "Export of traces: refused", draw: () => <TraceExportDialog now={{ url: "https://collector.example.com:4318/v1/traces", isOn: false, keySecret: "", sentRuns: 0, say: "" }} secrets={["otel/key"]} problem="SENA is sealed, and collector.example.com:4318 is another machine: no traces are sent there. Allow the local network under Settings → Network first. Nothing was changed; traces are kept here as ever." onClose={() => {}} onSave={() => {}} /> },
];
