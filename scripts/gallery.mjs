// `npm run gallery`: every component in every state, rebuilt as files change.
import { join, resolve } from "node:path";
import { createServer } from "vite";

const ROOT = resolve(import.meta.dirname, "..");
const at = process.argv.indexOf("--port");
const server = await createServer({ configFile: join(ROOT, "vite.config.ts"), mode: "gallery", server: { port: at === -1 ? 5174 : Number(process.argv[at + 1]) } });
await server.listen();
const [url] = server.resolvedUrls?.local ?? [];
console.log(`The gallery is at ${url}gallery.html. It stops with Ctrl+C.`);
