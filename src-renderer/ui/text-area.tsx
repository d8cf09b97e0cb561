import { Field as Base } from "@base-ui/react/field";
import type { ComponentProps } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./input.module.css";

type Props = Omit<ComponentProps<"textarea">, "onChange" | "value" | "defaultValue"> & { value?: string; defaultValue?: string; onValue?: (value: string) => void; isMono?: boolean };

export const TextArea = ({ value, defaultValue, onValue, isMono = false, className, ...rest }: Props) => (
  <span className={classNames(styles.box, styles.area, className)} data-disabled={rest.disabled || undefined}>
    <Base.Control
      {...(value === undefined ? {} : { value })}
      {...(defaultValue === undefined ? {} : { defaultValue })}
      {...(onValue === undefined ? {} : { onValueChange: (next: string | number | readonly string[]) => onValue(String(next)) })}
      render={<textarea spellCheck={false} {...rest} className={classNames(styles.text, isMono && styles.mono)} />}
    />
  </span>
);
