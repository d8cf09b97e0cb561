import { classNames } from "../../lib/class-names.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import styles from "./guide.module.css";
import { type Example, FIRST_QUESTION } from "./guide-progress.ts";

type Props = {
  isLab: boolean;
  hasHosts: boolean;
  examples: readonly Example[];
  /** How far the first run has come: asked, looked at, approved, fixed. */
  done: readonly ("asked" | "answered" | "approved" | "fixed")[];
  onAsk: (text: string) => void;
  onHosts: () => void;
};

/** The empty conversation: what to do first. In the practice lab it walks through one real repair. */
export const Guide = ({ isLab, hasHosts, examples, done, onAsk, onHosts }: Props) => (
  <div className={styles.guide}>
    <h2 className={styles.title}>{isLab ? "Fix your first server" : "Ask about a server"}</h2>
    <p className={styles.lead}>
      {isLab
        ? "Four practice hosts run on this machine. One of them is broken: nobody can open the page on web-01. Find out why and repair it; nothing here can do harm."
        : "Say in plain words what is wrong or what you want to know. SENA looks first, shows the lines its answer rests on, and changes nothing that was not approved."}
    </p>
    {isLab ? (
      <ol className={styles.path}>
        <Step n={1} isDone={done.includes("asked")} title="Ask" says="SENA picks a signed skill. You see every command before it runs.">
          {done.includes("asked") ? null : <Button kind="primary" onClick={() => onAsk(FIRST_QUESTION)}>Ask “{FIRST_QUESTION}”</Button>}
        </Step>
        <Step n={2} isDone={done.includes("answered")} title="Read the answer" says="The small numbers lead to the output lines each sentence rests on." />
        <Step n={3} isDone={done.includes("approved")} title="Approve the fix" says="The exact commands, why they are risky, what is checked after, and the way back." />
        <Step n={4} isDone={done.includes("fixed")} title="See it verified, take the proof with you" says="The page answers again. Under Audit, a bundle proves what was done, without SENA." />
      </ol>
    ) : hasHosts ? null : (
      <Button kind="primary" onClick={onHosts}>Add a host</Button>
    )}
    {examples.length === 0 ? null : (
      <div className={styles.examples}>
        <h3 className={styles.label}>{isLab ? "Or try" : "For example"}</h3>
        <ul>
          {examples.map((example) => (
            <li key={example.text}>
              <button type="button" className={styles.example} onClick={() => onAsk(example.text)}>
                <span>{example.text}</span>
                <span className={styles.says}>{example.says}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    )}
    <p className={styles.keys}>
      <Kbd>@</Kbd> names a host <Kbd>#</Kbd> a skill <Kbd>/</Kbd> a command <Kbd>↑</Kbd> the last question
    </p>
  </div>
);

const Step = ({ n, isDone, title, says, children }: { n: number; isDone: boolean; title: string; says: string; children?: React.ReactNode }) => (
  <li className={classNames(styles.step, isDone && styles.done)}>
    <span className={styles.n} aria-hidden>{isDone ? <Icon name="check" size={12} /> : n}</span>
    <span className={styles.words}>
      <b>{title}</b>
      <span className={styles.says}>{says}</span>
      {children}
    </span>
  </li>
);
