import type { ProviderConfig } from "../contract/index.ts";
import type { Vault } from "../vault/port.ts";
import type { Provider } from "./port.ts";
import { anthropicProvider } from "./providers/anthropic.ts";
import { bedrockProvider } from "./providers/bedrock.ts";
import type { Endpoint, Http } from "./providers/http.ts";
import { ollamaProvider } from "./providers/ollama.ts";
import { openAiProvider } from "./providers/openai.ts";

const QUIET_MS = 120_000;
const LOOPBACK = /^(127\.|localhost$|\[?::1\]?$)/;

export type ProviderNeeds = { readonly vault: Pick<Vault, "reveal">; readonly http: Http };

export const hostOf = (config: ProviderConfig): string => new URL(urlOf(config)).host;
export const isOnThisMachine = (config: ProviderConfig): boolean => LOOPBACK.test(new URL(urlOf(config)).hostname);

const urlOf = (config: ProviderConfig): string => (config.kind === "bedrock" ? (config.url ?? `https://bedrock-runtime.${config.region}.amazonaws.com`) : config.url).replace(/\/+$/, "");

/** A configured provider as the port sees it. Keys are asked of the vault at each request and kept nowhere. */
export function providerOf({ vault, http }: ProviderNeeds, config: ProviderConfig): Provider {
  const reveal = (secret: string) => vault.reveal(secret, { for: `the model provider ${config.id}` });
  const endpoint = (headers: Endpoint["headers"]): Endpoint => ({ name: config.id, baseUrl: urlOf(config), quietMs: QUIET_MS, headers });
  const isLocal = isOnThisMachine(config);
  switch (config.kind) {
    case "openai": {
      const { keySecret } = config;
      return openAiProvider({ id: config.id, http, isLocal, endpoint: endpoint(async () => (keySecret === undefined ? {} : { authorization: `Bearer ${await reveal(keySecret)}` })) });
    }
    case "azure-openai": {
      const { keySecret, apiVersion } = config;
      return openAiProvider({ id: config.id, http, isLocal, azure: { apiVersion }, endpoint: endpoint(async () => ({ "api-key": await reveal(keySecret) })) });
    }
    case "ollama":
      return ollamaProvider({ id: config.id, http, isLocal, contextTokens: config.contextTokens, endpoint: endpoint(async () => ({})) });
    case "anthropic": {
      const { keySecret } = config;
      return anthropicProvider({ id: config.id, http, endpoint: endpoint(async () => ({ "x-api-key": await reveal(keySecret), "anthropic-version": "2023-06-01" })) });
    }
    case "bedrock": {
      const { accessKeyId, secretKeySecret, region } = config;
      return bedrockProvider({ id: config.id, http, region, endpoint: endpoint(async () => ({})), credentials: async () => ({ accessKeyId, secretAccessKey: await reveal(secretKeySecret) }) });
    }
    default:
      return config satisfies never;
  }
}
