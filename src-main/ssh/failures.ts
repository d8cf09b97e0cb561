import { defineFailures, failer } from "../contract/failure.ts";

export const SSH_FAILURES = defineFailures({
  SSH_NO_SUCH_HOST: { retryable: false, status: 404, say: (d) => `There is no host "${d["host"]}" in the inventory. It may have been removed; nothing was sent.` },
  SSH_UNREACHABLE: { retryable: true, status: 503, say: (d) => `${d["host"]} does not answer (${d["why"]}). Nothing was run. Check that it is up and that the address and the jump hosts are right.` },
  SSH_HOST_KEY_CHANGED: { retryable: false, status: 403, say: (d) => `${d["host"]} shows another host key (${d["fingerprint"]}) than the one that is trusted (${d["known"]}, ${d["file"]}:${d["line"]}). Either it was reinstalled or something is between you and it. The connection was refused and recorded; nothing was sent. If the change is expected, remove the old key under Hosts and trust the new one.` },
  SSH_HOST_KEY_UNKNOWN: { retryable: true, status: 403, say: (d) => `The host key of ${d["host"]} (${d["fingerprint"]}) is not trusted yet. Compare it with the host's own and trust it under Hosts, or with: sena hosts trust ${d["host"]}. Nothing was sent.` },
  SSH_HOST_KEY_REVOKED: { retryable: false, status: 403, say: (d) => `The key that ${d["host"]} shows (${d["fingerprint"]}) is marked as revoked (${d["file"]}:${d["line"]}). The connection was refused; nothing was sent.` },
  SSH_AUTH_FAILED: { retryable: false, status: 401, say: (d) => `${d["host"]} did not accept ${d["user"]} (${d["tried"]}). Nothing was run. Check the credential of the host and the account on it.` },
  SSH_CREDENTIAL: { retryable: false, status: 401, say: (d) => `The credential for ${d["host"]} cannot be used: ${d["why"]}. Nothing was sent.` },
  SSH_NEEDS_ANSWER: { retryable: true, status: 401, say: (d) => `${d["host"]} asks for ${d["what"]}, and nobody answered. Nothing was run; try again where you can answer.` },
  SSH_TIMEOUT: { retryable: false, status: 504, say: (d) => `The command on ${d["host"]} did not end within ${d["seconds"]} s and was told to stop.` },
  SSH_LOST: { retryable: true, status: 503, say: (d) => `The connection to ${d["host"]} broke (${d["why"]}).` },
});
export const fail = failer(SSH_FAILURES);
