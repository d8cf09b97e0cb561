import { classNames } from "../../lib/class-names.ts";
import styles from "./files.module.css";
import type { DiffLine } from "./text-diff.ts";

const SIGN = { same: " ", added: "+", removed: "−", gap: "⋯" } as const;

export const DiffView = ({ lines }: { lines: readonly DiffLine[] }) =>
  lines.length === 0 ? (
    <p className={styles.cut}>Nothing is changed.</p>
  ) : (
    <ol className={styles.diff} aria-label="Changes">
      {lines.map((line, index) => (
        // oxlint-disable-next-line no-array-index-key -- lines of one unchanging diff
        <li key={index} className={classNames(styles.diffLine, styles[line.kind])}>
          <span className={styles.number} aria-hidden>
            {line.before ?? ""}
          </span>
          <span className={styles.number} aria-hidden>
            {line.after ?? ""}
          </span>
          <span className={styles.sign} aria-label={line.kind}>
            {SIGN[line.kind]}
          </span>
          <span className={styles.diffText}>{line.text}</span>
        </li>
      ))}
    </ol>
  );
