import type { AuditFilter, SavedSearch } from "../../../src-main/contract/index.ts";

const HOUR = 3_600_000;
export const TIMES = [
  { value: "any", text: "Any time", ms: 0 },
  { value: "1h", text: "Last hour", ms: HOUR },
  { value: "24h", text: "Last 24 hours", ms: 24 * HOUR },
  { value: "7d", text: "Last 7 days", ms: 7 * 24 * HOUR },
  { value: "30d", text: "Last 30 days", ms: 30 * 24 * HOUR },
] as const;

export const fromOf = (value: string, now: number): number | undefined => {
  const ms = TIMES.find((one) => one.value === value)?.ms ?? 0;
  return ms === 0 ? undefined : now - ms;
};
/** "The last hour" is kept as that, and counts from when it is used. */
export const savedOf = (name: string, { fromMs, ...filter }: AuditFilter, now: number): SavedSearch => {
  const lastMs = filter.toMs === undefined ? TIMES.find(({ value }) => value === timeChoice({ fromMs }, now))?.ms : undefined;
  return lastMs === undefined || lastMs === 0 ? { name, filter: { ...filter, fromMs } } : { name, filter, lastMs };
};
export const filterOfSaved = ({ filter, lastMs }: SavedSearch, now: number): AuditFilter => (lastMs === undefined ? filter : { ...filter, fromMs: now - lastMs });
export const timeChoice = ({ fromMs }: AuditFilter, now: number): (typeof TIMES)[number]["value"] => (fromMs === undefined ? "any" : (TIMES.find(({ ms }) => ms !== 0 && now - fromMs <= ms + 60_000)?.value ?? "30d"));
