import type { Clock } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";

const HOUR_MS = 3600_000;
const MANY = 12;
const HASTY_MS = 3000;
const HASTY_FROM = 5;

export type Fatigue = { readonly decided: number; readonly approved: number; readonly medianMs: number; readonly level: "calm" | "many" | "hasty"; readonly say: string };
export type PastApproval = { readonly approved: boolean; /** From being shown to being decided, as far as the queue knows. */ readonly tookMs: number };

/** People say yes to nearly everything when asked often. This does not stop anyone; it says what is happening. */
export function fatigueOf(hour: readonly PastApproval[]): Fatigue {
  const times = hour.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const medianMs = times[Math.floor(times.length / 2)] ?? 0;
  const decided = hour.length;
  const approved = hour.filter((each) => each.approved).length;
  const base = { decided, approved, medianMs };
  const seconds = (medianMs / 1000).toFixed(1);
  if (decided >= HASTY_FROM && medianMs < HASTY_MS) return { ...base, level: "hasty", say: `${approved} of ${decided} approved in the last hour, half of them within ${seconds} s. That is faster than reading.` };
  if (decided >= MANY) return { ...base, level: "many", say: `${decided} decisions in the last hour. A signed skill, remembered for a while, asks less often.` };
  return { ...base, level: "calm", say: "" };
}

export function createFatigueMeter({ store, now }: { readonly store: Store; readonly now: Clock }): (operatorId: string) => Fatigue {
  const recent = store.sql<{ decision: string; tookMs: number }>("approvals.recent", "SELECT decision, approval_decisions.at - approval_requests.created_at AS tookMs FROM approval_decisions JOIN approval_requests ON approval_requests.id = request_id WHERE operator_id = ? AND at > ? AND source = 'here'");
  return (operatorId) => fatigueOf(recent.all([operatorId, now() - HOUR_MS]).map(({ decision, tookMs }) => ({ approved: decision === "approve", tookMs })));
}
