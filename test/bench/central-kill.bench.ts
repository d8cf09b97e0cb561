import { killCentral } from "../harness/central-kill.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

export const OPTIONS = { seed: { type: "string" }, cycles: { type: "string" } } as const;

/** npm run bench -- central-kill [--cycles 200] [--seed 1]: `kill -9` of server, database and desktop, and cuts of the network, in any order while a desktop writes. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  let seed = Number(flags.seed ?? 1) || 1;
  const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const found = await killCentral({ cycles: Number(flags.cycles ?? 200), chance });
  const { server, database, desktop, network } = found.cycles;
  report({ name: "central-kill.cycles", value: server + database + desktop + network, unit: "cycles", note: `server ${server}, database ${database}, desktop ${desktop}, network ${network}` });
  report({ name: "central-kill.entries", value: found.entries, unit: "entries", note: `${found.acknowledged} were told as acknowledged` });
  report({ name: "central-kill.lost", value: found.lost, unit: "entries", note: "acknowledged and not there" });
  report({ name: "central-kill.twice", value: found.twice, unit: "entries" });
  report({ name: "central-kill.different", value: found.different, unit: "entries", note: "not byte for byte what the desktop has" });
  report({ name: "central-kill.false-heads", value: found.headsFalse, unit: "heads", note: "cosigned, and not of a beginning of what is kept" });
  report({ name: "central-kill.false-alarms", value: found.falseAlarms, unit: "alarms" });
  report({ name: "central-kill.catch-up", value: Math.round(found.catchUpMs), unit: "ms", note: "from the last cut until nothing waits" });
  if (found.lost + found.twice + found.different + found.headsFalse + found.falseAlarms > 0) process.exitCode = 1;
}
