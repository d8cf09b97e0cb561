import type { CoreLink } from "./core-link.ts";

/**
 * Follows a feed across reconnects: started again on each new connection, stopped by the returned function. Failures
 * other than a lost connection go to `onFailure` and are not retried.
 */
export function follow<T>(link: CoreLink, start: (client: CoreLink["client"], signal: AbortSignal) => AsyncIterable<T>, onItem: (item: T) => void, onFailure: (failure: unknown) => void = () => {}): () => void {
  const over = new AbortController();
  let running: AbortController | undefined;
  const run = async () => {
    running?.abort();
    const own = new AbortController();
    running = own;
    try {
      for await (const item of start(link.client, AbortSignal.any([own.signal, over.signal]))) {
        if (own.signal.aborted || over.signal.aborted) return;
        onItem(item);
      }
    } catch (failure) {
      const isExpected = own.signal.aborted || over.signal.aborted || (failure as { code?: string }).code === "DISCONNECTED";
      if (!isExpected) onFailure(failure);
    }
  };
  let seen = 0;
  const unsubscribe = link.state.subscribe(({ is, generation }) => {
    if (is === "up" && generation !== seen) {
      seen = generation;
      void run();
    }
  });
  const { is, generation } = link.state.getState();
  if (is === "up") {
    seen = generation;
    void run();
  }
  return () => {
    unsubscribe();
    over.abort();
  };
}
