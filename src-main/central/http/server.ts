import { createHash, randomBytes } from "node:crypto";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { z } from "zod";
import { Failure } from "../../contract/failure.ts";
import { placeOf } from "../addresses.ts";
import type { Tenants, Tx } from "../database/tenants.ts";
import { UUID } from "../database/tenants.ts";
import type { Enrolment } from "../enrolment/enrolment.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import type { Inlets, Sender } from "../inbox/inlets.ts";
import type { ApiKeys } from "../identity/api-keys.ts";
import type { IdentityPort, Session } from "../identity/port.ts";
import type { CentralPermission, Grants } from "../identity/roles.ts";
import type { Refusals } from "../refusals.ts";
import type { ServerTls } from "./certificates.ts";
import { createIdempotency } from "./idempotency.ts";
import type { Limits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import type { Traces } from "./traces.ts";
import { serveConsole, type ConsoleFiles } from "./console.ts";
import { sendDownload } from "./download.ts";
import type { Asking, Download, Onward, Route } from "./route.ts";

export type ServerNeeds = {
  readonly tls: Pick<ServerTls, "key" | "cert">;
  readonly address: string;
  readonly port: number;
  readonly routes: readonly Route[];
  /** The screens, where they were built: a server without them still serves everything else. */
  readonly console: ConsoleFiles | undefined;
  readonly tenants: Tenants;
  readonly identity: IdentityPort;
  readonly keys: ApiKeys;
  readonly enrolment: Pick<Enrolment, "holder">;
  readonly inlets: Pick<Inlets, "sender" | "refuse">;
  readonly refusals: Refusals;
  readonly grants: Grants;
  readonly limits: Limits;
  readonly secret: Buffer;
  readonly now: () => number;
  readonly report: (ref: string, error: unknown) => void;
  readonly metrics: Metrics;
  readonly traces: Pick<Traces, "note"> | undefined;
};

/** How long a proof of oneself opens what is sensitive. */
const PROOF_MS = 5 * 60_000;
const OPEN_PER_MINUTE = 60;
/** Before a signature is looked at: a storm of alerts from one machine is let through, a flood is not. */
const TELL_PER_MINUTE = 600;
const STOP_MS = 10_000;
const SMALL_BYTES = 64 * 1024;
/** A form that is read here has two fields. */
const MOST_FIELDS = 8;
const AMPERSAND = 0x26;
/** Refusals that an organisation wants to see in its own list. Most meet somebody who was let in before; what meets a stranger is told once for many. */
const TELLING = ["NOT_ALLOWED", "STEP_UP_NEEDED", "SECOND_FACTOR_NEEDED", "LOG_FORKED", "ENTRIES_REFUSED", "APPROVAL_GONE", "CROSS_SITE"];

export type RunningServer = AsyncDisposable & { readonly port: number; readonly busy: () => number };
type Claim = { readonly actor: string; readonly orgId: string; readonly session: Session | undefined; readonly desktopId: string; readonly sender?: Sender; /** What a member's role or a key's scopes let through. */ readonly may?: readonly CentralPermission[] };
/** Whose refusal it is where nobody was made out. */
const NOBODY = "refused";
const ANYONE = "anyone";

export async function serve(needs: ServerNeeds): Promise<RunningServer> {
  const app = Fastify({ https: { key: needs.tls.key, cert: needs.tls.cert, minVersion: "TLSv1.2" }, logger: false, bodyLimit: SMALL_BYTES, requestTimeout: 60_000, keepAliveTimeout: 30_000, routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 }, forceCloseConnections: "idle" });
  // The bytes as they came: a desktop's signature is over these, not over what a parser makes of them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addHook("onRequest", (_request, reply, done) => {
    reply.headers({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin", "strict-transport-security": "max-age=31536000", "cache-control": "no-store" });
    done();
  });
  let busy = 0;
  app.addHook("onRequest", (_request, reply, done) => {
    busy += 1;
    reply.raw.once("close", () => (busy -= 1));
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    needs.metrics.count(`${request.method} ${request.routeOptions.url ?? "none"}`, reply.statusCode, reply.elapsedTime);
    done();
  });
  app.setErrorHandler((error, _request, reply) => answerFailure(needs, reply, error));
  app.setNotFoundHandler((_request, reply) => answerFailure(needs, reply, fail("NOT_HERE")));
  for (const route of needs.routes) if (route.who !== "sender" && route.who !== "form") addRoute(app, route, needs);
  // These are told in whatever text their senders sign; a form is read where a browser is sent with one; nowhere else is anything read that is not JSON.
  await app.register(async (inlets) => {
    inlets.removeAllContentTypeParsers();
    inlets.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const route of needs.routes) if (route.who === "sender") addRoute(inlets as unknown as ReturnType<typeof Fastify>, route, needs);
  });
  await app.register(async (forms) => {
    forms.removeAllContentTypeParsers();
    forms.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const route of needs.routes) if (route.who === "form") addRoute(forms as unknown as ReturnType<typeof Fastify>, route, needs);
  });
  serveConsole(app, needs.console);
  // For a collector on this machine; how much is asked of the server is nobody else's business.
  app.get("/metrics", (request: FastifyRequest, reply: FastifyReply) => (isFromHere(request) ? reply.type("text/plain; version=0.0.4").send(needs.metrics.text()) : answerFailure(needs, reply, fail("NOT_HERE"))));
  await app.listen({ host: needs.address, port: needs.port });
  const { port } = app.server.address() as { port: number };
  return {
    port,
    busy: () => busy,
    /** Nothing new is taken, what is being answered is answered; whoever takes longer than that is cut off and asks again. */
    async [Symbol.asyncDispose]() {
      const cut = setTimeout(() => app.server.closeAllConnections(), STOP_MS);
      await app.close().finally(() => clearTimeout(cut));
    },
  };
}

