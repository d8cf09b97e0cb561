import type { SenaLedger } from "../ledger/index.ts";
import { keepConfirmed, type Confirmed } from "./membership.ts";

export type Shown = { readonly size: number; readonly note: string };
export type Alarm = { readonly say: string; readonly detail: Readonly<Record<string, string | number>> };

/** What a server says it has, held against what it confirmed before and against our own tree. `isOurs`: whether to go on from there. */
export function compareShown({ folder, ledger, shown, before }: { readonly folder: string; readonly ledger: Pick<SenaLedger, "copySource">; readonly shown: Shown; readonly before: Confirmed }): { readonly alarms: readonly Alarm[]; readonly isOurs: boolean } {
  const alarms: Alarm[] = [];
  if (shown.size < before.size) alarms.push({ say: `The central server has ${shown.size} entries of this record and confirmed ${before.size} before: it was put back to an older state. Both signed heads are kept.`, detail: { confirmed: before.size, shown: shown.size, confirmedHead: before.note, shownHead: shown.note } });
  const isOurs = shown.size === 0 || ledger.copySource.isOurs(shown.note) === "ours";
  if (!isOurs) alarms.push({ say: `The central server holds ${shown.size} entries that this desktop signed and does not have: this installation was rolled back, or copied and used elsewhere.`, detail: { shown: shown.size, shownHead: shown.note } });
  else if (shown.size > before.size) keepConfirmed(folder, { size: shown.size, note: shown.note });
  return { alarms, isOurs };
}
