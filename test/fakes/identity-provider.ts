import { createHash, createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownAuthority } from "../../src-main/central/http/certificates.ts";

// A PROVIDER FOR TESTS, not somebody's product: it speaks OpenID Connect's code flow as the standard says (discovery, PKCE,
// client secret, RS256, keys by address) and can be told to do one thing wrong at a time.

export type Wrong = { issuer?: string; audience?: string; nonce?: string; expired?: boolean; alg?: "none"; /** Signed with what both know, or with what everybody knows, as if it were one secret. */ hmac?: "client secret" | "public key"; also?: Readonly<Record<string, unknown>>; isForged?: boolean; authTimeAgoS?: number; issInAnswer?: string };
export type TestProvider = AsyncDisposable & {
  readonly issuer: string;
  readonly ca: string;
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  /** What a browser does that is sent there and signs in as this person: what it is sent back with. */
  signIn(url: string, as: { readonly subject: string; readonly claims?: Readonly<Record<string, unknown>> }, wrong?: Wrong): Record<string, string>;
  readonly tokensGiven: () => number;
  /** What was brought to it to be exchanged, its own or not. */
  readonly codesSeen: () => readonly string[];
};

const b64 = (value: unknown): string => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const jwt = (key: KeyObject, header: object, claims: object): string => {
  const text = `${b64(header)}.${b64(claims)}`;
  return `${text}.${(header as { alg: string }).alg === "none" ? "" : sign("sha256", Buffer.from(text), key).toString("base64url")}`;
};

function hmacJwt(secret: string | Buffer, claims: object): string {
  const text = `${b64({ alg: "HS256", kid: "one", typ: "JWT" })}.${b64(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/** `isSilent`: it does not say with its answer that it is it who answers, as many do not. */
export async function testProvider({ isSilent = false }: { readonly isSilent?: boolean } = {}): Promise<TestProvider> {
  const folder = mkdtempSync(join(tmpdir(), "sena-idp-"));
  const tls = ownAuthority(folder, ["localhost", "127.0.0.1"], Date.now());
  const [own, foreign] = [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }));
  if (!own || !foreign) throw new Error("no keys");
  const client = { clientId: "sena", clientSecret: "provider secret / of tests" };
  const codes = new Map<string, { challenge: string; nonce: string; redirect: string; subject: string; claims: object; wrong: Wrong }>();
  let issuer = "";
  let given = 0;
  const seen: string[] = [];
  const signIn: TestProvider["signIn"] = (url, { subject, claims = {} }, wrong = {}) => {
    const asked = new URL(url).searchParams;
    const code = randomUUID();
    codes.set(code, { challenge: asked.get("code_challenge") ?? "", nonce: asked.get("nonce") ?? "", redirect: asked.get("redirect_uri") ?? "", subject, claims, wrong });
    return { code, state: asked.get("state") ?? "", ...(!isSilent && { iss: wrong.issInAnswer ?? issuer }) };
  };
  const server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
    const say = (status: number, body: unknown): void => void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url === "/.well-known/openid-configuration") return say(200, { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys`, response_types_supported: ["code"], subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"], code_challenge_methods_supported: ["S256"], authorization_response_iss_parameter_supported: !isSilent });
    // Whoever comes with a browser is Linus: there is no page to type into.
    if (request.url?.startsWith("/authorize?")) {
      const back = new URL(new URL(request.url, issuer).searchParams.get("redirect_uri") ?? "");
      for (const [name, value] of Object.entries(signIn(`${issuer}${request.url}`, { subject: "linus", claims: { email: "linus@provider.example", email_verified: true, name: "Linus" } }))) back.searchParams.set(name, value);
      return void response.writeHead(302, { location: back.href }).end();
    }
    if (request.url === "/keys") return say(200, { keys: [{ ...own.publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" }] });
    if (request.url !== "/token" || request.method !== "POST") return say(404, {});
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const form = new URLSearchParams(text);
      seen.push(form.get("code") ?? "");
      const held = codes.get(form.get("code") ?? "");
      codes.delete(form.get("code") ?? "");
      const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
      if (form.get("client_id") !== client.clientId || form.get("client_secret") !== client.clientSecret) return say(401, { error: "invalid_client" });
      if (!held || held.challenge !== challenge || held.redirect !== form.get("redirect_uri")) return say(400, { error: "invalid_grant" });
      const { wrong } = held;
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: wrong.issuer ?? issuer, aud: wrong.audience ?? client.clientId, sub: held.subject, nonce: wrong.nonce ?? held.nonce, iat: now - 1, exp: wrong.expired ? now - 600 : now + 300, auth_time: now - (wrong.authTimeAgoS ?? 1), ...held.claims, ...wrong.also };
      given += 1;
      const shared = wrong.hmac === "client secret" ? client.clientSecret : own.publicKey.export({ format: "pem", type: "spki" });
      say(200, { access_token: randomUUID(), token_type: "Bearer", expires_in: 300, id_token: wrong.hmac !== undefined ? hmacJwt(shared, claims) : jwt(wrong.isForged ? foreign.privateKey : own.privateKey, { alg: wrong.alg ?? "RS256", kid: "one", typ: "JWT" }, claims) });
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
  const ca = join(folder, "authority.pem");
  writeFileSync(ca, tls.ca ?? "");
  return {
    issuer, ca, client,
    tokensGiven: () => given,
    codesSeen: () => seen,
    signIn,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((gone) => server.close(gone));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
