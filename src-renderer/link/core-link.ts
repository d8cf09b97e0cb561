import { createStore, type StoreApi } from "zustand/vanilla";
import type { Client, SenaContract } from "../../src-main/contract/index.ts";
import { Failure, LINK_FAILURES } from "../../src-main/contract/failure.ts";
import { CLOSE, connect, type Connection, type Offers, type Transport } from "../../src-main/contract/link/index.ts";

export type LinkState = {
  /** `connecting` only before the first connection; afterwards a lost one is `down` until it is back. */
  readonly is: "connecting" | "up" | "down";
  readonly why: "core" | "network" | undefined;
  /** Grows with each connection made: whoever follows something starts again when it changes. */
  readonly generation: number;
};

export type CoreLink = {
  /**
   * One object for the whole life of the page; each use goes to the connection of the moment. What is asked before the
   * first connection stands waits for it, so that a screen may ask as soon as it is drawn. Afterwards, while the link is
   * down, everything is refused with DISCONNECTED at once: nothing is queued that the operator cannot see.
   */
  readonly client: Client<SenaContract>;
  readonly state: StoreApi<LinkState>;
  close(): void;
};

type Groups = Readonly<Record<string, Readonly<Record<string, (...args: readonly unknown[]) => unknown>>>>;
const BACK_OFF_MS = [100, 250, 500, 1000, 2000] as const;

/** Keeps one connection to the core, dialling again with back-off whenever it is lost. */
export function connectCore(dial: () => Promise<Transport>): CoreLink {
  const state = createStore<LinkState>(() => ({ is: "connecting", why: undefined, generation: 0 }));
  const first = Promise.withResolvers<void>();
  first.promise.catch(() => {}); // a page closed before anything was asked
  let current: Connection<SenaContract> | undefined;
  let offers: Offers = {};
  let isClosed = false;

  void (async () => {
    let failures = 0;
    while (!isClosed) {
      try {
        current = await connect<SenaContract>(await dial());
        failures = 0;
        offers = current.offers;
        first.resolve();
        state.setState(({ generation }) => ({ is: "up", why: undefined, generation: generation + 1 }));
        const { code } = await current.closed;
        current = undefined;
        state.setState({ is: "down", why: code === CLOSE.coreDown ? "core" : "network" });
      } catch {
        current = undefined;
        if (state.getState().is === "up") state.setState({ is: "down", why: "network" });
      }
      if (!isClosed) await new Promise((wake) => setTimeout(wake, BACK_OFF_MS[Math.min(failures++, BACK_OFF_MS.length - 1)]));
    }
  })();

  const through = (group: string, name: string, args: readonly unknown[]): unknown => {
    if (current === undefined) throw failure("DISCONNECTED");
    const procedure = (current.client as unknown as Groups)[group]?.[name];
    if (procedure === undefined) throw failure("NO_SUCH_PROCEDURE", { path: `${group}.${name}` });
    return procedure(...args);
  };
  const ask = (group: string, name: string, args: readonly unknown[]): unknown => {
    const signal = (args[1] as { signal?: AbortSignal } | undefined)?.signal;
    if (state.getState().generation === 0) return either(untilAborted(first.promise, signal).then(() => through(group, name, args)));
    if (current === undefined && offers[group]?.[name] === "call") return Promise.reject(failure("DISCONNECTED"));
    return through(group, name, args);
  };
  return {
    client: named((group) => named((name) => (...args: readonly unknown[]) => ask(group, name, args))) as CoreLink["client"],
    state,
    close() {
      isClosed = true;
      first.reject(failure("DISCONNECTED"));
      current?.close();
    },
  };
}

const failure = (code: "DISCONNECTED" | "CANCELLED" | "NO_SUCH_PROCEDURE", data = {}) => new Failure(code, LINK_FAILURES[code].say(data), { data, retryable: LINK_FAILURES[code].retryable });

/** An object whose members are made when first named. `then` is none of them, or awaiting the object would never end. */
const named = <T>(make: (name: string) => T) => {
  const made = new Map<string, T>();
  return new Proxy({}, { get: (_, name) => (typeof name === "symbol" || name === "then" ? undefined : (made.get(name) ?? made.set(name, make(name)).get(name))) });
};

/** Nothing here knows yet whether a call or a feed was asked for: the answer can be awaited like one and followed like the other. */
const either = (answer: Promise<unknown>): Promise<unknown> & AsyncIterable<unknown> => {
  answer.catch(() => {}); // a feed that is refused is told so by its first item
  return Object.assign(answer, {
    async *[Symbol.asyncIterator]() {
      yield* (await answer) as AsyncIterable<unknown>;
    },
  });
};

const untilAborted = (what: Promise<void>, signal: AbortSignal | undefined): Promise<void> =>
  signal === undefined
    ? what
    : Promise.race([
        what,
        new Promise<never>((_, reject) => {
          const stop = () => reject(failure("CANCELLED"));
          if (signal.aborted) stop();
          else signal.addEventListener("abort", stop, { once: true });
        }),
      ]);
