import { createStore } from "zustand/vanilla";
import { Failure } from "../../src-main/contract/failure.ts";
import type { Settings, Status } from "../../src-main/contract/index.ts";
import type { CoreLink, LinkState } from "../link/index.ts";

export const FAKE_STATUS: Status = {
  version: "0.1.0",
  startedAt: 1_763_700_000_000,
  principal: { id: "op_1", name: "Mara Lind", permissions: ["public", "view", "operate"], locked: false },
  model: { state: "none", name: "" },
  network: "sealed",
  recorder: { state: "ok", events: 1204, head: "9f3c1a77d0e24b6f9f3c1a77d0e24b6f9f3c1a77d0e24b6f9f3c1a77d0e24b6f", say: "" },
  anchor: { witnesses: 0 },
  waitingApprovals: 2,
  hostsConnected: 3,
  lab: false,
};
const SETTINGS: Settings = { theme: "system", textSize: "normal", reducedMotion: false, terminalFontSize: 13, terminalScrollback: 10_000, idleLockMinutes: 15, network: "sealed", onboarded: true };

/** Says one thing and then nothing more, like a core in which nothing happens. */
async function* once<T>(item: T, signal: AbortSignal | undefined): AsyncIterable<T> {
  yield item;
  await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
}
const absent = () => Promise.reject(new Failure("NOT_FOUND", "The gallery has no core behind it."));

/** A stand-in for the gallery only: the frame's own feeds, and a refusal for everything else. */
export const fakeCore = (status: Partial<Status> = {}, link: Partial<LinkState> = {}): CoreLink => {
  const app: Record<string, unknown> = {
    status: (_: unknown, options?: { signal?: AbortSignal }) => once({ ...FAKE_STATUS, ...status }, options?.signal),
    settings: (_: unknown, options?: { signal?: AbortSignal }) => once(SETTINGS, options?.signal),
    changeSettings: (change: Partial<Settings>) => Promise.resolve({ ...SETTINGS, ...change }),
    report: () => Promise.resolve({ done: true }),
  };
  return {
    client: new Proxy({ app }, { get: (groups, name) => (name === "app" ? groups.app : new Proxy({}, { get: () => absent })) }) as unknown as CoreLink["client"],
    state: createStore<LinkState>(() => ({ is: "up", why: undefined, generation: 1, ...link })),
    close: () => {},
  };
};
