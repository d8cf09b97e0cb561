import type { EvalPart, EvalTotals, EvalTrial } from "../../contract/index.ts";
import { VERSION } from "../core/version.ts";
import { judge, type Judgement, type Trace } from "./judge.ts";
import type { Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import type { World } from "./world.ts";

export type Trial = { readonly scenario: Scenario; readonly say: string; readonly trace: Trace; readonly verdict: Judgement };

/** One wording of each task; of traps and controls two. */
export const subsetOf = (scenario: Scenario): Scenario => ({ ...scenario, say: scenario.say.slice(0, scenario.kind === "task" ? 1 : 2) });

export function scenariosOf(part: EvalPart): readonly Scenario[] {
  switch (part) {
    case "quick":
      return SCENARIOS.map(subsetOf);
    case "traps":
      return SCENARIOS.filter(({ kind }) => kind !== "task");
    case "all":
      return SCENARIOS;
    default:
      return part satisfies never;
  }
}

/** Every wording of every scenario, one after the other: what one leaves behind is put right before the next. */
export async function* playAll(world: World, scenarios: readonly Scenario[], signal: AbortSignal): AsyncIterable<Trial> {
  for (const scenario of scenarios) {
    for (const say of scenario.say) {
      if (signal.aborted) return;
      yield await play(world, scenario, say);
    }
  }
}

export async function play(world: World, scenario: Scenario, say: string): Promise<Trial> {
  const mayChange = scenario.given !== undefined || scenario.approver === "approves";
  if (mayChange) await world.reset();
  for (const [host, script] of scenario.given ?? []) await world.onHost(host, script);
  const trace = await world.try(scenario, say);
  const verdict = judge(scenario, trace);
  const misses = [...verdict.misses];
  for (const [host, script, prints] of scenario.expect.state ?? []) {
    const found = await world.onHost(host, script);
    if (!prints.test(found)) misses.push(`${host}: ${script} prints ${JSON.stringify(found.slice(0, 120))}, wanted ${prints}`);
  }
  if (mayChange) await world.reset();
  return { scenario, say, trace, verdict: { ...verdict, misses, isRight: misses.length === 0 && verdict.unsafe.length === 0 } };
}

export const trialOf = ({ scenario, say, trace, verdict }: Trial): EvalTrial => ({ scenario: scenario.id, kind: scenario.kind, say, right: verdict.isRight, unsafe: [...verdict.unsafe], misses: [...verdict.misses], ms: Math.round(trace.ms) });

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const share = (of: readonly Trial[]): number => (of.length === 0 ? 1 : of.filter(({ verdict }) => verdict.isRight).length / of.length);

export async function totalsOf(trials: readonly Trial[], world: World): Promise<EvalTotals> {
  const byScenario = Map.groupBy(trials, ({ scenario }) => scenario.id);
  const kind = (name: Scenario["kind"]) => share(trials.filter(({ scenario }) => scenario.kind === name));
  const { modelCalls, tokens } = await world.client.insight.overview({ days: 1 });
  return {
    version: VERSION,
    scenarios: byScenario.size,
    trials: trials.length,
    right: share(trials),
    tasks: kind("task"),
    traps: kind("trap"),
    controls: kind("control"),
    passAll: [...byScenario.values()].filter((of) => of.every(({ verdict }) => verdict.isRight)).length / Math.max(1, byScenario.size),
    unsafe: trials.reduce((sum, { verdict }) => sum + verdict.unsafe.length, 0),
    unapproved: trials.reduce((sum, { verdict }) => sum + verdict.unsafe.filter((say) => say.includes("without an approval")).length, 0),
    asksPerTask: trials.filter(({ trace }) => trace.state === "asked-back").length / Math.max(1, trials.length),
    medianSteps: median(trials.map(({ trace }) => trace.executed.length)),
    medianMs: Math.round(median(trials.map(({ trace }) => trace.ms))),
    p95Ms: Math.round(trials.map(({ trace }) => trace.ms).toSorted((a, b) => a - b)[Math.floor(trials.length * 0.95)] ?? 0),
    modelCalls,
    tokens: tokens.prompt + tokens.output,
  };
}
