import { createSign } from "node:crypto";
import { z } from "zod";
import type { SourceConfig } from "../../contract/vault.ts";
import { fail } from "../failures.ts";
import type { SecretSource } from "../port.ts";
import { askAnswer, askJson, at, goodBody, keptToken, splitField, textField, type Meaning, type SourceNeeds } from "./source.ts";

type Config = Extract<SourceConfig, { kind: "gcp" }>;
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const LIFE_S = 3600;
/** The service account's key file, as Google hands it out; the whole file is the secret named in the configuration. */
const KeyFile = z.object({ client_email: z.string(), private_key: z.string(), private_key_id: z.string().optional(), token_uri: z.string() });

const loginMeaning: Meaning = (_status, body) => (body["error"] === "invalid_grant" ? "its sign-in does not accept the service account's key: it was revoked, or this machine's clock is wrong" : undefined);
const meaning: Meaning = (_status, body) => (at(body, "error", "status") === "FAILED_PRECONDITION" ? "that version is disabled or destroyed there" : undefined);

/** Google Secret Manager, signed in with a service account's own signature (RFC 7523). */
export function gcpSource({ id, project, keySecret, url = "https://secretmanager.googleapis.com", caFile }: Config, needs: SourceNeeds): SecretSource {
  const trust = caFile === "" ? {} : { caFile };
  const login = keptToken(id, needs.now, async (signal) => {
    const key = keyOf(await needs.reveal(keySecret));
    const issuedAt = Math.floor(needs.now() / 1000);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const unsigned = `${part({ alg: "RS256", typ: "JWT", ...(key.private_key_id !== undefined && { kid: key.private_key_id }) })}.${part({ iss: key.client_email, scope: SCOPE, aud: key.token_uri, iat: issuedAt, exp: issuedAt + LIFE_S })}`;
    const assertion = `${unsigned}.${signed(unsigned, key.private_key)}`;
    const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }).toString();
    const answer = await askJson(id, needs, key.token_uri, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body, signal, ...trust }, loginMeaning);
    return { value: answer["access_token"], seconds: answer["expires_in"] };
  });
  const notAKeyFile = (cause: unknown) => fail("VAULT_SOURCE", { source: id, detail: `the secret "${keySecret}" is not a service account key file` }, cause);
  const keyOf = (text: string): z.infer<typeof KeyFile> => {
    try {
      return KeyFile.parse(JSON.parse(text));
    } catch (error) {
      throw notAKeyFile(error);
    }
  };
  const signed = (text: string, privateKey: string): string => {
    try {
      return createSign("RSA-SHA256").update(text).sign(privateKey).toString("base64url");
    } catch (error) {
      throw notAKeyFile(error);
    }
  };
  const ask = async (path: string, signal: AbortSignal) =>
    goodBody(id, await login.with(signal, ({ status }) => status === 401, (token) => askAnswer(id, needs, new URL(path, url).href, { headers: { Authorization: `Bearer ${token}` }, signal, ...trust })), meaning);
  return {
    id,
    async read(full, signal) {
      const { path, version = "latest", field } = splitField(full);
      const data = at(await ask(`/v1/projects/${encodeURIComponent(project)}/secrets/${encodeURIComponent(path)}/versions/${encodeURIComponent(version)}:access`, signal), "payload", "data");
      return textField(id, typeof data === "string" ? Buffer.from(data, "base64").toString("utf8") : data, field);
    },
    async check(signal) {
      await ask(`/v1/projects/${encodeURIComponent(project)}/secrets?pageSize=1`, signal);
      return "The service account is accepted.";
    },
  };
}
