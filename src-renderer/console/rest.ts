import type { CentralRest } from "../../src-main/contract/central-rest.ts";
import { Failure, type FailureData } from "../../src-main/contract/failure.ts";

export type RouteName = keyof CentralRest;
export type Input<N extends RouteName> = CentralRest[N]["input"];
export type Output<N extends RouteName> = CentralRest[N]["output"];
export type Ask = <N extends RouteName>(name: N, input: Input<N>, signal?: AbortSignal) => Promise<Output<N>>;

type Problem = { readonly code?: string; readonly detail?: string; readonly status?: number; readonly data?: FailureData };

/** The server's routes by their names. What is in the path goes there; the rest is the query of a GET and the body of anything else. */
export const createRest = (send: typeof fetch): Ask =>
  async function ask<N extends RouteName>(name: N, input: Input<N>, signal?: AbortSignal): Promise<Output<N>> {
    const [method = "GET", path = ""] = name.split(" ");
    const rest = new Map(Object.entries(input as Readonly<Record<string, unknown>>).filter(([, value]) => value !== undefined));
    const filled = path.replaceAll(/:(\w+)/g, (_, word: string) => {
      const value = String(rest.get(word));
      rest.delete(word);
      return encodeURIComponent(value);
    });
    const query = method === "GET" && rest.size > 0 ? `?${new URLSearchParams([...rest].map(([key, value]) => [key, String(value)])).toString()}` : "";
    const body = method === "GET" ? {} : { body: JSON.stringify(Object.fromEntries(rest)), headers: { "content-type": "application/json" } };
    const response = await send(`${filled}${query}`, { method, credentials: "same-origin", redirect: "error", ...(signal && { signal }), ...body }).catch((error: unknown) => {
      if (signal?.aborted === true) throw error;
      throw new Failure("UNREACHABLE", "The server does not answer. Nothing was changed; try again in a moment.", { retryable: true, status: 503 });
    });
    if (!response.ok) throw await failureOf(response);
    return ((response.headers.get("content-type") ?? "").startsWith("application/json") ? await response.json() : await response.blob()) as Output<N>;
  };

type Paged = { [N in RouteName]: Output<N> extends { readonly items: readonly unknown[]; readonly next: string | null } ? N : never }[RouteName];
const MOST_PER_PAGE = 200;

/** A list that is short by nature, all of it, however many pages it has. */
export async function askWhole<N extends RouteName>(ask: Ask, name: N, input: Input<N>, signal?: AbortSignal): Promise<Output<N>> {
  const page = async (cursor: string | null): Promise<Output<Paged>> => (await ask(name, { ...input, limit: MOST_PER_PAGE, ...(cursor !== null && { cursor }) }, signal)) as Output<Paged>;
  let last = await page(null);
  const items: unknown[] = [...last.items];
  while (last.next !== null) {
    last = await page(last.next);
    items.push(...last.items);
  }
  return { ...last, items } as unknown as Output<N>;
}

async function failureOf(response: Response): Promise<Failure> {
  const problem = (await response.json().catch(() => ({}))) as Problem;
  return new Failure(problem.code ?? "UNREACHABLE", problem.detail ?? `The server answered ${response.status}. Nothing was changed.`, { status: response.status, ...(problem.data && { data: problem.data }) });
}

export const codeOf = (error: unknown): string => (error instanceof Failure ? error.code : "");
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : "It did not work. Nothing was changed.");
