import type { EvalPart, EvalTotals, EvalTrial } from "../contract/index.ts";
import type { GenerateEvent, GenerateRequest } from "../models/port.ts";

/** What the core and the process that plays the scenarios say to each other. Keys and models stay with the core: the process asks it. */
export type ToEvals =
  | { readonly t: "start"; readonly home: string; readonly part: EvalPart; /** Without a name, skills alone. */ readonly model: string }
  | { readonly t: "event"; readonly id: number; readonly event: GenerateEvent }
  | { readonly t: "end"; readonly id: number }
  | { readonly t: "failed"; readonly id: number; readonly code: string; readonly why: string };

export type FromEvals =
  | { readonly t: "planned"; readonly trials: number }
  | { readonly t: "trial"; readonly trial: EvalTrial; readonly totals: EvalTotals }
  | { readonly t: "generate"; readonly id: number; readonly request: GenerateRequest }
  | { readonly t: "abort"; readonly id: number }
  | { readonly t: "done" }
  | { readonly t: "broken"; readonly why: string };
