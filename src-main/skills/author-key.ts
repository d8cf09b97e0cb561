import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { newSigningKey, readPublicKey, type TrustedKey } from "./signature.ts";
import { createPublicKey } from "node:crypto";

/** This installation's own key for packs written here: made at first use, readable by its owner alone. */
export function ownKey(path: string): { readonly privatePem: string; readonly trusted: TrustedKey } {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, newSigningKey().privatePem, { mode: 0o600, flag: "wx" });
  }
  const privatePem = readFileSync(path, "utf8");
  return { privatePem, trusted: readPublicKey(createPublicKey(privatePem).export({ format: "pem", type: "spki" }).toString(), "Written here") };
}
