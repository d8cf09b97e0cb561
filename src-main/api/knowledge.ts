import type { GroupHandlers, KnowledgePassage, KnowledgeSource, knowledgeContract } from "../contract/index.ts";
import type { Knowledge, Passage, SourceState } from "../knowledge/index.ts";

const sourceView = (source: SourceState): KnowledgeSource => ({ ...source });
const passageView = (passage: Passage): KnowledgePassage => ({ ...passage, conflicts: passage.conflicts.map((conflict) => ({ ...conflict })) });

export const knowledgeHandlers = ({ knowledge }: { readonly knowledge: Knowledge }): GroupHandlers<typeof knowledgeContract> => ({
  async *sources(_input, { signal }) {
    for await (const sources of knowledge.follow(signal)) yield { sources: sources.map(sourceView) };
  },
  list: async () => ({ sources: (await knowledge.sources()).map(sourceView) }),
  add: async (source) => sourceView(await knowledge.add(source)),
  connect: async ({ connection }) => sourceView(await knowledge.connect(connection)),
  sync: async ({ sourceId }) => ({ sources: (await knowledge.sync(sourceId)).map(sourceView) }),
  remove: async ({ sourceId }) => {
    await knowledge.remove(sourceId);
    return { done: true };
  },
  // Half a word that finds nothing is no gap in the documents: only a whole question is remembered.
  search: async ({ query, limit, filter, isTyping }) => {
    const { passages, tookMs } = await knowledge.search(query, { limit, filter, isTyping, remembersGap: !isTyping });
    return { passages: passages.map(passageView), tookMs };
  },
  document: async ({ chunkId }) => {
    const { remarks, passages, ...document } = await knowledge.document(chunkId);
    return { ...document, remarks: [...remarks], passages: passages.map((passage) => ({ ...passage })) };
  },
  health: async ({ sourceId }) => {
    const [problems, changes, gaps, saved, meaning] = await Promise.all([knowledge.problems(sourceId), knowledge.changes(30), knowledge.gaps(), knowledge.saved(), knowledge.meaning()]);
    return { problems: [...problems], changes: [...changes], gaps: [...gaps], saved: [...saved], meaning: { ...meaning } };
  },
  forgetGap: async ({ query }) => {
    await knowledge.forgetGap(query);
    return { done: true };
  },
  saveSearch: async (saved) => {
    await knowledge.save(saved);
    return { done: true };
  },
  forgetSearch: async ({ name }) => {
    await knowledge.forget(name);
    return { done: true };
  },
  export: ({ sourceIds, path }) => knowledge.export(sourceIds, path),
  import: async ({ path, trustedKeys }) => sourceView(await knowledge.import(path, trustedKeys)),
});
