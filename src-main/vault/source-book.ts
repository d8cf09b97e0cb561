import type { SourceConfig } from "../contract/vault.ts";
import type { Migration, Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import type { SecretSource } from "./port.ts";
import { awsSource } from "./sources/aws.ts";
import { azureSource } from "./sources/azure.ts";
import { gcpSource } from "./sources/gcp.ts";
import { openbaoSource } from "./sources/openbao.ts";
import type { SourceNeeds } from "./sources/source.ts";
import type { VaultRoom } from "./vault.ts";

const MIGRATIONS: readonly Migration[] = [{ n: 1, name: "secret sources", sql: "CREATE TABLE secret_sources (id TEXT PRIMARY KEY, config TEXT NOT NULL) STRICT, WITHOUT ROWID" }];

/** How long a source may take, whoever waits: behind one that says nothing, connections would hang for ever. */
const ANSWER_MS = 15_000;

export interface SourceBook {
  list(): readonly SourceConfig[];
  set(config: SourceConfig): void;
  remove(id: string): void;
  check(id: string, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly say: string }>;
  /** A certificate for minutes, from the SSH authority of an OpenBao or Vault. */
  signSshKey(id: string, role: string, publicKey: string, principal: string, signal: AbortSignal): Promise<string>;
}

/** The configured sources. What they sign in with lies in the local vault; nothing of theirs is stored here. */
export function createSourceBook({ store, vault, fetch, now, answerMs = ANSWER_MS }: { readonly store: Store; readonly vault: VaultRoom; readonly answerMs?: number } & Pick<SourceNeeds, "fetch" | "now">): SourceBook {
  store.migrate("secret-sources", MIGRATIONS);
  const all = store.sql<{ config: string }>("sources.all", "SELECT config FROM secret_sources ORDER BY id");
  const put = store.sql("sources.put", "INSERT INTO secret_sources (id, config) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET config = excluded.config");
  const remove = store.sql("sources.remove", "DELETE FROM secret_sources WHERE id = ?");
  const list = () => all.all().map(({ config }) => JSON.parse(config) as SourceConfig);
  const needs: SourceNeeds = { fetch, now, reveal: (name) => vault.reveal(name, { for: "a secret source" }) };
  const bounded = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
  const use = () => vault.useSources(list().map((config) => sourceOf(config, needs)));
  use();
  return {
    list,
    set(config) {
      put.run([config.id, JSON.stringify(config)]);
      use();
    },
    remove(id) {
      remove.run([id]);
      use();
    },
    async signSshKey(id, role, publicKey, principal, signal) {
      const config = list().find((each) => each.id === id);
      if (config?.kind !== "openbao") throw fail("VAULT_SOURCE_NOT_SET_UP", { source: id });
      return openbaoSource(config, needs).signSshKey(role, publicKey, principal, bounded(signal));
    },
    async check(id, signal) {
      const source = vault.sources.find((each) => each.id === id);
      if (!source) throw fail("VAULT_SOURCE_NOT_SET_UP", { source: id });
      try {
        return { ok: true, say: await source.check(bounded(signal)) };
      } catch (error) {
        return { ok: false, say: error instanceof Error ? error.message : "It did not answer." };
      }
    },
  };
}

function sourceOf(config: SourceConfig, needs: SourceNeeds): SecretSource {
  switch (config.kind) {
    case "openbao":
      return openbaoSource(config, needs);
    case "aws":
      return awsSource(config, needs);
    case "azure":
      return azureSource(config, needs);
    case "gcp":
      return gcpSource(config, needs);
    default:
      return config satisfies never;
  }
}
