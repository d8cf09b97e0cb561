import styles from "./approval-card.module.css";
import { classNames } from "../../lib/class-names.ts";

const SOON_MS = 60_000;

/** `isPlain`: one fact among others in a row, without an edge of its own. */
export const Countdown = ({ notAfter, now, isPlain = false }: { notAfter: number; now: number; isPlain?: boolean }) => {
  const leftMs = Math.max(0, notAfter - now);
  const seconds = Math.ceil(leftMs / 1000);
  const left = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <span className={classNames(isPlain ? styles.left : styles.countdown, leftMs < SOON_MS && styles.soon)} role="timer" aria-label="Time left to decide">
      {leftMs === 0 ? "expired" : isPlain ? `${left} left` : `expires in ${left}`}
    </span>
  );
};
