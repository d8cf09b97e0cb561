import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign, verify } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { canonicalJson } from "../kernel/index.ts";
import { readBrought, type Store } from "../store/index.ts";
import { outdatedBy } from "./compare.ts";
import { failKnowledge } from "./failures.ts";
import type { Ready } from "./passages.ts";
import type { SourceState } from "./port.ts";

// A collection carries documents between machines that share no wire: one gzip file, a signed head on its first line, a
// document on each line after it. Vectors do not travel: the other machine makes them with its own embedding.

const FORMAT = "sena-collection-1";
const MAX_UNPACKED = 1 << 30;
const Head = z.strictObject({ format: z.literal(FORMAT), name: z.string().max(120), product: z.string().max(120), environment: z.string().max(20), createdAt: z.number().int(), documents: z.number().int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/), publicKey: z.string().max(200), signature: z.string().max(200) });
const DocumentLine = z.strictObject({
  path: z.string().max(4096), title: z.string().max(400), format: z.string().max(20), bytes: z.number().int().nonnegative(), modifiedAt: z.number().int().nonnegative(), sha256: z.string().max(64), language: z.string().max(8), state: z.enum(["ok", "partial"]), remarks: z.array(z.string().max(1000)).max(50),
  chunks: z.array(z.strictObject({ heading: z.string().max(4000), text: z.string().max(20_000), kind: z.enum(["text", "code", "table"]), from: z.number().int().nonnegative(), to: z.number().int().nonnegative(), part: z.string().max(4096) })).max(100_000),
});

/** This installation's own key for collections, made at first use beside the index. */
function ownKey(store: Store) {
  const path = join(dirname(store.path), "knowledge-key.pem");
  if (!existsSync(path)) writeFileSync(path, generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag: "wx" });
  const key = createPrivateKey(readFileSync(path, "utf8"));
  return { key, publicKey: createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64") };
}
const keyId = (publicKey: string): string => hash("sha256", Buffer.from(publicKey, "base64"), "hex").slice(0, 16);
const signedPart = ({ signature: _signature, ...head }: z.infer<typeof Head>): Buffer => Buffer.from(canonicalJson(head));

export function writeCollection({ store, sources, path, now }: { readonly store: Store; readonly sources: readonly SourceState[]; readonly path: string; readonly now: () => number }) {
  const documents = store.sql<{ id: number; path: string; title: string; format: string; bytes: number; modified_at: number; sha256: string; language: string; state: string; remarks: string }>("documents-to-export", "SELECT id, path, title, format, bytes, modified_at, sha256, language, state, remarks FROM documents WHERE source_id = ? AND state <> 'failed' ORDER BY path");
  const chunks = store.sql<{ heading: string; text: string; kind: string; from: number; to: number; part: string }>("chunks-to-export", 'SELECT heading, text, kind, line_from AS "from", line_to AS "to", part FROM chunks WHERE document_id = ? ORDER BY ordinal');
  const lines: string[] = [];
  for (const source of sources) for (const { id, modified_at, ...document } of documents.iterate([source.id]) as Iterable<Record<string, unknown> & { id: number; modified_at: number; remarks: string; path: string }>)
    lines.push(JSON.stringify({ ...document, path: sources.length === 1 ? document.path : `${source.name}/${document.path}`, modifiedAt: modified_at, remarks: JSON.parse(document.remarks) as string[], chunks: chunks.all([id]) }));
  const body = lines.map((line) => `${line}\n`).join("");
  const { key, publicKey } = ownKey(store);
  const first = sources[0];
  const unsigned = { format: FORMAT, name: sources.length === 1 ? (first?.name ?? "collection") : sources.map(({ name }) => name).join(", ").slice(0, 120), product: sources.length === 1 ? (first?.product ?? "") : "", environment: sources.length === 1 ? (first?.environment ?? "") : "", createdAt: now(), documents: lines.length, sha256: hash("sha256", body, "hex"), publicKey, signature: "" } as const;
  const head = { ...unsigned, signature: sign(null, signedPart(unsigned), key).toString("base64") };
  const bytes = gzipSync(`${JSON.stringify(head)}\n${body}`);
  // Whole or not at all: a stick pulled out leaves no half collection under its name.
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
  return { path, documents: lines.length, bytes: bytes.byteLength, signer: keyId(publicKey), publicKey };
}

export function readCollection(path: string, trustedKeys: readonly string[]) {
  const bad = (detail: string, cause?: unknown) => failKnowledge("COLLECTION_BAD", { detail }, cause);
  let text: string;
  try {
    text = gunzipSync(readBrought(path, MAX_UNPACKED), { maxOutputLength: MAX_UNPACKED }).toString("utf8");
  } catch (error) {
    throw bad((error as NodeJS.ErrnoException).code === "ENOENT" ? `there is no file ${path}` : "it is no collection, or larger than 1 GiB", error);
  }
  const end = text.indexOf("\n");
  let head: z.infer<typeof Head>;
  try {
    head = Head.parse(JSON.parse(text.slice(0, end)));
  } catch (error) {
    throw bad("its head cannot be read", error);
  }
  const body = text.slice(end + 1);
  if (hash("sha256", body, "hex") !== head.sha256) throw bad("its documents are not those that were signed");
  let isSigned = false;
  try {
    isSigned = verify(null, signedPart(head), createPublicKey({ key: Buffer.from(head.publicKey, "base64"), format: "der", type: "spki" }), Buffer.from(head.signature, "base64"));
  } catch {
    // no key: not signed by it
  }
  if (!isSigned) throw bad("its signature does not verify");
  const documents = body.split("\n").filter((line) => line !== "").map((line): Ready => {
    try {
      const document = DocumentLine.parse(JSON.parse(line));
      return { ...document, outdated: outdatedBy({ path: document.path, title: document.title, lead: document.chunks[0]?.text ?? "" }), vectors: [] };
    } catch (error) {
      throw bad("a document in it is damaged", error);
    }
  });
  return { name: head.name, product: head.product, environment: head.environment, signer: keyId(head.publicKey), isTrusted: trustedKeys.some((key) => key.trim() === head.publicKey || key.trim() === keyId(head.publicKey)), documents };
}
