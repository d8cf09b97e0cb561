export { INSIGHT_FAILURES } from "./failures.ts";
export { createInsight, sessionOfHost, type Insight } from "./insight.ts";
export { traceparentOf } from "./otlp.ts";
export { createTraceExport, type TraceExporter } from "./trace-export.ts";
export { overviewOf, recordedFor, resolutionOf, spansOf } from "./waterfall.ts";
