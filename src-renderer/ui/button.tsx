import type { ComponentProps, ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./button.module.css";
import { Icon, type IconName } from "./icon.tsx";
import { Spinner } from "./spinner.tsx";

export type ButtonKind = "primary" | "secondary" | "ghost" | "danger";

type Props = Omit<ComponentProps<"button">, "children"> & {
  /** One primary per view. `danger` only where pressing it destroys something. */
  kind?: ButtonKind;
  size?: "md" | "sm";
  icon?: IconName;
  /** Work is under way: the button keeps its width, says so to a screen reader and cannot be pressed again. */
  isBusy?: boolean;
  children: ReactNode;
};

export const Button = ({ kind = "secondary", size = "md", icon, isBusy = false, disabled, className, children, type = "button", onClick, ...rest }: Props) => (
  <button
    {...rest}
    type={type}
    className={classNames(styles.button, styles[kind], styles[size], className)}
    disabled={disabled}
    aria-busy={isBusy || undefined}
    // Busy is not `disabled`: a disabled button drops the focus, and the operator loses their place.
    aria-disabled={isBusy || undefined}
    onClick={isBusy ? (event) => event.preventDefault() : onClick}
  >
    {isBusy ? <Spinner /> : icon === undefined ? null : <Icon name={icon} size={size === "sm" ? 14 : 16} />}
    <span className={styles.text}>{children}</span>
  </button>
);
