import { join } from "node:path";
import { writeBundle, type ExportRequest, type ExportResult } from "./bundle-write.ts";
import { createCopySource, type CopySource } from "./custody.ts";
import { createOptions } from "./options.ts";
import { checkLedger, type CheckProgress, type CheckResult } from "./check.ts";
import { createForwarders, type ForwarderNeeds, type Forwarders } from "./forward.ts";
import { createKeeping } from "./keeping.ts";
import { openLedgerCore, type LedgerCore, type LedgerNeeds } from "./open.ts";
import { openSearch, type LedgerSearch } from "./search.ts";
import { createWitness } from "./witness.ts";

export type OpenNeeds = LedgerNeeds & {
  /** What forwarders may do; by default none reaches anything and no secret is found. */
  readonly forwarding?: Pick<ForwarderNeeds, "secret" | "mayReach">;
};

export type SenaLedger = LedgerCore & {
  readonly search: LedgerSearch;
  readonly witness: ReturnType<typeof createWitness>;
  readonly keeping: ReturnType<typeof createKeeping>;
  readonly forwarders: Forwarders;
  readonly options: ReturnType<typeof createOptions>;
  /** What a copy of this log, kept elsewhere, is made from. */
  readonly copySource: CopySource;
  exportBundle(request: ExportRequest): Promise<ExportResult>;
  /** Every leaf hashed again on threads of its own; `from` goes on where a stopped check was. */
  check(options: { readonly from?: number; readonly signal: AbortSignal; readonly onProgress: (progress: CheckProgress) => void }): Promise<CheckResult>;
};

/** The index waits for a quiet moment, but not for ever: a burst of entries must not pay for being searchable. */
const INDEX_AFTER_MS = 300;
const INDEX_AT_BEHIND = 200_000;

/** Opens the record: checks it, says what the last run left undone, and from then on writes before anyone acts. */
export async function openLedger(needs: OpenNeeds): Promise<SenaLedger> {
  await using opening = new AsyncDisposableStack();
  const core = opening.use(await openLedgerCore(needs));
  const { writer, keyring, dir, now } = core;
  const book = () => writer.book;
  const search = opening.use(openSearch({ dir, book, onSlow: needs.onSlow }));
  const forwarders = opening.use(createForwarders({ book, origin: core.origin, version: needs.version ?? "", now, ...(needs.forwarding ?? SEALED) }));
  forwarders.startAll();

  let timer: NodeJS.Timeout | undefined;
  let isFresh = false;
  const onQuiet = (): void => {
    const isBusy = isFresh && search.behind < INDEX_AT_BEHIND;
    isFresh = false;
    timer = isBusy ? setTimeout(onQuiet, INDEX_AFTER_MS).unref() : undefined;
    // Nobody acts on the index: if it cannot be written, a search says so, and the record goes on.
    if (!isBusy) void search.catchUp().catch(() => undefined);
  };
  const stop = core.followCommits(() => {
    forwarders.wake();
    isFresh = true;
    timer ??= setTimeout(onQuiet, INDEX_AFTER_MS).unref();
  });
  opening.defer(() => {
    stop();
    clearTimeout(timer);
  });
  const owned = opening.move();

  const parts = {
    search,
    forwarders,
    options: createOptions(book),
    copySource: createCopySource({ writer, keyring }),
    witness: createWitness({ writer, keyring, now }),
    keeping: createKeeping({ writer, keyring, dir, now, onErasing: search.forget }),
    exportBundle: (request: ExportRequest) => writeBundle({ book, keyring, append: core.append, dir, kit: core.kit, now, copyWorker: core.workers.copy }, request),
    check: ({ from = 0, signal, onProgress }: Parameters<SenaLedger["check"]>[0]) => {
      const current = book();
      return checkLedger({ path: join(dir, "ledger.db"), worker: core.workers.check, size: current.size, minimum: current.minimum, root: current.root(), tile: current.tile, edge: current.edge, subtree: current.subtree, from, signal, onProgress });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
  return { ...core, ...parts };
}

const SEALED: Pick<ForwarderNeeds, "secret" | "mayReach"> = {
  secret: () => Promise.reject(new Error("no vault is open")),
  mayReach: (host) => {
    throw new Error(`the network is sealed: ${host} is not reached`);
  },
};
