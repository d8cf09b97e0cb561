import { ContextMenu as BaseContext } from "@base-ui/react/context-menu";
import { Menu as Base } from "@base-ui/react/menu";
import { Fragment, type ReactElement, type ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Keys } from "./kbd.tsx";
import styles from "./popup.module.css";

export type MenuEntry =
  | {
      readonly kind?: "item";
      readonly id: string;
      readonly text: string;
      readonly icon?: IconName;
      readonly keys?: string;
      readonly isDanger?: boolean;
      readonly isDisabled?: boolean;
      /** For entries that switch something: draws a tick and announces the state. */
      readonly isChecked?: boolean;
      readonly onSelect: () => void;
    }
  | { readonly kind: "rule"; readonly id: string }
  | { readonly kind: "group"; readonly id: string; readonly text: string; readonly entries: readonly MenuEntry[] };

// Menu and ContextMenu share their parts: Base UI's context menu re-exports the menu's items.
const Entry = ({ entry }: { entry: MenuEntry }) => {
  if (entry.kind === "rule") return <Base.Separator className={styles.rule} />;
  if (entry.kind === "group")
    return (
      <Base.Group>
        <Base.GroupLabel className={styles.group}>{entry.text}</Base.GroupLabel>
        <Entries entries={entry.entries} />
      </Base.Group>
    );
  const inside = (
    <Fragment>
      <span className={styles.mark}>
        {entry.isChecked === undefined ? entry.icon === undefined ? null : <Icon name={entry.icon} size={14} /> : entry.isChecked ? <Icon name="check" size={14} /> : null}
      </span>
      <span className={styles.itemText}>{entry.text}</span>
      {entry.keys === undefined ? <span /> : <Keys keys={entry.keys} />}
    </Fragment>
  );
  const className = classNames(styles.item, entry.isDanger && styles.danger);
  return entry.isChecked === undefined ? (
    <Base.Item className={className} disabled={entry.isDisabled ?? false} onClick={entry.onSelect} label={entry.text}>
      {inside}
    </Base.Item>
  ) : (
    <Base.CheckboxItem className={className} disabled={entry.isDisabled ?? false} checked={entry.isChecked} onCheckedChange={entry.onSelect} label={entry.text} closeOnClick>
      {inside}
    </Base.CheckboxItem>
  );
};

const Entries = ({ entries }: { entries: readonly MenuEntry[] }) => entries.map((entry) => <Entry key={entry.id} entry={entry} />);

type MenuProps = {
  trigger: ReactElement<Record<string, unknown>>;
  entries: readonly MenuEntry[];
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
};

export const Menu = ({ trigger, entries, align = "start", side = "bottom" }: MenuProps) => (
  <Base.Root>
    <Base.Trigger render={trigger} />
    <Base.Portal>
      <Base.Positioner sideOffset={4} align={align} side={side}>
        <Base.Popup className={styles.popup}>
          <Entries entries={entries} />
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
);

/** Right click, or the menu key. Everything in it must be reachable another way too. */
export const ContextMenu = ({ entries, className, children }: { entries: readonly MenuEntry[]; className?: string; children: ReactNode }) => (
  <BaseContext.Root>
    <BaseContext.Trigger className={className}>{children}</BaseContext.Trigger>
    <BaseContext.Portal>
      <BaseContext.Positioner>
        <BaseContext.Popup className={styles.popup}>
          <Entries entries={entries} />
        </BaseContext.Popup>
      </BaseContext.Positioner>
    </BaseContext.Portal>
  </BaseContext.Root>
);
