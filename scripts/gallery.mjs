// npm run gallery: every component in every state, on this machine only.
import { join, resolve } from "node:path";
import { createServer } from "vite";

const ROOT = resolve(import.meta.dirname, "..");
const server = await createServer({ configFile: join(ROOT, "vite.config.ts"), mode: "gallery", server: { host: "127.0.0.1", port: Number(process.argv[2] ?? 5180) } });
await server.listen();
console.log(`The gallery: ${server.resolvedUrls?.local[0] ?? ""}gallery.html   (Ctrl+C stops it)`);
