import type { ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./page.module.css";

/** A screen that scrolls as one, with a readable width: settings, an entry's details, a form. */
export const Page = ({ children, isWide = false }: { children: ReactNode; isWide?: boolean }) => (
  <div className={styles.page} tabIndex={0} role="region" aria-label="Content">
    <div className={classNames(styles.inner, isWide && styles.wide)}>{children}</div>
  </div>
);

/** A strip of filters and buttons over a table or list. */
export const Toolbar = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className={styles.toolbar} role="group" aria-label={label}>
    {children}
  </div>
);
export const Grow = () => <span className={styles.grow} />;

/** A framed part of a screen with a head. */
export const Card = ({ title, lead, trailing, children }: { title?: ReactNode; lead?: ReactNode; trailing?: ReactNode; children: ReactNode }) => (
  <section className={styles.card}>
    {title === undefined ? null : (
      <header className={styles.cardHead}>
        {lead}
        <h3 className={styles.cardTitle}>{title}</h3>
        {trailing}
      </header>
    )}
    <div className={styles.cardBody}>{children}</div>
  </section>
);

/** For a screen reader only. `isLive` says it aloud whenever it changes. */
export const Spoken = ({ isLive = false, children }: { isLive?: boolean; children: ReactNode }) => (
  <span role={isLive ? "status" : undefined} className={styles.spoken}>
    {children}
  </span>
);
