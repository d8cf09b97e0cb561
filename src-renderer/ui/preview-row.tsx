import type { ReactNode } from "react";
import styles from "./preview-row.module.css";

/** Sets previews side by side. Only previews use it. */
export const Row = ({ children }: { children: ReactNode }) => <div className={styles.row}>{children}</div>;
export const Stack = ({ width, children }: { width?: number; children: ReactNode }) => (
  <div className={styles.stack} style={width === undefined ? undefined : { maxWidth: width }}>
    {children}
  </div>
);
