import { z } from "zod";
import { call, feed } from "./define.ts";
import { HostRef, PlannedStep, ResultSeries, ResultTable, RunItem, SkillRef, Statement } from "./runs.ts";
import { Actor, Done, Id, Instant, Verdict } from "./terms.ts";

/** Handed to the chat with a message: text the operator chose. It is data, never an instruction. */
export const Attachment = z.object({
  name: z.string().min(1).max(200),
  kind: z.enum(["file", "scrollback"]),
  text: z.string().max(256 * 1024),
  hostId: Id.optional(),
});
export type Attachment = z.infer<typeof Attachment>;

/** How a turn stands; the command line's exit codes come from it. */
export const TurnState = z.enum(["working", "waiting", "done", "asked-back", "refused", "out-of-scope", "stopped", "failed", "unknown"]);
export type TurnState = z.infer<typeof TurnState>;
export const OPEN_TURN_STATES: readonly TurnState[] = ["working", "waiting"];

/** Where a value came from: what the operator typed, said before, or what the inventory or a default gave. */
export const Slot = z.object({ name: z.string().max(64), value: z.string().max(4000), from: z.enum(["request", "conversation", "inventory", "default", "choice"]) });
export type Slot = z.infer<typeof Slot>;

export const Choice = z.object({ id: z.string().max(64), label: z.string().max(200), detail: z.string().max(400), ask: z.string().max(2000) });
export type Choice = z.infer<typeof Choice>;

const turn = { turnId: Id };
export const ChatEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message"), ...turn, text: z.string(), hosts: z.array(HostRef), attachments: z.array(Attachment.omit({ text: true }).extend({ lines: z.number().int() })) }),
  z.object({ type: z.literal("understood"), ...turn, planner: z.string(), skill: SkillRef, title: z.string(), hosts: z.array(HostRef), slots: z.array(Slot), confidence: z.number().min(0).max(1), why: z.string() }),
  z.object({ type: z.literal("run"), ...turn, runId: Id, title: z.string(), purpose: z.enum(["answer", "fix"]), proposalId: Id.optional() }),
  z.object({ type: z.literal("answer"), ...turn, statements: z.array(Statement), tables: z.array(ResultTable), series: z.array(ResultSeries) }),
  z.object({ type: z.literal("proposal"), ...turn, proposalId: Id, runId: Id, title: z.string(), why: z.string(), host: HostRef, skill: SkillRef, steps: z.array(PlannedStep), verdict: Verdict, say: z.string(), isUndo: z.boolean() }),
  z.object({ type: z.literal("proposal-taken"), ...turn, proposalId: Id, state: z.enum(["started", "dismissed"]), /** Absent where SENA put it forward by itself: whoever wrote the sentence asked for it. */ by: Actor.optional() }),
  z.object({ type: z.literal("ask-back"), ...turn, question: z.string(), slot: z.string(), choices: z.array(Choice), isFree: z.boolean() }),
  z.object({ type: z.literal("out-of-scope"), ...turn, say: z.string(), nearest: z.array(Choice) }),
  z.object({ type: z.literal("refused"), ...turn, say: z.string() }),
  z.object({ type: z.literal("failed"), ...turn, code: z.string(), say: z.string() }),
  z.object({ type: z.literal("turn"), ...turn, state: TurnState, say: z.string() }),
  z.object({ type: z.literal("titled"), title: z.string() }),
]);
export type ChatEvent = z.infer<typeof ChatEvent>;

/** Where a follower stands: what the conversation and its runs had told by then. Give it back to miss nothing. */
export const Cursor = z.string().regex(/^\d{1,15}\.\d{1,15}$/);
export const START_CURSOR = "0.0";

