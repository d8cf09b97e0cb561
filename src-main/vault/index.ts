export { createVault, type VaultNeeds, type VaultRoom } from "./vault.ts";
export { createSourceBook, type SourceBook } from "./source-book.ts";
export { createFetch, SOURCE_HTTP_FAILURES } from "./sources/http.ts";
export type { Fetch } from "./sources/source.ts";
export { VAULT_FAILURES } from "./failures.ts";
export { keyOfPassphrase, MIN_PASSPHRASE, PASSPHRASE_PARAMS, SALT_BYTES, type PassphraseParams } from "./passphrase.ts";
export { seal, unseal, XAES_KEY_BYTES, XAES_NONCE_BYTES } from "./xaes.ts";
export type * from "./port.ts";
