import { classNames } from "../lib/class-names.ts";
import styles from "./status-dot.module.css";

/** idle hollow · busy pulsing · ok, warn, bad filled. The shape differs too, so that colour is not the only sign. */
export type DotState = "idle" | "busy" | "ok" | "warn" | "bad";

/** Decoration beside words that say the same. Alone, use `StatusDot`. In long lists it stands still: each moving thing is a layer that is drawn sixty times a second. */
export const Dot = ({ state, isStill = false }: { state: DotState; isStill?: boolean }) => <i className={classNames(styles.dot, styles[state], isStill && styles.still)} aria-hidden />;

export const StatusDot = ({ state, label }: { state: DotState; label: string }) => (
  <span className={styles.line}>
    <Dot state={state} />
    {label}
  </span>
);
