import type { ReactNode } from "react";
import { Banner } from "../../ui/banner.tsx";
import styles from "./rules.module.css";

type Props = { title: string; hint: string; action?: ReactNode; problem: string; children: ReactNode };

/** One of the places beside the queue: what it is for, one act, a list. */
export const Pane = ({ title, hint, action, problem, children }: Props) => (
  <div className={styles.pane} tabIndex={0} role="region" aria-label={title}>
    <div className={styles.inner}>
      <header className={styles.head}>
        <div className={styles.words}>
          <h2 className={styles.title}>{title}</h2>
          <p className={styles.hint}>{hint}</p>
        </div>
        {action}
      </header>
      {problem === "" ? null : (
        <Banner tone="bad" title="Nothing was changed">
          {problem}
        </Banner>
      )}
      {children}
    </div>
  </div>
);
