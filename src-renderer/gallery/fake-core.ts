import { createStore } from "zustand/vanilla";
import { Failure } from "../../src-main/contract/failure.ts";
import type { AccessView, Settings, Status } from "../../src-main/contract/index.ts";
import type { CoreLink, LinkState } from "../link/index.ts";

export const FAKE_STATUS: Status = {
  version: "0.1.0",
  startedAt: 1_763_700_000_000,
  principal: { id: "op_1", name: "Mara Lind", permissions: ["public", "view", "operate"], locked: false },
  model: { state: "none", name: "" },
  network: "sealed",
  recorder: { state: "ok", events: 1204, head: "9f3c1a77d0e24b6f9f3c1a77d0e24b6f9f3c1a77d0e24b6f9f3c1a77d0e24b6f", say: "" },
  anchor: { witnesses: 0 },
  central: { state: "none", orgName: "", lag: 0, say: "" },
  waitingApprovals: 2,
  keysToConfirm: [],
  scheduleNotices: 0,
  hostsConnected: 3,
  lab: false,
  updated: false,
};
const SETTINGS: Settings = { theme: "system", textSize: "normal", reducedMotion: false, terminalFontSize: 13, terminalScrollback: 10_000, idleLockMinutes: 15, network: "sealed", onboarded: true };
const ACCESS: AccessView = { mode: "several", locked: true, canLock: true, operator: { id: "op_1", name: "Mara Lind" }, operators: [{ id: "op_1", name: "Mara Lind" }, { id: "op_2", name: "Jonas Weber" }] };

/** Says what is so, and again whenever that changes. */
const speaker = <T>(first: T) => {
  let now = first;
  const ears = new Set<() => void>();
  return {
    set(next: T) {
      now = next;
      for (const ear of ears) ear();
    },
    async *follow(signal: AbortSignal | undefined): AsyncIterable<T> {
      while (signal?.aborted !== true) {
        yield now;
        await new Promise<void>((wake) => {
          ears.add(wake);
          signal?.addEventListener("abort", () => wake());
        });
      }
    },
  };
};
/** What no preview plays is refused when called; followed, it says nothing. */
const absent = () => {
  const refused = Promise.reject(new Failure("NOT_FOUND", "The gallery has no core behind it."));
  refused.catch(() => {}); // whoever follows never looks at it
  return Object.assign(refused, { async *[Symbol.asyncIterator]() {} });
};

const ABSENT = new Proxy({}, { get: () => absent });

/** A stand-in for the gallery only: the frame's own feeds, a lock, and a refusal for everything else. */
export const fakeCore = (status: Partial<Status> = {}, link: Partial<LinkState> = {}): CoreLink => {
  const said = speaker<Status>({ ...FAKE_STATUS, ...status });
  const groups: Readonly<Record<string, unknown>> = {
    app: {
      status: (_: unknown, options?: { signal?: AbortSignal }) => said.follow(options?.signal),
      settings: (_: unknown, options?: { signal?: AbortSignal }) => speaker(SETTINGS).follow(options?.signal),
      changeSettings: (change: Partial<Settings>) => Promise.resolve({ ...SETTINGS, ...change }),
      report: () => Promise.resolve({ done: true }),
    },
    access: {
      state: (_: unknown, options?: { signal?: AbortSignal }) => speaker(ACCESS).follow(options?.signal),
      touch: () => Promise.resolve({ done: true }),
      unlock: ({ passphrase }: { passphrase: string }) => {
        if (passphrase !== "open sesame") return Promise.reject(new Failure("WRONG_PASSPHRASE", "That is not the passphrase of this operator. Nothing was unlocked; try again."));
        said.set({ ...FAKE_STATUS, ...status, principal: FAKE_STATUS.principal });
        return Promise.resolve({ done: true });
      },
    },
  };
  return {
    client: new Proxy({}, { get: (_, name) => groups[String(name)] ?? ABSENT }) as unknown as CoreLink["client"],
    state: createStore<LinkState>(() => ({ is: "up", why: undefined, generation: 1, ...link })),
    close: () => {},
  };
};
