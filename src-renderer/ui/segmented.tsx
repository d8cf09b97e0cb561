import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./toggles.module.css";

export type Segment<V extends string> = { readonly value: V; readonly text: string; readonly icon?: IconName; readonly isDisabled?: boolean };

type Props<V extends string> = { value: V; onValue: (value: V) => void; segments: readonly Segment<V>[]; label: string; isDisabled?: boolean };

/** One of two to five short choices, all seen at once. Arrow keys move and choose. */
export const Segmented = <V extends string>({ value, onValue, segments, label, isDisabled = false }: Props<V>) => (
  <RadioGroup className={styles.segments} value={value} onValueChange={(next) => onValue(next as V)} aria-label={label} disabled={isDisabled}>
    {segments.map((segment) => (
      <Radio.Root key={segment.value} value={segment.value} disabled={segment.isDisabled ?? false} className={styles.segment} aria-label={segment.text}>
        {segment.icon === undefined ? null : <Icon name={segment.icon} size={14} />}
        {segment.text}
      </Radio.Root>
    ))}
  </RadioGroup>
);

/** One of a few choices that need a sentence each. */
export const RadioList = <V extends string>({ value, onValue, choices, label }: { value: V; onValue: (value: V) => void; choices: readonly { value: V; text: string; hint?: string; isDisabled?: boolean }[]; label: string }) => (
  <RadioGroup className={styles.radios} value={value} onValueChange={(next) => onValue(next as V)} aria-label={label}>
    {choices.map((choice) => (
      <label key={choice.value} className={styles.words} data-disabled={choice.isDisabled || undefined}>
        <Radio.Root value={choice.value} disabled={choice.isDisabled ?? false} className={styles.radio}>
          <Radio.Indicator className={styles.pip} />
        </Radio.Root>
        <span>
          {choice.text}
          {choice.hint === undefined ? null : <span className={styles.radioHint}>{choice.hint}</span>}
        </span>
      </label>
    ))}
  </RadioGroup>
);
