import type { Effect } from "../../src-main/contract/index.ts";
import type { Guard, GuardEvent, GuardRequest } from "../../src-main/guard/port.ts";
import type { RunGuard } from "../../src-main/runs/port.ts";

export type Answer = { readonly stdout?: string; readonly stderr?: string; readonly exitCode?: number; readonly effect?: Effect; readonly proved?: boolean; readonly verdict?: "allow" | "ask" | "deny"; readonly throws?: Error; readonly throwsAfterStart?: Error; readonly holds?: Promise<void>; readonly unknown?: string };

/**
 * A guard over make-believe hosts: keeps, as the real one does, one record per (run, step), so that a second `run` of
 * the same step is refused and `reattach` answers from it. `executed` is what the hosts saw.
 */
export function fakeGuard(answer: (request: GuardRequest, nth: number) => Answer | Promise<Answer>) {
  const executed: { readonly hostId: string; readonly stepId: string; readonly script: string }[] = [];
  const starts = new Map<string, { readonly result?: Extract<GuardEvent, { type: "ended" }>["result"] }>();
  const approvals = new Map<string, PromiseWithResolvers<"approved" | "denied">>();
  const asked: GuardRequest[] = [];
  const bytes = (text = "") => new TextEncoder().encode(text);
  const resultOf = (of: Answer) => ({ stdout: bytes(of.stdout), stderr: bytes(of.stderr), exitCode: of.exitCode ?? 0, signal: null, cut: { stdout: 0, stderr: 0 }, elapsedMs: 5 });
  const judged = (of: Answer): Extract<GuardEvent, { type: "judged" }> => ({ type: "judged", effect: of.effect ?? "read", proved: of.proved ?? (of.effect ?? "read") === "read", rule: "fake/rule", verdict: of.verdict ?? "allow", why: "as the test says", policyRules: [] });

  const guard: RunGuard & Pick<Guard, "preview"> = {
    async *run(request, signal) {
      asked.push(request);
      const key = `${request.runId}/${request.stepId}`;
      if (starts.has(key)) throw new Error(`${key} was handed to the guard twice`);
      const of = await answer(request, asked.filter((known) => known.script === request.script && known.hostId === request.hostId).length);
      yield judged(of);
      if (of.throws) throw of.throws;
      if (of.verdict === "deny") return yield { type: "refused", reason: "denied-by-policy", say: "The policy forbids it." };
      if (of.verdict === "ask") {
        const approvalId = `appr-${request.stepId}`;
        const decision = Promise.withResolvers<"approved" | "denied">();
        approvals.set(approvalId, decision);
        yield { type: "waiting", approvalId, notAfter: 1000 };
        const cancelled = new Promise<"cancelled">((resolve) => signal?.addEventListener("abort", () => resolve("cancelled"), { once: true }));
        const said = await Promise.race([decision.promise, cancelled]);
        if (said === "cancelled") return yield { type: "refused", reason: "cancelled", say: "Cancelled while it waited." };
        if (said === "denied") return yield { type: "refused", reason: "denied-by-person", say: "Ada said no." };
        yield { type: "approved", approvalId, by: ["Ada"] };
      }
      starts.set(key, {});
      executed.push({ hostId: request.hostId, stepId: request.stepId, script: request.script });
      yield { type: "started", seq: executed.length, at: 10 };
      if (of.throwsAfterStart) throw of.throwsAfterStart;
      if (of.unknown !== undefined) return yield { type: "unknown", say: of.unknown };
      if (of.holds) await Promise.race([of.holds, new Promise<void>((resolve) => (signal?.aborted ? resolve() : signal?.addEventListener("abort", () => resolve(), { once: true })))]);
      if (signal?.aborted) throw new DOMException("stopped", "AbortError");
      const result = resultOf(of);
      starts.set(key, { result });
      if (of.stdout !== undefined) yield { type: "output", stream: "stdout", bytes: bytes(of.stdout) };
      yield { type: "ended", result, seq: executed.length };
    },
    async *reattach({ runId, stepId }) {
      const start = starts.get(`${runId}/${stepId}`);
      if (!start) return yield { type: "never-started", say: "Nothing was sent." };
      if (!start.result) return yield { type: "unknown", say: "It was sent; how it ended is not known." };
      yield { type: "started", seq: 1, at: 10 };
      yield { type: "ended", result: start.result, seq: 1 };
    },
    preview: async (request) => judged(await answer(request as GuardRequest, 1)),
  };
  return {
    guard,
    executed,
    asked,
    approvals,
    /** What the host's spool holds after a core died: the command ended there all the same. */
    endOnHost: (key: string, of: Answer) => void starts.set(key, { result: resultOf(of) }),
    decide: (approvalId: string, decision: "approved" | "denied") => approvals.get(approvalId)?.resolve(decision),
  };
}
