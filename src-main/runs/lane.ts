import type { RunEvent } from "../contract/index.ts";
import { Failure } from "../contract/index.ts";
import type { GuardEvent } from "../guard/port.ts";
import type { Journal } from "./journal.ts";
import type { Findings, Next, Program, RunGuard, RunSpec, StepResult, StepSpec } from "./port.ts";
import { Abandoned, performStep, requestOf, type StepEnd } from "./step.ts";

/** One host's part of a run: ask the program what is next, do it, until it says that it is done. */
export type LaneNeeds = {
  readonly journal: Journal;
  readonly guard: RunGuard;
  readonly program: Program;
  readonly runId: string;
  readonly hostId: string;
  /** The host's place in the run: part of its steps' ids. */
  readonly ordinal: number;
  readonly spec: RunSpec;
  readonly signal: AbortSignal;
  readonly closed: AbortSignal;
  readonly onWaiting: (waits: boolean) => void;
  /** Resolves when the run may start another step: not while it is paused. */
  readonly mayGoOn: () => Promise<void>;
  /** Counts against the run's step budget; a sentence when it is used up. */
  readonly takeStep: () => string | undefined;
  readonly newProposalId: () => string;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly before: LaneBefore;
  readonly cancelApproval: (approvalId: string) => Promise<void>;
};

/** What the journal of an earlier process holds about this host. */
export type LaneBefore = {
  readonly results: readonly StepResult[];
  /** Handed to the guard, end not written: ask the guard before anything else. */
  readonly open: readonly OpenStep[];
  readonly steps: number;
  /** The newest step that changed something: what verify steps check. */
  readonly lastAct?: string;
};
export type OpenStep = { readonly stepId: string; readonly spec: StepSpec; readonly proved: boolean; readonly approvalId?: string };
export const NOTHING_BEFORE: LaneBefore = { results: [], steps: 0, open: [] };

export type LaneEnd = { readonly state: "done" | "failed" | "refused" | "unknown" | "stopped"; readonly say: string };

/** Looks of one host that travel together: enough for a health check, few enough to be read as steps. */
const MOST_TOGETHER = 11;
const MAX_RETRIES = 2;
const FIRST_BACKOFF_MS = 400;

