import type { Actor, RunEvent } from "../contract/index.ts";
import { Failure } from "../contract/index.ts";
import type { GuardEvent, GuardRequest } from "../guard/port.ts";
import { diskTroubleOf } from "../kernel/index.ts";
import { outputWriter } from "./outputs.ts";
import type { RunGuard, RunSpec, StepResult, StepSpec } from "./port.ts";

/** The core is going down: the lane is left as it is, for the next process to take up. Never written to the journal. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";
}

export type StepNeeds = {
  readonly guard: RunGuard;
  readonly append: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
  /** Aborted when the core goes down: unlike `signal` it must not reach the guard, which would interrupt the host. */
  readonly closed: AbortSignal;
  /** The lane waits for a person now, or no longer. */
  readonly onWaiting: (waits: boolean) => void;
};

export type StepRun = { readonly runId: string; readonly stepId: string; readonly hostId: string; readonly spec: StepSpec;
  /** The step whose result this one verifies. */
  readonly checks?: string | undefined; readonly run: Pick<RunSpec, "actor" | "attended" | "skill" | "ticket"> };

/** `proved` and `began` decide whether the same command may be sent again. */
export type StepEnd = { readonly result: StepResult; readonly proved: boolean; readonly retryable: boolean; readonly neverStarted?: true };

export const requestOf = ({ runId, stepId, hostId, spec, run, checks }: StepRun): GuardRequest => ({
  runId,
  stepId,
  hostId,
  script: spec.script,
  actor: (spec.actedBy ?? run.actor) satisfies Actor,
  attended: run.attended,
  why: spec.why,
  title: spec.title,
  ...(run.skill && { skill: { id: run.skill.id, version: run.skill.version, signer: run.skill.signer } }),
  ...(spec.taint && { taint: spec.taint }),
  declaredEffect: spec.declaredEffect,
  ...(spec.mustAsk !== undefined && { mustAsk: spec.mustAsk }),
  checksAfter: spec.checksAfter,
  ...(spec.undo !== undefined && { undo: spec.undo }),
  timeoutMs: spec.timeoutMs,
  ...(run.ticket !== undefined && { ticket: run.ticket }),
  dialect: spec.dialect,
  ...(checks !== undefined && { checks }),
});

