export { barredBy } from "./barred.ts";
export { quoteStands } from "./compare.ts";
export { KNOWLEDGE_FAILURES } from "./failures.ts";
export { openKnowledge, type KnowledgeNeeds } from "./open.ts";
export type { DocumentView, Filter, Knowledge, Passage, SourceState } from "./port.ts";
