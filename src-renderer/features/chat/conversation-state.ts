import type { Attachment, ChatEvent, ChatItem, Citation, HostRef, ResultSeries, ResultTable, RunEvent, RunState, SkillRef, Statement, StepState, TurnState, Effect, Verdict } from "../../../src-main/contract/index.ts";

export type Line = { readonly stream: "stdout" | "stderr"; readonly number: number; readonly text: string };

export type StepView = {
  readonly runId: string;
  readonly stepId: string;
  readonly hostId: string;
  readonly title: string;
  readonly script: string;
  readonly why: string;
  readonly role: Extract<RunEvent, { type: "queued" }>["role"];
  readonly state: StepState;
  readonly judged?: { readonly effect: Effect; readonly proved: boolean; readonly rule: string; readonly verdict: Verdict; readonly why: string };
  readonly approval?: { readonly id: string; readonly notAfter: number };
  readonly approvedBy: readonly string[];
  readonly startedAt?: number;
  /** When it was sent or last said something. */
  readonly heardAt?: number;
  readonly wasReattached: boolean;
  readonly elapsedMs?: number;
  readonly exitCode?: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly cutBytes: number;
  readonly say: string;
  readonly isRetried: boolean;
};

export type HostView = { readonly host: HostRef; readonly state: Extract<RunEvent, { type: "host" }>["state"]; readonly say: string; readonly stepIds: readonly string[]; readonly statements: readonly Statement[]; /** The gravest of them, kept as they come: a matrix of hundreds asks for it at every picture. */ readonly worst?: Statement };

export type RunView = {
  readonly runId: string;
  readonly title: string;
  readonly skill?: SkillRef;
  readonly outline: readonly { readonly title: string; readonly effect: Effect }[];
  readonly isTree: boolean;
  readonly hosts: ReadonlyMap<string, HostView>;
  readonly steps: ReadonlyMap<string, StepView>;
  readonly state: RunState;
  readonly say: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** The newest item's number: items at or below it were applied. */
  readonly seen: number;
};

export type OfferView = Extract<ChatEvent, { type: "proposal" }> & { readonly taken?: "started" | "dismissed" };
export type Block =
  | { readonly kind: "run"; readonly runId: string; readonly purpose: "answer" | "fix"; readonly title: string }
  | { readonly kind: "answer"; readonly statements: readonly Statement[]; readonly tables: readonly ResultTable[]; readonly series: readonly ResultSeries[] }
  | { readonly kind: "offer"; readonly proposalId: string }
  | { readonly kind: "ask-back"; readonly event: Extract<ChatEvent, { type: "ask-back" }> }
  | { readonly kind: "out-of-scope"; readonly event: Extract<ChatEvent, { type: "out-of-scope" }> }
  | { readonly kind: "said"; readonly tone: "refused" | "failed"; readonly say: string };

export type TurnView = {
  readonly turnId: string;
  readonly at: number;
  readonly text: string;
  readonly hosts: readonly HostRef[];
  readonly attachments: readonly (Omit<Attachment, "text"> & { readonly lines: number })[];
  readonly understood?: Extract<ChatEvent, { type: "understood" }>;
  readonly blocks: readonly Block[];
  readonly state: TurnState;
  readonly say: string;
};

export type ConversationState = {
  readonly cursor: string;
  readonly title?: string;
  /** Turns before the first of these, which nobody has asked for yet. */
  readonly earlier: number;
  readonly turns: readonly TurnView[];
  readonly runs: ReadonlyMap<string, RunView>;
  readonly offers: ReadonlyMap<string, OfferView>;
  /** The newest chat event's number, and the cursor to come back with. */
  readonly seen: number;
};

export const EMPTY: ConversationState = { cursor: "0.0", earlier: 0, turns: [], runs: new Map(), offers: new Map(), seen: 0 };

/** srv-2 before srv-10, as people count. */
const { compare: byName } = new Intl.Collator("en", { numeric: true });

