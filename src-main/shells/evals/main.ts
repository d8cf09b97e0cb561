import type { FromEvals, ToEvals } from "../../evals/port.ts";
import { borrowedModel } from "./borrowed.ts";
import { playAll, scenariosOf, totalsOf, trialOf, type Trial } from "./play.ts";
import { openWorld } from "./world.ts";

// The scenarios as a program of their own: another core, with practice hosts of its own. It goes when the core goes.

const LEAVES_MS = 10_000;
const say = (word: FromEvals): void => void (process.connected && process.send?.(word));
const model = borrowedModel(say);
const over = new AbortController();

async function run({ home, part, model: name }: Extract<ToEvals, { t: "start" }>): Promise<void> {
  const scenarios = scenariosOf(part);
  await using world = await openWorld({ under: home, signal: over.signal, ...(name !== "" && { lent: { provider: model.provider, name } }) });
  say({ t: "planned", trials: scenarios.reduce((sum, scenario) => sum + scenario.say.length, 0) });
  const trials: Trial[] = [];
  for await (const trial of playAll(world, scenarios, over.signal)) {
    if (over.signal.aborted) break; // it was cut, not judged
    trials.push(trial);
    say({ t: "trial", trial: trialOf(trial), totals: await totalsOf(trials, world) });
  }
}

let running: Promise<void> = Promise.resolve();
process.on("message", (word: ToEvals) => {
  if (word.t !== "start") return model.heard(word);
  running = run(word).then(
    () => say({ t: "done" }),
    (error: unknown) => say({ t: "broken", why: (error as Error).message }),
  );
});
process.on("disconnect", () => {
  over.abort();
  // What is under way ends by its signal and is cleared away; the clock is for what does not.
  setTimeout(() => process.exit(1), LEAVES_MS).unref();
  void running.then(() => process.exit(0));
});
