import { ENVIRONMENTS } from "../contract/words.ts";
import type { Host } from "./port.ts";

// Policies go by what the inventory says of a host: that it is production, how dear it is, its tags, what kind of device it is.
// Who may change that may change what is asked about, and of whom.

const CRITICALITIES = ["low", "normal", "high"] as const;
/** The words are listed from the least to the dearest. */
const isLess = (one: Pick<Host, "environment" | "criticality">, than: Pick<Host, "environment" | "criticality">): boolean =>
  ENVIRONMENTS.indexOf(one.environment) < ENVIRONMENTS.indexOf(than.environment) || CRITICALITIES.indexOf(one.criticality) < CRITICALITIES.indexOf(than.criticality);
const isDear = ({ environment, criticality }: Host): boolean => environment === "prod" || criticality === "high";
const DECIDED_BY = ["tags", "address", "port", "os"] as const satisfies readonly (keyof Host)[];
const isSamePlace = (one: Host, other: Host): boolean => one.port === other.port && one.address.toLowerCase() === other.address.toLowerCase();

/** Undefined where it was not there before, or will not be any more. */
export type HostStep = { readonly before: Host | undefined; readonly after: Host | undefined };

/** Why this would make less of a host than it is, in words; nothing where it does not. */
export function looseningOf(steps: readonly HostStep[], all: readonly Host[]): string | undefined {
  for (const step of steps) {
    const why = looseningBy(step, all);
    if (why !== undefined) return why;
  }
  return undefined;
}

function looseningBy({ before, after }: HostStep, all: readonly Host[]): string | undefined {
  if (before !== undefined && isDear(before)) {
    if (after === undefined) return `${before.name} is a production or critical host, and would no longer be known as one`;
    const field = DECIDED_BY.find((each) => JSON.stringify(before[each]) !== JSON.stringify(after[each]));
    if (field !== undefined) return `${before.name} is a production or critical host, and policies go by its ${WORDS[field]}`;
  }
  if (after === undefined) return undefined;
  if (before !== undefined && isLess(after, before)) return `${before.name} would count for less than it does`;
  const twin = dearerTwin(after, all);
  return twin === undefined ? undefined : `${after.name} would be another name for the place of ${twin.name}, and count for less`;
}

/** Another entry of the same place that counts for more. */
export const dearerTwin = (host: Host, all: readonly Host[]): Host | undefined => all.find((other) => other.id !== host.id && isSamePlace(other, host) && isLess(host, other));

const WORDS: Readonly<Record<(typeof DECIDED_BY)[number], string>> = { tags: "tags", address: "address", port: "port", os: "kind of device" };