export const ChatItem = z.object({
  cursor: Cursor,
  at: Instant,
  event: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("chat"), n: z.number().int(), event: ChatEvent }),
    z.object({ kind: z.literal("run"), item: RunItem }),
    /** The first item, where only the newest turns were asked for: what it is called, and how many turns came before. */
    z.object({ kind: z.literal("begun"), title: z.string(), earlier: z.number().int().nonnegative() }),
  ]),
});
export type ChatItem = z.infer<typeof ChatItem>;

export const Conversation = z.object({
  id: Id,
  title: z.string(),
  isPinned: z.boolean(),
  createdAt: Instant,
  changedAt: Instant,
  state: TurnState,
  /** The first of those it was about last, and how many they were. */
  hosts: z.array(HostRef).max(1),
  hostCount: z.number().int().nonnegative(),
  /** Where a search found it. */
  snippet: z.string().optional(),
});
export type Conversation = z.infer<typeof Conversation>;

/** Of a conversation as a file; each piece says what the file is called. */
export const ExportPiece = z.object({ fileName: z.string(), markdown: z.string() });
export type ExportPiece = z.infer<typeof ExportPiece>;

/** What `@`, `#` and `/` complete to. */
export const Completion = z.object({ insert: z.string(), label: z.string(), detail: z.string(), kind: z.enum(["host", "group", "skill", "command"]) });
export type Completion = z.infer<typeof Completion>;

export const chatContract = {
  list: feed({ says: "Follow the list of conversations, newest first, pinned before the others.", needs: "view", records: "none", input: z.object({ search: z.string().max(200).default(""), limit: z.number().int().min(1).max(10_000).default(200) }), item: z.object({ conversations: z.array(Conversation), more: z.boolean() }) }),
  send: call({
    says: "Say something in a conversation, or start one.",
    needs: "operate",
    records: "room",
    input: z.object({ conversationId: Id.optional(), text: z.string().trim().min(1).max(8000), hosts: z.array(z.string().max(128)).max(1000).default([]), attachments: z.array(Attachment).max(8).default([]), /** By id or name: the one model to ask where no skill fits. */ model: z.string().min(1).max(200).optional() }),
    output: z.object({ conversationId: Id, turnId: Id, cursor: Cursor }),
  }),
  follow: feed({ says: "Follow a conversation and its runs from a cursor on, or from the newest turns on.", needs: "view", records: "none", input: z.object({ conversationId: Id, after: Cursor.default(START_CURSOR), /** Where nothing was told yet: only so many of the newest turns. */ turns: z.number().int().min(1).max(1000).optional() }), item: ChatItem }),
  earlier: feed({ says: "Turns of a conversation before one of it, with their runs; ends when they are told.", needs: "view", records: "none", input: z.object({ conversationId: Id, before: Id, turns: z.number().int().min(1).max(1000).default(30) }), item: ChatItem }),
  stop: call({ says: "Stop what a conversation does now.", needs: "operate", records: "room", input: z.object({ conversationId: Id }), output: Done }),
  propose: call({ says: "Take up or dismiss what a diagnosis proposed; the gate still judges every command.", needs: "operate", records: "room", input: z.object({ conversationId: Id, proposalId: Id, take: z.boolean() }), output: Done }),
  rename: call({ says: "Rename a conversation.", needs: "operate", records: "none", input: z.object({ conversationId: Id, title: z.string().trim().min(1).max(120) }), output: Done }),
  pin: call({ says: "Pin or unpin a conversation.", needs: "operate", records: "none", input: z.object({ conversationId: Id, isPinned: z.boolean() }), output: Done }),
  export: feed({ says: "A conversation as Markdown, with every command and the lines its statements rest on: piece by piece, to be put one behind the other.", needs: "view", records: "export", input: z.object({ conversationId: Id }), item: ExportPiece }),
  complete: call({ says: "Complete a host after @, a skill after #, a command after /.", needs: "view", records: "none", input: z.object({ sign: z.enum(["@", "#", "/"]), typed: z.string().max(128) }), output: z.object({ completions: z.array(Completion).max(50) }) }),
} as const;
