import type { Completion } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import styles from "./completion-list.module.css";

type Props = { id: string; completions: readonly Completion[]; active: number; onTake: (completion: Completion) => void; onActive: (index: number) => void };

const ICONS: Readonly<Record<Completion["kind"], IconName>> = { host: "hosts", group: "users", skill: "runbook", command: "command" };

export const CompletionList = ({ id, completions, active, onTake, onActive }: Props) => (
  <ul id={id} role="listbox" aria-label="Completions" className={styles.list}>
    {completions.map((one, index) => (
      <li
        key={one.insert}
        id={`${id}-${index}`}
        role="option"
        aria-selected={index === active}
        className={classNames(styles.item, index === active && styles.active)}
        onPointerMove={() => onActive(index)}
        // The field must keep the focus, or the list would close before the click arrives.
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => onTake(one)}
      >
        <Icon name={ICONS[one.kind]} size={14} />
        <span className={styles.label}>{one.label}</span>
        <span className={styles.detail}>{one.detail}</span>
      </li>
    ))}
  </ul>
);
