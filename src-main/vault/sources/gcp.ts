import { createSign } from "node:crypto";
import { z } from "zod";
import type { SourceConfig } from "../../contract/vault.ts";
import { fail } from "../failures.ts";
import type { SecretSource } from "../port.ts";
import { askJson, at, splitField, textField, type SourceNeeds } from "./source.ts";

type Config = Extract<SourceConfig, { kind: "gcp" }>;
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const LIFE_S = 3600;
const EARLY_MS = 60_000;
/** The service account's key file, as Google hands it out; the whole file is the secret named in the configuration. */
const KeyFile = z.object({ client_email: z.string(), private_key: z.string(), token_uri: z.string() });

/** Google Secret Manager, signed in with a service account's own signature (RFC 7523). */
export function gcpSource({ id, project, keySecret, url = "https://secretmanager.googleapis.com" }: Config, needs: SourceNeeds): SecretSource {
  let token: { readonly value: string; readonly until: number } | undefined;
  async function bearer(signal: AbortSignal): Promise<string> {
    if (token && token.until > needs.now()) return token.value;
    const key = keyOf(await needs.reveal(keySecret));
    const issuedAt = Math.floor(needs.now() / 1000);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: key.client_email, scope: SCOPE, aud: key.token_uri, iat: issuedAt, exp: issuedAt + LIFE_S })}`;
    const assertion = `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(key.private_key).toString("base64url")}`;
    const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }).toString();
    const answer = await askJson(id, needs, key.token_uri, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body, signal });
    const { access_token: value, expires_in: seconds } = answer;
    if (typeof value !== "string" || typeof seconds !== "number") throw fail("VAULT_SOURCE", { source: id, detail: "it gave no token" });
    token = { value, until: needs.now() + seconds * 1000 - EARLY_MS };
    return value;
  }
  const keyOf = (text: string): z.infer<typeof KeyFile> => {
    try {
      return KeyFile.parse(JSON.parse(text));
    } catch (error) {
      throw fail("VAULT_SOURCE", { source: id, detail: `the secret "${keySecret}" is not a service account key file` }, error);
    }
  };
  const ask = async (path: string, signal: AbortSignal) => askJson(id, needs, new URL(path, url).href, { headers: { Authorization: `Bearer ${await bearer(signal)}` }, signal });
  return {
    id,
    async read(full, signal) {
      const { path, field } = splitField(full);
      const data = at(await ask(`/v1/projects/${encodeURIComponent(project)}/secrets/${encodeURIComponent(path)}/versions/latest:access`, signal), "payload", "data");
      return textField(id, typeof data === "string" ? Buffer.from(data, "base64").toString("utf8") : data, field);
    },
    async check(signal) {
      await ask(`/v1/projects/${encodeURIComponent(project)}/secrets?pageSize=1`, signal);
      return "The service account is accepted.";
    },
  };
}
