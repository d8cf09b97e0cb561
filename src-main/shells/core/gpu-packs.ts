import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const KINDS = ["cuda", "vulkan"] as const;

/** The builds of llama.cpp for graphics cards that lie beside the engine. A folder without binaries stands for a pack that was left out. */
export function gpuPacks(): readonly string[] {
  try {
    const engine = fileURLToPath(import.meta.resolve("node-llama-cpp"));
    const modules = engine.slice(0, engine.lastIndexOf("node_modules") + "node_modules".length);
    const system = process.platform === "win32" ? "win" : process.platform;
    return KINDS.filter((kind) => existsSync(join(modules, "@node-llama-cpp", `${system}-${process.arch}-${kind}`, "bins")));
  } catch {
    return [];
  }
}
