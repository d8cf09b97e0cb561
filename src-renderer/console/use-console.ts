import { createContext, useCallback, useContext, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import type { Route } from "../app/router.ts";
import type { ConsoleModel, Membership, Permission, Session } from "./model.ts";
import { useAct, type Acting } from "../app/use-act.ts";
import { askWhole, wordsOf, type Input, type Output, type RouteName } from "./rest.ts";

export const ConsoleContext = createContext<ConsoleModel | undefined>(undefined);
export const useConsole = (): ConsoleModel => {
  const model = useContext(ConsoleContext);
  if (model === undefined) throw new Error("this part of the screen needs the console around it");
  return model;
};
export const useSession = (): Session => useStore(useConsole().session);
export const useRoute = (): Route => useStore(useConsole().router.route);

export const OrgContext = createContext<Membership | undefined>(undefined);
/** The organisation that is open, and what one may do in it. The server decides; this only draws what it would let through. */
export const useOrg = (): Membership & { readonly may: (permission: Permission) => boolean } => {
  const org = useContext(OrgContext);
  if (org === undefined) throw new Error("this part of the screen needs an organisation");
  return { ...org, may: (permission) => org.permissions.includes(permission) };
};

export type Asked<T> = { readonly value: T | undefined; readonly problem: string; readonly again: () => Promise<void> };

/** What a route answers, again every so often while somebody is there. The last answer stays while the next is awaited. */
export function useAsked<N extends RouteName>(name: N, input: Input<N>, { everyMs, isWhole = false }: { readonly everyMs?: number; /** A list, with all its pages. */ readonly isWhole?: boolean } = {}): Asked<Output<N>> {
  const { ask, isAttended } = useConsole();
  const key = `${name} ${JSON.stringify(input)}`;
  const [answer, setAnswer] = useState<{ readonly key: string; readonly value: Output<N> }>();
  const [problem, setProblem] = useState("");
  const newest = useRef(input);
  useLayoutEffect(() => {
    newest.current = input;
  });
  const load = useCallback(
    async (signal?: AbortSignal) => {
      try {
        const value = isWhole ? await askWhole(ask, name, newest.current, signal) : await ask(name, newest.current, signal);
        if (signal?.aborted === true) return;
        setAnswer({ key, value });
        setProblem("");
      } catch (error) {
        if (signal?.aborted !== true) setProblem(wordsOf(error));
      }
    },
    [ask, name, key, isWhole],
  );
  useEffect(() => {
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = async (): Promise<void> => {
      if (isAttended()) await load(over.signal);
      if (everyMs !== undefined && !over.signal.aborted) timer = setTimeout(() => void turn(), everyMs);
    };
    void load(over.signal).then(() => {
      if (everyMs !== undefined && !over.signal.aborted) timer = setTimeout(() => void turn(), everyMs);
    });
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [load, everyMs, isAttended]);
  return { value: answer?.key === key ? answer.value : undefined, problem, again: () => load() };
}

/** Who did something, by name where one may read who is here; the id otherwise, which is what the record holds. */
export function useNames(): (actor: string) => string {
  const { orgId, may } = useOrg();
  const { ask } = useConsole();
  const mayRead = may("people:read");
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const over = new AbortController();
    if (mayRead) askWhole(ask, "GET /v1/orgs/:orgId/members", { orgId }, over.signal).then(({ items }) => setNames(new Map(items.map(({ userId, name }) => [userId, name]))), () => undefined);
    return () => over.abort();
  }, [ask, orgId, mayRead]);
  return (actor) => names.get(actor) ?? actor;
}

/** What came of an act is said where it was asked for, in the words of the server's problem documents. */
export const useActing = (): Acting & { readonly clear: () => void } => {
  const acting = useAct({ wordsOf });
  return { ...acting, clear: () => acting.setProblem("") };
};

/** The time, once a second, for what counts down. */
export const useNow = (everyMs = 1000): number => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};
