/** A value that changes and that several may follow. Followers see the newest value, never a queue of stale ones. */
export type Live<T> = {
  readonly value: T;
  set(next: T): void;
  update(change: (before: T) => T): void;
  /** The current value at once, then each change, until the signal aborts. A slow follower skips what was overtaken. */
  follow(signal: AbortSignal): AsyncIterable<T>;
};

export function live<T>(initial: T): Live<T> {
  let value = initial;
  let version = 0;
  const wakes = new Set<() => void>();
  const set = (next: T) => {
    if (Object.is(next, value)) return;
    value = next;
    version += 1;
    for (const wake of [...wakes]) wake();
  };
  return {
    get value() {
      return value;
    },
    set,
    update: (change) => set(change(value)),
    async *follow(signal) {
      let seen = -1;
      while (!signal.aborted) {
        if (seen !== version) {
          seen = version;
          yield value;
          continue;
        }
        await new Promise<void>((resolve) => {
          const wake = () => {
            wakes.delete(wake);
            signal.removeEventListener("abort", wake);
            resolve();
          };
          wakes.add(wake);
          signal.addEventListener("abort", wake, { once: true });
        });
      }
    },
  };
}