export async function walkLane(needs: LaneNeeds): Promise<LaneEnd> {
  const { journal, runId, hostId } = needs;
  const append = (event: RunEvent) => journal.append(runId, event);
  const results = [...needs.before.results];
  let count = needs.before.steps;
  let lastAct = needs.before.lastAct;
  await append({ type: "host", hostId, state: "running", say: "" });

  for (const { stepId, spec, proved, approvalId } of needs.before.open) {
    const end = await perform(stepId, spec, "reattach");
    const lost = end.neverStarted === true || (end.result.state === "unknown" && proved);
    // Nobody waits for the old request any more; the step asks anew below.
    if (end.neverStarted && approvalId !== undefined) await needs.cancelApproval(approvalId);
    // Never started means that the guard's own record holds no start: the same step may be handed over now.
    if (!lost) results.push(end.result);
    else results.push(await persist(stepId, spec, end.neverStarted ? "run" : "retry"));
  }

  for (;;) {
    await needs.mayGoOn();
    if (needs.signal.aborted) return finish({ state: "stopped", say: "Stopped before the next step." });
    const halt = results.find(({ state }) => state === "unknown") ?? results.find(({ state }) => state === "stopped");
    if (halt?.state === "stopped" || halt?.state === "unknown") return finish({ state: halt.state, say: halt.say });
    const next = await ask();
    if (next.kind === "end") {
      await tell(next.findings);
      return finish({ state: next.state, say: next.say });
    }
    const spent = needs.takeStep();
    if (spent !== undefined) return finish({ state: "stopped", say: spent });
    const ahead = aheadOf(next.step).flatMap((spec) => (needs.takeStep() === undefined ? [spec] : []));
    const steps = [next.step, ...ahead].map((spec) => ({ stepId: `h${needs.ordinal + 1}-s${(count += 1)}`, spec }));
    await Promise.all(steps.map(({ stepId, spec }) => queue(stepId, spec)));
    const streams = steps.length > 1 ? needs.guard.runTogether?.(steps.map(({ stepId, spec }) => requestOf({ runId, stepId, hostId, spec, run: needs.spec, checks: undefined })), needs.signal) : undefined;
    results.push(...(await Promise.all(steps.map(({ stepId, spec }, at) => persist(stepId, spec, "run", streams?.[at])))));
  }

  /** What may begin with this step; nothing where the guard sends one at a time. */
  function aheadOf(step: StepSpec): readonly StepSpec[] {
    if (needs.guard.runTogether === undefined) return [];
    const [first, ...more] = needs.program.ahead?.({ runId, hostId, results }) ?? [];
    return first?.key === step.key ? more.filter(({ key }) => !results.some((result) => result.key === key)).slice(0, MOST_TOGETHER) : [];
  }

  async function ask(): Promise<Next> {
    try {
      return await needs.program.next({ runId, hostId, results }, AbortSignal.any([needs.signal, needs.closed]));
    } catch (error) {
      if (needs.closed.aborted) throw new Abandoned();
      if (needs.signal.aborted) return { kind: "end", state: "failed", say: "Stopped while it was being decided what to do next.", findings: { statements: [], tables: [], series: [], proposals: [] } };
      if (error instanceof Failure) return { kind: "end", state: "failed", say: error.message, findings: { statements: [], tables: [], series: [], proposals: [] } };
      throw error;
    }
  }

  async function queue(stepId: string, step: StepSpec, retryOf?: string): Promise<void> {
    const queued: RunEvent = { type: "queued", stepId, hostId, title: step.title, script: step.script, dialect: step.dialect, why: step.why, role: step.role, ...(retryOf !== undefined && { retryOf }) };
    await journal.append(runId, queued, { stepId, hostId, spec: step });
  }

  function perform(stepId: string, spec: StepSpec, mode: "run" | "reattach", together?: AsyncIterable<GuardEvent>): Promise<StepEnd> {
    const checks = spec.role === "verify" ? lastAct : undefined;
    if (spec.role === "act" || spec.role === "undo") lastAct = stepId;
    return performStep({ guard: needs.guard, append, signal: needs.signal, closed: needs.closed, onWaiting: needs.onWaiting }, { runId, stepId, hostId, spec, run: needs.spec, checks }, mode, together);
  }

  /** Again only what is proved read-only, and under a new step id: the guard knows each id once. */
  async function persist(firstId: string, spec: StepSpec, start: "run" | "retry", together?: AsyncIterable<GuardEvent>): Promise<StepResult> {
    let stepId = firstId;
    let end: StepEnd | undefined = start === "run" ? await perform(stepId, spec, "run", together) : undefined;
    for (let retry = 1; end === undefined || (end.retryable && retry <= MAX_RETRIES); retry += 1) {
      const inMs = FIRST_BACKOFF_MS * 2 ** (retry - 1);
      await append({ type: "retrying", stepId, inMs, say: `Proved read-only: it is asked again in ${inMs} ms.` });
      await needs.sleep(inMs, needs.signal).catch(() => {});
      if (needs.closed.aborted) throw new Abandoned();
      if (needs.signal.aborted) break;
      stepId = `${firstId}-r${retry}`;
      await queue(stepId, spec, firstId);
      end = await perform(stepId, spec, "run");
    }
    return end?.result ?? { stepId, key: spec.key, state: "stopped", stdout: "", stderr: "", exitCode: null, elapsedMs: 0, say: "Stopped." };
  }

  async function tell(findings: Findings): Promise<void> {
    const events: RunEvent[] = [
      ...findings.statements.map((statement) => ({ type: "statement", hostId, statement }) as const),
      ...findings.tables.map((table) => ({ type: "table", hostId, table }) as const),
      ...findings.series.map((series) => ({ type: "series", hostId, series }) as const),
      ...findings.proposals.map((proposal) => ({ type: "proposal", proposal: { ...proposal, id: needs.newProposalId(), hostId } }) as const),
    ];
    await Promise.all(events.map(append));
  }

  async function finish(end: LaneEnd): Promise<LaneEnd> {
    await append({ type: "host", hostId, state: end.state, say: end.say });
    return end;
  }
}
