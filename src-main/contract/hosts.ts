import { z } from "zod";
import { call, feed } from "./define.ts";
import { Done, Empty, Environment, Id, Instant } from "./terms.ts";

const Short = z.string().min(1).max(128);
export const CredentialRef = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ask") }),
  z.object({ kind: z.literal("agent") }),
  z.object({ kind: z.literal("key-file"), path: z.string().min(1).max(1024), passphrase: Short.optional() }),
  z.object({ kind: z.literal("vault"), secret: Short }),
  z.object({ kind: z.literal("certificate"), source: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), role: z.string().min(1).max(128) }),
]);
export type CredentialRef = z.infer<typeof CredentialRef>;
export const Criticality = z.enum(["low", "normal", "high"]);
export const HostOs = z.enum(["linux", "idrac", "cisco-ios", "other"]);
export const Transport = z.enum(["ssh2", "system"]);

/** What an operator gives; the id and the source are the core's. */
export const HostDraft = z.object({
  name: z.string().min(1).max(127),
  address: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  user: z.string().min(1).max(64),
  environment: Environment,
  criticality: Criticality,
  groups: z.array(Short).max(64),
  tags: z.array(Short).max(64),
  os: HostOs,
  jumps: z.array(Id).max(8),
  credential: CredentialRef,
  transport: Transport,
  legacyAlgorithms: z.boolean(),
  keepShell: z.boolean(),
  notes: z.string().max(8000),
  favourite: z.boolean(),
});
export type HostDraft = z.infer<typeof HostDraft>;
export const Host = HostDraft.extend({ id: Id, source: z.string().max(1100) });
export type Host = z.infer<typeof Host>;

/** A row of the table: what is drawn, no more, because ten thousand of them are scrolled through. */
export const HostRow = Host.pick({ id: true, name: true, address: true, port: true, user: true, environment: true, criticality: true, groups: true, tags: true, os: true, favourite: true, legacyAlgorithms: true, transport: true }).extend({ connected: z.boolean(), jumpNames: z.array(z.string()) });
export type HostRow = z.infer<typeof HostRow>;

export const HostFilter = z.object({
  text: z.string().max(400).optional(),
  environments: z.array(Environment).max(3).optional(),
  groups: z.array(Short).max(64).optional(),
  tags: z.array(Short).max(64).optional(),
  favourites: z.boolean().optional(),
  source: z.string().max(1100).optional(),
});
export type HostFilter = z.infer<typeof HostFilter>;
export const HostOrder = z.object({ by: z.enum(["name", "address", "environment", "user"]), down: z.boolean() });
export type HostOrder = z.infer<typeof HostOrder>;
const Facet = z.object({ value: z.string(), count: z.number().int() });
export const HostFacets = z.object({ environments: z.array(Facet), groups: z.array(Facet), tags: z.array(Facet), sources: z.array(Facet) });
export type HostFacets = z.infer<typeof HostFacets>;

export const HostKey = z.object({ type: z.string(), fingerprint: z.string(), randomart: z.string(), file: z.string(), marker: z.enum(["none", "cert-authority", "revoked"]) });
export type HostKey = z.infer<typeof HostKey>;
/**
 * `mustBeSaid`: another key on a production host. It is replaced by who names its fingerprint as the host's owner reads it, so
 * what the host shows now is not told here. `askedBy`: who named it already, where a second person has to;
 * whoever did so themselves (`isAskedByYou`) waits until `askedUntil`.
 */
export const ShownKey = z.object({ type: z.string(), fingerprint: z.string(), randomart: z.string(), verdict: z.enum(["known", "unknown", "changed", "revoked", "certificate-only"]), known: z.array(z.string()), mustBeSaid: z.boolean(), askedBy: z.string(), isAskedByYou: z.boolean(), askedUntil: Instant });
export type ShownKey = z.infer<typeof ShownKey>;

export const BulkChange = z.object({
  environment: Environment.optional(),
  criticality: Criticality.optional(),
  os: HostOs.optional(),
  user: z.string().min(1).max(64).optional(),
  credential: CredentialRef.optional(),
  transport: Transport.optional(),
  legacyAlgorithms: z.boolean().optional(),
  keepShell: z.boolean().optional(),
  favourite: z.boolean().optional(),
  jumps: z.array(Id).max(8).optional(),
  addTags: z.array(Short).max(64).optional(),
  removeTags: z.array(Short).max(64).optional(),
  addGroups: z.array(Short).max(64).optional(),
  removeGroups: z.array(Short).max(64).optional(),
});
export type BulkChange = z.infer<typeof BulkChange>;

export const ImportKind = z.enum(["ssh-config", "ansible", "csv", "known-hosts"]);
export type ImportKind = z.infer<typeof ImportKind>;
const ImportDefaults = z.object({ environment: Environment, user: z.string().min(1).max(64), tags: z.array(Short).max(16) });
export const ImportView = z.object({
  id: Id,
  source: z.string(),
  add: z.array(HostRow.omit({ connected: true })),
  change: z.array(z.object({ id: Id, name: z.string(), fields: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })) })),
  same: z.number().int(),
  gone: z.array(z.object({ id: Id, name: z.string() })),
  problems: z.array(z.object({ where: z.string(), why: z.string() })),
  /** Lists above are cut to what a person can read; these are the whole numbers. */
  counts: z.object({ add: z.number().int(), change: z.number().int(), gone: z.number().int(), problems: z.number().int() }),
});
export type ImportView = z.infer<typeof ImportView>;
export const ImportSource = z.object({ source: z.string(), kind: ImportKind, path: z.string(), syncedAt: Instant, hosts: z.number().int() });
export type ImportSource = z.infer<typeof ImportSource>;

