/** After a few failures in a row a provider is left alone for a while; one success forgets them. */
export type Breaker = { isClosed(id: string): boolean; failed(id: string): void; worked(id: string): void };

const FAILURES = 3;
const REST_MS = 60_000;

export function createBreaker(now: () => number): Breaker {
  const state = new Map<string, { failures: number; until: number }>();
  return {
    isClosed: (id) => (state.get(id)?.until ?? 0) <= now(),
    worked: (id) => void state.delete(id),
    failed(id) {
      const failures = (state.get(id)?.failures ?? 0) + 1;
      state.set(id, { failures, until: failures >= FAILURES ? now() + REST_MS : 0 });
    },
  };
}
