import { ENDED_RUN_STATES, Failure, failer, type Actor, type ChatEvent, type Completion, type HostRef, type TurnState } from "../contract/index.ts";
import type { Clock, NewId } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import type { Runs, RunSpec } from "../runs/index.ts";
import type { Store } from "../store/index.ts";
import { openConversations, type TurnRow } from "./conversations.ts";
import { exportMarkdown } from "./export.ts";
import { CHAT_FAILURES } from "./failures.ts";
import { followConversation, tellEarlier } from "./follow.ts";
import type { Chat, Offer, Plan, Planner, RunPlan, TurnView } from "./port.ts";
import { proposalIn, stageOf, viewOf, type Told } from "./turn-view.ts";

const fail = failer(CHAT_FAILURES);
const EARLIER_TURNS = 50;

export type ChatNeeds = {
  readonly store: Store;
  readonly runs: Runs;
  readonly ledger: Pick<Ledger, "append">;
  /** Asked in order; the first that does not say "not-mine" has the turn. */
  readonly planners: readonly Planner[];
  /** Hosts and groups as the operator names them → what the message shows. Unknown names are left to the planner. */
  readonly hostsNamed: (names: readonly string[]) => readonly HostRef[];
  readonly completions: (sign: "@" | "#" | "/", typed: string) => Completion[];
  readonly now: Clock;
  readonly newId: NewId;
  readonly report: (turnId: string, error: unknown) => void;
};

type Playing = { readonly abort: AbortController; readonly finished: Promise<void>; stoppedBy?: Actor };

