import type { ReactNode } from "react";
import styles from "./both-ends.module.css";
import { Spoken } from "./page.tsx";

const TAIL = 6;
/** Shorter names are whole wherever they stand. */
const LONG = 18;

/**
 * A name of a host, whose number at the end tells it from its neighbours: where it does not fit, the domain gives way first, then
 * the middle. Whole in its tooltip, aloud and when it is copied.
 */
export const BothEnds = ({ text, draw = (part) => part }: { text: string; draw?: (part: string) => ReactNode }) => {
  if (text.length < LONG) return <span title={text}>{draw(text)}</span>;
  const name = text.split(".")[0] ?? "";
  const at = Math.max(0, name.length - TAIL);
  return (
    <span className={styles.name} title={text}>
      <Spoken>{text}</Spoken>
      <span className={styles.head} aria-hidden>{draw(name.slice(0, at))}</span>
      <span className={styles.tail} aria-hidden>{draw(name.slice(at))}</span>
      <span className={styles.domain} aria-hidden>{draw(text.slice(name.length))}</span>
    </span>
  );
};
