import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ModelList, ModelSigner } from "../contract/index.ts";
import type { Clock } from "../kernel/index.ts";
import { readBrought, type Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import type { StoredModel } from "./files.ts";
import { readGguf } from "./gguf.ts";

// A list of models is what `sha256sum *.gguf > SHA256SUMS` writes, signed with `ssh-keygen -Y sign -n sena-models@v1 SHA256SUMS`:
// made and checked with stock tools, on a machine that has never seen SENA.

export const LIST_FILE = "SHA256SUMS";
export const LIST_NAMESPACE = "sena-models@v1";
const MAX_BYTES = 256 * 1024;
const MAX_ENTRIES = 500;
const LINE = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/;
const KEY_LINE = /^(ssh-ed25519|ecdsa-sha2-nistp256|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) ([A-Za-z0-9+/]+=*)(?: (.*))?$/;

type Listed = { readonly file: string; readonly sha256: string };
export type ListNeeds = {
  readonly store: Store;
  readonly now: Clock;
  /** The key, base64, that signed exactly these bytes under this namespace; undefined for anything else. */
  readonly signerOf: (bytes: Uint8Array, signature: string, namespace: string) => string | undefined;
};

export interface ModelLists {
  signers(): readonly ModelSigner[];
  trust(publicKey: string, name: string): ModelSigner;
  distrust(id: string): void;
  /** Who this key belongs to; a stranger's refuses the list. */
  trusted(blob: string, list: string): ModelSigner;
  /** What a list offers; refuses one that is not signed, was changed since, or was signed by a stranger. */
  read(path: string, known: readonly StoredModel[]): Promise<ModelList>;
  /** A file of a list: where it lies, and what it must be. */
  entry(path: string, file: string): { readonly path: string; readonly sha256: string };
}

const idOf = (blob: string): string => `SHA256:${createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64").replace(/=+$/, "")}`;

export function openModelLists({ store, now, signerOf }: ListNeeds): ModelLists {
  const all = store.sql<{ id: string; name: string; blob: string }>("models.signers", "SELECT id, name, blob FROM model_signers ORDER BY name, id");
  const put = store.sql("models.trust", "INSERT INTO model_signers (id, name, blob, added_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name");
  const drop = store.sql("models.distrust", "DELETE FROM model_signers WHERE id = ?");

  function trusted(blob: string, list: string): ModelSigner {
    const signer = all.all().find((one) => one.blob === blob);
    if (!signer) throw fail("MODEL_LIST_STRANGER", { list, key: idOf(blob) });
    return { id: signer.id, name: signer.name };
  }

  /** The signature first: an unsigned line is not even read. */
  function open(path: string): { readonly folder: string; readonly signer: ModelSigner; readonly entries: readonly Listed[] } {
    const list = basename(path) === LIST_FILE ? path : join(path, LIST_FILE);
    const bytes = readSmall(list, MAX_BYTES);
    if (!existsSync(`${list}.sig`)) throw fail("MODEL_LIST_UNSIGNED", { list, namespace: LIST_NAMESPACE });
    const blob = signerOf(bytes, readSmall(`${list}.sig`, MAX_BYTES).toString("utf8"), LIST_NAMESPACE);
    if (blob === undefined) throw fail("MODEL_LIST_TAMPERED", { list });
    return { folder: dirname(list), signer: trusted(blob, list), entries: entriesOf(bytes.toString("utf8"), list) };
  }

  return {
    signers: () => all.all().map(({ id, name }) => ({ id, name })),
    trust(publicKey, name) {
      const [, , blob, comment] = KEY_LINE.exec(publicKey.trim()) ?? [];
      if (blob === undefined) throw fail("MODEL_SIGNER_BAD");
      const signer = { id: idOf(blob), name: name.trim() || comment?.trim() || "no name" };
      put.run([signer.id, signer.name, blob, now()]);
      return signer;
    },
    distrust: (id) => void drop.run([id]),
    trusted,
    async read(path, known) {
      const { folder, signer, entries } = open(path);
      const models = entries.map(async ({ file, sha256 }) => {
        const at = join(folder, file);
        const here = known.some((one) => one.sha256 === sha256);
        if (!existsSync(at)) return { file, sha256, name: file, bytes: 0, license: "", isHere: here, problem: "It is not in the folder." };
        const size = statSync(at).size;
        try {
          const { name, license } = await readGguf(at);
          return { file, sha256, name: name === "" ? file : name, bytes: size, license, isHere: here, problem: "" };
        } catch (error) {
          return { file, sha256, name: file, bytes: size, license: "", isHere: here, problem: (error as Error).message };
        }
      });
      return { path: folder, signer, models: await Promise.all(models) };
    },
    entry(path, file) {
      const { folder, entries } = open(path);
      const found = entries.find((one) => one.file === file);
      if (!found) throw fail("MODEL_LIST_NOT_IN", { file });
      return { path: join(folder, file), sha256: found.sha256 };
    },
  };
}

/** A list or its signature: whole, and no longer than one has reason to be. */
export function readSmall(path: string, maxBytes: number): Buffer {
  try {
    return readBrought(path, maxBytes);
  } catch (error) {
    throw fail("MODEL_LIST_UNREADABLE", { list: path, why: (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message }, error);
  }
}

/** Files beside the list or below it. A line of another form makes the whole list unreadable: half a list is none. */
function entriesOf(text: string, list: string): readonly Listed[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, "")).filter((line) => line !== "");
  const entries = lines.flatMap((line) => {
    const [, sha256, file] = LINE.exec(line) ?? [];
    return sha256 === undefined || file === undefined || file.startsWith("/") || file.split("/").includes("..") ? [] : [{ file, sha256 }];
  });
  if (entries.length !== lines.length || entries.length === 0 || entries.length > MAX_ENTRIES) throw fail("MODEL_LIST_UNREADABLE", { list, why: "its lines are not those that sha256sum writes for files beside it" });
  return entries;
}
