import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { wordsOf, type Input, type Output, type RouteName } from "../rest.ts";
import { useConsole } from "../use-console.ts";

type Paged = { [N in RouteName]: Output<N> extends { readonly items: readonly unknown[]; readonly next: string | null } ? N : never }[RouteName];
type ItemOf<N extends Paged> = Output<N> extends { readonly items: readonly (infer T)[] } ? T : never;

/** A list that goes on as it is scrolled: pages by cursor, from the newest. Another input begins anew. */
export function usePages<N extends Paged>(name: N, input: Omit<Input<N>, "cursor">): { readonly items: readonly ItemOf<N>[] | undefined; readonly problem: string; readonly more: () => void; readonly again: () => void } {
  const { ask } = useConsole();
  const key = `${name} ${JSON.stringify(input)}`;
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ readonly key: string; readonly items: readonly ItemOf<N>[]; readonly next: string | null }>();
  const [problem, setProblem] = useState("");
  const newest = useRef({ input, isLoading: false });
  useLayoutEffect(() => {
    newest.current.input = input;
  });
  const load = useCallback(
    async (cursor: string | null, before: readonly ItemOf<N>[], signal?: AbortSignal) => {
      newest.current.isLoading = true;
      try {
        const page = (await ask(name, { ...newest.current.input, ...(cursor !== null && { cursor }) } as unknown as Input<N>, signal)) as { readonly items: readonly ItemOf<N>[]; readonly next: string | null };
        if (signal?.aborted === true) return;
        setState({ key, items: [...before, ...page.items], next: page.next });
        setProblem("");
      } catch (error) {
        if (signal?.aborted !== true) setProblem(wordsOf(error));
      } finally {
        newest.current.isLoading = false;
      }
    },
    [ask, name, key],
  );
  useEffect(() => {
    const over = new AbortController();
    void load(null, [], over.signal);
    return () => over.abort();
  }, [load, turn]);
  const current = state?.key === key ? state : undefined;
  const more = useCallback(() => {
    if (current !== undefined && current.next !== null && !newest.current.isLoading) void load(current.next, current.items);
  }, [current, load]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { items: current?.items, problem, more, again };
}
