import type { Effect, Environment } from "../../src-main/contract/terms.ts";
import type { ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import { formatCount } from "../lib/format.ts";
import styles from "./tag.module.css";

export type Tone = "neutral" | "accent" | "ok" | "warn" | "hot" | "bad" | "violet";

/** A word with a meaning. The colour repeats the word; it never stands alone. */
export const Tag = ({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) => <span className={classNames(styles.tag, styles[tone])}>{children}</span>;

export const EFFECT_LOOK: Readonly<Record<Effect, { readonly tone: Tone; readonly text: string; readonly says: string }>> = {
  pure: { tone: "ok", text: "no effect", says: "Computes something and touches nothing." },
  read: { tone: "ok", text: "read", says: "Only looks." },
  "read-secret": { tone: "violet", text: "reads a secret", says: "Looks at keys, passwords or tokens." },
  egress: { tone: "violet", text: "sends out", says: "Sends data to another machine." },
  mutate: { tone: "warn", text: "change", says: "Changes a file or a setting." },
  "service-impact": { tone: "hot", text: "service impact", says: "May interrupt a service." },
  destructive: { tone: "bad", text: "destructive", says: "Removes something that may not come back." },
  "arbitrary-exec": { tone: "bad", text: "runs anything", says: "Runs a program whose effects cannot be known beforehand." },
  unknown: { tone: "violet", text: "not understood", says: "SENA could not read this command, so it counts as dangerous." },
};

export const EffectTag = ({ effect }: { effect: Effect }) => {
  const look = EFFECT_LOOK[effect];
  return (
    <span className={classNames(styles.tag, styles[look.tone])} title={look.says}>
      {look.text}
    </span>
  );
};

export const ENVIRONMENT_TONE: Readonly<Record<Environment, Tone>> = { dev: "ok", staging: "warn", prod: "bad" };
export const EnvironmentTag = ({ environment }: { environment: Environment }) => <Tag tone={ENVIRONMENT_TONE[environment]}>{environment}</Tag>;

/** A number that waits for somebody: on the rail, on a tab. Say what it counts in the label of the thing it sits on. */
export const Count = ({ value, tone = "hot" }: { value: number; tone?: Tone }) => (
  <span className={classNames(styles.count, styles[tone])} aria-hidden>
    {value > 999 ? "999+" : formatCount(value)}
  </span>
);
