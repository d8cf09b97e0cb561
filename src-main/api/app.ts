import type { FailureData, GroupHandlers, Settings, Status, appContract } from "../contract/index.ts";
import type { Live } from "../kernel/index.ts";
import type { Log } from "../log/index.ts";
import type { SettingsRoom } from "../settings/index.ts";
import { FAILURE_LIST } from "./failure-list.ts";

/** Stands in every place of a sentence, so that the list reads as sentences. */
const EXAMPLE = new Proxy({}, { get: () => "…" }) as FailureData;

export type AppNeeds = { readonly status: Live<Status>; readonly settings: SettingsRoom; readonly log: Log };

export const appHandlers = ({ status, settings, log }: AppNeeds): GroupHandlers<typeof appContract> => ({
  status: (_input, { signal }) => status.follow(signal),
  settings: (_input, { signal }) => settings.current.follow(signal),
  changeSettings: async (some) => settings.change(some as Partial<Settings>),
  ping: async ({ text }) => ({ text }),
  failures: async () => ({ failures: Object.entries(FAILURE_LIST).map(([code, { retryable, status, say }]) => ({ code, isRetryable: retryable, status: status ?? 400, example: say(EXAMPLE) })) }),
  report: async ({ ref, message, stack }) => {
    log.write("error", "screen-failure", { ref, message, stack });
    return { done: true };
  },
});
