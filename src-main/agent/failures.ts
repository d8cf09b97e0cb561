import { defineFailures, failer } from "../contract/failure.ts";

export const AGENT_FAILURES = defineFailures({
  AGENT_HOST_GONE: { retryable: false, say: () => "The host is no longer in the inventory. Nothing was run." },
});
export const fail = failer(AGENT_FAILURES);