/** One command through the guard, told to the journal as it happens. `reattach` asks what became of it, and sends nothing. */
export async function performStep(needs: StepNeeds, step: StepRun, mode: "run" | "reattach", together?: AsyncIterable<GuardEvent>): Promise<StepEnd> {
  const { stepId, spec } = step;
  // The journal keeps the order: what was told on the way is on disk once the end is, and is not waited for one by one.
  const tell = (event: RunEvent) => void needs.append(event).catch(() => {});
  let proved = false;
  let began = mode === "reattach";
  using output = outputWriter((stream, text) => needs.append({ type: "output", stepId, stream, text }));
  const resultOf = (state: StepResult["state"], say: string, more: Partial<StepResult> = {}): StepResult => ({ stepId, key: spec.key, state, ...output.text(), exitCode: null, elapsedMs: 0, say, ...more });
  const source = together ?? (mode === "run" ? needs.guard.run(requestOf(step), needs.signal) : needs.guard.reattach(requestOf(step), needs.signal));
  let waits = false;
  const setWaits = (next: boolean) => {
    if (next === waits) return;
    waits = next;
    needs.onWaiting(next);
  };
  try {
    for await (const event of untilClosed(source, needs.closed)) {
      switch (event.type) {
        case "judged":
          proved = event.proved && (event.effect === "pure" || event.effect === "read");
          tell({ type: "judged", stepId, effect: event.effect, proved: event.proved, rule: event.rule, verdict: event.verdict, why: event.why });
          break;
        case "waiting":
          tell({ type: "waiting", stepId, approvalId: event.approvalId, notAfter: event.notAfter });
          setWaits(true);
          break;
        case "approved":
          setWaits(false);
          tell({ type: "approved", stepId, approvalId: event.approvalId, by: [...event.by] });
          break;
        case "started":
          began = true;
          setWaits(false);
          tell({ type: "started", stepId, at: event.at, reattached: mode === "reattach" });
          break;
        case "output":
          output.add(event.stream, event.bytes);
          break;
        case "ended":
          return await ended(event);
        case "refused":
          await needs.append({ type: "refused", stepId, reason: event.reason, say: event.say });
          return { result: resultOf(event.reason === "cancelled" ? "stopped" : "refused", event.say, { refusal: event.reason }), proved, retryable: false };
        case "unknown":
          await output.finish(NOTHING);
          await needs.append({ type: "unknown", stepId, say: event.say });
          return { result: resultOf("unknown", event.say), proved, retryable: proved };
        case "never-started":
          return { result: resultOf("failed", event.say), proved, retryable: true, neverStarted: true };
        default:
          event satisfies never;
      }
    }
    throw new Failure("RUN_CUT_SHORT", "The connection ended before the command told how it ended.");
  } catch (error) {
    if (needs.closed.aborted || error instanceof Abandoned) throw new Abandoned();
    // Not the way to the host, but the journal: the run is held up, and asks the guard once it can write again.
    if (diskTroubleOf(error) !== undefined) throw error;
    return await broke(error);
  } finally {
    setWaits(false);
  }

  async function ended({ result }: Extract<GuardEvent, { type: "ended" }>): Promise<StepEnd> {
    const text = await output.finish(result);
    const succeeded = result.exitCode !== null && spec.okExitCodes.includes(result.exitCode);
    const say = sayEnd(result, succeeded);
    await needs.append({ type: "ended", stepId, exitCode: result.exitCode, signal: result.signal, elapsedMs: Math.max(0, result.elapsedMs), cutBytes: result.cut.stdout + result.cut.stderr, succeeded, say });
    return { result: resultOf(succeeded ? "done" : "failed", say, { ...text, exitCode: result.exitCode, elapsedMs: result.elapsedMs }), proved, retryable: false };
  }

  /** Not an answer of the command: the way to the host broke. Whether it ran decides what may be said. */
  async function broke(error: unknown): Promise<StepEnd> {
    const why = error instanceof Failure ? error.message : error instanceof Error && error.name === "AbortError" ? "It was stopped." : "Something went wrong on the way to the host.";
    await quietly(output.finish(NOTHING));
    if (began && !proved) {
      const say = `${why} It had been sent: whether it ran to its end is not known. Check the host before doing it again.`;
      await needs.append({ type: "unknown", stepId, say });
      return { result: resultOf("unknown", say), proved, retryable: false };
    }
    const stopped = needs.signal.aborted;
    const say = stopped ? "Stopped." : began || why.includes("Nothing was run.") ? why : `${why} Nothing was run.`;
    await needs.append({ type: "ended", stepId, exitCode: null, signal: null, elapsedMs: 0, cutBytes: 0, succeeded: false, say });
    const lasting = error instanceof Failure && !error.retryable && error.code !== "RUN_CUT_SHORT";
    return { result: resultOf(stopped ? "stopped" : "failed", say), proved, retryable: proved && !stopped && !lasting };
  }
}

/** Lets go of the guard where it is when the core closes: what runs on the host goes on there, an approval stays open. */
async function* untilClosed<T>(source: AsyncIterable<T>, closed: AbortSignal): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const leave = () => reject(new Abandoned());
  gone.catch(() => {});
  closed.addEventListener("abort", leave, { once: true });
  if (closed.aborted) leave();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), gone]);
      if (closed.aborted) throw new Abandoned();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    closed.removeEventListener("abort", leave);
    if (!closed.aborted) await iterator.return?.();
  }
}

const quietly = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch {
    // What broke first is what is told.
  }
};
const NOTHING = { stdout: new Uint8Array(), stderr: new Uint8Array() };

function sayEnd(result: { readonly exitCode: number | null; readonly signal: string | null }, succeeded: boolean): string {
  if (succeeded) return "";
  if (result.signal !== null) return `It was ended by signal ${result.signal}.`;
  if (result.exitCode === null) return "It ended without an exit status.";
  return `It exited with status ${result.exitCode}.`;
}
