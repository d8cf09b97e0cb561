import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { fail } from "./failures.ts";
import { ed25519Signer, type NoteSigner } from "./note.ts";
import { sealKey, type Random, type SealKey } from "./sealing.ts";

/** One more wrap around the key file, where the machine has somewhere better than a file (keychain, TPM, passphrase). */
export type KeyWrap = { readonly wrap: (plain: Uint8Array) => Uint8Array; readonly unwrap: (wrapped: Uint8Array) => Uint8Array };

const KeyFile = z.object({
  v: z.literal(1),
  origin: z.string(),
  /** Wraps the subject keys: a stolen database without this file discloses nothing. */
  seal: z.string(),
  signing: z.array(z.object({ name: z.string(), seed: z.string(), since: z.number(), retired: z.boolean() })),
  witness: z.object({ name: z.string(), seed: z.string() }),
});
type KeyFile = z.infer<typeof KeyFile>;

export type Keyring = {
  readonly origin: string;
  readonly created: boolean;
  readonly seal: SealKey;
  /** Signers of the head, oldest first. Two during a rotation: verifiers ignore the one they do not know. */
  signers(): readonly NoteSigner[];
  /** Every signer there ever was: what an auditor needs to check old heads. */
  everSigned(): readonly NoteSigner[];
  witness(): { readonly name: string; readonly seed: Uint8Array };
  addSigner(since: number): NoteSigner;
  retireAllBut(keyId: string): void;
};

const bytesOf = (text: string): Buffer => Buffer.from(text, "base64");

/** Kept beside the database and never inside it; written to a new file, synced, then renamed over the old. */
export function openKeyring({ dir, random, wrap, origin }: { readonly dir: string; readonly random: Random; readonly wrap?: KeyWrap | undefined; readonly origin?: string | undefined }): Keyring {
  const path = join(dir, "ledger.keys");
  const fresh = (length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    random(bytes as Uint8Array<ArrayBuffer>);
    return bytes;
  };
  const created = !existsSync(path);
  if (created && existsSync(join(dir, "ledger.db"))) throw fail("LEDGER_KEY_UNREADABLE", { path, detail: "the file is missing" });

  let file = created ? newKeyFile(fresh, origin) : readKeyFile(path, wrap);
  const save = (next: KeyFile): void => {
    writeDurably(path, wrap === undefined ? Buffer.from(JSON.stringify(next)) : wrap.wrap(Buffer.from(JSON.stringify(next))));
    file = next;
  };
  if (created) save(file);

  const signerOf = ({ name, seed }: KeyFile["signing"][number]): NoteSigner => ed25519Signer(name, bytesOf(seed));
  let active: readonly NoteSigner[] = file.signing.filter((key) => !key.retired).map(signerOf);
  return {
    origin: file.origin,
    created,
    seal: sealKey(bytesOf(file.seal)),
    signers: () => active,
    everSigned: () => file.signing.map(signerOf),
    witness: () => ({ name: file.witness.name, seed: bytesOf(file.witness.seed) }),
    addSigner(since) {
      const key = { name: file.origin, seed: fresh(32).toString("base64"), since, retired: false };
      save({ ...file, signing: [...file.signing, key] });
      const signer = signerOf(key);
      active = [...active, signer];
      return signer;
    },
    retireAllBut(keyId) {
      save({ ...file, signing: file.signing.map((key) => (signerOf(key).key.keyId.toString("hex") === keyId ? key : { ...key, retired: true })) });
      active = file.signing.filter((key) => !key.retired).map(signerOf);
    },
  };
}

function newKeyFile(fresh: (length: number) => Buffer, origin: string | undefined): KeyFile {
  // `.internal` is reserved for private use: the name collides with nobody's and promises no address.
  const name = origin ?? `sena.internal/log/${fresh(8).toString("hex")}`;
  return {
    v: 1,
    origin: name,
    seal: fresh(32).toString("base64"),
    signing: [{ name, seed: fresh(32).toString("base64"), since: 0, retired: false }],
    witness: { name: `${name}/witness`, seed: fresh(32).toString("base64") },
  };
}

function readKeyFile(path: string, wrap: KeyWrap | undefined): KeyFile {
  try {
    const stored = readFileSync(path);
    return KeyFile.parse(JSON.parse(Buffer.from(wrap === undefined ? stored : wrap.unwrap(stored)).toString("utf8")));
  } catch (error) {
    throw fail("LEDGER_KEY_UNREADABLE", { path, detail: error instanceof SyntaxError || error instanceof z.ZodError ? "it is not a key file" : "it cannot be opened" }, error);
  }
}

export function writeDurably(path: string, bytes: Uint8Array): void {
  const next = `${path}.next`;
  const fd = openSync(next, "w", 0o600);
  try {
    writeSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(next, path);
  syncFolder(dirname(path));
}

/** What was renamed or removed in it is durably so only when the folder is. */
export function syncFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
