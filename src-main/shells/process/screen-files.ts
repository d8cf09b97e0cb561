import { existsSync, readFileSync, readdirSync } from "node:fs";
import { extname, join, posix } from "node:path";

export type ScreenFile = { readonly type: string; readonly body: Buffer; readonly isHashed: boolean };

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/**
 * Every file a shell may hand to the screen, by its exact URL path, read once from the build. A request is looked up in
 * this map and nothing is ever joined to a path, so there is no traversal to defend against.
 */
export function readScreenFiles(folder: string, page = "index.html"): ReadonlyMap<string, ScreenFile> {
  const files = new Map<string, ScreenFile>();
  if (!existsSync(join(folder, page))) throw new Error(`The screens are not built (${join(folder, page)} is missing). Run: npm run build`);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const url = `/${posix.normalize(path.slice(folder.length + 1).replaceAll("\\", "/"))}`;
    const type = TYPES[extname(entry.name)];
    if (type && !url.startsWith("/gallery") && !url.endsWith(".map") && !url.startsWith("/.vite")) files.set(url, { type, body: readFileSync(path), isHashed: /-[\w-]{8}\.\w+$/.test(url) });
  }
  return files;
}

/** xterm.js makes <style> elements; they carry this nonce, nothing else may style from inside the page. */
const NONCE_MARK = "__SENA_STYLE_NONCE__";
/** How the page reaches the core: a WebSocket of its own origin, or a port that the preload hands over. */
const CARRIER_MARK = "__SENA_CARRIER__";

export const filledPage = (page: ScreenFile, fill: { readonly nonce: string; readonly carrier: "socket" | "port" }): Buffer => Buffer.from(page.body.toString("utf8").replaceAll(NONCE_MARK, fill.nonce).replaceAll(CARRIER_MARK, fill.carrier));

export const contentSecurityPolicy = (nonce: string, connect: "'none'" | "'self'"): string => policyWith(`'self' 'nonce-${nonce}'`, connect);
/** The console has no terminal, so nothing in it makes styles. */
export const consolePolicy = policyWith("'self'", "'self'");

function policyWith(style: string, connect: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${style}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}
