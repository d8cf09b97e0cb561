import type { SourceConfig } from "../../contract/vault.ts";
import type { SecretSource } from "../port.ts";
import { askAnswer, askJson, at, goodBody, keptToken, splitField, textField, type Meaning, type SourceNeeds } from "./source.ts";

type Config = Extract<SourceConfig, { kind: "azure" }>;
const API_VERSION = "7.4";

const loginMeaning: Meaning = (_status, body) => (body["error"] === "invalid_client" ? "its sign-in does not accept the application's secret, which may have expired" : body["error"] === "unauthorized_client" ? "its sign-in does not know this application" : undefined);
const meaning: Meaning = (_status, body) => (at(body, "error", "innererror", "code") === "SecretDisabled" ? "the secret is disabled there" : undefined);

/** Azure Key Vault, signed in as an application (client credentials). */
export function azureSource({ id, url, tenant, clientId, clientSecret, loginUrl = "https://login.microsoftonline.com", caFile }: Config, needs: SourceNeeds): SecretSource {
  const trust = caFile === "" ? {} : { caFile };
  const login = keptToken(id, needs.now, async (signal) => {
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: await needs.reveal(clientSecret), scope: "https://vault.azure.net/.default" }).toString();
    const answer = await askJson(id, needs, new URL(`/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, loginUrl).href, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body, signal, ...trust }, loginMeaning);
    return { value: answer["access_token"], seconds: answer["expires_in"] };
  });
  const ask = async (path: string, signal: AbortSignal) =>
    goodBody(id, await login.with(signal, ({ status }) => status === 401, (token) => askAnswer(id, needs, new URL(path, url).href, { headers: { Authorization: `Bearer ${token}` }, signal, ...trust })), meaning);
  return {
    id,
    async read(full, signal) {
      const { path, version, field } = splitField(full);
      const answer = await ask(`/secrets/${encodeURIComponent(path)}${version === undefined ? "" : `/${encodeURIComponent(version)}`}?api-version=${API_VERSION}`, signal);
      return textField(id, answer["value"], field);
    },
    async check(signal) {
      await ask(`/secrets?maxresults=1&api-version=${API_VERSION}`, signal);
      return "The application is accepted.";
    },
  };
}
