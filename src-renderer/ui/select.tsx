import { Select as Base } from "@base-ui/react/select";
import { classNames } from "../lib/class-names.ts";
import { Icon } from "./icon.tsx";
import styles from "./select.module.css";
import popup from "./popup.module.css";

export type Choice<V extends string> = { readonly value: V; readonly text: string; readonly note?: string; readonly isDisabled?: boolean };

type Props<V extends string> = {
  value: V | null;
  onValue: (value: V) => void;
  choices: readonly Choice<V>[];
  placeholder?: string;
  /** Needed only outside a `Field`. */
  label?: string;
  isDisabled?: boolean;
  className?: string;
};

export const Select = <V extends string>({ value, onValue, choices, placeholder = "Choose…", label, isDisabled = false, className }: Props<V>) => (
  <Base.Root
    items={choices.map((choice) => ({ value: choice.value, label: choice.text }))}
    value={value}
    disabled={isDisabled}
    onValueChange={(next) => {
      if (next !== null) onValue(next as V);
    }}
  >
    <Base.Trigger className={classNames(styles.trigger, className)} aria-label={label}>
      {/* An empty value is a choice like any other ("nobody"); only where none fits, something is still to be chosen. */}
      <Base.Value className={classNames(styles.value, !choices.some((choice) => choice.value === value) && styles.none)}>{(chosen: V | null) => choices.find((choice) => choice.value === chosen)?.text ?? placeholder}</Base.Value>
      <Base.Icon className={styles.icon}>
        <Icon name="up-down" size={14} />
      </Base.Icon>
    </Base.Trigger>
    <Base.Portal>
      <Base.Positioner sideOffset={4} alignItemWithTrigger={false}>
        <Base.Popup className={popup.popup}>
          <Base.List>
            {choices.map((choice) => (
              <Base.Item key={choice.value} value={choice.value} disabled={choice.isDisabled ?? false} className={popup.item}>
                <span className={popup.mark}>
                  <Base.ItemIndicator>
                    <Icon name="check" size={14} />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText className={popup.itemText}>{choice.text}</Base.ItemText>
                {choice.note === undefined ? <span /> : <span className={popup.note}>{choice.note}</span>}
              </Base.Item>
            ))}
          </Base.List>
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
);
