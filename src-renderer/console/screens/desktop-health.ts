import { formatAgo, plural } from "../../lib/format.ts";
import type { DotState } from "../../ui/status-dot.tsx";
import type { Output } from "../rest.ts";

export type Desktop = Output<"GET /v1/orgs/:orgId/desktops">["items"][number];

/** A linked desktop asks again at least every 25 s; three of those missed are a silence. */
const SILENT_AFTER_MS = 80_000;

export function healthOf({ seenAt, logSize, keptSize, forkedAt, leftAt }: Pick<Desktop, "seenAt" | "logSize" | "keptSize" | "forkedAt" | "leftAt">, now: number): { readonly dot: DotState; readonly say: string } {
  if (leftAt !== null) return { dot: "idle", say: `left ${formatAgo(leftAt, now)}` };
  if (forkedAt !== null) return { dot: "bad", say: "record forked" };
  if (now - seenAt > SILENT_AFTER_MS) return { dot: "warn", say: `silent, last heard ${formatAgo(seenAt, now)}` };
  const lag = Math.max(0, logSize - keptSize);
  return lag > 0 ? { dot: "busy", say: `${plural(lag, "entry", "entries")} to come` } : { dot: "ok", say: "all of its record is here" };
}
