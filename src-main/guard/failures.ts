import { defineFailures, failer } from "../contract/failure.ts";

export const GUARD_FAILURES = defineFailures({
  GUARD_NO_HOST: { retryable: false, status: 404, say: (d) => `The host "${d["id"]}" is not in the inventory. Nothing was run.` },
});

export const fail = failer(GUARD_FAILURES);
