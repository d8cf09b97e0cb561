/** After a few failures in a row a provider is left alone for a while; one success forgets them. */
export type Breaker = { isClosed(id: string): boolean; failed(id: string): void; worked(id: string): void };

const FAILURES = 3;
const REST_MS = 60_000;

/** `onChange`: a rest begins or ends; screens show it. */
export function createBreaker(now: () => number, onChange: () => void): Breaker {
  const state = new Map<string, { failures: number; until: number }>();
  const isClosed = (id: string) => (state.get(id)?.until ?? 0) <= now();
  return {
    isClosed,
    worked(id) {
      const wasResting = !isClosed(id);
      state.delete(id);
      if (wasResting) onChange();
    },
    failed(id) {
      const failures = (state.get(id)?.failures ?? 0) + 1;
      state.set(id, { failures, until: failures >= FAILURES ? now() + REST_MS : 0 });
      if (failures < FAILURES) return;
      onChange();
      setTimeout(onChange, REST_MS + 1).unref();
    },
  };
}