/** A proxy on this machine asks from this machine too, for whoever came to it; most say so, and a collector never does. */
const isFromHere = ({ ip, headers }: FastifyRequest): boolean => /^(127\.|::1$|::ffff:127\.)/.test(ip) && !Object.keys(headers).some((name) => name.startsWith("x-forwarded-") || ["forwarded", "via", "x-real-ip"].includes(name));

function addRoute(app: ReturnType<typeof Fastify>, route: Route, needs: ServerNeeds): void {
  const idempotency = createIdempotency(needs);
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.maxBytes ?? SMALL_BYTES,
    ...(route.who === "sender" && {
      errorHandler: async (error: Error, request: FastifyRequest, reply: FastifyReply) => {
        const { orgId = "", inletId = "" } = request.params as { orgId?: string; inletId?: string };
        if (UUID.test(orgId) && UUID.test(inletId)) await needs.inlets.refuse(orgId, "any", "it is too large, or broke off", request.ip);
        return answerFailure(needs, reply, error);
      },
    }),
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      let orgId = (request.params as { orgId?: string }).orgId ?? "";
      let actor = NOBODY;
      try {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const claim = await claimOf(route, request, reply, body, needs);
        ({ orgId, actor } = claim);
        await assertMay(claim, route, request, needs);
        followTrace(claim, route, request, reply, needs);
        const input = route.input.parse({ ...(request.query as object), ...bodyOf(route, body), ...(request.params as object) });
        const asking = askingOf(claim, request, reply, needs);
        const act = async (): Promise<unknown> => answerOf(route, await route.handle(input as never, asking));
        if (route.answers === "onward") return await reply.redirect(((await act()) as z.infer<typeof Onward>).to, 303);
        if (route.answers !== undefined) return await sendDownload(reply, (await act()) as Download);
        const key = request.headers["idempotency-key"];
        const isKept = route.who === "member" && route.method === "POST" && typeof key === "string";
        return await reply.send(isKept ? await idempotency.once({ ...claim, key, hash: createHash("sha256").update(`${request.method} ${request.url}\n`).update(body).digest("hex") }, act) : await act());
      } catch (error) {
        await recordRefusal(needs, route, { orgId, actor }, request, error);
        return answerFailure(needs, reply, error);
      }
    },
  });
}

/** Only what a desktop of ours says of its traces is believed; a stranger's header would write into them. */
function followTrace({ desktopId }: Claim, route: Route, request: FastifyRequest, reply: FastifyReply, { traces, now }: ServerNeeds): void {
  const traceparent = request.headers["traceparent"];
  if (traces === undefined || desktopId === "" || typeof traceparent !== "string") return;
  const from = now();
  reply.raw.once("close", () => traces.note({ traceparent, method: route.method, path: route.path, status: reply.statusCode, desktopId, from, to: now() }));
}

function askingOf(claim: Claim, request: FastifyRequest, reply: FastifyReply, { tenants }: ServerNeeds): Asking {
  const gone = new AbortController();
  reply.raw.on("close", () => gone.abort());
  return {
    ...claim,
    sender: claim.sender,
    address: request.ip,
    agent: String(request.headers["user-agent"] ?? ""),
    cookie: request.headers.cookie ?? "",
    signal: gone.signal,
    inOrg: <T>(work: (tx: Tx) => Promise<T>) => tenants.withOrg(claim.orgId, claim.actor, work),
    setCookies: (lines) => void reply.header("set-cookie", lines),
  };
}

