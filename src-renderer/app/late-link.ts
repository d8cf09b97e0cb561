import { createStore } from "zustand/vanilla";
import { Failure, LINK_FAILURES } from "../../src-main/contract/failure.ts";
import type { CoreLink, LinkState } from "../link/index.ts";

/**
 * The frame draws before the contract with all its schemas is loaded: they are a third of the code and none of it is
 * needed to show where things are. Until the real link is there this one says "connecting".
 */
export const lateLink = (load: () => Promise<CoreLink>): CoreLink => {
  const state = createStore<LinkState>(() => ({ is: "connecting", why: undefined, generation: 0 }));
  let real: CoreLink | undefined;
  let isClosed = false;
  void load().then((link) => {
    real = link;
    if (isClosed) return link.close();
    state.setState(link.state.getState(), true);
    link.state.subscribe((next) => state.setState(next, true));
  });
  const use = (group: string, name: string, args: readonly unknown[]): unknown => {
    const groups = real?.client as Record<string, Record<string, (...args: readonly unknown[]) => unknown>> | undefined;
    const procedure = groups?.[group]?.[name];
    if (procedure !== undefined) return procedure(...args);
    return Promise.reject(new Failure("DISCONNECTED", LINK_FAILURES.DISCONNECTED.say(), { retryable: true }));
  };
  const group = (of: string) => new Proxy({}, { get: (_, name) => (...args: readonly unknown[]) => use(of, String(name), args) });
  const groups = new Map<string, object>();
  const client = new Proxy({}, { get: (_, name) => groups.get(String(name)) ?? (groups.set(String(name), group(String(name))), groups.get(String(name))) }) as CoreLink["client"];
  return {
    client,
    state,
    close() {
      isClosed = true;
      real?.close();
    },
  };
};
