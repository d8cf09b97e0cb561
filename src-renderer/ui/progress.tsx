import { Progress as Base } from "@base-ui/react/progress";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import styles from "./progress.module.css";

type Props = {
  /** What is being done, e.g. "Indexing 3 folders". */
  label: string;
  /** 0 to 1; null while the amount of work is not known yet. Never invent a number. */
  fraction: number | null;
  /** What stands at the right: "412 of 1 204 files", "about 2 min left". */
  detail?: ReactNode;
  /** Long work can be stopped. */
  onCancel?: () => void;
  isStopping?: boolean;
};

export const Progress = ({ label, fraction, detail, onCancel, isStopping = false }: Props) => (
  <div className={styles.progress}>
    <Base.Root className={styles.root} value={fraction === null ? null : Math.round(fraction * 100)}>
      <Base.Label className={styles.label}>{label}</Base.Label>
      <span className={styles.detail}>{detail}</span>
      <Base.Track className={styles.track}>
        <Base.Indicator className={styles.bar} />
      </Base.Track>
    </Base.Root>
    {onCancel === undefined ? null : (
      <Button size="sm" kind="ghost" isBusy={isStopping} onClick={onCancel} aria-label={`${isStopping ? "Stopping…" : "Stop"}: ${label}`}>
        {isStopping ? "Stopping…" : "Stop"}
      </Button>
    )}
  </div>
);

export { Spinner } from "./spinner.tsx";