/** Who asks. Decided, as is whether they may, before a byte of what they ask is read as anything. */
async function claimOf(route: Route, request: FastifyRequest, reply: FastifyReply, body: Buffer, needs: ServerNeeds): Promise<Claim> {
  const nobody: Claim = { actor: ANYONE, orgId: "", session: undefined, desktopId: "" };
  switch (route.who) {
    case "anyone":
      pass(reply, needs.limits, `open ${placeOf(request.ip)}`, OPEN_PER_MINUTE);
      if (route.method !== "GET") assertSameSite(request);
      return nobody;
    case "form":
      pass(reply, needs.limits, `open ${placeOf(request.ip)}`, OPEN_PER_MINUTE);
      return nobody;
    case "desktop": {
      const holder = await needs.enrolment.holder(request.headers.authorization ?? "", { method: request.method, path: request.url, body, address: request.ip });
      return { ...nobody, actor: `desktop:${holder.desktopId}`, orgId: holder.orgId, desktopId: holder.desktopId };
    }
    case "sender": {
      pass(reply, needs.limits, `tell ${placeOf(request.ip)}`, TELL_PER_MINUTE);
      const { orgId = "", inletId = "" } = request.params as { orgId?: string; inletId?: string };
      const sender = await needs.inlets.sender({ orgId, inletId, address: request.ip }, { headers: request.headers, body });
      // After the signature: a stranger cannot use up what its sender may.
      pass(reply, needs.limits, `inlet ${inletId}`, sender.perMinute);
      return { ...nobody, actor: `inlet:${inletId}`, orgId, sender };
    }
    case "person": {
      const session = await sessionOf(request, reply, needs);
      return { ...nobody, actor: session.userId, session };
    }
    case "member":
      return memberClaim(request, reply, needs);
    default:
      return route.who satisfies never;
  }
}

async function memberClaim(request: FastifyRequest, reply: FastifyReply, needs: ServerNeeds): Promise<Claim> {
  const { orgId = "" } = request.params as { orgId?: string };
  if (!UUID.test(orgId)) throw fail("NOT_HERE");
  const [, bearer] = /^Bearer (sena_\S+)$/.exec(request.headers.authorization ?? "") ?? [];
  if (bearer !== undefined) {
    const holder = await needs.keys.holder(bearer, request.ip);
    // A key of another organisation is told what a wrong name is told: that there is nothing here.
    if (holder.orgId !== orgId) throw fail("NOT_HERE");
    pass(reply, needs.limits, `key ${holder.keyId}`, holder.perMinute);
    return { actor: `key:${holder.keyId}`, orgId, session: undefined, desktopId: "", may: holder.scopes };
  }
  const session = await sessionOf(request, reply, needs);
  const role = await needs.identity.roleIn(orgId, session.userId);
  if (role === undefined) throw fail("NOT_HERE");
  return { actor: session.userId, orgId, session, desktopId: "", may: needs.grants[role] };
}

/** Whether they may: asked once it is known who it is, so that a refusal stands in the list with a name. */
async function assertMay({ actor, orgId, session, may }: Claim, route: Route, request: FastifyRequest, needs: ServerNeeds): Promise<void> {
  // After the session: only what would have been done in somebody's name is worth a line in the list.
  if (session !== undefined && request.method !== "GET") assertSameSite(request);
  const permission = route.needs;
  if (may !== undefined && session === undefined && route.isSensitive) throw fail("STEP_UP_NEEDED");
  if (may !== undefined && permission !== undefined && !may.includes(permission)) throw fail("NOT_ALLOWED", { permission });
  if (session === undefined) return;
  if (may !== undefined && !session.hasSecondFactor) {
    const org = await needs.tenants.withOrg(orgId, actor, (tx) => tx.one<{ requires_mfa: boolean }>("SELECT requires_mfa FROM app.orgs"));
    if (org?.requires_mfa) throw fail("SECOND_FACTOR_NEEDED");
  }
  assertProved(route, session, needs);
}

function assertProved(route: Route, { provedAt }: Session, { now }: ServerNeeds): void {
  if (route.isSensitive && now() - provedAt > PROOF_MS) throw fail("STEP_UP_NEEDED");
}

