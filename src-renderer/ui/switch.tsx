import { Switch as Base } from "@base-ui/react/switch";
import styles from "./toggles.module.css";

/** Takes effect at once. For something that waits for a Save, use a checkbox. */
export const Switch = ({ isOn, onChange, label, isDisabled = false }: { isOn: boolean; onChange: (isOn: boolean) => void; /** Needed only outside a `Field`. */ label?: string; isDisabled?: boolean }) => (
  <Base.Root className={styles.switch} checked={isOn} disabled={isDisabled} aria-label={label} onCheckedChange={(next) => onChange(next)}>
    <Base.Thumb className={styles.thumb} />
  </Base.Root>
);
