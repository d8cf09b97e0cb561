/**
 * One after another for each name. Whoever guesses asks many times at one moment: each has to see what came of those before,
 * or all of them are the first.
 */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const own = (last.get(name) ?? Promise.resolve()).then(work);
    const ended = own.catch(() => undefined);
    last.set(name, ended);
    try {
      return await own;
    } finally {
      if (last.get(name) === ended) last.delete(name);
    }
  };
}
