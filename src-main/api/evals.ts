import { actorOf, type evalsContract, type GroupHandlers } from "../contract/index.ts";
import type { Evals } from "../evals/index.ts";

export const evalsHandlers = ({ evals }: { readonly evals: Evals }): GroupHandlers<typeof evalsContract> => ({
  follow: (_input, { signal }) => evals.follow(signal),
  start: async (options, { principal }) => {
    evals.start(options, actorOf(principal));
    return { done: true };
  },
  stop: async () => {
    await evals.stop();
    return { done: true };
  },
  report: async ({ id }) => evals.report(id),
  compare: async ({ before, after }) => evals.compare(before, after),
  remove: async ({ id }) => {
    evals.remove(id);
    return { done: true };
  },
});
