import { defineFailures, failer } from "../contract/failure.ts";

export const INVENTORY_FAILURES = defineFailures({
  HOST_NAME_TAKEN: { retryable: false, say: (d) => `There is already a host named "${d["name"]}". Choose another name; nothing was changed.` },
  HOST_LOOP: { retryable: false, say: (d) => `"${d["name"]}" would jump through itself (${d["chain"]}). Nothing was changed.` },
  NO_SUCH_HOST: { retryable: false, status: 404, say: (d) => `There is no host "${d["name"]}" in the inventory. Add it under Hosts, or check the spelling.` },
});
export const fail = failer(INVENTORY_FAILURES);
