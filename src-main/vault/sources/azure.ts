import type { SourceConfig } from "../../contract/vault.ts";
import { fail } from "../failures.ts";
import type { SecretSource } from "../port.ts";
import { askJson, splitField, textField, type SourceNeeds } from "./source.ts";

type Config = Extract<SourceConfig, { kind: "azure" }>;
const API_VERSION = "7.4";
const EARLY_MS = 60_000;

/** Azure Key Vault, signed in as an application (client credentials). */
export function azureSource({ id, url, tenant, clientId, clientSecret, loginUrl = "https://login.microsoftonline.com" }: Config, needs: SourceNeeds): SecretSource {
  let token: { readonly value: string; readonly until: number } | undefined;
  async function bearer(signal: AbortSignal): Promise<string> {
    if (token && token.until > needs.now()) return token.value;
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: await needs.reveal(clientSecret), scope: "https://vault.azure.net/.default" }).toString();
    const answer = await askJson(id, needs, new URL(`/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, loginUrl).href, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body, signal });
    const { access_token: value, expires_in: seconds } = answer;
    if (typeof value !== "string" || typeof seconds !== "number") throw fail("VAULT_SOURCE", { source: id, detail: "it gave no token" });
    token = { value, until: needs.now() + seconds * 1000 - EARLY_MS };
    return value;
  }
  const ask = async (path: string, signal: AbortSignal) => askJson(id, needs, new URL(path, url).href, { headers: { Authorization: `Bearer ${await bearer(signal)}` }, signal });
  return {
    id,
    async read(full, signal) {
      const { path, field } = splitField(full);
      const answer = await ask(`/secrets/${encodeURIComponent(path)}?api-version=${API_VERSION}`, signal);
      return textField(id, answer["value"], field);
    },
    async check(signal) {
      await ask(`/secrets?maxresults=1&api-version=${API_VERSION}`, signal);
      return "The application is accepted.";
    },
  };
}
