// The signed list of every file's SHA-256: what ASAR integrity and a package manager do not cover.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { existsSync, linkSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const NAME = "manifest.json";
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** As it is written in a package, whatever the machine's own separator is. */
export const pathIn = (folder, path) => relative(folder, path).split(sep).join("/");

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => pathIn(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path !== NAME)
    .sort();
}

/** The key of a release is handed in (SENA_SIGN_KEY, a PEM file). Without one, a development key of this checkout signs and says so. */
export function signingKey(root) {
  const given = process.env.SENA_SIGN_KEY;
  if (given) return { key: createPrivateKey(readFileSync(given)), signer: "release" };
  const path = join(root, ".sena", "pack-key.pem");
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    const own = `${path}.${process.pid}`;
    writeFileSync(own, generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    try {
      linkSync(own, path); // whole at once, and never over the key of another packing that was quicker
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    } finally {
      rmSync(own);
    }
  }
  return { key: createPrivateKey(readFileSync(path)), signer: "development" };
}

export function writeManifest(folder, { version, key, signer }) {
  const files = Object.fromEntries(listFiles(folder).map((path) => [path, sha256(readFileSync(join(folder, path)))]));
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64");
  const body = JSON.stringify({ product: "SENA", version, signer, publicKey, files });
  writeFileSync(join(folder, NAME), `${JSON.stringify({ body, signature: sign(null, Buffer.from(body), key).toString("base64") }, null, 1)}\n`);
}

/** Every problem found, in words; an empty list means the tree is exactly what was signed. */
export function verifyManifest(folder, trustedPublicKey) {
  const path = join(folder, NAME);
  if (!existsSync(path)) return [`${NAME} is missing: this is not a packed SENA`];
  const { body, signature } = JSON.parse(readFileSync(path, "utf8"));
  const manifest = JSON.parse(body);
  const key = createPublicKey({ key: Buffer.from(manifest.publicKey, "base64"), type: "spki", format: "der" });
  const problems = [];
  if (!verify(null, Buffer.from(body), key, Buffer.from(signature, "base64"))) problems.push(`${NAME}: the signature does not fit; the list itself was changed`);
  if (trustedPublicKey && trustedPublicKey !== manifest.publicKey) problems.push(`${NAME}: signed by another key than the one you trust`);
  const present = new Set(listFiles(folder));
  for (const [file, hash] of Object.entries(manifest.files)) {
    if (!present.delete(file)) problems.push(`${file}: missing`);
    else if (lstatSync(join(folder, file)).isSymbolicLink()) problems.push(`${file}: a link where a file was`);
    else if (sha256(readFileSync(join(folder, file))) !== hash) problems.push(`${file}: changed`);
  }
  for (const file of present) problems.push(`${file}: not in the list`);
  return problems;
}
