import { defineFailures } from "../contract/failure.ts";

const at = (d: Readonly<Record<string, string | number | boolean>>): string => `${d["host"] ?? "the host"}`;

export const SSH_FAILURES = defineFailures({
  SSH_UNREACHABLE: { retryable: true, status: 502, say: (d) => `${at(d)} does not answer at ${d["address"]}: ${d["why"]}. Nothing was run. Check the address, the network and any jump host, then try again.` },
  SSH_TIMEOUT: { retryable: false, status: 504, say: (d) => `The command on ${at(d)} did not end within ${d["seconds"]} s and was told to stop.` },
  SSH_HANDSHAKE_TIMEOUT: { retryable: true, status: 504, say: (d) => `${at(d)} did not finish the SSH handshake within ${d["seconds"]} s. Nothing was run. Try again, or check whether the host is overloaded.` },
  SSH_HANDSHAKE: { retryable: false, status: 502, say: (d) => `${at(d)} answered, but no SSH connection came about: ${d["why"]}. Nothing was run.` },
  SSH_ALGORITHMS: { retryable: false, status: 502, say: (d) => `${at(d)} offers only algorithms that are no longer safe (${d["why"]}). Nothing was run. If it cannot be updated, switch on "old algorithms" for this one host.` },
  SSH_AUTH_FAILED: { retryable: false, status: 401, say: (d) => `${at(d)} refused ${d["user"]}: tried ${d["tried"]}. Nothing was run. Check the user name and the credential of this host.` },
  SSH_AUTH_CANCELLED: { retryable: true, status: 401, say: (d) => `The sign-in to ${at(d)} was stopped before it was answered. Nothing was run.` },
  SSH_NOBODY_TO_ASK: { retryable: true, status: 401, say: (d) => `${at(d)} asks for ${d["what"]}, and no one is at a screen to answer. Nothing was run. Open SENA and connect once, or give the host a key.` },
  SSH_AGENT_MISSING: { retryable: false, status: 401, say: (d) => `${at(d)} is set to use the SSH agent, but no agent answers (SSH_AUTH_SOCK). Nothing was run. Start the agent and add a key, or choose another credential.` },
  SSH_KEY_UNREADABLE: { retryable: false, status: 401, say: (d) => `The key file ${d["path"]} for ${at(d)} cannot be used: ${d["why"]}. Nothing was run.` },
  SSH_HOST_KEY_UNKNOWN: { retryable: false, status: 409, say: (d) => `The key of ${at(d)} is not known yet (${d["type"]} ${d["fingerprint"]}). Nothing was run. Compare it with the host's own, then trust it under Hosts, or with: sena hosts trust ${d["host"]}` },
  SSH_HOST_KEY_DECLINED: { retryable: false, status: 409, say: (d) => `The key of ${at(d)} was not trusted (${d["type"]} ${d["fingerprint"]}). Nothing was run.` },
  SSH_HOST_KEY_CHANGED: { retryable: false, status: 409, say: (d) => `The key of ${at(d)} has CHANGED: expected ${d["known"]}, the answer came with ${d["fingerprint"]} (${d["type"]}). Either the host was set up anew, or someone stands in between. Nothing was sent. Ask the host's owner; only then replace the key under Hosts.` },
  SSH_HOST_KEY_REVOKED: { retryable: false, status: 409, say: (d) => `The key of ${at(d)} is marked as revoked in ${d["file"]} (${d["fingerprint"]}). Nothing was sent. The host needs a new key before SENA connects.` },
  SSH_HOST_KEY_OTHER: { retryable: false, status: 409, say: (d) => `${at(d)} shows another key than the one you agreed to (${d["fingerprint"]} instead of ${d["expected"]}). Nothing was trusted. Look again.` },
  SSH_HOST_CERTIFICATE: { retryable: false, status: 409, say: (d) => `${at(d)} is known by a host certificate authority only (${d["file"]}). The built-in transport cannot check host certificates: set this host's transport to "system" (OpenSSH), which can. Nothing was sent.` },
  SSH_KNOWN_HOSTS_UNREADABLE: { retryable: false, status: 500, say: (d) => `The list of known host keys ${d["file"]} cannot be read: ${d["why"]}. SENA connects nowhere until it can be checked.` },
  SSH_LOST: { retryable: true, status: 502, say: (d) => `The connection to ${at(d)} was lost: ${d["why"]}. What ran there may still be running.` },
  SSH_CHANNEL_REFUSED: { retryable: true, status: 502, say: (d) => `${at(d)} refused another session on this connection: ${d["why"]}. Nothing was run. Close a pane of this host, or raise MaxSessions there.` },
  SSH_JUMPS: { retryable: false, status: 400, say: (d) => `The jump hosts of ${at(d)} lead in a circle or to a host that no longer exists (${d["chain"]}). Nothing was run. Mend them under Hosts.` },
  SSH_SYSTEM_MISSING: { retryable: false, status: 500, say: (d) => `${at(d)} uses the machine's own OpenSSH, which is not installed (ssh). Nothing was run. Install openssh-client or choose the built-in transport.` },
  SFTP_REFUSED: { retryable: false, status: 502, say: (d) => `${at(d)} has no file transfer (SFTP): ${d["why"]}. Nothing was changed.` },
  FILE_FAILED: { retryable: false, status: 422, say: (d) => `${d["path"]} on ${at(d)}: ${d["why"]}. Nothing else was changed.` },
  FILE_CHANGED: { retryable: false, status: 409, say: (d) => `${d["path"]} on ${at(d)} was changed by someone else since you opened it. Nothing was saved; your text is still here. Open it again and compare.` },
  FILE_TOO_LARGE: { retryable: false, status: 413, say: (d) => `${d["path"]} is larger than ${d["limit"]} MiB: too large to edit here. Nothing was changed. Download it instead.` },
  FILE_NOT_TEXT: { retryable: false, status: 415, say: (d) => `${d["path"]} is not UTF-8 text: editing would damage it. Nothing was changed. Download it instead.` },
  FORWARD_FAILED: { retryable: true, status: 502, say: (d) => `The port forward through ${at(d)} could not be opened: ${d["why"]}. Nothing listens.` },
  FORWARD_NOT_HERE: { retryable: false, status: 400, say: (d) => `${at(d)} uses the system transport; port forwards need the built-in one. Nothing listens.` },
});