/** Applies a batch. Only what changed is copied, once per batch, and what did not change stays the same object: that is how what draws it knows. */
export function applyItems(before: ConversationState, items: readonly ChatItem[]): ConversationState {
  const draft: Mutable<ConversationState> = { ...before };
  const own = new Map<string, RunDraft>();
  for (const { cursor, at, event } of items) {
    draft.cursor = cursor;
    if (event.kind === "run") {
      const { n, runId, event: told } = event.item;
      const run = own.get(runId) ?? draftOf(draft.runs.get(runId), runId, at);
      own.set(runId, run);
      if (n <= run.seen) continue; // told again after a reconnect
      run.seen = n;
      applyRun(run, told, at);
    } else if (event.kind === "begun") {
      draft.title = event.title;
      draft.earlier = event.earlier;
    } else if (event.n > draft.seen) {
      draft.seen = event.n;
      applyChat(draft, event.event, at);
    }
  }
  if (own.size > 0) draft.runs = new Map([...draft.runs, ...own]);
  return draft;
}

/** Puts turns before those there are. What is known of the newest is left as it is. */
export const withEarlier = (now: ConversationState, before: ConversationState): ConversationState => ({
  ...now,
  earlier: before.earlier,
  turns: [...before.turns, ...now.turns],
  runs: new Map([...before.runs, ...now.runs]),
  offers: new Map([...before.offers, ...now.offers]),
});

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type RunDraft = Omit<Mutable<RunView>, "hosts" | "steps"> & { hosts: Map<string, HostView>; steps: Map<string, StepView> };

const draftOf = (known: RunView | undefined, runId: string, at: number): RunDraft =>
  known ? { ...known, hosts: new Map(known.hosts), steps: new Map(known.steps) } : { runId, title: "", outline: [], isTree: false, hosts: new Map(), steps: new Map(), state: "running", say: "", startedAt: at, seen: 0 };

function applyRun(run: RunDraft, event: RunEvent, at: number): void {
  const step = (stepId: string, change: (known: StepView) => Partial<StepView>) => {
    const known = run.steps.get(stepId);
    if (known) run.steps.set(stepId, { ...known, ...change(known) });
  };
  const host = (hostId: string, change: (known: HostView) => Partial<HostView>) => {
    const known = run.hosts.get(hostId);
    if (known) run.hosts.set(hostId, { ...known, ...change(known) });
  };
  switch (event.type) {
    case "planned":
      Object.assign(run, { title: event.title, outline: event.steps, isTree: event.tree, ...(event.skill && { skill: event.skill }) });
      for (const one of event.hosts.toSorted((a, b) => byName(a.name, b.name))) run.hosts.set(one.id, { host: one, state: "waiting-turn", say: "", stepIds: [], statements: [] });
      break;
    case "queued":
      run.steps.set(event.stepId, { runId: run.runId, stepId: event.stepId, hostId: event.hostId, title: event.title, script: event.script, why: event.why, role: event.role, state: "queued", approvedBy: [], wasReattached: false, stdout: "", stderr: "", cutBytes: 0, say: "", isRetried: false });
      if (event.retryOf !== undefined) step(event.retryOf, () => ({ isRetried: true }));
      host(event.hostId, ({ stepIds }) => ({ stepIds: [...stepIds.filter((id) => id !== event.retryOf), event.stepId] }));
      break;
    case "judged":
      step(event.stepId, () => ({ state: "judged", judged: event }));
      break;
    case "waiting":
      step(event.stepId, () => ({ state: "waiting", approval: { id: event.approvalId, notAfter: event.notAfter } }));
      break;
    case "approved":
      step(event.stepId, () => ({ state: "judged", approvedBy: event.by }));
      break;
    case "started":
      step(event.stepId, () => ({ state: "running", startedAt: event.at, heardAt: at, wasReattached: event.reattached, stdout: "", stderr: "" }));
      break;
    case "output":
      step(event.stepId, (known) => ({ heardAt: at, [event.stream]: known[event.stream] + event.text }));
      break;
    case "ended":
      step(event.stepId, () => ({ state: event.succeeded ? "done" : "failed", elapsedMs: event.elapsedMs, exitCode: event.exitCode, cutBytes: event.cutBytes, say: event.say }));
      break;
    case "refused":
      step(event.stepId, () => ({ state: event.reason === "cancelled" ? "stopped" : "refused", say: event.say }));
      break;
    case "unknown":
      step(event.stepId, () => ({ state: "unknown", say: event.say }));
      break;
    case "retrying":
      step(event.stepId, () => ({ isRetried: true, say: event.say }));
      break;
    case "statement":
      host(event.hostId, ({ statements, worst }) => ({ statements: [...statements, event.statement], worst: worst !== undefined && GRAVITY[worst.tone] >= GRAVITY[event.statement.tone] ? worst : event.statement }));
      break;
    case "host":
      host(event.hostId, () => ({ state: event.state, say: event.say }));
      break;
    case "state":
      Object.assign(run, { state: event.state, say: event.say, ...(["done", "failed", "refused", "stopped", "unknown"].includes(event.state) && { endedAt: at }) });
      break;
    case "table":
    case "series":
    case "proposal":
      break; // the answer brings them, composed
    default:
      event satisfies never;
  }
}

