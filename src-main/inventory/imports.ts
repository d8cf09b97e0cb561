import type { Clock, NewId } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import { readAnsible } from "./import/ansible.ts";
import { readCsv } from "./import/csv.ts";
import type { ImportFiles, ImportRead } from "./import/imported.ts";
import { readKnownHostNames } from "./import/known-hosts.ts";
import { readSshConfig } from "./import/ssh-config.ts";
import type { InventoryRoom } from "./inventory.ts";
import { planImport, type ImportDefaults, type ImportPlan } from "./plan.ts";

export type ImportKind = "ssh-config" | "ansible" | "csv" | "known-hosts";
export type ImportRequest = { readonly kind: ImportKind; readonly path: string; /** Pasted or dropped: read instead of the file; cannot be synced again. */ readonly text?: string | undefined; readonly defaults: ImportDefaults };
export type ImportSource = { readonly source: string; readonly kind: ImportKind; readonly path: string; readonly defaults: ImportDefaults; readonly syncedAt: number; readonly hosts: number };
export type Preview = { readonly id: string; readonly plan: ImportPlan };

export interface Imports {
  /** Reads and decides; nothing is changed. */
  preview(request: ImportRequest): Preview;
  /** What the preview showed, ready to be done, all or nothing: between the two it is recorded. Refused when the inventory changed. */
  prepare(id: string, choice: { readonly skip: readonly string[]; readonly removeGone: boolean }): { readonly plan: ImportPlan; commit(): void };
  sources(): readonly ImportSource[];
  again(source: string): Preview;
  forget(source: string): void;
}

type Row = { readonly source: string; readonly kind: ImportKind; readonly path: string; readonly defaults: string; readonly synced_at: number };
const KEPT_MS = 30 * 60_000;
const MOST_KEPT = 8;
const MOST_BYTES = 32 * 1024 * 1024;

export function createImports({ inventory, store, files, now, newId }: { readonly inventory: InventoryRoom; readonly store: Store; readonly files: ImportFiles; readonly now: Clock; readonly newId: NewId }): Imports {
  const all = store.sql<Row>("imports.all", "SELECT * FROM import_sources ORDER BY source");
  const one = store.sql<Row>("imports.one", "SELECT * FROM import_sources WHERE source = ?");
  const put = store.sql("imports.put", "INSERT INTO import_sources (source, kind, path, defaults, synced_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET defaults = excluded.defaults, synced_at = excluded.synced_at");
  const drop = store.sql("imports.drop", "DELETE FROM import_sources WHERE source = ?");
  const kept = new Map<string, { readonly plan: ImportPlan; readonly request: ImportRequest; readonly at: number; readonly against: unknown }>();

  function read({ kind, path, text }: ImportRequest): ImportRead {
    const expanded = path.replace(/^~(?=\/)/, () => files.home);
    if (kind === "ssh-config" && text === undefined) {
      if (files.read(expanded) === undefined) throw fail("IMPORT_UNREADABLE", { path, why: "there is no such file, or it may not be read" });
      return readSshConfig(expanded, files);
    }
    const content = text ?? files.read(expanded);
    if (content === undefined) throw fail("IMPORT_UNREADABLE", { path, why: "there is no such file, or it may not be read" });
    if (content.length > MOST_BYTES) throw fail("IMPORT_UNREADABLE", { path, why: "it is larger than 32 MiB" });
    if (content.includes("\0")) throw fail("IMPORT_UNREADABLE", { path, why: "it is not a text file" });
    switch (kind) {
      case "ssh-config":
        // Pasted text: its own includes are looked up as ssh would, the text itself stands for the file.
        return readSshConfig(path, { ...files, read: (file) => (file === path ? content : files.read(file)) });
      case "ansible":
        return readAnsible(content, path);
      case "csv":
        return readCsv(content, path);
      case "known-hosts":
        return readKnownHostNames(content, path);
      default:
        return kind satisfies never;
    }
  }

  const preview = (request: ImportRequest): Preview => {
    const { hosts, problems } = read(request);
    const plan = planImport({ read: hosts, problems, existing: inventory.all(), source: `${request.kind}:${request.path}`, defaults: request.defaults, newId });
    for (const [id, { at }] of kept) if (kept.size >= MOST_KEPT || now() - at > KEPT_MS) kept.delete(id);
    const id = newId("plan");
    kept.set(id, { plan, request, at: now(), against: inventory.hosts.value });
    return { id, plan };
  };

  return {
    preview,
    prepare(id, { skip, removeGone }) {
      const found = kept.get(id);
      const assertFresh = (): void => {
        if (!found || found.against !== inventory.hosts.value || now() - found.at > KEPT_MS) throw fail("IMPORT_STALE");
      };
      assertFresh();
      const { plan, request } = found as NonNullable<typeof found>;
      const skipped = new Set(skip);
      const wanted = [...plan.add, ...plan.change.map(({ after }) => after)].filter(({ name }) => !skipped.has(name));
      const have = new Set([...inventory.all(), ...wanted].map((host) => host.id));
      return {
        plan,
        commit() {
          assertFresh();
          store.transaction(() => {
            if (request.text === undefined) put.run([plan.source, request.kind, request.path, JSON.stringify(request.defaults), now()]);
            // A hop that was left out leads nowhere: the host keeps what is left of its way.
            inventory.put(wanted.map((host) => ({ ...host, jumps: host.jumps.filter((jump) => have.has(jump)) })));
            if (removeGone) inventory.remove(plan.gone.map((host) => host.id));
          });
          kept.delete(id);
        },
      };
    },
    sources: () => all.all().map((row) => ({ source: row.source, kind: row.kind, path: row.path, defaults: JSON.parse(row.defaults) as ImportDefaults, syncedAt: row.synced_at, hosts: inventory.all().filter((host) => host.source === row.source).length })),
    again(source) {
      const row = one.get([source]);
      if (!row) throw fail("IMPORT_UNREADABLE", { path: source, why: "it is not a source that was imported from a file" });
      return preview({ kind: row.kind, path: row.path, defaults: JSON.parse(row.defaults) as ImportDefaults });
    },
    forget: (source) => void drop.run([source]),
  };
}
