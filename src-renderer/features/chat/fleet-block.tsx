import { memo, useMemo, useState } from "react";
import type { QuietHosts } from "../../app/use-quiet-hosts.ts";
import { formatClock, formatDuration, plural } from "../../lib/format.ts";
import { BothEnds } from "../../ui/both-ends.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Dot, type DotState } from "../../ui/status-dot.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { GRAVITY, type HostView, type RunView } from "./conversation-state.ts";
import styles from "./fleet-block.module.css";

type Props = { run: RunView; now: number; quietHosts: QuietHosts; openHostId: string | undefined; onOpenHost: (hostId: string | undefined) => void; onStop?: (() => void) | undefined };
type Filter = "all" | "running" | "trouble";

const DOTS: Readonly<Record<HostView["state"], DotState>> = { "waiting-turn": "idle", running: "busy", done: "ok", failed: "bad", refused: "warn", unknown: "warn", stopped: "idle" };
const WORDS: Readonly<Record<HostView["state"], string>> = { "waiting-turn": "waits its turn", running: "running", done: "done", failed: "failed", refused: "refused", unknown: "outcome unknown", stopped: "stopped" };
const ROW = 26;

/** Many hosts as one matrix: a row per host, whatever their number. A row opens that host's steps below. */
export const FleetBlock = ({ run, now, quietHosts, openHostId, onOpenHost, onStop }: Props) => {
  const [filter, setFilter] = useState<Filter>("all");
  const hosts = useMemo(() => [...run.hosts.values()], [run.hosts]);
  const ended = hosts.filter(({ state }) => state !== "waiting-turn" && state !== "running").length;
  const trouble = hosts.filter(isTrouble).length;
  const rows = useMemo(() => hosts.filter((one) => (filter === "all" ? true : filter === "running" ? one.state === "running" : isTrouble(one))), [hosts, filter]);
  const isOver = run.endedAt !== undefined;
  const elapsed = (run.endedAt ?? now) - run.startedAt;
  return (
    <section className={styles.fleet} aria-label={`${run.title} on ${plural(hosts.length, "host")}`}>
      <div className={styles.top}>
        <Progress label={isOver ? `${plural(hosts.length, "host")} in ${formatDuration(elapsed)}` : `${ended} of ${plural(hosts.length, "host")}`} fraction={hosts.length === 0 ? null : ended / hosts.length} detail={`${trouble === 0 ? "no trouble" : `${trouble} to look at`} · ${rate(ended, elapsed)}`} {...(onStop === undefined || isOver ? {} : { onCancel: onStop })} />
        <Segmented label="Which hosts" value={filter} onValue={setFilter} segments={[{ value: "all", text: "All" }, { value: "running", text: "Running" }, { value: "trouble", text: `Trouble ${trouble}` }]} />
      </div>
      <Matrix rows={rows} empty={filter === "trouble" ? "No host is in trouble." : "No host here now."} quietHosts={quietHosts} openHostId={openHostId} onOpenHost={onOpenHost} />
    </section>
  );
};

const columnsOf = (quiet: QuietHosts): readonly Column<HostView>[] => [
  { id: "host", title: "Host", width: "160px", isMono: true, cell: ({ host }) => <BothEnds text={host.name} /> },
  { id: "state", title: "State", width: "132px", cell: ({ state }) => <span className={styles.state}><Dot state={DOTS[state]} isStill />{WORDS[state]}</span> },
  { id: "steps", title: "Steps", width: "64px", align: "end", isMono: true, cell: ({ stepIds }) => stepIds.length },
  { id: "finding", title: "Finding", cell: (one) => (one.state === "running" && quiet.has(one.host.id) ? `no answer since ${formatClock(quiet.get(one.host.id) ?? 0)}` : findingOf(one)) },
];

/** The clock above ticks without it: it is drawn anew only when a host told something. */
const Matrix = memo(({ rows, empty, quietHosts, openHostId, onOpenHost }: Pick<Props, "quietHosts" | "openHostId" | "onOpenHost"> & { rows: readonly HostView[]; empty: string }) => (
  <div className={styles.matrix} style={{ height: Math.min(rows.length, 14) * ROW + 34 }}>
    <Table label="Hosts of this run" rows={rows} rowId={({ host }) => host.id} rowHeight={ROW} selectedId={openHostId} onOpen={({ host }) => onOpenHost(host.id === openHostId ? undefined : host.id)} edge={({ host }) => host.environment} empty={empty} columns={columnsOf(quietHosts)} />
  </div>
));
Matrix.displayName = "Matrix";

const isTrouble = (one: HostView): boolean => ["failed", "refused", "unknown"].includes(one.state) || GRAVITY[one.worst?.tone ?? "good"] >= GRAVITY.unsure;
const findingOf = (one: HostView): string => (one.state === "done" || one.state === "running" ? (one.worst?.text.replaceAll("`", "") ?? "") : one.say);
const rate = (ended: number, ms: number): string => (ended === 0 || ms <= 0 ? "starting" : `${((ended * 1000) / ms).toFixed(ended * 1000 < ms * 10 ? 1 : 0)} hosts/s`);
