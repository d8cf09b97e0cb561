import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "./kbd.tsx";
import styles from "./popup.module.css";

/** Once near the root: neighbours open without a new wait while the pointer moves along a toolbar. */
export const TooltipGroup = ({ children }: { children: ReactNode }) => <Base.Provider delay={500}>{children}</Base.Provider>;

type Props = {
  text: ReactNode;
  keys?: string;
  side?: "top" | "right" | "bottom" | "left";
  /** One element that takes focus. A tooltip may only repeat or shorten what the element's own name says. */
  children: ReactElement<Record<string, unknown>>;
};

export const Tooltip = ({ text, keys, side = "top", children }: Props) => (
  <Base.Root>
    <Base.Trigger render={children} />
    <Base.Portal>
      <Base.Positioner sideOffset={6} side={side}>
        <Base.Popup className={styles.tooltip}>
          {text}
          {keys === undefined ? null : <Keys keys={keys} />}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
);
