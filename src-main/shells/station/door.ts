import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

// Who may come in at the station's door. Pure but for randomness: no sockets here.

const SESSION_COOKIE = "sena";
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
/** Compares digests, so neither length nor content shows in the time it takes. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

export const freshToken = (): string => randomBytes(32).toString("base64url");

/** Only literal loopback: a name could be made to resolve to anything. */
export function isLoopback(address: string): boolean {
  if (address === "::1" || address === "localhost") return true;
  const parts = address.split(".");
  return parts.length === 4 && parts[0] === "127" && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

export type Door = {
  /** The one-time token: true once, then never again. */
  spend(token: string): boolean;
  /** Mints a new one-time token (the old one dies). */
  mint(): string;
  readonly cookie: string;
  hasCookie(request: IncomingMessage): boolean;
  hasBearer(request: IncomingMessage): boolean;
};

export function createDoor(needs: { readonly apiToken: string }): Door {
  const session = freshToken();
  let entry: string | undefined;
  return {
    spend(token) {
      if (entry === undefined || !isSame(entry, token)) return false;
      entry = undefined;
      return true;
    },
    mint() {
      entry = freshToken();
      return entry;
    },
    cookie: `${SESSION_COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/`,
    hasCookie: (request) => cookiesOf(request).some(([name, value]) => name === SESSION_COOKIE && isSame(value, session)),
    hasBearer: (request) => {
      const [scheme = "", token = ""] = (request.headers.authorization ?? "").split(" ");
      return scheme.toLowerCase() === "bearer" && token.length > 0 && isSame(token, needs.apiToken);
    },
  };
}

function cookiesOf(request: IncomingMessage): [string, string][] {
  return (request.headers.cookie ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as [string, string]];
  });
}

/** DNS rebinding: a page of another name that resolves to loopback still sends its own name as Host. */
export const isOwnHost = (request: IncomingMessage, port: number): boolean => [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes((request.headers.host ?? "").toLowerCase());

/** Cross-site requests and WebSockets name the page they come from. Required for sockets and for anything that writes. */
export const isOwnOrigin = (request: IncomingMessage): boolean => request.headers.origin?.toLowerCase() === `http://${(request.headers.host ?? "").toLowerCase()}`;