async function sessionOf(request: FastifyRequest, reply: FastifyReply, { identity }: ServerNeeds): Promise<Session> {
  const session = request.headers.cookie === undefined ? undefined : await identity.session(request.headers.cookie);
  if (!session) throw fail("SIGN_IN_NEEDED");
  if (session.cookies.length > 0) reply.header("set-cookie", session.cookies);
  return session;
}

/** SameSite cookies, JSON only, and what the browser says about where the request came from: each alone would do. */
function assertSameSite(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if ((origin !== undefined && origin !== `https://${host}`) || (site !== undefined && site !== "same-origin" && site !== "none")) throw fail("CROSS_SITE");
}

function pass(reply: FastifyReply, limits: Limits, name: string, perMinute: number): void {
  const { isAllowed, remaining, resetSeconds } = limits.take(name, perMinute);
  reply.headers({ "ratelimit-limit": String(perMinute), "ratelimit-remaining": String(remaining), "ratelimit-reset": String(resetSeconds) });
  if (isAllowed) return;
  reply.header("retry-after", String(resetSeconds));
  throw fail("SLOW_DOWN", { seconds: resetSeconds });
}

async function recordRefusal({ tenants, refusals, now }: ServerNeeds, route: Route, { orgId, actor }: { readonly orgId: string; readonly actor: string }, request: FastifyRequest, error: unknown): Promise<void> {
  if (!(error instanceof Failure) || !TELLING.includes(error.code) || !UUID.test(orgId)) return;
  const where = `${route.method} ${route.path}`;
  if (actor === NOBODY || actor === ANYONE) return refusals.tell({ orgId, actor: NOBODY, kind: `${error.code} ${where}`, detail: { code: error.code, route: where, address: request.ip } });
  // An organisation that does not exist has no list: the row then does not fit and nothing is written.
  await tenants.withOrg(orgId, actor, (tx) => record(tx, orgId, now(), { actor, kind: "refused", detail: { code: error.code, route: where, address: request.ip } })).catch(() => undefined);
}

/** RFC 9457. Nothing of the inside is told: what nobody declared is a reference into the log. */
function answerFailure({ report }: Pick<ServerNeeds, "report">, reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error, report);
  return reply.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

function problemOf(error: unknown, report: ServerNeeds["report"]) {
  if (error instanceof Failure) return { type: `urn:sena:${error.code}`, title: error.code, status: error.status, detail: error.message, code: error.code, data: error.data };
  if (error instanceof z.ZodError) return { type: "urn:sena:BAD_INPUT", title: "BAD_INPUT", status: 400, detail: z.prettifyError(error), code: "BAD_INPUT", data: {} };
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status < 500) return { type: "urn:sena:BAD_REQUEST", title: "BAD_REQUEST", status, detail: status === 413 ? "The request is too large." : "The request could not be read.", code: "BAD_REQUEST", data: {} };
  const ref = randomBytes(4).toString("hex");
  report(ref, error);
  return { type: "urn:sena:INTERNAL", title: "INTERNAL", status: 500, detail: `Something went wrong inside the server (reference ${ref}). Nothing acknowledged was lost.`, code: "INTERNAL", data: { ref } };
}

function bodyOf({ who }: Route, body: Buffer): object {
  // A sender's message is its own to read.
  if (who === "sender") return {};
  return who === "form" ? formOf(body) : jsonOf(body);
}

/** The parser's time grows with the square of the pairs that have no value: they are counted, in the bytes, before it sees them. */
export function formOf(body: Buffer): object {
  let fields = 1;
  for (let at = body.indexOf(AMPERSAND); at !== -1; at = body.indexOf(AMPERSAND, at + 1)) if ((fields += 1) > MOST_FIELDS) throw new z.ZodError([{ code: "custom", path: [], message: "the form has more fields than any that is read here", input: undefined }]);
  return Object.fromEntries(new URLSearchParams(body.toString("utf8")));
}

/** An answer that is not as it was declared is a fault of this server, whoever asked: it is never told as theirs. */
export function answerOf({ method, path, output }: Pick<Route, "method" | "path" | "output">, answer: unknown): unknown {
  const { success, data, error } = output.safeParse(answer);
  if (success) return data;
  throw new Error(`${method} ${path} answers what it does not declare: ${z.prettifyError(error)}`, { cause: error });
}

function jsonOf(body: Buffer): object {
  if (body.byteLength === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    throw new z.ZodError([{ code: "custom", path: [], message: "the body is not JSON", input: undefined }]);
  }
  return z.record(z.string(), z.unknown()).parse(parsed);
}
