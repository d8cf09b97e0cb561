import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { build as viteBuild } from "vite";

const ROOT = resolve(import.meta.dirname, "..", "..");
/** Older than any run of tests that may still look at it. */
const UNUSED_MS = 3_600_000;
type BuildScript = { build: () => Promise<void>; isFresh: () => boolean; stamp: () => string };
const script = async (): Promise<BuildScript> => (await import("../../scripts/build.mjs" as string)) as BuildScript;

/** What the tests drive is what ships: built when the tree is newer than dist/. */
export async function freshBuild(): Promise<void> {
  const { build, isFresh } = await script();
  if (!isFresh()) await build();
}

/** The screens as they ship, for a test that serves them itself. */
export async function freshScreens(): Promise<string> {
  await freshBuild();
  return join(ROOT, "dist", "renderer");
}

/** The gallery of the sources as they are now, built once for all tests that look at it. */
export async function freshGallery(): Promise<string> {
  const { stamp } = await script();
  const kept = join(ROOT, "node_modules", ".cache", "sena-gallery");
  const folder = join(kept, stamp());
  if (existsSync(folder)) return folder;
  mkdirSync(kept, { recursive: true });
  const fresh = mkdtempSync(join(kept, "new-"));
  await viteBuild({ configFile: join(ROOT, "vite.config.ts"), mode: "gallery", logLevel: "error", build: { outDir: fresh, emptyOutDir: true } });
  // Another worker may have renamed or removed one meanwhile.
  for (const old of readdirSync(kept)) if ((statSync(join(kept, old), { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < Date.now() - UNUSED_MS) rmSync(join(kept, old), { recursive: true, force: true });
  try {
    renameSync(fresh, folder);
  } catch {
    rmSync(fresh, { recursive: true, force: true }); // another worker was first
  }
  return folder;
}
