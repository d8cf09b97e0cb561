export { barredBy } from "./barred.ts";
export { KNOWLEDGE_FAILURES } from "./failures.ts";
export { openKnowledge } from "./open.ts";
export type { Filter, Knowledge, Passage, SourceState } from "./port.ts";
