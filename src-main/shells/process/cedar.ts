import { createRequire } from "node:module";
import type { CedarEngine } from "../../policy/index.ts";

let engine: CedarEngine | undefined;

/** Loaded when first called, from the package's own files. */
export const cedarEngine = (): CedarEngine => (engine ??= createRequire(import.meta.url)("@cedar-policy/cedar-wasm/nodejs") as CedarEngine);
