import type { SourceConfig } from "../../contract/vault.ts";
import type { SecretSource } from "../port.ts";
import { askJson, splitField, textField, type SourceNeeds } from "./source.ts";

type Config = Extract<SourceConfig, { kind: "aws" }>;

/** AWS Secrets Manager: one JSON call, signed with Signature Version 4. */
export function awsSource({ id, region, url, accessKeyId, secretKeySecret }: Config, needs: SourceNeeds): SecretSource {
  const endpoint = url ?? `https://secretsmanager.${region}.amazonaws.com/`;
  async function ask(action: string, body: unknown, signal: AbortSignal) {
    const { AwsV4Signer } = await import("aws4fetch");
    const text = JSON.stringify(body);
    const signer = new AwsV4Signer({
      url: endpoint, method: "POST", accessKeyId, secretAccessKey: await needs.reveal(secretKeySecret), service: "secretsmanager", region, body: text,
      datetime: new Date(needs.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ""),
      headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `secretsmanager.${action}` },
    });
    const { headers } = await signer.sign();
    return askJson(id, needs, endpoint, { method: "POST", headers: Object.fromEntries(headers.entries()), body: text, signal });
  }
  return {
    id,
    async read(full, signal) {
      const { path, field } = splitField(full);
      const answer = await ask("GetSecretValue", { SecretId: path }, signal);
      return textField(id, answer["SecretString"], field);
    },
    async check(signal) {
      await ask("ListSecrets", { MaxResults: 1 }, signal);
      return "The key is accepted.";
    },
  };
}
