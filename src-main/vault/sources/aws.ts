import type { SourceConfig } from "../../contract/vault.ts";
import type { SecretSource } from "../port.ts";
import { askJson, splitField, textField, type Meaning, type SourceNeeds } from "./source.ts";

type Config = Extract<SourceConfig, { kind: "aws" }>;

const CODES: Readonly<Record<string, string>> = {
  ResourceNotFoundException: "it holds nothing under this name, or not in this version",
  AccessDeniedException: "this key may not read it",
  ExpiredTokenException: "the temporary credentials have expired",
  UnrecognizedClientException: "it does not know this access key",
  InvalidSignatureException: "it does not accept the signature: the secret key is another one, or this machine's clock is wrong",
  DecryptionFailure: "it cannot decrypt it with its own key",
  ThrottlingException: "it is asked too often",
};
/** Every refusal is a 400 with its name in `__type`, with or without a namespace before it. */
const meaning: Meaning = (_status, body) => {
  const name = typeof body["__type"] === "string" ? body["__type"].split("#").at(-1) : undefined;
  return name === undefined ? undefined : CODES[name];
};
/** Version ids are UUIDs; everything else is a stage label such as AWSPREVIOUS. */
const VERSION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** AWS Secrets Manager: one JSON call, signed with Signature Version 4. */
export function awsSource({ id, region, url, accessKeyId, secretKeySecret, sessionTokenSecret, caFile }: Config, needs: SourceNeeds): SecretSource {
  const endpoint = url ?? `https://secretsmanager.${region}.amazonaws.com/`;
  async function ask(action: string, body: unknown, signal: AbortSignal) {
    const { AwsV4Signer } = await import("aws4fetch");
    const text = JSON.stringify(body);
    const signer = new AwsV4Signer({
      url: endpoint, method: "POST", accessKeyId, secretAccessKey: await needs.reveal(secretKeySecret), service: "secretsmanager", region, body: text,
      ...(sessionTokenSecret !== undefined && { sessionToken: await needs.reveal(sessionTokenSecret) }),
      datetime: new Date(needs.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ""),
      headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `secretsmanager.${action}` },
    });
    const { headers } = await signer.sign();
    return askJson(id, needs, endpoint, { method: "POST", headers: Object.fromEntries(headers.entries()), body: text, signal, ...(caFile !== "" && { caFile }) }, meaning);
  }
  return {
    id,
    async read(full, signal) {
      const { path, version, field } = splitField(full);
      const answer = await ask("GetSecretValue", { SecretId: path, ...(version !== undefined && (VERSION_ID.test(version) ? { VersionId: version } : { VersionStage: version })) }, signal);
      return textField(id, answer["SecretString"], field);
    },
    async check(signal) {
      await ask("ListSecrets", { MaxResults: 1 }, signal);
      return "The key is accepted.";
    },
  };
}
