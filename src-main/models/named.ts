import type { NamedModel, ProviderConfig } from "../contract/index.ts";
import { fail } from "./failures.ts";
import type { StoredModel } from "./files.ts";

type Now = { readonly loadedId: string | undefined; readonly mayReach: (config: ProviderConfig) => boolean };

/** A model as its operator names it: an id first, then a name, then a name elsewhere. Two of one name are asked for by id. Pure. */
export function namedIn(name: string, files: readonly StoredModel[], providers: readonly ProviderConfig[], now: Now): NamedModel & { readonly provider: string } {
  const wanted = name.trim().toLowerCase();
  const is = (text: string) => text.toLowerCase() === wanted;
  const known = [
    ...files.map(({ id, info }) => ({ keys: [id, info.name], found: { kind: "file", id, name: info.name, isReady: id === now.loadedId, provider: "embedded" } as const })),
    ...providers.map((config) => ({ keys: [config.id, config.model], found: { kind: "provider", id: config.id, name: config.model, isReady: now.mayReach(config), provider: config.id } as const })),
  ];
  if (wanted === "embedded" && files.length > 0) return { kind: "file", id: now.loadedId ?? "embedded", name: "the loaded model", isReady: now.loadedId !== undefined, provider: "embedded" };
  for (const which of [0, 1]) {
    const [first, ...others] = known.filter(({ keys }) => is(keys[which] ?? ""));
    if (first && others.length === 0) return first.found;
  }
  throw fail("MODEL_UNKNOWN", { name, known: known.map(({ found }) => `${found.id} (${found.name})`).join(", ") });
}
