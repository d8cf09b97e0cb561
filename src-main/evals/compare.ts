import type { EvalComparison, EvalTotals, EvalTrial } from "../contract/index.ts";

type Compared = { readonly totals: EvalTotals; readonly trials: readonly Pick<EvalTrial, "scenario" | "say" | "right">[] };

/** What changed from one report to another: the figures, and each trial that went the other way. Pure. */
export function comparisonOf(before: Compared, after: Compared): EvalComparison {
  const names = Object.keys(after.totals) as (keyof EvalTotals)[];
  const figures = names.filter((name) => before.totals[name] !== undefined && before.totals[name] !== after.totals[name]).map((name) => ({ name, before: before.totals[name], after: after.totals[name] }));
  const keyOf = ({ scenario, say }: Pick<EvalTrial, "scenario" | "say">) => `${scenario}\n${say}`;
  const then = new Map(before.trials.map((trial) => [keyOf(trial), trial.right]));
  const both = after.trials.filter((trial) => then.has(keyOf(trial)));
  const turned = both.filter((trial) => then.get(keyOf(trial)) !== trial.right).map(({ scenario, say, right }) => ({ scenario, say, isNowRight: right }));
  return { figures, turned, onlyOne: before.trials.length + after.trials.length - 2 * both.length };
}
