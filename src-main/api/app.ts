import { failer, LINK_FAILURES, type FailureData, type GroupHandlers, type Settings, type Status, type appContract } from "../contract/index.ts";
import type { Live } from "../kernel/index.ts";
import type { Log } from "../log/index.ts";
import type { SettingsRoom } from "../settings/index.ts";
import { FAILURE_LIST } from "./failure-list.ts";
import { paced } from "./paced.ts";

/** Stands in every place of a sentence, so that the list reads as sentences. */
const EXAMPLE = new Proxy({}, { get: () => "…" }) as FailureData;

/** Between two words to a status bar: while a fleet is asked, the head of the record moves hundreds of times a second, and each word would be drawn by every window. */
const STATUS_REST_MS = 100;

const fail = failer(LINK_FAILURES);
/** These are nobody's taste: whether anything leaves this machine, and how long it stays open for whoever comes by. */
const FOR_ALL = ["network", "idleLockMinutes"] as const satisfies readonly (keyof Settings)[];

export type AppNeeds = { readonly status: Live<Status>; readonly settings: SettingsRoom; readonly log: Log };

export const appHandlers = ({ status, settings, log }: AppNeeds): GroupHandlers<typeof appContract> => ({
  status: (_input, { signal }) => paced(status.follow(signal), STATUS_REST_MS, signal),
  settings: (_input, { signal }) => settings.current.follow(signal),
  async changeSettings(some, { principal: { name, permissions } }) {
    const isForAll = FOR_ALL.some((each) => some[each] !== undefined && some[each] !== settings.current.value[each]);
    if (isForAll && !permissions.includes("administer")) throw fail("FORBIDDEN", { permission: "administer", name });
    return settings.change(some as Partial<Settings>);
  },
  ping: async ({ text }) => ({ text }),
  failures: async () => ({ failures: Object.entries(FAILURE_LIST).map(([code, { retryable, status, say }]) => ({ code, isRetryable: retryable, status: status ?? 400, example: say(EXAMPLE) })) }),
  report: async ({ ref, message, stack }) => {
    log.write("error", "screen-failure", { ref, message, stack });
    return { done: true };
  },
});
