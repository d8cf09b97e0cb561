import type { RunState, RunSummary } from "../../../src-main/contract/index.ts";
import { formatDuration, formatInstant, plural } from "../../lib/format.ts";
import { List } from "../../ui/list.tsx";
import { type DotState, StatusDot } from "../../ui/status-dot.tsx";
import styles from "./screen.module.css";

const DOTS: Readonly<Record<RunState, DotState>> = { running: "busy", waiting: "warn", paused: "idle", done: "ok", failed: "bad", refused: "warn", stopped: "idle", unknown: "bad" };

export const RunList = ({ runs, selectedId, onSelect }: { runs: readonly RunSummary[]; selectedId: string | undefined; onSelect: (run: RunSummary) => void }) => (
  <List label="Runs, newest first" items={runs} itemId={({ id }) => id} itemText={({ title }) => title} selectedId={selectedId} onSelect={onSelect} itemHeight={52} className={styles.runs ?? ""}>
    {(run) => (
      <span className={styles.run}>
        <span className={styles.runTitle}>{run.title}</span>
        <span className={styles.runNote}>
          <StatusDot state={DOTS[run.state]} label={run.state} />
          <span>{run.hostCount === 1 ? run.hosts[0]?.name : plural(run.hostCount, "host")}</span>
          <span>{run.endedAt === null ? "goes on" : formatDuration(run.endedAt - run.createdAt)}</span>
          <span>{formatInstant(run.createdAt)}</span>
        </span>
      </span>
    )}
  </List>
);
