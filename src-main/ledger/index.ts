import { openLedgerCore, type LedgerCore, type LedgerNeeds } from "./open.ts";

export { LEDGER_FAILURES } from "./failures.ts";
export type { LedgerNeeds, LedgerState } from "./open.ts";
export type * from "./port.ts";

export type SenaLedger = LedgerCore;

/** Opens the record: checks it, says what the last run left undone, and from then on writes before anyone acts. */
export const openLedger = (needs: LedgerNeeds): Promise<SenaLedger> => openLedgerCore(needs);
