export { createInsight, type Insight } from "./insight.ts";
export { overviewOf, spansOf } from "./waterfall.ts";