/** How much a statement asks to be looked at. */
export const GRAVITY: Readonly<Record<Statement["tone"], number>> = { good: 0, plain: 1, unsure: 2, attention: 3, bad: 4 };

function applyChat(draft: Mutable<ConversationState>, event: ChatEvent, at: number): void {
  if (event.type === "titled") {
    draft.title = event.title;
    return;
  }
  if (event.type === "message") {
    draft.turns = [...draft.turns, { turnId: event.turnId, at, text: event.text, hosts: event.hosts, attachments: event.attachments, blocks: [], state: "working", say: "" }];
    return;
  }
  const index = draft.turns.findIndex(({ turnId }) => turnId === event.turnId);
  const turn = draft.turns[index];
  if (!turn) return;
  const change = (changed: Partial<TurnView>) => {
    draft.turns = draft.turns.with(index, { ...turn, ...changed });
  };
  const add = (block: Block) => change({ blocks: [...turn.blocks, block] });
  const offer = (known: OfferView) => {
    draft.offers = new Map([...draft.offers, [known.proposalId, known]]);
  };
  switch (event.type) {
    case "understood":
      change({ understood: event });
      break;
    case "run":
      add({ kind: "run", runId: event.runId, purpose: event.purpose, title: event.title });
      break;
    case "answer":
      add({ kind: "answer", statements: event.statements, tables: event.tables, series: event.series });
      break;
    case "proposal":
      offer(event);
      add({ kind: "offer", proposalId: event.proposalId });
      break;
    case "proposal-taken": {
      const known = draft.offers.get(event.proposalId);
      if (known) offer({ ...known, taken: event.state });
      break;
    }
    case "ask-back":
      add({ kind: "ask-back", event });
      break;
    case "out-of-scope":
      add({ kind: "out-of-scope", event });
      break;
    case "refused":
    case "failed":
      add({ kind: "said", tone: event.type, say: event.say });
      break;
    case "turn":
      change({ state: event.state, say: event.say });
      break;
    default:
      event satisfies never;
  }
}

/** Output as numbered lines; the last newline ends a line and starts none. */
export function linesOf(text: string, stream: "stdout" | "stderr"): Line[] {
  if (text === "") return [];
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  return lines.map((line, i) => ({ stream, number: i + 1, text: line.endsWith("\r") ? line.slice(0, -1) : line }));
}

export const isCited = (line: Line, cites: readonly Citation[]): boolean => cites.some((cite) => cite.stream === line.stream && line.number >= cite.fromLine && line.number <= cite.toLine);

/** Numbers for the marks in an answer: the steps of a turn in the order they came. */
export function citationNumbers(turn: TurnView, runs: ReadonlyMap<string, RunView>): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const block of turn.blocks) {
    if (block.kind !== "run") continue;
    for (const step of runs.get(block.runId)?.steps.values() ?? []) if (!step.isRetried) numbers.set(citeKey(step), numbers.size + 1);
  }
  return numbers;
}
export const citeKey = ({ runId, stepId }: { readonly runId: string; readonly stepId: string }): string => `${runId}/${stepId}`;

/** Every line an answer of the turn rests on, by step. */
export function citesByStep(turn: TurnView): ReadonlyMap<string, readonly Citation[]> {
  const cites = new Map<string, Citation[]>();
  const add = (cite: Citation) => cites.set(citeKey(cite), [...(cites.get(citeKey(cite)) ?? []), cite]);
  for (const block of turn.blocks) if (block.kind === "answer") for (const statement of block.statements) statement.cites.forEach(add);
  return cites;
}
