import type { ApprovalView } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatAgo } from "../../lib/format.ts";
import { EffectTag } from "../../ui/tag.tsx";
import { Countdown } from "./countdown.tsx";
import styles from "./screen.module.css";

type Props = { title: string; approvals: readonly ApprovalView[]; selectedId: string | undefined; now: number; onSelect: (id: string) => void };

const ENDED = { waiting: "waits", approved: "approved", denied: "denied", expired: "expired", cancelled: "not run", used: "run" } as const;

export const QueueList = ({ title, approvals, selectedId, now, onSelect }: Props) => (
  <section aria-label={title}>
    <h2 className={styles.listTitle}>{title}</h2>
    <ul className={styles.list}>
      {approvals.map((approval) => (
        <li key={approval.id}>
          <button type="button" className={classNames(styles.item, styles[approval.hosts[0]?.environment ?? "dev"])} aria-current={approval.id === selectedId} onClick={() => onSelect(approval.id)}>
            <span className={classNames(styles.itemTitle, approval.script.startsWith(approval.title.replace(/ …$/, "")) && styles.itemCommand)}>{renderedText(approval.title)}</span>
            <span className={styles.itemFacts}>
              <EffectTag effect={approval.effect} />
              <span className={styles.itemHosts}>{approval.hosts.map(({ name }) => renderedText(name)).join(", ")}</span>
              {approval.state === "waiting" ? <Countdown isPlain notAfter={approval.notAfter} now={now} /> : <span className={styles.itemWhen}>{ENDED[approval.state]} · {formatAgo(approval.state === "expired" ? approval.notAfter : approval.createdAt, now)}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  </section>
);
