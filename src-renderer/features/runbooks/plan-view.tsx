import type { PlanStep } from "../../../src-main/contract/index.ts";
import { Bytes } from "../../ui/bytes.tsx";
import { EffectTag } from "../../ui/tag.tsx";
import styles from "./screen.module.css";

const ROLE = { check: "looks", capture: "looks first", act: "acts", verify: "checks afterwards" } as const;

/** The exact commands, in order, with what is checked after and the way back. */
export const PlanView = ({ steps, isTree }: { steps: readonly PlanStep[]; isTree: boolean }) => (
  <div className={styles.stack}>
    {isTree ? <p className={styles.note}>A diagnosis takes only some of these steps: each depends on what the one before it showed. Steps that need a value out of an earlier answer are not listed.</p> : null}
    <ol className={styles.steps}>
      {steps.map((step, at) => (
        <li key={step.id} className={styles.step}>
          <div className={styles.stepHead}>
            <span className={styles.stepNumber}>{at + 1}</span>
            <span className={styles.grow}>{step.title}</span>
            <span className={styles.note}>{ROLE[step.role]}</span>
            <EffectTag effect={step.effect} />
          </div>
          <Bytes text={step.script} label={`Command ${at + 1}: ${step.title}`} />
          {step.undo === undefined ? null : <p className={styles.note}>The way back: <code className={styles.id}>{step.undo}</code></p>}
        </li>
      ))}
    </ol>
  </div>
);
