import { defineFailures, failer } from "../contract/failure.ts";

export const APPROVAL_FAILURES = defineFailures({
  APPROVAL_NOT_FOUND: { retryable: false, status: 404, say: (d) => `There is no request "${d["id"]}".` },
  APPROVAL_DECIDED: { retryable: false, status: 409, say: (d) => `This request is not open any more: it is ${d["state"]}. Nothing was changed.` },
  APPROVAL_EXPIRED: { retryable: false, status: 410, say: () => "This request has expired and was not run. Whoever needs it asks again." },
  APPROVAL_NOT_YOURS: { retryable: false, status: 403, say: (d) => `${d["say"]} Nothing was run.` },
  APPROVAL_TWICE: { retryable: false, status: 409, say: (d) => `${d["name"]} has approved this already. The second approval comes from somebody else.` },
  APPROVAL_BAD_SIGNATURE: { retryable: true, status: 400, say: () => "What signed did not sign this request, or the key was not touched. Nothing was approved." },
  APPROVAL_KEY_COPIED: { retryable: false, status: 403, say: (d) => `The security key of ${d["name"]} counted backwards, which means that a copy of it may exist. Nothing was approved; give them a new key.` },
  APPROVAL_BAD_FILE: { retryable: false, status: 400, say: (d) => `This file cannot be used: ${d["detail"]}. Nothing was approved.` },
  APPROVAL_NOT_SEEN: { retryable: false, status: 400, say: () => "A channel that cannot show the whole command may deny it, not approve it." },
  BREAK_GLASS_LIMIT: { retryable: false, status: 400, say: (d) => `Break-glass lasts at most ${d["minutes"]} minutes and needs a reason. Nothing was opened.` },
  GRANT_REFUSED: { retryable: false, status: 400, say: (d) => `This cannot be remembered: ${d["detail"]}. Nothing was stored.` },
  POLICY_NEEDS_SECOND: { retryable: false, status: 403, say: () => "Whoever wrote this change may not put it in force: another admin confirms it. The policies in force stay in force." },
  POLICY_OVERTAKEN: { retryable: false, status: 409, say: (d) => `Version ${d["n"]} was written from version ${d["base"]}, and version ${d["inForce"]} is in force since: putting it in force would take that change back. Nothing was changed; propose it anew from what is in force.` },
  POLICY_NOT_PROPOSED: { retryable: false, status: 409, say: (d) => `Version ${d["n"]} is not waiting to be confirmed. Nothing was changed.` },
});

export const fail = failer(APPROVAL_FAILURES);
