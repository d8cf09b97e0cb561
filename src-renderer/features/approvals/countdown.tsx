import styles from "./approval-card.module.css";
import { classNames } from "../../lib/class-names.ts";

const SOON_MS = 60_000;

export const Countdown = ({ notAfter, now }: { notAfter: number; now: number }) => {
  const leftMs = Math.max(0, notAfter - now);
  const seconds = Math.ceil(leftMs / 1000);
  return (
    <span className={classNames(styles.countdown, leftMs < SOON_MS && styles.soon)} role="timer" aria-label="Time left to decide">
      {leftMs === 0 ? "expired" : `expires in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`}
    </span>
  );
};
