import { Field as Base } from "@base-ui/react/field";
import type { ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./field.module.css";
import { Icon } from "./icon.tsx";

type Props = {
  label: ReactNode;
  /** What it does or which form it takes, in one line. */
  hint?: ReactNode;
  /** What is wrong and what to do. Its presence marks the control as invalid. */
  error?: ReactNode;
  isOptional?: boolean;
  /** `row`: label left, control right, for settings. */
  layout?: "stack" | "row";
  children: ReactNode;
};

/** Label, control, hint and error, tied together for screen readers. One control per field. */
export const Field = ({ label, hint, error, isOptional = false, layout = "stack", children }: Props) => (
  <Base.Root className={classNames(styles.field, styles[layout])} invalid={error !== undefined}>
    <div className={styles.words}>
      <Base.Label className={styles.label}>
        {label}
        {isOptional ? <span className={styles.optional}>optional</span> : null}
      </Base.Label>
      {hint === undefined ? null : <Base.Description className={styles.hint}>{hint}</Base.Description>}
    </div>
    <div className={styles.control}>
      {children}
      {error === undefined ? null : (
        <Base.Error match className={styles.error}>
          <Icon name="error" size={14} />
          <span>{error}</span>
        </Base.Error>
      )}
    </div>
  </Base.Root>
);

/** Several fields under one heading. */
export const FieldGroup = ({ title, hint, children }: { title: ReactNode; hint?: ReactNode; children: ReactNode }) => (
  <section className={styles.group}>
    <header className={styles.groupHead}>
      <h2 className={styles.groupTitle}>{title}</h2>
      {hint === undefined ? null : <p className={styles.hint}>{hint}</p>}
    </header>
    <div className={styles.groupBody}>{children}</div>
  </section>
);
