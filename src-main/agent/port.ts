import type { AskContext, Answered, GenerateRequest } from "../models/index.ts";
import type { Statement } from "../contract/index.ts";
import type { Program, RunSpec, StepSpec } from "../runs/index.ts";

/** What the agent asks of the models room: nothing but an answer. */
export type AgentModels = { answer(context: AskContext, request: GenerateRequest, signal: AbortSignal): Promise<Answered>; isReady(): boolean; /** The model that is asked for a second opinion on commands; undefined where none is. */ reviewer(): string | undefined };

/** One lane's story so far, durable: after a crash the same entries and results lead to the same step. */
export type Entry =
  | { readonly kind: "step"; readonly call: Call; readonly at: number; readonly step: StepSpec }
  | { readonly kind: "skill"; readonly call: Call; readonly at: number; readonly skillId: string; readonly inputs: Readonly<Record<string, string>> }
  | { readonly kind: "skill-ended"; readonly reply: string; readonly at: number }
  | { readonly kind: "reply"; readonly call: Call; readonly reply: string; readonly untrusted: boolean; readonly strike: boolean; readonly documents?: readonly CitedDocument[] }
  | { readonly kind: "proposal"; readonly call: Call; readonly title: string; readonly why: string; readonly skillId: string; readonly inputs: Readonly<Record<string, string>>; readonly taint?: readonly { readonly token: string; readonly from: string }[] }
  | { readonly kind: "spent"; readonly tokens: number; readonly model: string }
  | { readonly kind: "end"; readonly state: "done" | "failed" | "refused"; readonly say: string; readonly question?: string; readonly statements: readonly Statement[] };
/** A passage the agent has read, as its answer may name it. */
export type CitedDocument = { readonly id: string; readonly title: string; readonly where: string; readonly date: string; readonly trust: "signed" | "unsigned"; /** The passage itself: words quoted from it must stand there. */ readonly text: string };
export type Call = { readonly name: string; readonly args: Readonly<Record<string, unknown>> };

export type Agent = {
  readonly isReady: () => boolean;
  programOf(spec: RunSpec): Program;
  /** The question a run ended with, for the operator; undefined when it ended otherwise. */
  questionOf(runId: string): string | undefined;
};
