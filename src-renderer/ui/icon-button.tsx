import type { ComponentProps } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./button.module.css";
import { Icon, type IconName } from "./icon.tsx";
import { Tooltip } from "./tooltip.tsx";

type Props = Omit<ComponentProps<"button">, "children" | "aria-label"> & {
  icon: IconName;
  /** What it does. Always: it is the accessible name and the tooltip. */
  label: string;
  /** Shown in the tooltip, e.g. `Mod+Shift+D`. */
  keys?: string;
  size?: "md" | "sm";
  /** For buttons that stay down. Leave it out for buttons that act. */
  isPressed?: boolean;
};

export const IconButton = ({ icon, label, keys, size = "md", isPressed, className, type = "button", ...rest }: Props) => (
  <Tooltip text={label} {...(keys === undefined ? {} : { keys })}>
    <button {...rest} type={type} aria-label={label} aria-pressed={isPressed} className={classNames(styles.icon, styles[size], className)}>
      <Icon name={icon} size={size === "sm" ? 14 : 16} />
    </button>
  </Tooltip>
);
