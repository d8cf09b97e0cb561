import { argon2 } from "node:crypto";
import { promisify } from "node:util";

/** RFC 9106's second recommended option: 64 MiB, three passes. The parameters travel with what they sealed. */
export type PassphraseParams = { readonly memoryKiB: number; readonly passes: number; readonly lanes: number };
export const PASSPHRASE_PARAMS: PassphraseParams = { memoryKiB: 64 * 1024, passes: 3, lanes: 4 };
export const SALT_BYTES = 16;
export const MIN_PASSPHRASE = 10;

const derive = promisify(argon2);

/** A key out of what a person remembers. NFKC: the same passphrase from another keyboard is the same bytes. */
export const keyOfPassphrase = (passphrase: string, salt: Uint8Array, { memoryKiB, passes, lanes }: PassphraseParams): Promise<Buffer> =>
  derive("argon2id", { message: Buffer.from(passphrase.normalize("NFKC"), "utf8"), nonce: salt, parallelism: lanes, tagLength: 32, memory: memoryKiB, passes });
