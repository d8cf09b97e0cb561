import type { GenerateRequest, Usage } from "../port.ts";

/** What the core and the inference worker say to each other, over Node's IPC channel. */
export type ToWorker =
  | { readonly t: "load"; readonly id: number; readonly path: string; readonly contextTokens: number; readonly threads: number; readonly gpu: boolean; /** Chats whose cache is held at a time. */ readonly sequences: number; /** A model that puts passages in order makes no words. */ readonly isRanker: boolean }
  | { readonly t: "generate"; readonly id: number; readonly request: GenerateRequest; /** Where this chat's cache is kept on disk. */ readonly statePath?: string }
  | { readonly t: "embed"; readonly id: number; readonly texts: readonly string[] }
  /** As many as there is time for, in their order. */
  | { readonly t: "rank"; readonly id: number; readonly query: string; readonly passages: readonly string[]; readonly withinMs: number }
  | { readonly t: "measure"; readonly id: number; readonly threads: readonly number[]; readonly tokens: number }
  /** Write down the caches that changed since they were written. */
  | { readonly t: "keep"; readonly id: number }
  | { readonly t: "abort"; readonly id: number }
  | { readonly t: "unload"; readonly id: number };

export type FromWorker =
  | { readonly t: "ready" }
  | { readonly t: "alive" }
  | { readonly t: "progress"; readonly id: number; readonly share: number }
  | { readonly t: "text"; readonly id: number; readonly text: string }
  | { readonly t: "done"; readonly id: number; readonly value: unknown }
  | { readonly t: "failed"; readonly id: number; readonly why: string };

export type Generated = { readonly text: string; readonly reason: "stop" | "length"; readonly usage: Usage };
export type Loaded = { readonly contextTokens: number; readonly threads: number; readonly gpu: string };
export type Measured = readonly { readonly threads: number; readonly tokensPerSecond: number }[];
