import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileKeep, type Keep } from "../../request/index.ts";
import type { KnownParts } from "../../skills/index.ts";
import { builtFolder } from "../process/places.ts";

// What the build has worked out about the built-in skill packs, so that no start has to: see scripts/build.mjs.

declare const __SENA_SKILL_PINS__: Readonly<Record<string, string>> | undefined;
const folder = join(builtFolder, "prepared");

/** From source nothing is prepared: packs are read, linted and learned as they lie there. */
export function preparedSkills(): { readonly pins: Readonly<Record<string, string>> | undefined; readonly known?: KnownParts } {
  const file = join(folder, "packs.json");
  if (typeof __SENA_SKILL_PINS__ !== "object" || !existsSync(file)) return { pins: undefined };
  const parts = new Map(Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>));
  return { pins: __SENA_SKILL_PINS__, known: (sha256) => parts.get(sha256) };
}

/** What this home has learned before comes first; then what the build has learned; what is learned anew stays in the home. */
export function preparedKeep(cache: string): Keep {
  const own = fileKeep(cache);
  const built = fileKeep(folder);
  return { load: (key) => own.load(key) ?? built.load(key), save: (key, bytes) => own.save(key, bytes) };
}
