import { defineFailures, failer } from "../contract/failure.ts";

export const INVENTORY_FAILURES = defineFailures({
  HOST_NAME_TAKEN: { retryable: false, say: (d) => `There is already a host named "${d["name"]}". Choose another name; nothing was changed.` },
  HOST_LOOP: { retryable: false, say: (d) => `"${d["name"]}" would jump through itself (${d["chain"]}). Nothing was changed.` },
  NO_SUCH_HOST: { retryable: false, status: 404, say: (d) => `There is no host "${d["name"]}" in the inventory${d["near"] === undefined ? "" : `; the nearest is "${d["near"]}"`}. Nothing was done. Check the spelling, or add it under Hosts.` },
  IMPORT_UNREADABLE: { retryable: false, status: 422, say: (d) => `${d["path"]} cannot be read: ${d["why"]}. Nothing was changed.` },
  IMPORT_STALE: { retryable: true, status: 409, say: () => "This preview is no longer valid: the inventory changed, or it was made too long ago. Nothing was changed. Make the preview again." },
  HOST_NOT_VALID: { retryable: false, status: 400, say: (d) => `This host cannot be saved: ${d["why"]}. Nothing was changed.` },
  HOST_NEEDS_ADMIN: { retryable: false, status: 403, say: (d) => `${d["why"]}. Where several people work, that takes an administrator: by it one person alone could get around the second one. Nothing was changed.` },
  HOST_IN_USE: { retryable: false, status: 409, say: (d) => `${d["names"]} ${Number(d["count"]) === 1 ? "is" : "are"} the way to other hosts (${d["users"]}). Nothing was removed. Give those another way first.` },
});
export const fail = failer(INVENTORY_FAILURES);
