import type { ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./empty-state.module.css";
import { Icon, type IconName } from "./icon.tsx";

type Props = {
  icon: IconName;
  /** What is so: "No hosts yet". */
  title: string;
  /** What this place is for and what to do next. */
  children: ReactNode;
  actions?: ReactNode;
  /** `screen`: nothing else is there. `part`: in place of a list on a page that says more. */
  place?: "screen" | "part";
};

export const EmptyState = ({ icon, title, children, actions, place = "screen" }: Props) => (
  <div className={classNames(styles.empty, place === "part" && styles.part)}>
    <span className={styles.icon}>
      <Icon name={icon} size={20} />
    </span>
    <h2 className={styles.title}>{title}</h2>
    <div className={styles.words}>{children}</div>
    {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
  </div>
);
