import { createStore } from "zustand/vanilla";
import { Failure, LINK_FAILURES } from "../../src-main/contract/failure.ts";
import type { CoreLink, LinkState } from "../link/index.ts";

type Groups = Readonly<Record<string, Readonly<Record<string, (...args: readonly unknown[]) => unknown>>>>;

/**
 * The frame draws before the contract with all its schemas is loaded: they are a third of the code and none of it is
 * needed to show where things are. Until the first connection stands, what a screen asks waits for it, so that a screen
 * may ask as soon as it is drawn; afterwards everything goes straight to the real link, which refuses while it is down.
 */
export const lateLink = (load: () => Promise<CoreLink>): CoreLink => {
  const state = createStore<LinkState>(() => ({ is: "connecting", why: undefined, generation: 0 }));
  const first = Promise.withResolvers<CoreLink>();
  let real: CoreLink | undefined;
  let isClosed = false;
  const begin = async () => {
    const link = await load();
    if (isClosed) return link.close();
    const follow = (next: LinkState) => {
      if (next.generation > 0 && real === undefined) {
        real = link;
        first.resolve(link);
      }
      state.setState(next, true);
    };
    link.state.subscribe(follow);
    follow(link.state.getState());
  };
  begin().catch(first.reject);

  const ask = (group: string, name: string, args: readonly unknown[]): unknown => {
    const through = (link: CoreLink): unknown => (link.client as unknown as Groups)[group]?.[name]?.(...args);
    return real === undefined ? waiting(first.promise, through, (args[1] as { signal?: AbortSignal } | undefined)?.signal) : through(real);
  };
  const named = <T>(make: (name: string) => T) => {
    const made = new Map<string, T>();
    return new Proxy({}, { get: (_, name) => (typeof name === "symbol" || name === "then" ? undefined : (made.get(name) ?? made.set(name, make(name)).get(name))) });
  };
  return {
    client: named((group) => named((name) => (...args: readonly unknown[]) => ask(group, name, args))) as CoreLink["client"],
    state,
    close() {
      isClosed = true;
      real?.close();
    },
  };
};

/** Nothing here knows yet whether a call or a feed was asked for: the answer can be awaited like one and followed like the other. */
const waiting = (first: Promise<CoreLink>, through: (link: CoreLink) => unknown, signal: AbortSignal | undefined): Promise<unknown> & AsyncIterable<unknown> => {
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(new Failure("CANCELLED", LINK_FAILURES.CANCELLED.say(), { retryable: true }));
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
  const answer = Promise.race([first, aborted]).then(through);
  return Object.assign(answer, {
    async *[Symbol.asyncIterator]() {
      yield* (await answer) as AsyncIterable<unknown>;
    },
  });
};