export const TestStep = z.object({ step: z.enum(["reach", "key", "sign-in", "run"]), is: z.enum(["ok", "failed", "skipped"]), say: z.string(), ms: z.number().int() });
export type TestStep = z.infer<typeof TestStep>;

const Ids = z.array(Id).min(1).max(50_000);

export const hostsContract = {
  list: call({ says: "List hosts: a window of those that match.", needs: "view", records: "none", input: z.object({ filter: HostFilter, order: HostOrder, offset: z.number().int().min(0), limit: z.number().int().min(1).max(500) }), output: z.object({ total: z.number().int(), all: z.number().int(), rows: z.array(HostRow) }) }),
  /** For "select all that match": ids only. */
  ids: call({ says: "The ids of all hosts that match.", needs: "view", records: "none", input: z.object({ filter: HostFilter }), output: z.object({ ids: z.array(Id) }) }),
  facets: call({ says: "Groups, tags, environments and sources with their numbers.", needs: "view", records: "none", input: Empty, output: HostFacets }),
  /** A number that grows with every change: read again what is on screen. */
  changes: feed({ says: "Follow changes of the inventory and of connections.", needs: "view", records: "none", input: Empty, item: z.object({ version: z.number().int(), hosts: z.number().int(), connected: z.array(Id) }) }),
  quiet: feed({ says: "Follow which hosts do not answer any more, though they are connected, and since when.", needs: "view", records: "none", input: Empty, item: z.object({ hosts: z.array(z.object({ id: Id, since: Instant })) }) }),
  get: call({ says: "Everything about one host.", needs: "view", records: "none", input: z.object({ id: Id }), output: z.object({ host: Host, keys: z.array(HostKey), connected: z.boolean(), jumps: z.array(z.object({ id: Id, name: z.string() })), usedBy: z.array(z.object({ id: Id, name: z.string() })) }) }),
  find: call({ says: "A host by the name an operator types.", needs: "view", records: "none", input: z.object({ name: z.string().min(1).max(127) }), output: z.object({ host: Host.nullable() }) }),
  add: call({ says: "Add a host.", needs: "operate", records: "config", input: HostDraft, output: Host }),
  change: call({ says: "Change a host.", needs: "operate", records: "config", input: z.object({ id: Id, to: HostDraft.partial() }), output: Host }),
  changeMany: call({ says: "Change many hosts at once, all or none.", needs: "operate", records: "config", input: z.object({ ids: Ids, change: BulkChange }), output: z.object({ changed: z.number().int() }) }),
  remove: call({ says: "Remove hosts from the inventory. Their record in the ledger stays.", needs: "operate", records: "config", input: z.object({ ids: Ids }), output: z.object({ removed: z.number().int() }) }),
  star: call({ says: "Mark a host as a favourite, or not.", needs: "view", records: "none", input: z.object({ id: Id, favourite: z.boolean() }), output: Done }),

  previewImport: call({ says: "Show what an import would change, without changing it.", needs: "operate", records: "none", input: z.object({ kind: ImportKind, path: z.string().min(1).max(1024), text: z.string().max(8_000_000).optional(), defaults: ImportDefaults }), output: ImportView }),
  previewSync: call({ says: "Show what reading a source again would change.", needs: "operate", records: "none", input: z.object({ source: z.string().max(1100) }), output: ImportView }),
  applyImport: call({ says: "Do what an import preview showed.", needs: "operate", records: "room", input: z.object({ id: Id, skip: z.array(z.string().max(127)).max(50_000), removeGone: z.boolean() }), output: z.object({ added: z.number().int(), changed: z.number().int(), removed: z.number().int() }) }),
  sources: call({ says: "Files hosts were imported from.", needs: "view", records: "none", input: Empty, output: z.object({ sources: z.array(ImportSource) }) }),
  forgetSource: call({ says: "Forget a source; its hosts stay.", needs: "operate", records: "config", input: z.object({ source: z.string().max(1100) }), output: Done }),
  export: call({ says: "Write hosts as CSV, SSH configuration or Ansible inventory.", needs: "view", records: "none", input: z.object({ filter: HostFilter, format: z.enum(["csv", "ssh-config", "ansible"]) }), output: z.object({ name: z.string(), text: z.string() }) }),

  /** Connects as far as the key and no further: nothing is sent, nothing trusted. */
  lookAtKey: call({ says: "Ask a host for its key and say what is known of it.", needs: "operate", records: "none", input: z.object({ id: Id }), output: ShownKey }),
  trust: call({ says: "Trust the key with this fingerprint for a host.", needs: "operate", records: "room", input: z.object({ id: Id, fingerprint: z.string().min(10).max(128), replaces: z.boolean() }), output: z.object({ isTrusted: z.boolean(), say: z.string() }) }),
  distrust: call({ says: "Forget the keys SENA keeps for a host.", needs: "operate", records: "room", input: z.object({ id: Id }), output: z.object({ forgotten: z.number().int() }) }),
  adoptKeys: call({ says: "Take over lines of a known_hosts file.", needs: "administer", records: "room", input: z.object({ text: z.string().max(8_000_000) }), output: z.object({ added: z.number().int(), problems: z.array(z.object({ where: z.string(), why: z.string() })) }) }),
  test: feed({ says: "Reach a host, check its key, sign in; step by step.", needs: "operate", records: "none", input: z.object({ id: Id }), item: TestStep }),
  disconnect: call({ says: "End the live connection to a host; its panes reconnect by themselves.", needs: "operate", records: "none", input: z.object({ id: Id }), output: Done }),
} as const;
