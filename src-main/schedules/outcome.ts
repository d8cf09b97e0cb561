import type { HostOutcome, HostRef, RunItem, ScheduleTurn } from "../contract/index.ts";

type HostResult = ScheduleTurn["hosts"][number];
/** The worst a turn may tell first. */
const FROM_BEST: readonly HostOutcome[] = ["ok", "stopped", "unreachable", "refused", "trouble", "unknown"];

/** How each host of a run fared, from its journal alone: read again after a crash it says the same. */
export function outcomesOf(hosts: readonly HostRef[], items: readonly RunItem[]): HostResult[] {
  const hostOfStep = new Map<string, string>();
  for (const { event } of items) if (event.type === "queued") hostOfStep.set(event.stepId, event.hostId);
  return hosts.map((host) => ({ host: { ...host }, ...outcomeOf(items.filter(({ event }) => ("hostId" in event ? event.hostId === host.id : "stepId" in event && hostOfStep.get(event.stepId) === host.id))) }));
}

function outcomeOf(items: readonly RunItem[]): Omit<HostResult, "host"> {
  const events = items.map(({ event }) => event);
  const end = events.findLast((event) => event.type === "host");
  const state = end?.state;
  const ending = end?.say ?? "";
  const said = (say: string, otherwise: string): string => (say === "" ? otherwise : say);
  const wasStarted = events.some(({ type }) => type === "started");
  const refusal = events.find((event) => event.type === "refused");
  if (refusal !== undefined && state !== "unknown") return { outcome: "refused", say: refusal.say };
  switch (state) {
    case "done": {
      const statements = events.flatMap((event) => (event.type === "statement" ? [event.statement] : []));
      const worst = statements.find(({ tone }) => tone === "bad") ?? statements.find(({ tone }) => tone === "attention");
      return worst === undefined ? { outcome: "ok", say: statements[0]?.text ?? ending } : { outcome: "trouble", say: worst.text };
    }
    case "failed": {
      // No command began and one ended without a status: the way to the host is what broke.
      const broken = wasStarted ? undefined : events.findLast((event) => event.type === "ended" && event.exitCode === null);
      return broken?.type === "ended" ? { outcome: "unreachable", say: said(broken.say, ending) } : { outcome: "trouble", say: said(ending, "It failed.") };
    }
    case "refused":
      return { outcome: "refused", say: ending };
    case "unknown":
      return { outcome: "unknown", say: ending };
    case "stopped":
      return { outcome: "stopped", say: said(ending, "Stopped.") };
    case "running":
    case "waiting-turn":
    case undefined:
      // Handed over is as good as begun: the journal may not have been told before the process ended.
      return events.some(({ type }) => type === "queued") ? { outcome: "unknown", say: "A command had begun. Whether it ran to its end is not known: look at the host." } : { outcome: "stopped", say: "It did not come to its turn. Nothing was run." };
    default:
      return state satisfies never;
  }
}

/** One word and one sentence for all of them. */
export function resultOf(hosts: readonly HostResult[]): { readonly state: HostOutcome; readonly say: string } {
  const [first] = hosts.toSorted((one, other) => FROM_BEST.indexOf(other.outcome) - FROM_BEST.indexOf(one.outcome));
  if (first === undefined) return { state: "trouble", say: "There was no host to take it on." };
  if (hosts.length === 1) return { state: first.outcome, say: first.say };
  const alike = hosts.filter(({ outcome }) => outcome === first.outcome);
  if (alike.length === hosts.length && first.outcome === "ok") return { state: "ok", say: `All ${hosts.length} hosts are well.` };
  return { state: first.outcome, say: `${alike.length} of ${hosts.length} hosts: ${alike.slice(0, 3).map(({ host }) => host.name).join(", ")}${alike.length > 3 ? ", …" : ""}. ${first.say}` };
}
