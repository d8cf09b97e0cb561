import { actorOf, type GroupHandlers, type modelsContract, TASKS } from "../contract/index.ts";
import type { Models } from "../models/index.ts";

export const modelsHandlers = ({ models }: { readonly models: Models }): GroupHandlers<typeof modelsContract> => {
  const done = { done: true } as const;
  return {
    follow: (_input, { signal }) => models.follow(signal),
    list: async () => models.view(),
    named: async ({ name }) => {
      const { kind, id, name: known, isReady } = models.named(name);
      return { kind, id, name: known, isReady };
    },
    routes: async () => ({ routes: TASKS.flatMap((task) => [false, true].map((hasProtectedData) => {
      const { order, why, left } = models.explain(task, hasProtectedData);
      return { task, hasProtectedData, order: [...order], why, left: [...left] };
    })) }),
    inspect: ({ path, contextTokens }) => models.inspect(path, contextTokens),
    import: ({ path, sha256 }, { signal }) => models.import(path, sha256, signal),
    readList: ({ path }) => models.readList(path),
    importListed: ({ path, file }, { signal }) => models.importListed(path, file, signal),
    takeApproved: async ({ path }) => models.takeApproved(path),
    forgetApproved: async ({ source }) => {
      await models.forgetApproved(source);
      return done;
    },
    setOnlyApproved: async ({ isOnly }) => {
      await models.setOnlyApproved(isOnly);
      return done;
    },
    trustSigner: async ({ publicKey, name }) => models.lists.trust(publicKey, name),
    distrustSigner: async ({ id }) => {
      models.lists.distrust(id);
      return done;
    },
    remove: async ({ id }) => {
      await models.remove(id);
      return done;
    },
    load: ({ id, contextTokens, gpu }, { signal }) => models.load(id, { contextTokens, gpu }, signal),
    unload: async () => {
      await models.unload();
      return done;
    },
    test: ({ id }, { signal }) => models.test(id, signal),
    setProvider: async (config) => {
      models.setProvider(config);
      return done;
    },
    tryProvider: ({ id }, { principal, signal }) => models.tryProvider(id, actorOf(principal), signal),
    allowHost: async ({ host, isAllowed }) => {
      models.allowHost(host, isAllowed);
      return done;
    },
    setRunBudget: async ({ amount }) => {
      models.setRunBudget(amount ?? undefined);
      return done;
    },
    setReviewer: async ({ name }) => {
      models.setReviewer(name);
      return done;
    },
    setRanker: async ({ id }) => {
      await models.setRanker(id);
      return done;
    },
    removeProvider: async ({ id }) => {
      models.removeProvider(id);
      return done;
    },
  };
};
