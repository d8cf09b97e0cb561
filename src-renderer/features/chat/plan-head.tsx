import { useState } from "react";
import { worstEffect } from "../../../src-main/contract/words.ts";
import { plural } from "../../lib/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { EFFECT_LOOK, EffectTag } from "../../ui/tag.tsx";
import type { RunView, TurnView } from "./conversation-state.ts";
import styles from "./plan-head.module.css";

type Props = { run: RunView; purpose: "answer" | "fix"; understood: TurnView["understood"] };

/** What was understood and what will be done, before and while it is done; unfolds into the whole plan. */
export const PlanHead = ({ run, purpose, understood }: Props) => {
  const [isOpen, setOpen] = useState(false);
  const done = [...run.steps.values()].filter((step) => !step.isRetried);
  const proved = done.length > 0 && done.every((step) => step.judged?.proved === true);
  const effect = worstEffect(run.outline.map((step) => step.effect));
  const count = run.endedAt === undefined ? run.outline.length : done.length;
  const facts = proved ? "all proved read-only" : effect === "pure" || effect === "read" ? "only looks" : EFFECT_LOOK[effect].text;
  const slots = purpose === "answer" ? (understood?.slots ?? []) : [];
  return (
    <div className={styles.plan}>
      <button type="button" className={styles.line} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={12} />
        <span className={styles.words}>
          <b className={styles.title}>{run.title}</b>
          <span className={styles.facts}>
            {run.skill === undefined ? null : <>skill <code className={styles.mono}>{run.skill.id} {run.skill.version}</code> · </>}
            {run.hosts.size > 1 ? `${plural(run.hosts.size, "host")} · ` : ""}{run.isTree && run.endedAt === undefined ? "up to " : ""}{plural(count, "step")}, {facts}
          </span>
        </span>
      </button>
      {isOpen ? (
        <div className={styles.whole}>
          {slots.length === 0 ? null : (
            <p className={styles.slots}>
              Understood: {slots.map((slot) => <span key={slot.name} className={styles.slot}>{slot.name} <code className={styles.mono}>{slot.value}</code> <i>{SLOT_FROM[slot.from]}</i></span>)}
            </p>
          )}
          {purpose === "answer" && understood !== undefined && understood.why !== "" ? <p className={styles.slots}>Why this: {understood.why}.</p> : null}
          <ol className={styles.steps}>
            {run.outline.map((step, index) => <li key={index}><EffectTag effect={step.effect} /> {step.title}</li>)}
          </ol>
          {run.skill === undefined ? null : <p className={styles.slots}>Signed by {run.skill.signer === "" ? "nobody" : run.skill.signer}.</p>}
        </div>
      ) : null}
    </div>
  );
};

const SLOT_FROM = { request: "as you said", conversation: "from before", inventory: "from the inventory", default: "by default", choice: "as you chose" } as const;
