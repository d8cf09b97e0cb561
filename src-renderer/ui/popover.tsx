import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./popup.module.css";

type Props = {
  /** The button that opens it. */
  trigger: ReactElement<Record<string, unknown>>;
  title?: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
  align?: "start" | "center" | "end";
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  children: ReactNode;
};

export const Popover = ({ trigger, title, side = "bottom", align = "start", isOpen, onOpenChange, children }: Props) => (
  <Base.Root {...(isOpen === undefined ? {} : { open: isOpen })} {...(onOpenChange === undefined ? {} : { onOpenChange: (open: boolean) => onOpenChange(open) })}>
    <Base.Trigger render={trigger} />
    <Base.Portal>
      <Base.Positioner sideOffset={6} side={side} align={align}>
        <Base.Popup className={classNames(styles.popup, styles.panel)}>
          {title === undefined ? null : <Base.Title className={styles.panelTitle}>{title}</Base.Title>}
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
);
