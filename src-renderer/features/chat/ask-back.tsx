import type { Choice } from "../../../src-main/contract/index.ts";
import styles from "./ask-back.module.css";

type Props = { question: string; choices: readonly Choice[]; hint: string; isOpen: boolean; onChoose: (choice: Choice) => void };

/** A question back, with answers one key away: 1 to 9 while it is the last thing said. */
export const AskBack = ({ question, choices, hint, isOpen, onChoose }: Props) => (
  <section className={styles.ask} aria-label={question}>
    <p className={styles.question}>{question}</p>
    {choices.length === 0 ? null : (
      <ul className={styles.choices}>
        {choices.map((choice, index) => (
          <li key={choice.id}>
            <button type="button" className={styles.choice} disabled={!isOpen} onClick={() => onChoose(choice)}>
              <kbd className={styles.key} aria-hidden>{index + 1}</kbd>
              <span className={styles.label}>{choice.label}</span>
              <span className={styles.detail}>{choice.detail}</span>
            </button>
          </li>
        ))}
      </ul>
    )}
    {hint === "" || !isOpen ? null : <p className={styles.hint}>{hint}</p>}
  </section>
);
