import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./tabs.module.css";
import { Count } from "./tag.tsx";

export type Tab<V extends string> = { readonly value: V; readonly text: string; readonly icon?: IconName; readonly count?: number; readonly isDisabled?: boolean; readonly content: ReactNode };

type Props<V extends string> = { value: V; onValue: (value: V) => void; tabs: readonly Tab<V>[]; label: string; /** Stands at the right end of the strip. */ trailing?: ReactNode; className?: string };

export const Tabs = <V extends string>({ value, onValue, tabs, label, trailing, className }: Props<V>) => (
  <Base.Root className={classNames(styles.tabs, className)} value={value} onValueChange={(next) => onValue(next as V)}>
    <div className={styles.strip}>
      <Base.List className={styles.list} aria-label={label}>
        {tabs.map((tab) => (
          <Base.Tab key={tab.value} value={tab.value} disabled={tab.isDisabled ?? false} className={styles.tab}>
            {tab.icon === undefined ? null : <Icon name={tab.icon} size={14} />}
            {tab.text}
            {tab.count === undefined || tab.count === 0 ? null : <Count value={tab.count} />}
          </Base.Tab>
        ))}
      </Base.List>
      {trailing}
    </div>
    {tabs.map((tab) => (
      <Base.Panel key={tab.value} value={tab.value} className={styles.panel}>
        {tab.content}
      </Base.Panel>
    ))}
  </Base.Root>
);
