import { z } from "zod";
import type { Clock, NewId } from "../kernel/index.ts";
import { fromUtf8, utf8 } from "../kernel/index.ts";
import type { Migration, Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import type { SecretEntry, SecretSource, SecretUse, Vault } from "./port.ts";
import { readPlainFile } from "./plain-file.ts";
import { openSealedFile, sealFile } from "./sealed-file.ts";
import { seal, unseal, XAES_KEY_BYTES, XAES_NONCE_BYTES } from "./xaes.ts";

const MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "secrets",
    sql: `
      CREATE TABLE vault_root (id INTEGER PRIMARY KEY CHECK (id = 1), witness BLOB NOT NULL) STRICT;
      CREATE TABLE secrets (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL,
        key_box BLOB NOT NULL,
        value_box BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        last_used_at INTEGER,
        rotate_days INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE secret_uses (n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, name TEXT NOT NULL, for TEXT NOT NULL) STRICT;
    `,
  },
];

const NAME = /^[\w./-]{1,128}$/;
const MAX_BYTES = 64 * 1024;
const KEPT_USES = 10_000;
const DAY_MS = 86_400_000;
const NOTHING: readonly string[] = [];
const SOURCE_TIMEOUT_MS = 15_000;
/** What this program sealed itself; still, a file is a file. */
const Exported = z.record(z.string(), z.string());

export type VaultNeeds = { readonly store: Store; readonly now: Clock; readonly newId: NewId; readonly random: (into: Uint8Array<ArrayBuffer>) => Uint8Array };

export interface VaultRoom extends Vault {
  /** The access room opens the vault with the root key that an operator's own key unseals. */
  unlock(root: Uint8Array): void;
  lock(): void;
  newRoot(): Uint8Array;
  /** A copy, to be sealed for one more operator. Only while unlocked. */
  rootForSealing(): Uint8Array;
  setRotation(name: string, days: number): void;
  uses(limit: number, name?: string): readonly SecretUse[];
  exportSealed(passphrase: string): Promise<string>;
  importSealed(file: string, passphrase: string): Promise<number>;
  /** NAME=VALUE lines, a JSON object, or CSV with a header. */
  importPlain(text: string): Promise<number>;
  useSources(sources: readonly SecretSource[]): void;
  /** Every value that is known while unlocked, so that the record can cut it out wherever it turns up; the same list until one changes. */
  knownValues(): readonly string[];
  readonly sources: readonly SecretSource[];
}

type Row = { id: string; name: string; version: number; key_box: Uint8Array; value_box: Uint8Array; created_at: number; changed_at: number; last_used_at: number | null; rotate_days: number };

/** Binds a box to its place and its version: a value of an older version, or of another record, does not open. */
const aadOf = (what: "key" | "value", id: string, version: number): Uint8Array => utf8(`sena-vault/v1/${what}/${id}/${version}`);
const WITNESS = "sena-vault/v1/root";

