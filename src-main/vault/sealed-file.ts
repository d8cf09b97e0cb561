import { z } from "zod";
import { fromUtf8, utf8 } from "../kernel/index.ts";
import { fail } from "./failures.ts";
import { keyOfPassphrase, MIN_PASSPHRASE, PASSPHRASE_PARAMS, SALT_BYTES } from "./passphrase.ts";
import { seal, unseal, XAES_NONCE_BYTES } from "./xaes.ts";

const KIND = "sena-vault-export/v1";
// The file says how much work its passphrase costs; a hostile file must not make this machine run out of memory.
const SealedFile = z.object({
  kind: z.literal(KIND),
  argon2id: z.object({ memoryKiB: z.number().int().min(8192).max(1_048_576), passes: z.number().int().min(1).max(16), lanes: z.number().int().min(1).max(16) }),
  salt: z.string().max(64),
  box: z.string().max(64 * 1024 * 1024),
});

/** One file, sealed with a passphrase of its own: for a backup, or for another installation. */
export async function sealFile(text: string, passphrase: string, bytes: (length: number) => Uint8Array): Promise<string> {
  if (passphrase.length < MIN_PASSPHRASE) throw fail("VAULT_WEAK_PASSPHRASE", { min: MIN_PASSPHRASE });
  const salt = bytes(SALT_BYTES);
  const key = await keyOfPassphrase(passphrase, salt, PASSPHRASE_PARAMS);
  const box = seal(key, bytes(XAES_NONCE_BYTES), utf8(text), utf8(KIND));
  key.fill(0);
  return `${JSON.stringify({ kind: KIND, argon2id: PASSPHRASE_PARAMS, salt: Buffer.from(salt).toString("base64"), box: Buffer.from(box).toString("base64") })}\n`;
}

export async function openSealedFile(file: string, passphrase: string): Promise<string> {
  let parsed: z.infer<typeof SealedFile>;
  try {
    parsed = SealedFile.parse(JSON.parse(file));
  } catch (error) {
    throw fail("VAULT_BAD_EXPORT", {}, error);
  }
  const key = await keyOfPassphrase(passphrase, Buffer.from(parsed.salt, "base64"), parsed.argon2id);
  const plain = unseal(key, Buffer.from(parsed.box, "base64"), utf8(KIND));
  key.fill(0);
  if (!plain) throw fail("VAULT_BAD_EXPORT");
  return fromUtf8(plain);
}
