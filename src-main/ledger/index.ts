import { writeBundle, type ExportRequest, type ExportResult } from "./bundle-write.ts";
import { openLedgerCore, type LedgerCore, type LedgerNeeds } from "./open.ts";

export { LEDGER_FAILURES } from "./failures.ts";
export type { ExportProgress, ExportRequest, ExportResult, Selection } from "./bundle-write.ts";
export type { LedgerNeeds, LedgerState } from "./open.ts";
export type * from "./port.ts";

export type SenaLedger = LedgerCore & {
  exportBundle(request: ExportRequest): Promise<ExportResult>;
};

/** Opens the record: checks it, says what the last run left undone, and from then on writes before anyone acts. */
export async function openLedger(needs: LedgerNeeds): Promise<SenaLedger> {
  const core = await openLedgerCore(needs);
  const bundle = { book: () => core.writer.book, keyring: core.keyring, append: core.append, dir: core.dir, kit: core.kit, now: core.now };
  return Object.assign(core, { exportBundle: (request: ExportRequest) => writeBundle(bundle, request) });
}
