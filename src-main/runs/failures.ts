import { defineFailures } from "../contract/index.ts";

export const RUN_FAILURES = defineFailures({
  RUN_NOT_FOUND: { retryable: false, status: 404, say: (d) => `There is no run "${d["id"]}". "sena runs list" shows those this installation knows.` },
  RUN_ENDED: { retryable: false, status: 409, say: (d) => `The run has already ended (${d["state"]}). Start it again to get another one; nothing was changed.` },
  RUN_NO_HOSTS: { retryable: false, say: () => "No host was named. Name one host, several, or a group; nothing was started." },
  RUN_TOO_MANY_HOSTS: { retryable: false, say: (d) => `That is ${d["count"]} hosts; one run takes at most ${d["limit"]}. Split the group; nothing was started.` },
  RUN_PROGRAM_GONE: { retryable: false, status: 409, say: (d) => `The run cannot go on: ${d["what"]} is no longer installed. What already ran is kept; install it again and resume, or stop the run.` },
  RUN_HOST_GONE: { retryable: false, status: 409, say: () => "The host is no longer in the inventory. Nothing more was run on it; what ran before is kept." },
  RUN_UNKNOWN_HOST: { retryable: false, status: 404, say: (d) => `There is no host or group "${d["name"]}" in the inventory. Check the spelling, or add it under Hosts; nothing was started.` },
});
