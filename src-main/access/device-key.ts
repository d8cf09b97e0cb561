import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";

const KEY_BYTES = 32;

/** The key of this account on this machine: made once, readable by nobody else, never part of a backup of the database. */
export function readDeviceKey(path: string, random: (into: Uint8Array<ArrayBuffer>) => Uint8Array): Uint8Array {
  try {
    const key = readFileSync(path);
    if (key.byteLength === KEY_BYTES) return key;
    throw new Error(`${path} is not a device key. Restore it from its backup; without it, secrets that no passphrase protects cannot be opened.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const key = random(new Uint8Array(KEY_BYTES));
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, key);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(path, 0o600);
  return key;
}
