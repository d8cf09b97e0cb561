import type { GroupHandlers, KnowledgeDocument, KnowledgePassage, KnowledgeSource, knowledgeContract } from "../contract/index.ts";
import type { DocumentView, Knowledge, Passage, SourceState } from "../knowledge/index.ts";

const sourceView = (source: SourceState): KnowledgeSource => ({ ...source });
const passageView = (passage: Passage): KnowledgePassage => ({ ...passage, conflicts: passage.conflicts.map((conflict) => ({ ...conflict })) });

const documentView = ({ remarks, passages, ...document }: DocumentView): KnowledgeDocument => ({ ...document, remarks: [...remarks], passages: passages.map((passage) => ({ ...passage })) });

export const knowledgeHandlers = ({ knowledge }: { readonly knowledge: Knowledge }): GroupHandlers<typeof knowledgeContract> => ({
  async *sources(_input, { signal }) {
    for await (const sources of knowledge.follow(signal)) yield { sources: sources.map(sourceView) };
  },
  list: async () => ({ sources: (await knowledge.sources()).map(sourceView) }),
  add: async (source) => sourceView(await knowledge.add(source)),
  connect: async ({ connection }) => sourceView(await knowledge.connect(connection)),
  drop: async ({ base64, ...piece }) => {
    const source = await knowledge.drop({ ...piece, bytes: Buffer.from(base64, "base64") });
    return source === undefined ? {} : { source: sourceView(source) };
  },
  sync: async ({ sourceId }) => ({ sources: (await knowledge.sync(sourceId)).map(sourceView) }),
  remove: async ({ sourceId }) => {
    await knowledge.remove(sourceId);
    return { done: true };
  },
  // Half a word that finds nothing is no gap in the documents: only a whole question is remembered.
  search: async ({ query, limit, filter, isTyping, isForAnswer }) => {
    const { passages, tookMs, order } = await knowledge.search(query, { limit, filter, isTyping, isForAnswer, remembersGap: !isTyping });
    return { passages: passages.map(passageView), tookMs, order };
  },
  document: async ({ chunkId }) => documentView(await knowledge.document(chunkId)),
  opened: async ({ documentId }) => documentView(await knowledge.opened(documentId)),
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
