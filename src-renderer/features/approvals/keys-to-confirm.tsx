import type { KeyToConfirm } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { classNames } from "../../lib/class-names.ts";
import { Countdown } from "./countdown.tsx";
import styles from "./screen.module.css";

/** Not requests of the queue: nothing here is signed, and what is named is not on this machine. But this is where a second person looks. */
export const KeysToConfirm = ({ keys, now, onOpen }: { keys: readonly KeyToConfirm[]; now: number; onOpen: (hostId: string) => void }) => (
  <section aria-label="Host keys to confirm">
    <h2 className={styles.listTitle}>Host keys to confirm</h2>
    <ul className={styles.list}>
      {keys.map(({ hostId, host, by, until }) => (
        <li key={hostId}>
          <button type="button" className={classNames(styles.item, styles.prod)} onClick={() => onOpen(hostId)}>
            <span className={styles.itemTitle}>{renderedText(host)} shows another key than before</span>
            <span className={styles.itemFacts}>
              <span className={styles.itemHosts}>named by {renderedText(by)}</span>
              <Countdown isPlain notAfter={until} now={now} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  </section>
);
