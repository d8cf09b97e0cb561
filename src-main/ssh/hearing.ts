import { live, type Clock, type Live } from "../kernel/index.ts";

/** A host that was asked whether it is there and did not answer: since when nothing of it came. */
export type QuietHost = { readonly id: string; readonly since: number };

export type Hearing = Disposable & {
  /** Listens to a connection from now on. What is given back is called once it is over. */
  listen(hostId: string, wire: Wire): (over: "gave-up" | "ended") => void;
  readonly quiet: Live<readonly QuietHost[]>;
};
type Wire = { on(event: "data", heard: () => void): unknown };

/** A keep-alive's answer may take a while on a bad line before its absence says anything. */
const GRACE = 4 / 3;
/** After a connection was given up its host is quiet until another comes about; whoever waits for that has given up by then as well. */
const REMEMBERED_MS = 10 * 60_000;
const MOST_LOOK_MS = 1000;

/**
 * A connection asks its host every so often whether it is there, and is given up after three times without an answer. Whoever
 * watches a command meanwhile sees a running clock and nothing else: that nothing comes is told long before that.
 */
export function createHearing({ now, keepAliveMs }: { readonly now: Clock; readonly keepAliveMs: number }): Hearing {
  const quietMs = keepAliveMs * GRACE;
  const ears = new Map<string, Set<{ at: number }>>();
  const gone = new Map<string, number>();
  const quiet = live<readonly QuietHost[]>([]);
  const look = (): void => {
    const heard = [...ears].map(([id, all]): QuietHost => ({ id, since: Math.max(...[...all].map(({ at }) => at)) }));
    const silent = heard.filter(({ since }) => now() - since >= quietMs);
    for (const [id, since] of gone) {
      if (now() - since >= REMEMBERED_MS) gone.delete(id);
      else silent.push({ id, since });
    }
    if (silent.length > 0 || quiet.value.length > 0) quiet.update((before) => (before.length === silent.length && before.every(({ id, since }, at) => silent[at]?.id === id && silent[at].since === since) ? before : silent));
  };
  const timer = setInterval(look, Math.min(MOST_LOOK_MS, keepAliveMs / 3));
  timer.unref();
  return {
    quiet,
    listen(hostId, wire) {
      const ear = { at: now() };
      const own = ears.get(hostId) ?? new Set();
      ears.set(hostId, own.add(ear));
      gone.delete(hostId);
      look();
      wire.on("data", () => {
        ear.at = now();
        if (quiet.value.some(({ id }) => id === hostId)) look();
      });
      return (over) => {
        own.delete(ear);
        if (own.size === 0) ears.delete(hostId);
        if (own.size === 0 && over === "gave-up") gone.set(hostId, ear.at);
        look();
      };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
