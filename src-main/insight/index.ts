export { createInsight, sessionOfHost, type Insight } from "./insight.ts";
export { overviewOf, recordedFor, spansOf } from "./waterfall.ts";
