import { defineFailures } from "../contract/failure.ts";

export const POLICY_FAILURES = defineFailures({
  POLICY_INVALID: { retryable: false, say: (d) => `These policies do not load: line ${d["line"]}: ${d["detail"]}${Number(d["count"]) > 1 ? ` (and ${Number(d["count"]) - 1} more)` : ""}. The policies in force stay in force.` },
});
