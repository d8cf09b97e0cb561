import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ProviderConfig, type EvalReport } from "../../src-main/contract/index.ts";
import { comparisonOf } from "../../src-main/evals/index.ts";
import type { World } from "../../src-main/shells/evals/world.ts";

/** `--gguf FILE`, or `--provider KIND --model NAME --url URL [--key-env NAME]`; without either, skills alone. */
export const MODEL_OPTIONS = {
  gguf: { type: "string" }, context: { type: "string", default: "8192" },
  provider: { type: "string" }, model: { type: "string" }, url: { type: "string" }, "key-env": { type: "string" }, region: { type: "string" }, "access-key-id": { type: "string" },
  save: { type: "string" }, compare: { type: "string" },
} as const;
export type ModelFlags = { readonly [K in keyof typeof MODEL_OPTIONS]?: string | undefined };

/** Gives the core of the evals a model and says how it will be called in reports. */
export async function setModel({ client }: World, flags: ModelFlags): Promise<string> {
  if (flags.gguf !== undefined) {
    let id = "";
    let name = "";
    for await (const { model } of client.models.import({ path: resolve(flags.gguf) })) [id, name] = model ? [model.id, model.name] : [id, name];
    for await (const _ of client.models.load({ id, contextTokens: Number(flags.context ?? 8192) }));
    return `${name} (embedded)`;
  }
  if (flags.provider === undefined) return "none";
  const key = flags["key-env"] === undefined ? undefined : process.env[flags["key-env"]];
  if (flags["key-env"] !== undefined && !key) throw new Error(`The environment holds no ${flags["key-env"]}.`);
  if (key) await client.vault.put({ name: "evals-key", value: key });
  const config = ProviderConfig.parse({ kind: flags.provider, id: "evals", model: flags.model, ...(flags.url !== undefined && { url: flags.url }), ...(key && { keySecret: "evals-key", secretKeySecret: "evals-key" }), ...(flags.region !== undefined && { region: flags.region }), ...(flags["access-key-id"] !== undefined && { accessKeyId: flags["access-key-id"] }) });
  await client.models.setProvider(config);
  const host = (await client.models.list({})).providers[0];
  if (host && !host.isOnThisMachine) {
    await client.app.changeSettings({ network: "lan" });
    await client.models.allowHost({ host: host.host, isAllowed: true });
  }
  const { works, say } = await client.models.tryProvider({ id: "evals" });
  if (!works) throw new Error(`The model does not answer: ${say}`);
  return `${config.model} (${config.kind})`;
}

export type Report = Pick<EvalReport, "model" | "totals" | "trials">;

export function saveReport(path: string, report: Report): void {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, undefined, 1)}\n`);
}

/** What changed against an earlier report, a line for each. */
export function comparison(before: Report, after: Report): string[] {
  const { figures, turned } = comparisonOf(before, after);
  return [`${before.model} → ${after.model}`, ...figures.map((figure) => `${figure.name}: ${figure.before} → ${figure.after}`), ...turned.map(({ scenario, say, isNowRight }) => `${isNowRight ? "now right" : "now wrong"}: ${scenario}: ${say}`)];
}

export const readReport = (path: string): Report => JSON.parse(readFileSync(path, "utf8")) as Report;
