import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "vite";

const ROOT = resolve(import.meta.dirname, "..", "..", "..");

/** The gallery of the sources as they are now, in a folder of its own: dist/ is swept by every build of the app. */
export const buildGallery = async (): Promise<AsyncDisposable & { readonly folder: string }> => {
  const folder = mkdtempSync(join(tmpdir(), "sena-gallery-"));
  await build({ configFile: join(ROOT, "vite.config.ts"), mode: "gallery", logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  return { folder, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }) };
};
