/** Who waits for word of one desktop: a poll that is held open, until something is there to tell. */
export function createWakes() {
  const waiting = new Map<string, Set<() => void>>();
  return {
    wake(desktopId: string): void {
      for (const done of waiting.get(desktopId) ?? []) done();
    },
    wakeAll(): void {
      for (const each of waiting.values()) for (const done of each) done();
    },
    /** Registered before the rows are read, so that nothing that happens in between is missed. */
    wait(desktopId: string, waitMs: number, signal: AbortSignal): Promise<void> {
      return new Promise((resolve) => {
        const each = waiting.get(desktopId) ?? new Set();
        waiting.set(desktopId, each);
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          each.delete(done);
          if (each.size === 0) waiting.delete(desktopId);
          resolve();
        };
        const timer = setTimeout(done, waitMs);
        each.add(done);
        signal.addEventListener("abort", done, { once: true });
      });
    },
    get open(): number {
      return waiting.size;
    },
  };
}
export type Wakes = ReturnType<typeof createWakes>;
