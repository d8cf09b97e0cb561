import { z } from "zod";
import { createStore, type StoreApi } from "zustand/vanilla";
import { contract, Failure, LINK_FAILURES, type Client, type SenaContract } from "../../src-main/contract/index.ts";
import { CLOSE, connect, type Connection, type Transport } from "../../src-main/contract/link/index.ts";

// zod compiles its parsers with `new Function` where it may; the page's policy forbids that, and merely probing for it
// would be reported as a violation.
z.config({ jitless: true });

export type LinkState = {
  /** `connecting` only before the first connection; afterwards a lost one is `down` until it is back. */
  readonly is: "connecting" | "up" | "down";
  readonly why: "core" | "network" | undefined;
  /** Grows with each connection made: whoever follows something starts again when it changes. */
  readonly generation: number;
};

export type CoreLink = {
  /** Calls made while down reject with DISCONNECTED at once; nothing is queued that the operator cannot see. */
  readonly client: Client<SenaContract>;
  readonly state: StoreApi<LinkState>;
  close(): void;
};

const BACK_OFF_MS = [100, 250, 500, 1000, 2000] as const;

/** Keeps one connection to the core, dialling again with back-off whenever it is lost. */
export function connectCore(dial: () => Promise<Transport>): CoreLink {
  const state = createStore<LinkState>(() => ({ is: "connecting", why: undefined, generation: 0 }));
  let current: Connection<SenaContract> | undefined;
  let isClosed = false;

  void (async () => {
    let failures = 0;
    while (!isClosed) {
      try {
        current = await connect(contract, await dial());
        failures = 0;
        state.setState(({ generation }) => ({ is: "up", why: undefined, generation: generation + 1 }));
        const { code } = await current.closed;
        current = undefined;
        state.setState({ is: "down", why: code === CLOSE.coreDown ? "core" : "network" });
      } catch {
        current = undefined;
        if (state.getState().is === "up") state.setState({ is: "down", why: "network" });
      }
      await new Promise((wake) => setTimeout(wake, BACK_OFF_MS[Math.min(failures++, BACK_OFF_MS.length - 1)]));
    }
  })();

  return {
    client: forwarding(() => current?.client),
    state,
    close() {
      isClosed = true;
      current?.close();
    },
  };
}

/** The same client object for the whole life of the page; each use goes to the connection of the moment. */
function forwarding(current: () => Client<SenaContract> | undefined): Client<SenaContract> {
  const groups = contract as unknown as Record<string, Record<string, { kind: "call" | "feed" | "pipe" }>>;
  const disconnected = () => new Failure("DISCONNECTED", LINK_FAILURES.DISCONNECTED.say(), { retryable: true });
  type Any = Record<string, Record<string, (...args: unknown[]) => unknown>>;
  return Object.fromEntries(
    Object.entries(groups).map(([group, procedures]) => [
      group,
      Object.fromEntries(
        Object.entries(procedures).map(([name, { kind }]) => [
          name,
          (...args: unknown[]) => {
            const use = (current() as unknown as Any | undefined)?.[group]?.[name];
            if (use) return use(...args);
            if (kind === "call") return Promise.reject(disconnected());
            throw disconnected();
          },
        ]),
      ),
    ]),
  ) as unknown as Client<SenaContract>;
}
