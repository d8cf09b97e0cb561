import { NumberField as Base } from "@base-ui/react/number-field";
import { Icon } from "./icon.tsx";
import styles from "./number-input.module.css";

type Props = {
  value: number;
  /** Told when a step is taken or the typed number is left, always within the bounds. */
  onValue: (value: number) => void;
  min: number;
  max: number;
  step?: number;
  /** Stands after the number: "px", "lines", "min". */
  unit?: string;
  /** Needed only outside a `Field`. */
  label?: string;
  isDisabled?: boolean;
};

export const NumberInput = ({ value, onValue, min, max, step = 1, unit, label, isDisabled = false }: Props) => (
  <Base.Root
    value={value}
    min={min}
    max={max}
    step={step}
    largeStep={step * 10}
    // What is typed must read back as it was typed: no thousands separators.
    format={{ useGrouping: false }}
    disabled={isDisabled}
    onValueCommitted={(next) => {
      if (next !== null && next !== value) onValue(next);
    }}
  >
    <Base.Group className={styles.group}>
      <Base.Decrement className={styles.step} aria-label="Less">
        <Icon name="minus" size={12} />
      </Base.Decrement>
      <Base.Input className={styles.input} aria-label={label} />
      {unit === undefined ? null : <span className={styles.unit}>{unit}</span>}
      <Base.Increment className={styles.step} aria-label="More">
        <Icon name="plus" size={12} />
      </Base.Increment>
    </Base.Group>
  </Base.Root>
);
