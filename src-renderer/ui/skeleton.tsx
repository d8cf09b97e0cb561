import styles from "./skeleton.module.css";

/** The shape of what is coming. Shown only after a moment, so that fast answers do not flicker. */
export const Skeleton = ({ lines = 3, label = "Loading" }: { lines?: number; label?: string }) => (
  <div className={styles.lines} role="status" aria-label={label}>
    {Array.from({ length: lines }, (_, index) => (
      <span key={index} className={styles.line} style={{ width: `${[92, 78, 85, 64, 88][index % 5]}%` }} />
    ))}
  </div>
);

/** While a screen's code is being fetched. */
export const ScreenSkeleton = () => (
  <div className={styles.screen}>
    <Skeleton lines={1} label="Opening the screen" />
    <span className={styles.block} />
    <span className={styles.block} />
  </div>
);
