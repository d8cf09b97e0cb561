import { slipsBetween } from "../kernel/index.ts";
import type { Host } from "./port.ts";

const MOST_SLIPS = 3;

/** The host whose name a misspelt one was most likely meant for, where one comes near; nothing is done to it by itself. */
export function nearestName(hosts: readonly Pick<Host, "name">[], typed: string): { readonly near?: string } {
  let least = Math.min(MOST_SLIPS, Math.ceil(typed.length / 3));
  let near: string | undefined;
  for (const { name } of hosts) {
    const slips = slipsBetween(typed.toLowerCase(), name.toLowerCase(), least);
    if (slips >= least) continue;
    least = slips;
    near = name;
  }
  return near === undefined ? {} : { near };
}
