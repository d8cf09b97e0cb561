import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `--mode gallery` builds the component gallery instead of the app: another page, another folder, never shipped. */
export default defineConfig(({ mode }) => {
  const isGallery = mode === "gallery";
  return {
    root: at("src-renderer"),
    base: "./",
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: at(isGallery ? "dist/gallery" : "dist/renderer"),
      emptyOutDir: true,
      target: "chrome132",
      manifest: true,
      // A data: URL would need `font-src data:`; every asset is a file of its own.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      cssCodeSplit: true,
      sourcemap: false,
      reportCompressedSize: false,
      rolldownOptions: { input: isGallery ? at("src-renderer/gallery.html") : [at("src-renderer/index.html"), at("src-renderer/reference.html")] },
    },
    server: { host: "127.0.0.1", strictPort: false },
  };
});
