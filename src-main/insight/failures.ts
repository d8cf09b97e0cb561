import { defineFailures, failer } from "../contract/failure.ts";

export const INSIGHT_FAILURES = defineFailures({
  TRACES_SEALED: { retryable: false, status: 403, say: (d) => `SENA is sealed, and ${d["host"]} is another machine: no traces are sent there. Allow the local network under Settings → Network first. Nothing was changed; traces are kept here as ever.` },
  TRACES_NO_ADDRESS: { retryable: false, status: 400, say: () => "Traces cannot be sent without an address, such as https://collector.example.com:4318/v1/traces. Nothing was changed." },
});
export const fail = failer(INSIGHT_FAILURES);
