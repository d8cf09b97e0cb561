import { Input as Base } from "@base-ui/react/input";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./input.module.css";

type Props = Omit<ComponentProps<"input">, "size" | "onChange" | "value" | "defaultValue"> & {
  value?: string;
  defaultValue?: string;
  onValue?: (value: string) => void;
  icon?: IconName;
  /** Paths, commands, addresses, fingerprints: what a machine reads. */
  isMono?: boolean;
  trailing?: ReactNode;
};

/** Inside a `Field` it takes the field's label, hint and error by itself; alone it needs an `aria-label`. */
export const Input = ({ onValue, icon, isMono = false, trailing, className, ...rest }: Props) => (
  <span className={classNames(styles.box, className)} data-disabled={rest.disabled || undefined}>
    {icon === undefined ? null : <Icon name={icon} size={14} />}
    <Base
      {...rest}
      className={classNames(styles.input, isMono && styles.mono)}
      spellCheck={rest.spellCheck ?? false}
      autoComplete={rest.autoComplete ?? "off"}
      {...(onValue === undefined ? {} : { onValueChange: (value: string) => onValue(value) })}
    />
    {trailing}
  </span>
);
