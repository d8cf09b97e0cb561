import type { ProviderConfig } from "../../../src-main/contract/index.ts";

type Kind = ProviderConfig["kind"];
export const PROVIDER_WORDS: Readonly<Record<Kind, string>> = { openai: "OpenAI-compatible", "azure-openai": "Azure OpenAI", ollama: "Ollama", anthropic: "Anthropic", bedrock: "Amazon Bedrock" };
export type Part = { readonly name: string; readonly label: string; readonly hint?: string; readonly isOptional?: true; /** A secret of the vault, by name. */ readonly isSecret?: true; readonly isNumber?: true; readonly isPrice?: true };

const MODEL: Part = { name: "model", label: "Model", hint: "As the provider names it" };
const PRICES: readonly Part[] = [
  { name: "promptPrice", label: "Price of a million tokens read", hint: "In your own currency; runs then show what they cost", isOptional: true, isPrice: true },
  { name: "outputPrice", label: "Price of a million tokens written", isOptional: true, isPrice: true },
];
/** What each kind must know; what is left out is left to the core's own word for it. */
export const PROVIDER_PARTS: Readonly<Record<Kind, readonly Part[]>> = {
  openai: [{ name: "url", label: "Address", hint: "https://models.example.internal/v1" }, MODEL, { name: "keySecret", label: "Key", isSecret: true, isOptional: true }, ...PRICES],
  "azure-openai": [{ name: "url", label: "Address", hint: "https://name.openai.azure.com" }, { ...MODEL, label: "Deployment" }, { name: "keySecret", label: "Key", isSecret: true }, { name: "apiVersion", label: "API version", hint: "2024-10-21, where nothing is said", isOptional: true }, ...PRICES],
  ollama: [{ name: "url", label: "Address", hint: "http://127.0.0.1:11434" }, MODEL, { name: "contextTokens", label: "Context, in tokens", hint: "16384, where nothing is said. Asked for with each request: Ollama cuts longer ones silently", isOptional: true, isNumber: true }, ...PRICES],
  anthropic: [MODEL, { name: "keySecret", label: "Key", isSecret: true }, { name: "url", label: "Private endpoint", isOptional: true }, ...PRICES],
  bedrock: [{ name: "region", label: "Region", hint: "eu-central-1" }, MODEL, { name: "accessKeyId", label: "Access key id" }, { name: "secretKeySecret", label: "Secret access key", isSecret: true }, { name: "url", label: "Private endpoint", isOptional: true }, ...PRICES],
};
export const PROVIDER_KINDS = (Object.keys(PROVIDER_WORDS) as Kind[]).map((value) => ({ value, text: PROVIDER_WORDS[value], ...(value === "openai" && { note: "vLLM, LM Studio, llama-server" }) }));

export type Draft = { readonly kind: Kind; readonly id: string; readonly isSmall: boolean; readonly values: Readonly<Record<string, string>> };

export const isWhole = ({ kind, id, values }: Draft): boolean =>
  /^[a-z][a-z0-9-]{0,31}$/.test(id) && PROVIDER_PARTS[kind].every(({ name, isOptional, isNumber, isPrice }) => {
    const value = values[name] ?? "";
    if (value === "") return isOptional === true;
    if (isPrice === true) return /^\d{1,6}(\.\d{1,6})?$/.test(value);
    return name === "url" ? /^https?:\/\/\S+$/.test(value) : isNumber !== true || /^\d{3,7}$/.test(value);
  });

export const configOf = ({ kind, id, isSmall, values }: Draft): ProviderConfig =>
  ({ kind, id, isSmall, ...Object.fromEntries(PROVIDER_PARTS[kind].flatMap(({ name, isNumber, isPrice }) => ((values[name] ?? "") === "" ? [] : [[name, isNumber === true || isPrice === true ? Number(values[name]) : values[name]]]))) }) as ProviderConfig;

const OWN_MACHINE = /^http:\/\/(127\.|localhost[:/]|localhost$|\[::1\])/i;
/** What is sent to another machine without TLS. */
export const isInTheClear = ({ values }: Draft): boolean => /^http:\/\/./i.test(values["url"] ?? "") && !OWN_MACHINE.test(values["url"] ?? "");