export function createChat(needs: ChatNeeds): Chat & AsyncDisposable {
  const conversations = openConversations(needs);
  const playing = new Map<string, Playing>();
  let isClosing = false;

  const known = (conversationId: string): string => {
    if (!conversations.exists(conversationId)) throw fail("CONVERSATION_NOT_FOUND");
    return conversationId;
  };
  const tell = (conversationId: string, ...events: ChatEvent[]) => needs.store.transaction(() => events.forEach((event) => conversations.append(conversationId, event)));

  function play(turn: TurnRow): void {
    if (playing.has(turn.id)) return;
    const { promise: finished, resolve } = Promise.withResolvers<void>();
    const mine: Playing = { abort: new AbortController(), finished };
    playing.set(turn.id, mine);
    void playToEnd(turn, mine)
      .catch((error: unknown) => {
        if (isClosing) return;
        const failure = error instanceof Failure ? error : undefined;
        if (!failure && !mine.stoppedBy) needs.report(turn.id, error);
        const state: TurnState = mine.stoppedBy ? "stopped" : "failed";
        const say = state === "stopped" ? `Stopped by ${mine.stoppedBy?.name ?? "the operator"}.` : (failure?.message ?? "Something went wrong inside SENA. Nothing acknowledged was lost; the log has the details.");
        tell(turn.conversationId, ...(state === "failed" ? [{ type: "failed", turnId: turn.id, code: failure?.code ?? "INTERNAL", say } as const] : []), { type: "turn", turnId: turn.id, state, say });
      })
      .catch((error: unknown) => needs.report(turn.id, error))
      .finally(() => {
        playing.delete(turn.id);
        resolve();
      });
  }

  const playById = (turnId: string) => {
    const turn = conversations.turn(turnId);
    if (turn) play(turn);
  };

  /** Stage by stage, each read back from the journal, until the turn has an answer or waits for the operator. */
  async function playToEnd(turn: TurnRow, mine: Playing): Promise<void> {
    const { id: turnId } = turn;
    for (;;) {
      if (isClosing) return;
      if (mine.stoppedBy) mine.abort.abort(new DOMException("Stopped.", "AbortError"));
      mine.abort.signal.throwIfAborted();
      const rows = conversations.eventsSince(turnId);
      const stage = stageOf(turnId, rows, (runId) => ENDED_RUN_STATES.includes(needs.runs.get(runId).state));
      const view = () => viewOf(turn, { ...before(turn), rows }, needs.runs);
      switch (stage.kind) {
        case "await-run":
          await awaitRun(turn, stage.runId, mine);
          break;
        case "start-fix":
          await startFix(turn, view(), stage);
          break;
        case "plan":
          await actOn(turn, await planFor(turn, view(), mine.abort.signal));
          break;
        case "settled":
          return;
        default:
          stage satisfies never;
      }
    }
  }

  /** What this turn may lean on. Nobody means a question of months ago by "the same". */
  function before({ id, conversationId }: TurnRow): Pick<Told, "earlier" | "earlierRows"> {
    const earlier = conversations.turnsBefore(conversationId, conversations.firstOf(id) ?? 0, EARLIER_TURNS);
    return { earlier, earlierRows: earlier[0] === undefined ? [] : conversations.eventsOf(conversationId, earlier.map((one) => one.id), earlier[0].firstN) };
  }

  async function planFor(turn: TurnRow, view: TurnView, signal: AbortSignal): Promise<Plan> {
    const chosen = conversations.turn(turn.id)?.planner;
    for (const planner of needs.planners) {
      if (chosen && planner.name !== chosen) continue;
      const plan = await planner.next(view, signal);
      if (plan === "not-mine") continue;
      if (!chosen) conversations.setPlanner(turn.id, planner.name);
      return plan;
    }
    throw fail("NO_PLANNER");
  }

  async function actOn(turn: TurnRow, plan: Plan): Promise<void> {
    const { conversationId, id: turnId } = turn;
    const ends = (state: TurnState, say: string) => ({ type: "turn", turnId, state, say }) as const;
    switch (plan.kind) {
      case "run": {
        const { understood } = plan;
        tell(conversationId, { type: "understood", turnId, planner: conversations.turn(turnId)?.planner ?? "", ...understood, hosts: [...understood.hosts], slots: [...understood.slots] });
        return startRun(turn, plan.run, turn.message.actor, "answer");
      }
      case "answer": {
        const first = plan.offers.find((offer) => offer.isPutForward);
        const answer: ChatEvent = { type: "answer", turnId, statements: [...plan.statements], tables: [...plan.tables], series: [...plan.series] };
        const proposals = plan.offers.map((offer) => offered(turnId, offer));
        if (first) return tell(conversationId, answer, ...proposals, { type: "proposal-taken", turnId, proposalId: first.proposal.id, state: "started" });
        return tell(conversationId, answer, ...proposals, ends(plan.state, plan.say));
      }
      case "ask-back": {
        const before: ChatEvent[] = plan.understood ? [{ type: "understood", turnId, planner: conversations.turn(turnId)?.planner ?? "", ...plan.understood, hosts: [...plan.understood.hosts], slots: [...plan.understood.slots] }] : [];
        return tell(conversationId, ...before, { type: "ask-back", turnId, question: plan.question, slot: plan.slot, choices: [...plan.choices], isFree: plan.isFree }, ends("asked-back", plan.question));
      }
      case "out-of-scope":
        return tell(conversationId, { type: "out-of-scope", turnId, say: plan.say, nearest: [...plan.nearest] }, ends("out-of-scope", plan.say));
      case "refused":
        return tell(conversationId, { type: "refused", turnId, say: plan.say }, ends("refused", plan.say));
      default:
        plan satisfies never;
    }
  }

  async function startRun(turn: TurnRow, plan: RunPlan, actor: Actor, purpose: "answer" | "fix", proposalId?: string): Promise<void> {
    // Told runs are counted, so that after a crash the same run has the same name, and a second look of one sentence another.
    const told = conversations.eventsSince(turn.id).filter(({ event }) => event.type === "run" && event.turnId === turn.id && event.purpose === "answer").length;
    const spec: RunSpec = { ...plan, actor, attended: true, conversationId: turn.conversationId, origin: `${turn.id}/${proposalId ?? (told === 0 ? "answer" : `answer-${told + 1}`)}` };
    const { runId } = await needs.runs.start(spec);
    tell(turn.conversationId, { type: "run", turnId: turn.id, runId, title: plan.title, purpose, ...(proposalId !== undefined && { proposalId }) });
  }

  /** Whoever takes it up asks for it, whoever asked the question: the one who approves it has to be somebody else. */
  async function startFix(turn: TurnRow, view: TurnView, { proposalId, by }: { readonly proposalId: string; readonly by: Actor | undefined }): Promise<void> {
    const planner = needs.planners.find(({ name }) => name === conversations.turn(turn.id)?.planner);
    const proposal = proposalIn(conversations.proposal(turn.conversationId, proposalId)?.event, needs.runs);
    if (!planner?.take || !proposal) throw fail("PROPOSAL_GONE");
    await startRun(turn, await planner.take(view, proposal), by ?? turn.message.actor, "fix", proposalId);
  }

  async function awaitRun(turn: TurnRow, runId: string, mine: Playing): Promise<void> {
    for await (const { event } of needs.runs.follow(runId, 0, mine.abort.signal)) {
      if (event.type !== "state") continue;
      const state: TurnState = event.state === "waiting" ? "waiting" : "working";
      if (!ENDED_RUN_STATES.includes(event.state) && conversations.turn(turn.id)?.state !== state) tell(turn.conversationId, { type: "turn", turnId: turn.id, state, say: event.say });
    }
    mine.abort.signal.throwIfAborted();
  }

  const chat: Chat = {
    async send(message, actor) {
      const conversationId = message.conversationId === undefined ? needs.newId("conv") : known(message.conversationId);
      if (message.conversationId !== undefined && conversations.openTurn(conversationId)) throw fail("TURN_OPEN");
      const turnId = needs.newId("turn");
      await needs.ledger.append({ type: "request", actor, session: conversationId, fields: { text: message.text, hosts: [...message.hosts], turn: turnId, attachments: message.attachments.map(({ name }) => name), ...(message.model !== undefined && { model: message.model }) } });
      const newest = conversations.newest(conversationId);
      needs.store.transaction(() => {
        if (message.conversationId === undefined) conversations.create(conversationId, titleOf(message.text));
        conversations.addTurn({ id: turnId, conversationId, message: { text: message.text, hosts: message.hosts, attachments: message.attachments, actor, ...(message.model !== undefined && { model: message.model }) } });
        conversations.append(conversationId, {
          type: "message", turnId, text: message.text, hosts: [...needs.hostsNamed(message.hosts)],
          attachments: message.attachments.map(({ text, ...rest }) => ({ ...rest, lines: text.split("\n").length })),
        });
        conversations.append(conversationId, { type: "turn", turnId, state: "working", say: "" });
      });
      playById(turnId);
      return { conversationId, turnId, cursor: `${newest}.0` };
    },
    follow: (conversationId, from, signal) => followConversation(conversations, needs.runs, known(conversationId), from, signal),
    earlier: (conversationId, before, turns) => tellEarlier(conversations, needs.runs, known(conversationId), before, turns),
    list: (search, limit) => conversations.list(search, limit),
    listChanges: (signal) => conversations.changes.follow(signal),
    async stop(conversationId, by) {
      const turn = conversations.openTurn(known(conversationId));
      const mine = turn && playing.get(turn.id);
      if (!turn || !mine) return;
      mine.stoppedBy = by;
      for (const { event } of conversations.eventsSince(turn.id)) {
        if (event.type === "run" && event.turnId === turn.id && needs.runs.get(event.runId).endedAt === null) await needs.runs.stop(event.runId, by).catch(unlessEnded);
      }
      mine.abort.abort(new DOMException("Stopped.", "AbortError"));
      await mine.finished;
    },
    async propose(conversationId, proposalId, take, by) {
      const offer = conversations.proposal(known(conversationId), proposalId);
      if (offer === undefined || offer.isTaken) throw fail("PROPOSAL_GONE");
      if (take && conversations.openTurn(conversationId)) throw fail("TURN_OPEN");
      const { turnId } = offer.event;
      await needs.ledger.append({ type: "decision", actor: by, session: conversationId, fields: { proposal: proposalId, decision: take ? "take up" : "dismiss" } });
      tell(conversationId, { type: "proposal-taken", turnId, proposalId, state: take ? "started" : "dismissed", by }, ...(take ? [{ type: "turn", turnId, state: "working", say: "" } as const] : []));
      if (take) playById(turnId);
    },
    rename(conversationId, title) {
      conversations.rename(known(conversationId), title, true);
      tell(conversationId, { type: "titled", title });
    },
    pin: (conversationId, isPinned) => conversations.pin(known(conversationId), isPinned),
    export: (conversationId) => exportMarkdown(conversations.titleOf(known(conversationId)).title, conversations.told(conversationId), needs.runs),
    complete: (sign, typed) => needs.completions(sign, typed),
    async takeUp() {
      for (const turn of conversations.openTurns()) play(turn);
    },
  };
  return Object.assign(chat, {
    async [Symbol.asyncDispose]() {
      isClosing = true;
      for (const one of playing.values()) one.abort.abort();
      await Promise.all([...playing.values()].map(({ finished }) => finished));
    },
  });
}

const offered = (turnId: string, offer: Offer): ChatEvent => ({
  type: "proposal", turnId, proposalId: offer.proposal.id, runId: offer.runId, title: offer.proposal.title, why: offer.proposal.why, host: offer.host, skill: offer.skill, steps: [...offer.steps], verdict: offer.verdict, say: offer.say, isUndo: offer.proposal.isUndo,
});

const titleOf = (text: string): string => {
  const line = text.split("\n", 1).join().trim().replace(/\s+/g, " ");
  // As it was typed: a command with another first letter is another command.
  return line.length > 72 ? `${line.slice(0, 71)}…` : line;
};

const unlessEnded = (error: unknown): void => {
  if (!(error instanceof Failure) || error.code !== "RUN_ENDED") throw error;
};
