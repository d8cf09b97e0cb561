import type { RunEvent, RunSummary } from "../contract/index.ts";

export type StepCounts = RunSummary["steps"];
/** Of a step's event, what is counted. */
export type StepMark = { readonly type: RunEvent["type"]; readonly stepId: string; readonly succeeded: boolean };

export type StepTally = { add(mark: StepMark): void; counts(): StepCounts };

/** A retry counts as the step it repeats: what ended last stands. */
export function stepTally(marks: Iterable<StepMark>): StepTally {
  const steps = new Map<string, "open" | "done" | "failed">();
  const add = ({ type, stepId, succeeded }: StepMark): void => {
    const first = stepId.replace(/(-r\d+)+$/, "");
    if (type === "queued") steps.set(first, "open");
    else if (type === "ended") steps.set(first, succeeded ? "done" : "failed");
    else if (type === "refused" || type === "unknown") steps.set(first, "failed");
  };
  for (const mark of marks) add(mark);
  return {
    add,
    counts() {
      const all = [...steps.values()];
      const count = (state: "done" | "failed") => all.filter((known) => known === state).length;
      return { total: all.length, done: count("done"), failed: count("failed") };
    },
  };
}

export const markOf = (event: RunEvent): StepMark | undefined => ("stepId" in event ? { type: event.type, stepId: event.stepId, succeeded: event.type === "ended" && event.succeeded } : undefined);
