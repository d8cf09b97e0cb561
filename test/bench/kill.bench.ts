import { killedRun, WHOLE } from "../integration/runs/kill.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

export const OPTIONS = { kills: { type: "string" }, seed: { type: "string" }, seconds: { type: "string" } } as const;

/** `kill -9` of the core at random moments of a twelve-step run on three hosts; what ran is counted on the hosts. `--seconds`: no further run is begun that would not end in so long, and what was counted is told; another `--seed` gives other moments. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  const wanted = Number(flags.kills ?? 100);
  let random = Number(flags.seed ?? 7);
  const next = () => (random = (random * 48_271) % 2_147_483_647) / 2_147_483_647;
  const total = { kills: 0, runs: 0, twice: 0, done: 0, unknown: 0, other: 0, whole: 0 };
  const until = performance.now() + Number(flags.seconds ?? 3600) * 1000;
  let longestMs = 0;
  while (total.kills < wanted && performance.now() + longestMs < until) {
    const from = performance.now();
    const killed = await killedRun(Array.from({ length: 3 }, () => 300 + Math.floor(next() * 2600)));
    total.kills += killed.kills;
    total.runs += 1;
    total.twice += killed.twice;
    if (killed.state.includes("unknown")) total.unknown += 1;
    else if (/^done(,done)*$/.test(killed.state)) total.done += 1;
    else total.other += 1;
    if (killed.ran === WHOLE && killed.done === WHOLE) total.whole += 1;
    longestMs = Math.max(longestMs, performance.now() - from);
  }
  report({ name: "kills of the core", value: total.kills, unit: "kills" });
  report({ name: "commands executed twice", value: total.twice, unit: "commands", note: "counted on the hosts" });
  report({ name: "runs that went on to their end", value: total.done, unit: "runs", ratio: total.done / total.runs });
  report({ name: "runs that say what they do not know", value: total.unknown, unit: "runs", ratio: total.unknown / total.runs });
  report({ name: "runs that ended in any other way", value: total.other, unit: "runs" });
  if (total.twice > 0 || total.other > 0) process.exitCode = 1;
}
