import { randomBytes } from "node:crypto";
import type { Session } from "electron";
import { contentSecurityPolicy, filledPage, type ScreenFile } from "../process/screen-files.ts";

/** Answers sena://app from the map of built files; a path that is not a key of the map does not exist. */
export function serveScreens(session: Session, scheme: string, files: ReadonlyMap<string, ScreenFile>): void {
  session.protocol.handle(scheme, (request) => {
    const { host, pathname } = new URL(request.url);
    const isPage = pathname === "/" || pathname === "/index.html";
    const file = host === "app" && request.method === "GET" ? files.get(isPage ? "/index.html" : pathname) : undefined;
    if (!file) return new Response("There is nothing here.", { status: 404 });
    const nonce = randomBytes(16).toString("base64");
    return new Response(new Uint8Array(isPage ? filledPage(file, { nonce, carrier: "port" }) : file.body), {
      headers: { "content-type": file.type, "content-security-policy": contentSecurityPolicy(nonce, "'none'"), "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store" },
    });
  });
}
