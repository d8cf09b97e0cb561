import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Each is a page (or two) in a folder of its own. The gallery is never shipped; the console goes with the server alone. */
const BUILDS: Readonly<Record<string, { readonly folder: string; readonly pages: readonly string[] }>> = {
  gallery: { folder: "dist/gallery", pages: ["src-renderer/gallery.html"] },
  console: { folder: "dist/console", pages: ["src-renderer/console.html"] },
};
const APP = { folder: "dist/renderer", pages: ["src-renderer/index.html", "src-renderer/reference.html"] };

/** Where nobody was before, the chat opens: its code comes beside the frame's, not after the frame was drawn. */
const FIRST_SCREEN = at("src-renderer/features/chat/screen.tsx");
const firstScreenEarly: Plugin = {
  name: "first-screen-early",
  transformIndexHtml: {
    order: "post",
    handler: (html, { bundle, filename }) => {
      const first = Object.values(bundle ?? {}).find((file) => file.type === "chunk" && file.facadeModuleId === FIRST_SCREEN);
      if (first?.type !== "chunk" || filename !== at("src-renderer/index.html")) return [];
      const scripts = [first.fileName, ...first.imports];
      const styles = scripts.flatMap((name) => {
        const file = bundle?.[name];
        return file?.type === "chunk" ? [...(file.viteMetadata?.importedCss ?? [])] : [];
      });
      const tag = (attrs: Record<string, string | boolean>) => ({ tag: "link", attrs: { ...attrs, crossorigin: true }, injectTo: "head" as const });
      const isNew = (name: string) => !html.includes(name);
      return [...scripts.filter(isNew).map((name) => tag({ rel: "modulepreload", href: `./${name}` })), ...styles.filter(isNew).map((name) => tag({ rel: "stylesheet", href: `./${name}` }))];
    },
  },
};

export default defineConfig(({ mode }) => {
  const { folder, pages } = BUILDS[mode] ?? APP;
  return {
    root: at("src-renderer"),
    base: "./",
    publicDir: false,
    plugins: [react(), firstScreenEarly],
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
      rolldownOptions: {
        input: pages.map(at),
        // What several screens are made of comes as one file: forty small ones took the first screen half a second.
        output: { codeSplitting: { groups: [{ name: "kit", test: /[\\/](src-renderer[\\/]ui|@base-ui|@floating-ui)[\\/]/, minShareCount: 2 }] } },
      },
    },
    server: { host: "127.0.0.1", strictPort: false },
  };
});
