import type { IncomingMessage, ServerResponse } from "node:http";
import { openApiDocument } from "../../api/openapi.ts";
import { contract } from "../../contract/index.ts";
import { CLOSE } from "../../contract/link/index.ts";
import { VERSION } from "../core/version.ts";
import type { ScreenFile } from "../process/screen-files.ts";
import type { Supervisor } from "../process/supervise.ts";
import type { Door } from "./door.ts";

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

export const isApiPath = (pathname: string): boolean => pathname === "/api" || pathname.startsWith("/api/");

/** `POST /api/<group>/<name>` with the input as JSON. Feeds answer as JSON lines. A bearer token, never the cookie. */
export async function serveApi(needs: { readonly door: Door; readonly supervisor: Supervisor; readonly files: ReadonlyMap<string, ScreenFile> }, pathname: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (pathname === "/api/openapi.json" && request.method === "GET") {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(openApiDocument(contract, VERSION)));
    return;
  }
  if (pathname === "/api" && request.method === "GET") return needs.door.hasCookie(request) ? reference(needs.files, response) : problem(response, 401, "UNAUTHORIZED", "The reference page is for a browser that is signed in to SENA; /api/openapi.json is open.");
  if (!needs.door.hasBearer(request)) return problem(response, 401, "UNAUTHORIZED", "Send the header Authorization: Bearer <token>. The token lies in the file api-token in SENA's home.");
  if (request.method !== "POST") return problem(response, 405, "METHOD", "Every procedure is a POST with its input as JSON.");
  const [, , group = "", name = "", ...rest] = pathname.split("/");
  if (rest.length > 0 || !group || !name) return problem(response, 404, "NO_SUCH_PROCEDURE", "Procedures are at /api/<group>/<name>; /api/openapi.json lists them.");
  const body = await bodyOf(request);
  if (body === undefined) return problem(response, 413, "TOO_LARGE", `The body is larger than ${BODY_LIMIT_BYTES} bytes and was refused.`);
  let input: unknown;
  try {
    input = body === "" ? {} : JSON.parse(body);
  } catch {
    return problem(response, 400, "BAD_INPUT", "The body is not JSON. Nothing was done.");
  }
  ask(needs.supervisor, `${group}.${name}`, input, response);
}

function ask(supervisor: Supervisor, path: string, input: unknown, response: ServerResponse): void {
  const type = kindOf(path) === "feed" ? "application/x-ndjson" : "application/json";
  const line = supervisor.open(
    {
      frame(_kind, payload) {
        if (!response.headersSent) response.writeHead(200, { "content-type": type });
        response.write(payload);
        response.write("\n");
      },
      close(code, failure) {
        if (code === CLOSE.coreDown) return problem(response, 503, "DISCONNECTED", "The core is not running; it starts again by itself. What was acknowledged is safe.");
        // A feed that fails half-way has sent its 200 already: the failure is then its last line.
        if (!response.headersSent) response.writeHead(code, { "content-type": failure ? "application/problem+json" : type });
        response.end(failure);
      },
    },
    JSON.stringify({ path, input }),
  );
  if (!line) return problem(response, 503, "DISCONNECTED", "The core is not running; it starts again by itself. What was acknowledged is safe.");
  response.on("close", () => line.close());
}

const kindOf = (path: string): string | undefined => {
  const [group = "", name = ""] = path.split(".");
  const procedures = Object.hasOwn(contract, group) ? (contract as unknown as Record<string, Record<string, { kind: string }>>)[group] : undefined;
  return procedures && Object.hasOwn(procedures, name) ? procedures[name]?.kind : undefined;
};

function reference(files: ReadonlyMap<string, ScreenFile>, response: ServerResponse): void {
  const page = files.get("/reference.html");
  if (!page) return problem(response, 404, "NOT_FOUND", "The reference page is not in this build.");
  response.writeHead(200, { "content-type": page.type, "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" }).end(page.body);
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > BODY_LIMIT_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function problem(response: ServerResponse, status: number, code: string, message: string): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { "content-type": "application/problem+json", ...(status === 413 ? { connection: "close" } : {}) }).end(JSON.stringify({ code, message, data: {}, retryable: status === 503 }));
}
