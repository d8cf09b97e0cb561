import { Failure } from "../../contract/failure.ts";
import { fail } from "../failures.ts";

export type Fetch = (url: string, init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly signal?: AbortSignal; readonly caFile?: string }) => Promise<{ readonly status: number; text(): Promise<string> }>;
export type SourceNeeds = {
  /** The network room's own: sealed mode refuses here. */
  readonly fetch: Fetch;
  readonly now: () => number;
  /** What signs in to the source, out of the local vault. */
  readonly reveal: (name: string) => Promise<string>;
};

/** One JSON answer. The body of a refusal is never repeated: some servers echo what they were sent. */
export async function askJson(source: string, needs: SourceNeeds, url: string, init: Parameters<Fetch>[1]): Promise<Record<string, unknown>> {
  let response;
  try {
    response = await needs.fetch(url, init);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw fail("VAULT_SOURCE", { source, detail: init.signal?.aborted ? "it did not answer in time" : "it cannot be reached" }, error);
  }
  const text = await response.text();
  if (response.status < 200 || response.status > 299) throw fail("VAULT_SOURCE", { source, detail: `it answered with status ${response.status}` });
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw fail("VAULT_SOURCE", { source, detail: "its answer is not JSON" }, error);
  }
}

/** `path#field`: the part behind the last `#` names a field of what is stored there. */
export function splitField(path: string): { readonly path: string; readonly field: string | undefined } {
  const at = path.lastIndexOf("#");
  return at < 0 ? { path, field: undefined } : { path: path.slice(0, at), field: path.slice(at + 1) };
}

export function fieldOf(source: string, values: unknown, field: string | undefined): string {
  const record = typeof values === "object" && values !== null ? (values as Record<string, unknown>) : {};
  const names = Object.keys(record);
  const name = field ?? (names.length === 1 ? names[0] : undefined);
  const value = name === undefined ? undefined : record[name];
  if (typeof value !== "string") throw fail("VAULT_SOURCE", { source, detail: field === undefined ? `it holds ${names.length} fields: say which, as path#field` : `it has no field "${field}"` });
  return value;
}
export const textField = (source: string, value: unknown, field: string | undefined): string => {
  if (typeof value !== "string") throw fail("VAULT_SOURCE", { source, detail: "it holds no text" });
  if (field === undefined) return value;
  try {
    return fieldOf(source, JSON.parse(value), field);
  } catch (error) {
    if (error instanceof SyntaxError) throw fail("VAULT_SOURCE", { source, detail: "what it holds is not JSON, so it has no fields" });
    throw error;
  }
};
export const at = (value: unknown, ...path: readonly string[]): unknown => path.reduce<unknown>((inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined), value);
