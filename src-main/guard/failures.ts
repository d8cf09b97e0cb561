import { defineFailures, failer } from "../contract/failure.ts";

export const GUARD_FAILURES = defineFailures({
  GUARD_NO_HOST: { retryable: false, status: 404, say: (d) => `The host "${d["id"]}" is not in the inventory. Nothing was run.` },
  GUARD_TOGETHER_CUT: { retryable: true, status: 503, say: () => "It was sent together with other looks, and the answer broke off before its turn." },
  GUARD_TOO_LONG: { retryable: false, status: 504, say: () => "It took longer than it may, so it was stopped." },
  GUARD_LINE_WAITS: { retryable: false, status: 409, say: (d) => `Here a pasted line is looked at first: ${d["why"]}. It waits under Approvals and is typed into the pane when it was approved.` },
  GUARD_LINE_REFUSED: { retryable: false, status: 403, say: (d) => `This was not typed: ${d["say"]}` },
});

export const fail = failer(GUARD_FAILURES);
