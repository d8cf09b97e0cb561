import { defineFailures, failer } from "../contract/failure.ts";

export const ACCESS_FAILURES = defineFailures({
  ACCESS_WRONG_PASSPHRASE: { retryable: true, status: 401, say: () => "That is not this operator's passphrase. Nothing was done; the attempt is recorded." },
  ACCESS_WAIT: { retryable: true, status: 429, say: (d) => `Too many wrong passphrases. Try again in ${d["seconds"]} s; the attempts are recorded.` },
  ACCESS_NO_OPERATOR: { retryable: false, status: 404, say: (d) => `There is no active operator "${d["id"]}" here.` },
  ACCESS_NEEDS_PASSPHRASE: { retryable: false, status: 400, say: (d) => `${d["name"]} has no passphrase yet. Set one first, under Settings, Lock: without it nobody can tell one operator from another.` },
  ACCESS_WEAK_PASSPHRASE: { retryable: false, status: 400, say: (d) => `A passphrase has at least ${d["min"]} characters. Several words do well. Nothing was changed.` },
  ACCESS_NAME_TAKEN: { retryable: false, status: 409, say: (d) => `There is already an operator called "${d["name"]}". Choose another name.` },
  ACCESS_LAST_ADMIN: { retryable: false, status: 409, say: () => "This is the last admin. Make somebody else an admin first; nothing was changed." },
  ACCESS_SINGLE: { retryable: false, status: 409, say: () => "This installation is set to one operator. Allow several operators first." },
  ACCESS_SEVERAL: { retryable: false, status: 409, say: () => "More than one operator works here. Retire the others before going back to one." },
  ACCESS_BAD_KEY: { retryable: false, status: 400, say: () => "This is not an OpenSSH public key that can sign approvals: Ed25519 or ECDSA P-256, plain or of a security key. Nothing was changed." },
  ACCESS_KEY_TAKEN: { retryable: false, status: 409, say: (d) => `This is the key of ${d["name"]} already. One key is one person: whoever holds two names could approve for both. Nothing was changed.` },
  ACCESS_STAND_IN: { retryable: false, status: 400, say: (d) => `Nobody stands in like this: ${d["detail"]}. Nothing was changed.` },
  ACCESS_NO_AGENT: { retryable: true, status: 503, say: (d) => `The SSH agent cannot be used: ${d["detail"]}. Nothing was signed.` },
  ACCESS_AGENT_REFUSED: { retryable: true, status: 403, say: () => "The SSH agent did not sign: it does not hold this key any more, or it was not confirmed or touched. Nothing was signed." },
  ACCESS_LOCKED: { retryable: true, status: 401, say: () => "SENA is locked. Unlock it and try again; nothing was done." },
});

export const fail = failer(ACCESS_FAILURES);
