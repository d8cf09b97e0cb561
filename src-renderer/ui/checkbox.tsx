import { Checkbox as Base } from "@base-ui/react/checkbox";
import { type ReactNode, useId } from "react";
import { Icon } from "./icon.tsx";
import styles from "./toggles.module.css";

type Props = {
  isChecked: boolean;
  onChecked: (isChecked: boolean) => void;
  /** Some of what it stands for is chosen. */
  isMixed?: boolean;
  isDisabled?: boolean;
  /** The words beside it. In a table's cell pass `ariaLabel` instead. */
  label?: ReactNode;
  hint?: ReactNode;
  ariaLabel?: string;
};

export const Checkbox = ({ isChecked, onChecked, isMixed = false, isDisabled = false, label, hint, ariaLabel }: Props) => {
  const hintId = useId();
  const box = (
    <Base.Root
      className={styles.check}
      checked={isChecked}
      indeterminate={isMixed}
      disabled={isDisabled}
      aria-label={ariaLabel}
      aria-describedby={hint === undefined ? undefined : hintId}
      onCheckedChange={(next) => onChecked(next)}
    >
      <Base.Indicator className={styles.tick} keepMounted={false}>
        <Icon name={isMixed ? "minus" : "check"} size={12} />
      </Base.Indicator>
    </Base.Root>
  );
  if (label === undefined) return box;
  return (
    <div className={styles.line}>
      <label className={styles.words} data-disabled={isDisabled || undefined}>
        {box}
        <span>{label}</span>
      </label>
      {hint === undefined ? null : (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
};
