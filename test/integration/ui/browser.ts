import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { contentSecurityPolicy } from "../../../src-main/shells/process/screen-files.ts";

const CHROMIUM = "/usr/bin/chromium";
/** Without a browser these tests say so and skip; nothing else can tell whether a page works. */
export const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) console.warn("NOT TESTED: the screen's components (no /usr/bin/chromium)");

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-background-networking"] });

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

/** A folder under the very policy the shells send, minus the terminal's nonce: nothing in the kit may need one. */
export const serveFolder = async (folder: string): Promise<AsyncDisposable & { readonly origin: string }> => {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://x").pathname);
    const file = join(folder, path);
    if (!file.startsWith(folder) || !existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-security-policy": contentSecurityPolicy("none", "'self'") });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
