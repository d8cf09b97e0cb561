import { defineFailures, failer } from "../contract/failure.ts";

export const EVAL_FAILURES = defineFailures({
  EVALS_RUNNING: { retryable: true, status: 409, say: (d) => `A trial with ${d["model"]} is under way. Wait for it, or stop it first; nothing was started.` },
  EVALS_NOT_RUNNING: { retryable: false, status: 409, say: () => "No trial is under way. Nothing was stopped." },
  EVALS_UNKNOWN: { retryable: false, status: 404, say: (d) => `There is no report ${d["id"]}. It may have been deleted.` },
});
export const fail = failer(EVAL_FAILURES);
