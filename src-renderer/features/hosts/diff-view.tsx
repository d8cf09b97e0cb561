import { classNames } from "../../lib/class-names.ts";
import styles from "./files.module.css";
import type { DiffLine } from "./text-diff.ts";

const SIGN = { added: { sign: "+", say: "added" }, removed: { sign: "−", say: "removed" }, gap: { sign: "⋯", say: "unchanged lines left out" } } as const;

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
          {line.kind === "same" ? (
            <span className={styles.sign} />
          ) : (
            <span className={styles.sign} role="img" aria-label={SIGN[line.kind].say}>
              {SIGN[line.kind].sign}
            </span>
          )}
          <span className={styles.diffText}>{line.text}</span>
        </li>
      ))}
    </ol>
  );
