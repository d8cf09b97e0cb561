import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { CLOSE, MAX_TEXT_BYTES } from "../../contract/link/index.ts";
import { KIND } from "../process/channel.ts";
import { contentSecurityPolicy, filledPage, type ScreenFile } from "../process/screen-files.ts";
import type { Supervisor } from "../process/supervise.ts";
import { isLoopback, isOwnHost, isOwnOrigin, type Door } from "./door.ts";
import { isApiPath, serveApi } from "./rest.ts";
import { isSameAccount, type Ends } from "./same-account.ts";

export type StationNeeds = {
  readonly address: string;
  readonly port: number;
  readonly door: Door;
  readonly files: ReadonlyMap<string, ScreenFile>;
  readonly supervisor: Supervisor;
  /** Whether what asks belongs to the account that runs this. */
  readonly isSameAccount?: (ends: Ends) => boolean;
};
export type Station = AsyncDisposable & { readonly port: number; readonly origin: string };

const CORE_WAIT_MS = 15_000;

/** The same screens and the same core, for a Chromium on this machine. Loopback only: without TLS nobody else may listen in. */
export async function serveStation(needs: StationNeeds): Promise<Station> {
  if (!isLoopback(needs.address)) throw new Error(`The station serves this machine only; ${needs.address} is not a loopback address and would need TLS. Use 127.0.0.1, or sena central for other machines.`);
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000 });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_TEXT_BYTES, perMessageDeflate: false });
  const port = await listen(server, needs);
  server.on("request", (request, response) => answer(needs, port, request, response));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const refusal = refusalOfUpgrade(needs, port, request);
    if (refusal) return void socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (ws) => void carry(ws, needs.supervisor));
  });
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const ws of sockets.clients) ws.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const listen = (server: Server, { address, port }: StationNeeds): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(error.code === "EADDRINUSE" ? new Error(`Port ${port} is taken by another program. Choose another with --port N, or --port 0 for any free one.`) : error));
    server.listen(port, address, () => resolve((server.address() as AddressInfo).port));
  });

function refusalOfUpgrade(needs: StationNeeds, port: number, request: IncomingMessage): string | undefined {
  if (!isOwnHost(request, port)) return "421 Misdirected Request";
  if (!isOwnOrigin(request)) return "403 Forbidden";
  if (!isOfAccount(needs, request)) return "403 Forbidden";
  if (!needs.door.hasCookie(request)) return "401 Unauthorized";
  if (request.url !== "/link") return "404 Not Found";
  return undefined;
}

function answer(needs: StationNeeds, port: number, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("cross-origin-resource-policy", "same-origin");
  response.setHeader("permissions-policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=()");
  if (!isOwnHost(request, port)) return say(response, 421, "This address is not SENA's. Open the address SENA printed.");
  const { pathname, search } = pathOf(request.url ?? "/");
  if (isApiPath(pathname)) return void serveApi(needs, pathname, request, response);
  if (request.method !== "GET" && request.method !== "HEAD") return say(response, 405, "Only reading is possible here.");
  if (pathname === "/enter") return enter(needs, new URLSearchParams(search).get("token") ?? "", request, response);
  if (!needs.door.hasCookie(request)) return say(response, 401, "This browser is not signed in to SENA. Start SENA again, or run: sena open. It prints a fresh one-time address.");
  const isPage = pathname === "/" || pathname === "/index.html";
  const file = needs.files.get(isPage ? "/index.html" : pathname);
  if (!file) return say(response, 404, "There is nothing here.");
  const nonce = randomBytes(16).toString("base64");
  response.setHeader("content-type", file.type);
  response.setHeader("content-security-policy", contentSecurityPolicy(nonce, "'self'"));
  response.setHeader("cache-control", file.isHashed ? "private, max-age=31536000, immutable" : "no-store");
  response.end(request.method === "HEAD" ? undefined : isPage ? filledPage(file, { nonce, carrier: "socket" }) : file.body);
}

const isOfAccount = (needs: StationNeeds, { socket }: IncomingMessage): boolean => (needs.isSameAccount ?? isSameAccount)(socket);

function enter(needs: StationNeeds, token: string, request: IncomingMessage, response: ServerResponse): void {
  if (!isOfAccount(needs, request)) return say(response, 403, "This address is for the account of this machine that started SENA, and was asked for by another one. It was not used up.");
  if (needs.door.hasCookie(request)) return redirectHome(response); // a reload of the first address is no reason to lock anyone out
  if (!needs.door.spend(token)) return say(response, 401, "This address was used already or is wrong. Run: sena open. It prints a fresh one-time address.");
  response.setHeader("set-cookie", needs.door.cookie);
  redirectHome(response);
}

const redirectHome = (response: ServerResponse): void => void response.writeHead(303, { location: "/", "cache-control": "no-store" }).end();

/** Without URL resolution: `..` stays as it came, and is then simply not in the map. */
function pathOf(url: string): { readonly pathname: string; readonly search: string } {
  const at = url.indexOf("?");
  return at < 0 ? { pathname: url, search: "" } : { pathname: url.slice(0, at), search: url.slice(at + 1) };
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }).end(`${text}\n`);
}

/** Frames pass through unread: the core parses them. A core that is just starting is waited for. */
async function carry(ws: WebSocket, supervisor: Supervisor): Promise<void> {
  const early: { readonly data: Buffer; readonly isBinary: boolean }[] = [];
  let deliver = (data: Buffer, isBinary: boolean): void => void early.push({ data, isBinary });
  ws.on("message", (data: Buffer, isBinary) => deliver(data, isBinary));
  ws.on("error", () => ws.terminate());
  try {
    await supervisor.ready(AbortSignal.timeout(CORE_WAIT_MS));
  } catch {
    return ws.close(CLOSE.coreDown, "the core is not running");
  }
  const line = supervisor.open({
    frame: (kind, payload) => (kind === KIND.bytes ? ws.send(payload, { binary: true }) : ws.send(payload, { binary: false })),
    close: (code) => ws.close(code === CLOSE.tooLarge || code >= 4000 ? code : CLOSE.normal),
  });
  if (!line) return ws.close(CLOSE.coreDown, "the core is not running");
  deliver = (data, isBinary) => line.send(isBinary ? KIND.bytes : KIND.text, data);
  for (const { data, isBinary } of early.splice(0)) deliver(data, isBinary);
  ws.on("close", () => line.close());
}
