import { ProviderConfig } from "../contract/index.ts";
import type { Store } from "../store/index.ts";

const REVIEWER = "reviewer";
const RANKER = "ranker";
const BUDGET = "run-budget";

/** Which models elsewhere are set up, in the order they are tried, and which hosts requests may go to at all. */
export function openProviders(store: Store) {
  const all = store.sql<{ config: string }>("models.providers", "SELECT config FROM model_providers ORDER BY place, id");
  const put = store.sql("models.put-provider", "INSERT INTO model_providers (id, config, place) VALUES (?, ?, (SELECT COALESCE(MAX(place), 0) + 1 FROM model_providers)) ON CONFLICT (id) DO UPDATE SET config = excluded.config");
  const drop = store.sql("models.drop-provider", "DELETE FROM model_providers WHERE id = ?");
  const hosts = store.sql<{ host: string }>("models.hosts", "SELECT host FROM model_hosts ORDER BY host");
  const allow = store.sql("models.allow", "INSERT INTO model_hosts (host) VALUES (?) ON CONFLICT DO NOTHING");
  const forbid = store.sql("models.forbid", "DELETE FROM model_hosts WHERE host = ?");
  const option = store.sql<{ value: string }>("models.option", "SELECT value FROM model_options WHERE name = ?");
  const setOption = store.sql("models.set-option", "INSERT INTO model_options (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
  return {
    /** One that was removed since is still named: a doubt nobody can settle is put before a person. */
    reviewer: (): string | undefined => option.get([REVIEWER])?.value || undefined,
    setReviewer: (provider: string) => void setOption.run([REVIEWER, provider]),
    /** What the models of one run may cost together, in the house's own currency. */
    runBudget: (): number | undefined => (option.get([BUDGET])?.value ? Number(option.get([BUDGET])?.value) : undefined),
    setRunBudget: (amount: number | undefined) => void setOption.run([BUDGET, amount === undefined ? "" : String(amount)]),
    /** The file that puts passages in order for answers; empty where none does. */
    ranker: (): string => option.get([RANKER])?.value ?? "",
    setRanker: (id: string) => void setOption.run([RANKER, id]),
    all: (): readonly ProviderConfig[] => all.all().map(({ config }) => ProviderConfig.parse(JSON.parse(config))),
    put: (config: ProviderConfig) => void put.run([config.id, JSON.stringify(config)]),
    remove: (id: string) => void drop.run([id]),
    allowedHosts: (): readonly string[] => hosts.all().map(({ host }) => host),
    allowHost: (host: string, isAllowed: boolean) => void (isAllowed ? allow : forbid).run([host]),
  };
}
