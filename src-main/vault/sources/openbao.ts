import type { SourceConfig } from "../../contract/vault.ts";
import { fail } from "../failures.ts";
import type { SecretSource } from "../port.ts";
import { askAnswer, at, fieldOf, goodBody, keptToken, splitField, type Answer, type Meaning, type SourceNeeds } from "./source.ts";

type Config = Extract<SourceConfig, { kind: "openbao" }>;
/** Minutes a signed SSH key is good for: long enough for a task, short enough that a lost one does not matter. */
const CERT_TTL_S = 600;
const TERMINAL = { "permit-pty": "" };
/** Without it a host is no way to another, and no port of it can be forwarded. */
const FORWARDING = { "permit-port-forwarding": "" };

export interface SshCertifier {
  /** Signs a public key with the server's SSH CA; the certificate line lives for minutes. */
  signSshKey(role: string, publicKey: string, principal: string, signal: AbortSignal): Promise<string>;
}

/** Sealed, standing by or not set up: the server's own health codes (and 503 for any path while it is sealed). */
const meaning: Meaning = (status) => (status === 503 ? "it is sealed: somebody has to unseal it there" : status === 472 || status === 473 || status === 429 ? "it stands by for another server; name the active one" : status === 501 ? "it has not been set up yet" : status === 400 ? "it does not accept this question" : undefined);

/** HashiCorp Vault and OpenBao speak the same: KV version 2 for values, the SSH engine for short certificates. */
export function openbaoSource({ id, url, mount, namespace, tokenSecret, roleId, caFile }: Config, needs: SourceNeeds): SecretSource & SshCertifier {
  const base = url.endsWith("/") ? url : `${url}/`;
  const send = (path: string, signal: AbortSignal, token: string | undefined, body: unknown) =>
    askAnswer(id, needs, new URL(path, base).href, {
      method: body === undefined ? "GET" : "POST",
      headers: { "X-Vault-Request": "true", ...(token !== undefined && { "X-Vault-Token": token }), ...(namespace !== "" && { "X-Vault-Namespace": namespace }), ...(body !== undefined && { "Content-Type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(caFile !== "" && { caFile }),
      signal,
    });
  const login = keptToken(id, needs.now, async (signal) => {
    const auth = at(goodBody(id, await send("v1/auth/approle/login", signal, undefined, { role_id: roleId, secret_id: await needs.reveal(tokenSecret) }), (status, body) => (status === 400 ? "it does not accept the role or its secret id" : meaning(status, body))), "auth");
    return { value: at(auth, "client_token"), seconds: at(auth, "lease_duration") };
  });
  async function ask(path: string, signal: AbortSignal, body?: unknown): Promise<Answer> {
    if (roleId === "") return send(path, signal, await needs.reveal(tokenSecret), body);
    return login.with(signal, ({ status }) => status === 403, (token) => send(path, signal, token, body));
  }
  return {
    id,
    async read(full, signal) {
      const { path, version, field } = splitField(full);
      const answer = await ask(`v1/${segments(mount)}/data/${segments(path)}${version === undefined ? "" : `?version=${encodeURIComponent(version)}`}`, signal);
      // A deleted or destroyed version answers 404 with its metadata, so that it can be told from one that never was.
      if (answer.status === 404 && at(answer.body, "data", "metadata") !== undefined) throw fail("VAULT_SOURCE", { source: id, detail: "that version was deleted there" });
      return fieldOf(id, at(goodBody(id, answer, meaning), "data", "data"), field);
    },
    async check(signal) {
      const ttl = at(goodBody(id, await ask("v1/auth/token/lookup-self", signal), meaning), "data", "ttl");
      return typeof ttl === "number" && ttl > 0 ? `The token is good for ${Math.round(ttl / 60)} more minutes.` : "The token is good and does not expire.";
    },
    async signSshKey(role, publicKey, principal, signal) {
      const sign = (extensions: Readonly<Record<string, string>>) => ask(`v1/ssh/sign/${segments(role)}`, signal, { public_key: publicKey, valid_principals: principal, ttl: `${CERT_TTL_S}s`, cert_type: "user", extensions });
      const whole = await sign({ ...TERMINAL, ...FORWARDING });
      // A role that does not allow forwards refuses the whole question: such a host is signed in to all the same, and is no jump host.
      const signed = at(goodBody(id, whole.status === 400 ? await sign(TERMINAL) : whole, meaning), "data", "signed_key");
      if (typeof signed !== "string" || !signed.includes("-cert-v01@openssh.com ")) throw fail("VAULT_SOURCE", { source: id, detail: "it returned no SSH certificate" });
      return signed.trim();
    },
  };
}

const segments = (path: string): string => path.split("/").filter((part) => part !== "" && part !== "." && part !== "..").map(encodeURIComponent).join("/");
