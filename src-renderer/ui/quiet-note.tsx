import { formatClock, formatDuration } from "../lib/format.ts";
import { Icon } from "./icon.tsx";
import styles from "./quiet-note.module.css";

/** A command that says nothing is told from here on; many look things up for as long without a word. */
export const QUIET_AFTER_MS = 30_000;

type Props = {
  hostName: string;
  /** Since when the host itself does not answer; undefined while it does. */
  hostSince: number | undefined;
  /** When the command was sent or last said something. */
  heardAt: number | undefined;
  now: number;
};

/** A running clock alone does not say whether something happens: since when nothing came, what of it is safe, and what can be done. */
export const QuietNote = ({ hostName, hostSince, heardAt, now }: Props) => {
  if (hostSince === undefined && (heardAt === undefined || now - heardAt < QUIET_AFTER_MS)) return null;
  const since = hostSince ?? heardAt ?? now;
  return (
    <p className={styles.note} data-tone={hostSince === undefined ? undefined : "warn"} role="status">
      <Icon name={hostSince === undefined ? "clock" : "warning"} size={14} />
      <span>
        <strong>{hostSince === undefined ? `No output since ${formatClock(since)}` : `${hostName} has not answered since ${formatClock(since)}`}</strong> <span aria-hidden>({formatDuration(Math.max(0, now - since - ((now - since) % 1000)))})</span>.{" "}
        {hostSince === undefined
          ? "Many commands say nothing until they end. Wait, or stop it."
          : "What came before is here and in the record. SENA goes on asking, also while you look at something else, and sends nothing twice that changes anything. Wait; or stop it, and its outcome is told as far as it is known."}
      </span>
    </p>
  );
};
