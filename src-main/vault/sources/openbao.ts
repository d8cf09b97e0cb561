import type { SourceConfig } from "../../contract/vault.ts";
import { fail } from "../failures.ts";
import type { SecretSource } from "../port.ts";
import { askJson, at, fieldOf, splitField, type SourceNeeds } from "./source.ts";

type Config = Extract<SourceConfig, { kind: "openbao" }>;
/** Minutes a signed SSH key is good for: long enough for a task, short enough that a lost one does not matter. */
const CERT_TTL_S = 600;

export interface SshCertifier {
  /** Signs a public key with the server's SSH CA; the certificate line lives for minutes. */
  signSshKey(role: string, publicKey: string, principal: string, signal: AbortSignal): Promise<string>;
}

/** HashiCorp Vault and OpenBao speak the same: KV version 2 for values, the SSH engine for short certificates. */
export function openbaoSource({ id, url, mount, namespace, tokenSecret, caFile }: Config, needs: SourceNeeds): SecretSource & SshCertifier {
  const ask = async (path: string, signal: AbortSignal, body?: unknown) =>
    askJson(id, needs, new URL(path, url.endsWith("/") ? url : `${url}/`).href, {
      method: body === undefined ? "GET" : "POST",
      headers: { "X-Vault-Token": await needs.reveal(tokenSecret), "X-Vault-Request": "true", ...(namespace !== "" && { "X-Vault-Namespace": namespace }), ...(body !== undefined && { "Content-Type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(caFile !== "" && { caFile }),
      signal,
    });
  return {
    id,
    async read(full, signal) {
      const { path, field } = splitField(full);
      return fieldOf(id, at(await ask(`v1/${mount}/data/${segments(path)}`, signal), "data", "data"), field);
    },
    async check(signal) {
      const ttl = at(await ask("v1/auth/token/lookup-self", signal), "data", "ttl");
      return typeof ttl === "number" && ttl > 0 ? `The token is good for ${Math.round(ttl / 60)} more minutes.` : "The token is good and does not expire.";
    },
    async signSshKey(role, publicKey, principal, signal) {
      const signed = at(await ask(`v1/ssh/sign/${segments(role)}`, signal, { public_key: publicKey, valid_principals: principal, ttl: `${CERT_TTL_S}s`, cert_type: "user", extensions: { "permit-pty": "" } }), "data", "signed_key");
      if (typeof signed !== "string" || !signed.includes("-cert-v01@openssh.com ")) throw fail("VAULT_SOURCE", { source: id, detail: "it returned no SSH certificate" });
      return signed.trim();
    },
  };
}

const segments = (path: string): string => path.split("/").filter((part) => part !== "" && part !== "." && part !== "..").map(encodeURIComponent).join("/");
