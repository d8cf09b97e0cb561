import { createTraceExport, recordedFor, spansOf, type Insight, type TraceExporter } from "../../insight/index.ts";
import type { Clock } from "../../kernel/index.ts";
import type { Ledger } from "../../ledger/port.ts";
import type { Runs } from "../../runs/index.ts";
import type { SettingsRoom } from "../../settings/index.ts";
import type { Store } from "../../store/index.ts";
import { createFetch } from "../../vault/index.ts";
import type { Vault } from "../../vault/port.ts";
import { VERSION } from "./version.ts";

export type TracesNeeds = { readonly store: Store; readonly ledger: Ledger; readonly vault: Vault; readonly settings: SettingsRoom; readonly insight: Insight; readonly runs: Runs; readonly now: Clock };

const MOST_RUNS = 1000;
/** Runs end in bursts, and the journal tells of each step. */
const AFTER_MS = 2000;

/** Sends what ended, some time after the journal moved; nothing at all while export is off. */
export function composeTraces({ store, ledger, vault, settings, insight, runs, now }: TracesNeeds): TraceExporter & AsyncDisposable {
  const isSealed = () => settings.current.value.network === "sealed";
  const closing = new AbortController();
  const traces = createTraceExport({
    store, ledger, isSealed, now, closing: closing.signal, post: createFetch({ isSealed }), reveal: vault.reveal, version: VERSION,
    endedAfter: (at) => runs.list({ limit: MOST_RUNS }).filter(({ endedAt }) => endedAt !== null && endedAt > at).toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0)).map((run) => ({ run, spans: spansOf(run, runs.items(run.id), recordedFor(run, insight)) })),
  });
  let timer: NodeJS.Timeout | undefined;
  const following = (async () => {
    for await (const _ of runs.changes(closing.signal)) {
      if (!traces.view().isOn) continue;
      timer ??= setTimeout(() => {
        timer = undefined;
        void traces.sendDue();
      }, AFTER_MS).unref();
    }
  })();
  return {
    ...traces,
    async [Symbol.asyncDispose]() {
      closing.abort();
      clearTimeout(timer);
      await following;
      await traces.idle();
    },
  };
}
