import { defineFailures, failer } from "../contract/failure.ts";

export const VAULT_FAILURES = defineFailures({
  VAULT_LOCKED: { retryable: true, status: 423, say: () => "The secrets are locked. Unlock SENA and try again; nothing was done." },
  VAULT_NO_SECRET: { retryable: false, status: 404, say: (d) => `There is no secret called "${d["name"]}". Add it under Settings → Secrets, or choose another.` },
  VAULT_DAMAGED: { retryable: false, status: 500, say: (d) => `The secret "${d["name"]}" cannot be opened: its record was changed outside SENA. Put it in again, or restore a backup.` },
  VAULT_BAD_NAME: { retryable: false, status: 400, say: () => "A secret's name has 1 to 128 letters, digits and . _ - / characters. Nothing was stored." },
  VAULT_TOO_LONG: { retryable: false, status: 413, say: (d) => `A secret holds at most ${d["limit"]} bytes. Nothing was stored.` },
  VAULT_BAD_EXPORT: { retryable: false, status: 400, say: () => "This file is not a vault export, or the passphrase is not the one it was sealed with. Nothing was imported." },
  VAULT_BAD_IMPORT: { retryable: false, status: 400, say: (d) => `This cannot be imported: ${d["detail"]}. Nothing was stored.` },
  VAULT_WEAK_PASSPHRASE: { retryable: false, status: 400, say: (d) => `A passphrase has at least ${d["min"]} characters. Several words do well. Nothing was changed.` },
  VAULT_SOURCE: { retryable: true, status: 502, say: (d) => `${d["source"]} did not give the secret: ${d["detail"]}. Nothing was done.` },
  VAULT_SOURCE_NOT_SET_UP: { retryable: false, status: 400, say: (d) => `The secret source "${d["source"]}" is not set up. Add it under Settings → Secrets.` },
});

export const fail = failer(VAULT_FAILURES);
