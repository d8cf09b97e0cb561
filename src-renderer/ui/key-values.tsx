import type { ReactNode } from "react";
import styles from "./key-values.module.css";

export type KeyValue = { readonly key: string; readonly value: ReactNode };

/** Facts about one thing. The words on the left line up; the facts are what is read. */
export const KeyValues = ({ items, keyWidth = 104 }: { items: readonly KeyValue[]; keyWidth?: number }) => (
  <dl className={styles.list} style={{ gridTemplateColumns: `${keyWidth}px minmax(0, 1fr)` }}>
    {items.map((item) => (
      <div key={item.key} className={styles.pair}>
        <dt className={styles.key}>{item.key}</dt>
        <dd className={styles.value}>{item.value}</dd>
      </div>
    ))}
  </dl>
);
