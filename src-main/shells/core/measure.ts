import type { Planner, TurnView } from "../../chat/index.ts";
import { sessionOfHost, type Insight } from "../../insight/index.ts";
import type { Clock } from "../../kernel/index.ts";
import type { Ssh } from "../../ssh/port.ts";

type Needs = { readonly insight: Pick<Insight, "record">; readonly now: Clock };

/** A live connection is handed out at once; what takes longer was made for this. */
const CONNECTING_MS = 3;

/** The guard's way to its hosts, with the time it took to reach them kept. */
export const measuredConnections = (ssh: Ssh, { insight, now }: Needs): Ssh => ({
  ...ssh,
  async identify(hostId, signal) {
    const from = now();
    const keep = (isFailed: boolean) => {
      if (now() - from >= CONNECTING_MS) insight.record(sessionOfHost(hostId), { kind: "connect", name: "SSH", hostId, from, to: now(), isFailed });
    };
    try {
      const identity = await ssh.identify(hostId, signal);
      keep(false);
      return identity;
    } catch (error) {
      keep(true);
      throw error;
    }
  },
});

/** How long a sentence was read before anything ran: by the planners that had it, until one took it. */
export function measuredPlanners(planners: readonly Planner[], { insight, now }: Needs): readonly Planner[] {
  const begun = new WeakMap<TurnView, number>();
  return planners.map((planner) => ({
    ...planner,
    async next(turn, signal) {
      const from = begun.get(turn) ?? now();
      begun.set(turn, from);
      const plan = await planner.next(turn, signal);
      if (plan !== "not-mine" && turn.runs.length === 0) insight.record(turn.conversationId, { kind: "parse", name: `The request, by the ${planner.name} planner`, from, to: now(), isFailed: plan.kind === "refused" });
      return plan;
    },
  }));
}
