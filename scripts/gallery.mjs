// npm run gallery [-- --port N]: every component in every state, on this machine only.
import { join, resolve } from "node:path";
import { createServer } from "vite";
import { readOptions, refuse } from "./usage.ts";

const USAGE = "npm run gallery [-- --port N]   every component in every state, on 127.0.0.1 alone; port 5180 by default";
const { values } = readOptions(USAGE, { options: { port: { type: "string", default: "5180" } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) refuse(USAGE, `--port takes a number from 0 (any free port) to 65535, not "${values.port}".`);
const ROOT = resolve(import.meta.dirname, "..");
const server = await createServer({ configFile: join(ROOT, "vite.config.ts"), mode: "gallery", server: { host: "127.0.0.1", port } });
await server.listen();
console.log(`The gallery: ${server.resolvedUrls?.local[0] ?? ""}gallery.html   (Ctrl+C stops it)`);
