import { defineFailures, failer } from "../contract/index.ts";

export const SKILL_FAILURES = defineFailures({
  SKILL_UNKNOWN: { retryable: false, status: 404, say: (d) => `There is no runbook "${d["id"]}" that may run here. It may have been removed, or its pack is not trusted: see Runbooks.` },
  SKILL_INPUT: { retryable: false, say: (d) => `"${d["title"]}" cannot start: ${d["detail"]}. Nothing was run.` },
  SKILL_TARGET: { retryable: false, say: (d) => `"${d["title"]}" is made for ${d["wants"]}; ${d["host"]} is ${d["os"]}. Nothing was run.` },
  PACK_BAD: { retryable: false, say: (d) => `The pack "${d["pack"]}" was not taken: ${d["detail"]}. The packs in use are unchanged.` },
  PACK_UNKNOWN: { retryable: false, status: 404, say: (d) => `There is no pack "${d["pack"]}"${d["version"] === undefined ? "" : ` of version ${d["version"]}`} here.` },
  PACK_UNTRUSTED: { retryable: false, status: 403, say: (d) => `The pack "${d["pack"]}" ${d["detail"]}. It was not installed; an admin may trust its signer first: sena skill trust FILE.pub --name NAME.` },
  PACK_UNSIGNED: { retryable: false, status: 403, say: (d) => `The pack "${d["pack"]}" is not signed. It was not installed; whoever answers for it signs it first: sena skill sign FOLDER --key FILE.` },
  PACK_TAMPERED: { retryable: false, status: 403, say: (d) => `The pack "${d["pack"]}" was changed after it was signed: ${d["detail"]}. It was not installed, and the packs in use are unchanged. Fetch it again from its signer.` },
  KEY_BAD: { retryable: false, say: (d) => `This is not an Ed25519 key: ${d["detail"]}.` },
});

export const failSkill = failer(SKILL_FAILURES);