export function createVault({ store, now, newId, random }: VaultNeeds): VaultRoom {
  store.migrate("vault", MIGRATIONS);
  const sql = {
    witness: store.sql<{ witness: Uint8Array }>("vault.witness", "SELECT witness FROM vault_root WHERE id = 1"),
    setWitness: store.sql("vault.set-witness", "INSERT INTO vault_root (id, witness) VALUES (1, ?)"),
    byName: store.sql<Row>("vault.by-name", "SELECT * FROM secrets WHERE name = ?"),
    all: store.sql<Row>("vault.all", "SELECT * FROM secrets ORDER BY name"),
    put: store.sql("vault.put", `INSERT INTO secrets (id, name, version, key_box, value_box, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET version = excluded.version, key_box = excluded.key_box, value_box = excluded.value_box, changed_at = excluded.changed_at`),
    remove: store.sql("vault.remove", "DELETE FROM secrets WHERE name = ?"),
    used: store.sql("vault.used", "UPDATE secrets SET last_used_at = ? WHERE name = ?"),
    rotation: store.sql("vault.rotation", "UPDATE secrets SET rotate_days = ? WHERE name = ?"),
    logUse: store.sql("vault.log-use", "INSERT INTO secret_uses (at, name, for) VALUES (?, ?, ?)"),
    trimUses: store.sql("vault.trim-uses", "DELETE FROM secret_uses WHERE n <= (SELECT max(n) FROM secret_uses) - ?"),
    uses: store.sql<SecretUse>("vault.uses", "SELECT at, name, for FROM secret_uses WHERE :name IS NULL OR name = :name ORDER BY n DESC LIMIT :limit"),
  };
  let root: Uint8Array | undefined;
  let sources: readonly SecretSource[] = [];
  let known: readonly string[] | undefined;
  /** What sources gave: never on disk, and forgotten when the vault locks. */
  const given = new Map<string, string>();
  const bytes = (length: number) => random(new Uint8Array(length));
  const opened = (): Uint8Array => {
    if (!root) throw fail("VAULT_LOCKED");
    return root;
  };
  const rowOf = (name: string): Row => {
    const row = sql.byName.get([name]);
    if (!row) throw fail("VAULT_NO_SECRET", { name });
    return row;
  };
  function valueOf(row: Row): string {
    const key = unseal(opened(), row.key_box, aadOf("key", row.id, row.version));
    const value = key && unseal(key, row.value_box, aadOf("value", row.id, row.version));
    key?.fill(0);
    if (!value) throw fail("VAULT_DAMAGED", { name: row.name });
    const text = fromUtf8(value);
    value.fill(0);
    return text;
  }
  function put(name: string, value: string): void {
    const master = opened();
    if (!NAME.test(name)) throw fail("VAULT_BAD_NAME");
    const plain = utf8(value);
    if (plain.byteLength > MAX_BYTES) throw fail("VAULT_TOO_LONG", { limit: MAX_BYTES });
    const before = sql.byName.get([name]);
    const id = before?.id ?? newId("sec");
    const version = (before?.version ?? 0) + 1;
    const key = bytes(XAES_KEY_BYTES);
    const at = now();
    sql.put.run([id, name, version, seal(master, bytes(XAES_NONCE_BYTES), key, aadOf("key", id, version)), seal(key, bytes(XAES_NONCE_BYTES), plain, aadOf("value", id, version)), before?.created_at ?? at, at]);
    key.fill(0);
    plain.fill(0);
    known = undefined;
  }
  function knownValues(): readonly string[] {
    if (!root) return NOTHING;
    return (known ??= [...sql.all.all().flatMap(readable), ...given.values()]);
  }
  /** A damaged record must not keep the others from being cut out. */
  function readable(row: Row): string[] {
    try {
      return [valueOf(row)];
    } catch {
      return [];
    }
  }
  function noteUse(name: string, purpose: string): void {
    store.transaction(() => {
      sql.used.run([now(), name]);
      sql.logUse.run([now(), name, purpose.slice(0, 200)]);
      sql.trimUses.run([KEPT_USES]);
    });
  }
  const entryOf = (row: Row): SecretEntry => ({
    name: row.name, version: row.version, createdAt: row.created_at, changedAt: row.changed_at, lastUsedAt: row.last_used_at, rotateDays: row.rotate_days,
    isDue: row.rotate_days > 0 && now() - row.changed_at >= row.rotate_days * DAY_MS,
  });
  async function putAll(secrets: Readonly<Record<string, string>>): Promise<number> {
    store.transaction(() => {
      for (const [name, value] of Object.entries(secrets)) put(name, value);
    });
    return Object.keys(secrets).length;
  }

  return {
    get unlocked() {
      return root !== undefined;
    },
    get sources() {
      return sources;
    },
    useSources(next) {
      sources = next;
    },
    knownValues,
    newRoot: () => bytes(XAES_KEY_BYTES),
    unlock(next) {
      const witness = sql.witness.get();
      if (!witness) sql.setWitness.run([seal(next, bytes(XAES_NONCE_BYTES), utf8(WITNESS), utf8(WITNESS))]);
      else if (!unseal(next, witness.witness, utf8(WITNESS))) throw fail("VAULT_DAMAGED", { name: "(all)" });
      root = Uint8Array.from(next);
      known = undefined;
    },
    lock() {
      root?.fill(0);
      root = undefined;
      known = undefined;
      given.clear();
    },
    rootForSealing: () => Uint8Array.from(opened()),
    async reveal(name, use) {
      const colon = name.indexOf(":");
      if (colon > 0) {
        // A source may still hold a token of its own: while SENA is locked it is not asked.
        opened();
        const id = name.slice(0, colon);
        const source = sources.find((known) => known.id === id);
        if (!source) throw fail("VAULT_SOURCE_NOT_SET_UP", { source: id });
        const value = await source.read(name.slice(colon + 1), AbortSignal.timeout(SOURCE_TIMEOUT_MS));
        if (given.get(name) !== value) {
          given.set(name, value);
          known = undefined;
        }
        noteUse(name, use.for);
        return value;
      }
      const value = valueOf(rowOf(name));
      noteUse(name, use.for);
      return value;
    },
    async put(name, value) {
      put(name, value);
    },
    async remove(name) {
      opened();
      rowOf(name);
      sql.remove.run([name]);
      known = undefined;
    },
    list: () => sql.all.all().map(entryOf),
    setRotation(name, days) {
      rowOf(name);
      sql.rotation.run([days, name]);
    },
    uses: (limit, name) => sql.uses.all({ limit, name: name ?? null }),
    async exportSealed(passphrase) {
      opened();
      return sealFile(JSON.stringify(Object.fromEntries(sql.all.all().map((row) => [row.name, valueOf(row)]))), passphrase, bytes);
    },
    async importSealed(file, passphrase) {
      opened();
      return putAll(Exported.parse(JSON.parse(await openSealedFile(file, passphrase))));
    },
    async importPlain(text) {
      opened();
      return putAll(readPlainFile(text));
    },
  };
}
