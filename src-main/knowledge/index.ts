// Where to begin: port.ts (what it offers) and open.ts (the core's end). The rest runs in the threads of index-worker.ts.
// In: walk.ts or connectors/ find documents, prepare.ts reads one (extract, formats/, blocks, chunk), sync.ts and pull.ts keep
// a source, passages.ts writes. Out: search.ts reads the query, lets words (word-search.ts) and meaning (meaning.ts, vectors.ts)
// vote, and puts later versions first.

export { barredBy } from "./barred.ts";
export { quoteStands } from "./compare.ts";
export { KNOWLEDGE_FAILURES } from "./failures.ts";
export { openKnowledge, type KnowledgeNeeds } from "./open.ts";
export type { DocumentView, Filter, Knowledge, Passage, SourceState } from "./port.ts";
