import { createHash, createHmac, createVerify, randomUUID, timingSafeEqual, type KeyObject } from "node:crypto";
import { createServer as plainServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as tlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";

// FAKES of secret stores on loopback, written after the public protocol documentation: OpenBao/HashiCorp Vault (KV v2, SSH,
// AppRole, seal status), AWS Secrets Manager (JSON 1.1 with Signature Version 4, recomputed here), Azure Key Vault (client
// credentials, REST 7.4) and Google Secret Manager (RFC 7523 assertions, v1). They refuse what the real ones refuse.

export type Tls = { readonly key: string; readonly cert: string };
type Asked = { readonly method: string; readonly path: string; readonly query: URLSearchParams; readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly body: string; readonly url: string };
type Answer = { readonly status: number; readonly body?: unknown; readonly html?: string };

export async function serve(answer: (asked: Asked) => Answer | Promise<Answer>, tls?: Tls): Promise<AsyncDisposable & { readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const listener: RequestListener = (request: IncomingMessage, response) =>
    void (async () => {
      const url = new URL(request.url ?? "/", "http://here");
      const one: Asked = { method: request.method ?? "", path: url.pathname, query: url.searchParams, headers: request.headers, body: await readAll(request), url: request.url ?? "" };
      asked.push(one);
      const { status, body, html } = await answer(one);
      response.writeHead(status, { "Content-Type": html === undefined ? "application/json" : "text/html" }).end(html ?? JSON.stringify(body ?? {}));
    })();
  const server = tls ? tlsServer(tls, listener) : plainServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Kept = { readonly data: Readonly<Record<string, string>> | null; readonly deletion: string };

/** KV v2 at `secret/`, SSH at `ssh/`, AppRole, tokens with a lifetime, namespaces, a seal. */
export function openbaoState(of: { readonly now: () => number; readonly signSsh?: (publicKey: string, principal: string, ttl: string, extensions: readonly string[]) => string }) {
  const state = {
    isSealed: false,
    isStandby: false,
    tokens: new Map<string, { until: number; policies: readonly string[] }>(),
    secrets: new Map<string, Kept[]>(),
    roles: new Map<string, string>([["role-1", "secret-id-1"]]),
    namespace: "",
    logins: 0,
    leaseS: 1200,
    /** What the SSH role lets a certificate carry; anything more refuses the question. */
    allowedExtensions: ["permit-pty", "permit-port-forwarding"],
  };
  const errors = (status: number, ...list: string[]): Answer => ({ status, body: { errors: list } });
  const answer = ({ path, headers, query, body, method }: Asked): Answer => {
    if (state.isSealed) return errors(503, "Vault is sealed");
    if (state.isStandby) return errors(473);
    if ((headers["x-vault-namespace"] ?? "") !== state.namespace) return errors(403, "permission denied");
    if (path === "/v1/auth/approle/login" && method === "POST") {
      const { role_id: role, secret_id: secret } = JSON.parse(body) as Record<string, string>;
      if (state.roles.get(role ?? "") !== secret) return errors(400, "invalid role or secret ID");
      const token = `hvs.${randomUUID()}`;
      state.logins += 1;
      state.tokens.set(token, { until: of.now() + state.leaseS * 1000, policies: ["reader"] });
      return { status: 200, body: { request_id: randomUUID(), auth: { client_token: token, accessor: randomUUID(), policies: ["reader"], lease_duration: state.leaseS, renewable: true } } };
    }
    const token = state.tokens.get(String(headers["x-vault-token"] ?? ""));
    // The real one does not tell an unknown token from an expired one, or from one without the right.
    if (!token || token.until <= of.now() || headers["x-vault-request"] !== "true") return errors(403, "permission denied");
    if (path === "/v1/auth/token/lookup-self") return { status: 200, body: { data: { ttl: Math.round((token.until - of.now()) / 1000), policies: token.policies } } };
    const kv = /^\/v1\/secret\/data\/(.+)$/.exec(path)?.[1];
    if (kv !== undefined && method === "GET") {
      if (!token.policies.includes("reader")) return errors(403, "1 error occurred:\n\t* permission denied\n\n");
      const versions = state.secrets.get(decodeURIComponent(kv));
      const n = Number(query.get("version") ?? "0") || versions?.length || 0;
      const kept = versions?.[n - 1];
      if (!kept) return { status: 404, body: { errors: [] } };
      const metadata = { created_time: "2026-01-01T00:00:00Z", custom_metadata: null, deletion_time: kept.deletion, destroyed: false, version: n };
      return { status: kept.data === null ? 404 : 200, body: { request_id: randomUUID(), lease_id: "", renewable: false, lease_duration: 0, data: { data: kept.data, metadata }, wrap_info: null, warnings: null, auth: null } };
    }
    const role = /^\/v1\/ssh\/sign\/([\w-]+)$/.exec(path)?.[1];
    if (role !== undefined && method === "POST" && of.signSsh) {
      const { public_key: key, valid_principals: principal, ttl, extensions = {} } = JSON.parse(body) as { public_key?: string; valid_principals?: string; ttl?: string; extensions?: Record<string, string> };
      if (role !== "ops") return errors(400, `unknown role: ${role}`);
      const more = Object.keys(extensions).filter((name) => !state.allowedExtensions.includes(name));
      if (more.length > 0) return errors(400, `extensions [${more.join(" ")}] are not on allowed list`);
      return { status: 200, body: { data: { serial_number: "7", signed_key: of.signSsh(key ?? "", principal ?? "", ttl ?? "", Object.keys(extensions)) } } };
    }
    return errors(404, "no handler for route");
  };
  return { state, answer };
}

const hex = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Signature Version 4 as the documentation derives it, from what arrived. */
function isSignedV4({ method, path, headers, body }: Asked, key: { readonly id: string; readonly secret: string; readonly region: string }): boolean {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/secretsmanager\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(String(headers["authorization"] ?? ""));
  if (!match) return false;
  const [, id, day, region, names = "", signature = ""] = match;
  if (id !== key.id || region !== key.region) return false;
  const canonicalHeaders = names.split(";").map((name) => `${name}:${String(headers[name] ?? "").trim().replaceAll(/\s+/g, " ")}\n`).join("");
  const canonical = [method, path, "", canonicalHeaders, names, hex(body)].join("\n");
  const scope = `${day}/${region}/secretsmanager/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", String(headers["x-amz-date"]), scope, hex(canonical)].join("\n");
  const signing = hmac(hmac(hmac(hmac(`AWS4${key.secret}`, day as string), region as string), "secretsmanager"), "aws4_request");
  return names.split(";").includes("host") && timingSafeEqual(hmac(signing, toSign), Buffer.from(signature, "hex"));
}

type AwsVersion = { readonly id: string; readonly stages: readonly string[]; readonly text: string };
export function awsState(of: { readonly now: () => number; readonly region: string }) {
  const state = { keys: new Map<string, { secret: string; session?: string; until?: number; isAllowed: boolean }>(), secrets: new Map<string, AwsVersion[]>() };
  const refuse = (name: string): Answer => ({ status: 400, body: { __type: `com.amazonaws.secretsmanager#${name}`, message: "refused by the fake" } });
  const answer = (asked: Asked): Answer => {
    const id = /Credential=([^/]+)\//.exec(String(asked.headers["authorization"] ?? ""))?.[1] ?? "";
    const key = state.keys.get(id);
    if (!key) return refuse("UnrecognizedClientException");
    const at = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(asked.headers["x-amz-date"] ?? ""))?.slice(1).map(Number) as [number, number, number, number, number, number] | undefined;
    const skewMs = at ? Math.abs(Date.UTC(at[0], at[1] - 1, at[2], at[3], at[4], at[5]) - of.now()) : Number.POSITIVE_INFINITY;
    if (skewMs > 15 * 60_000 || !isSignedV4(asked, { id, secret: key.secret, region: of.region })) return refuse("InvalidSignatureException");
    if (key.session !== asked.headers["x-amz-security-token"] || (key.until ?? Number.POSITIVE_INFINITY) <= of.now()) return refuse("ExpiredTokenException");
    if (!key.isAllowed) return refuse("AccessDeniedException");
    const body = JSON.parse(asked.body) as Record<string, string>;
    switch (asked.headers["x-amz-target"]) {
      case "secretsmanager.ListSecrets":
        return { status: 200, body: { SecretList: [] } };
      case "secretsmanager.GetSecretValue": {
        const { SecretId: name = "", VersionId: version, VersionStage: stage = "AWSCURRENT" } = body;
        const found = state.secrets.get(name)?.find((each) => (version === undefined ? each.stages.includes(stage) : each.id === version));
        return found ? { status: 200, body: { ARN: `arn:aws:secretsmanager:${of.region}:1:secret:${name}`, Name: name, VersionId: found.id, SecretString: found.text, VersionStages: found.stages } } : refuse("ResourceNotFoundException");
      }
      default:
        return refuse("UnknownOperationException");
    }
  };
  return { state, answer };
}

/** Sign-in and vault on one server; the real ones are two. */
export function azureState(of: { readonly now: () => number }) {
  const state = { secret: "app-secret-1", tokens: new Map<string, number>(), logins: 0, isAllowed: true, secrets: new Map<string, { version: string; value: string; enabled: boolean }[]>() };
  const error = (status: number, code: string, inner?: string): Answer => ({ status, body: { error: { code, message: "refused by the fake", ...(inner && { innererror: { code: inner } }) } } });
  const answer = ({ path, query, headers, body }: Asked): Answer => {
    if (path === "/tenant-1/oauth2/v2.0/token") {
      const form = new URLSearchParams(body);
      if (form.get("grant_type") !== "client_credentials" || form.get("scope") !== "https://vault.azure.net/.default") return { status: 400, body: { error: "invalid_request" } };
      if (form.get("client_id") !== "app-1") return { status: 400, body: { error: "unauthorized_client" } };
      if (form.get("client_secret") !== state.secret) return { status: 401, body: { error: "invalid_client", error_description: `AADSTS7000215 ${form.get("client_secret")}` } };
      const token = randomUUID();
      state.logins += 1;
      state.tokens.set(token, of.now() + 3599_000);
      return { status: 200, body: { token_type: "Bearer", expires_in: 3599, ext_expires_in: 3599, access_token: token } };
    }
    if (query.get("api-version") !== "7.4") return error(400, "BadParameter");
    const token = /^Bearer (.+)$/.exec(String(headers["authorization"] ?? ""))?.[1] ?? "";
    if ((state.tokens.get(token) ?? 0) <= of.now()) return error(401, "Unauthorized");
    if (!state.isAllowed) return error(403, "Forbidden", "ForbiddenByPolicy");
    if (path === "/secrets") return { status: 200, body: { value: [], nextLink: null } };
    const [, name = "", version] = /^\/secrets\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    const found = state.secrets.get(name)?.findLast((each) => version === undefined || each.version === version);
    if (!found) return error(404, "SecretNotFound");
    return found.enabled ? { status: 200, body: { value: found.value, id: `https://v.vault.azure.net/secrets/${name}/${found.version}`, attributes: { enabled: true } } } : error(403, "Forbidden", "SecretDisabled");
  };
  return { state, answer };
}

export function gcpState(of: { readonly now: () => number; readonly publicKey: KeyObject; readonly tokenUri: () => string }) {
  const state = { tokens: new Map<string, number>(), logins: 0, isAllowed: true, isRevoked: false, secrets: new Map<string, { value: string; isEnabled: boolean }[]>() };
  const error = (code: number, status: string): Answer => ({ status: code, body: { error: { code, status, message: "refused by the fake" } } });
  const isGoodAssertion = (jwt: string): boolean => {
    const [head = "", claims = "", signature = ""] = jwt.split(".");
    const { iss, aud, iat, exp, scope } = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, string | number>;
    const nowS = of.now() / 1000;
    return (
      createVerify("RSA-SHA256").update(`${head}.${claims}`).verify(of.publicKey, Buffer.from(signature, "base64url")) &&
      iss === "sena@project-1.iam.gserviceaccount.com" && aud === of.tokenUri() && scope === "https://www.googleapis.com/auth/cloud-platform" && Number(iat) <= nowS + 5 && Number(exp) > nowS && Number(exp) - Number(iat) <= 3600
    );
  };
  const answer = ({ path, headers, body }: Asked): Answer => {
    if (path === "/token") {
      const form = new URLSearchParams(body);
      if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer" || state.isRevoked || !isGoodAssertion(form.get("assertion") ?? "")) return { status: 400, body: { error: "invalid_grant", error_description: "Invalid JWT Signature." } };
      const token = randomUUID();
      state.logins += 1;
      state.tokens.set(token, of.now() + 3599_000);
      return { status: 200, body: { access_token: token, expires_in: 3599, token_type: "Bearer" } };
    }
    const token = /^Bearer (.+)$/.exec(String(headers["authorization"] ?? ""))?.[1] ?? "";
    if ((state.tokens.get(token) ?? 0) <= of.now()) return error(401, "UNAUTHENTICATED");
    if (!state.isAllowed) return error(403, "PERMISSION_DENIED");
    if (path === "/v1/projects/project-1/secrets") return { status: 200, body: { secrets: [], totalSize: 0 } };
    const [, name = "", version = ""] = /^\/v1\/projects\/project-1\/secrets\/([^/]+)\/versions\/([^/:]+):access$/.exec(decodeURIComponent(path)) ?? [];
    const versions = state.secrets.get(name);
    const found = version === "latest" ? versions?.at(-1) : versions?.[Number(version) - 1];
    if (!found) return error(404, "NOT_FOUND");
    return found.isEnabled ? { status: 200, body: { name: path, payload: { data: Buffer.from(found.value).toString("base64") } } } : error(400, "FAILED_PRECONDITION");
  };
  return { state, answer };
}
