import type { RunItem } from "../contract/index.ts";
import type { StepRow } from "./journal.ts";
import { NOTHING_BEFORE, type LaneBefore, type LaneEnd } from "./lane.ts";
import type { StepResult } from "./port.ts";

export type Replayed = { readonly lanes: ReadonlyMap<string, LaneBefore>; readonly ended: ReadonlyMap<string, LaneEnd>; readonly stepsTaken: number };
type Open = { stdout: string; stderr: string; end?: Pick<StepResult, "state" | "say" | "exitCode" | "elapsedMs" | "refusal">; proved: boolean; approvalId?: string };

/** The journal of an unfinished run, read back into what each host's lane needs to go on. Pure. */
export function replay(items: readonly RunItem[], rows: readonly StepRow[]): Replayed {
  const steps = new Map<string, Open>();
  const order: string[] = [];
  const retryOf = new Map<string, string>();
  const ended = new Map<string, LaneEnd>();
  const at = (stepId: string): Open => {
    const known = steps.get(stepId);
    if (known) return known;
    const fresh: Open = { stdout: "", stderr: "", proved: false };
    steps.set(stepId, fresh);
    return fresh;
  };
  for (const { event } of items) {
    switch (event.type) {
      case "queued":
        at(event.stepId);
        order.push(event.stepId);
        if (event.retryOf !== undefined) retryOf.set(event.stepId, event.retryOf);
        break;
      case "judged":
        at(event.stepId).proved = event.proved && (event.effect === "pure" || event.effect === "read");
        break;
      case "started": // a re-attached step brings its whole output again
        Object.assign(at(event.stepId), { stdout: "", stderr: "" });
        break;
      case "output":
        at(event.stepId)[event.stream] += event.text;
        break;
      case "ended":
        at(event.stepId).end = { state: event.succeeded ? "done" : "failed", say: event.say, exitCode: event.exitCode, elapsedMs: event.elapsedMs };
        break;
      case "refused":
        at(event.stepId).end = { state: event.reason === "cancelled" ? "stopped" : "refused", say: event.say, exitCode: null, elapsedMs: 0, refusal: event.reason };
        break;
      case "unknown":
        at(event.stepId).end = { state: "unknown", say: event.say, exitCode: null, elapsedMs: 0 };
        break;
      case "retrying": // its result does not count; the retry's does
        delete at(event.stepId).end;
        break;
      case "host":
        if (event.state !== "running" && event.state !== "waiting-turn") ended.set(event.hostId, { state: event.state, say: event.say });
        else ended.delete(event.hostId);
        break;
      case "waiting":
        at(event.stepId).approvalId = event.approvalId;
        break;
      case "approved":
        delete at(event.stepId).approvalId;
        break;
      case "planned":
      case "statement":
      case "table":
      case "series":
      case "proposal":
      case "state":
        break;
      default:
        event satisfies never;
    }
  }
  return { lanes: lanesOf(rows, steps, order, retryOf), ended, stepsTaken: rows.filter((row) => !retryOf.has(row.stepId)).length };
}

function lanesOf(rows: readonly StepRow[], steps: ReadonlyMap<string, Open>, order: readonly string[], retryOf: ReadonlyMap<string, string>): Map<string, LaneBefore> {
  const lanes = new Map<string, LaneBefore>();
  const specs = new Map(rows.map((row) => [row.stepId, row]));
  // A row without its `queued` event: the process died between the two. It was never handed over.
  const ids = [...order.filter((id) => specs.has(id)), ...rows.map((row) => row.stepId).filter((id) => !steps.has(id))];
  const superseded = new Set(retryOf.values());
  ids.forEach((stepId) => {
    const row = specs.get(stepId);
    if (!row) return;
    const step = steps.get(stepId) ?? { stdout: "", stderr: "", proved: false };
    const before = lanes.get(row.hostId) ?? NOTHING_BEFORE;
    const isRetry = retryOf.has(stepId);
    const isSuperseded = superseded.has(stepId) || (isRetry && ids.some((other) => retryOf.get(other) === retryOf.get(stepId) && ids.indexOf(other) > ids.indexOf(stepId)));
    const count = before.steps + (isRetry ? 0 : 1);
    const lastAct = row.spec.role === "act" || row.spec.role === "undo" ? stepId : before.lastAct;
    const acted = lastAct === undefined ? {} : { lastAct };
    if (isSuperseded) return void lanes.set(row.hostId, { ...before, ...acted, steps: count });
    if (step.end) {
      const result: StepResult = { stepId, key: row.spec.key, stdout: step.stdout, stderr: step.stderr, ...step.end };
      lanes.set(row.hostId, { ...before, results: [...before.results, result], ...acted, steps: count });
    } else {
      lanes.set(row.hostId, { ...before, ...acted, steps: count, open: [...before.open, { stepId, spec: row.spec, proved: step.proved, ...(step.approvalId !== undefined && { approvalId: step.approvalId }) }] });
    }
  });
  return lanes;
}
