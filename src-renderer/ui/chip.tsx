import type { ReactNode } from "react";
import type { Environment } from "../../src-main/contract/terms.ts";
import { classNames } from "../lib/class-names.ts";
import styles from "./chip.module.css";
import { Icon, type IconName } from "./icon.tsx";
import { Dot, type DotState } from "./status-dot.tsx";

type Props = {
  state?: DotState;
  icon?: IconName;
  isMono?: boolean;
  /** Draws the environment as a coloured edge. */
  environment?: Environment;
  /** With it the chip can be taken away; the text names it for screen readers. */
  onRemove?: () => void;
  onPress?: () => void;
  title?: string;
  children: ReactNode;
};

/** A thing in context: a host, a model, an attached file. */
export const Chip = ({ state, icon, isMono = false, environment, onRemove, onPress, title, children }: Props) => {
  const inside = (
    <>
      {state === undefined ? null : <Dot state={state} />}
      {icon === undefined ? null : <Icon name={icon} size={12} />}
      <span className={styles.text}>{children}</span>
    </>
  );
  return (
    <span className={classNames(styles.chip, isMono && styles.mono, environment !== undefined && styles[environment])} title={title}>
      {onPress === undefined ? (
        inside
      ) : (
        <button type="button" className={styles.press} onClick={onPress}>
          {inside}
        </button>
      )}
      {onRemove === undefined ? null : (
        <button type="button" className={styles.remove} aria-label={typeof children === "string" ? `Remove ${children}` : "Remove"} onClick={onRemove}>
          <Icon name="close" size={10} />
        </button>
      )}
    </span>
  );
};
