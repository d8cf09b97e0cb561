import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Each is a page (or two) in a folder of its own. The gallery is never shipped; the console goes with the server alone. */
const BUILDS: Readonly<Record<string, { readonly folder: string; readonly pages: readonly string[] }>> = {
  gallery: { folder: "dist/gallery", pages: ["src-renderer/gallery.html"] },
  console: { folder: "dist/console", pages: ["src-renderer/console.html"] },
};
const APP = { folder: "dist/renderer", pages: ["src-renderer/index.html", "src-renderer/reference.html"] };

export default defineConfig(({ mode }) => {
  const { folder, pages } = BUILDS[mode] ?? APP;
  return {
    root: at("src-renderer"),
    base: "./",
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: at(folder),
      emptyOutDir: true,
      target: "chrome132",
      manifest: true,
      // A data: URL would need `font-src data:`; every asset is a file of its own.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      cssCodeSplit: true,
      sourcemap: false,
      reportCompressedSize: false,
      rolldownOptions: { input: pages.map(at) },
    },
    server: { host: "127.0.0.1", strictPort: false },
  };
});
