import type { Conversation, TurnState } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatAgo } from "../../lib/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { List } from "../../ui/list.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Dot, type DotState } from "../../ui/status-dot.tsx";
import styles from "./conversation-list.module.css";

type Props = { conversations: readonly Conversation[]; selectedId: string | undefined; search: string; now: number; onSearch: (search: string) => void; onOpen: (id: string) => void; onNew: () => void; onNearEnd?: () => void };

const DOTS: Readonly<Record<TurnState, DotState | undefined>> = { working: "busy", waiting: "warn", done: undefined, "asked-back": "idle", refused: undefined, "out-of-scope": undefined, stopped: undefined, failed: "bad", unknown: "warn" };
const WORDS: Readonly<Record<TurnState, string>> = { working: "working", waiting: "waits for approval", done: "", "asked-back": "asks you", refused: "not run", "out-of-scope": "", stopped: "stopped", failed: "failed", unknown: "outcome unknown" };

/** Conversations, newest first, pinned before the others; the search looks into what was said and answered. */
export const ConversationList = ({ conversations, selectedId, search, now, onSearch, onOpen, onNew, onNearEnd }: Props) => (
  <nav className={styles.list} aria-label="Conversations">
    <div className={styles.top}>
      <SearchBox label="Search conversations" placeholder="Search" value={search} onValue={onSearch} className={classNames(styles.search)} />
      <IconButton icon="plus" label="New conversation" keys="Mod+Shift+O" size="sm" onClick={onNew} />
    </div>
    {conversations.length === 0 ? (
      <p className={styles.none}>{search === "" ? "What you ask is kept here." : "Nothing was said or answered with these words."}</p>
    ) : (
      <List label="Conversations" items={conversations} itemId={({ id }) => id} itemText={({ title }) => title} itemHeight={44} selectedId={selectedId} onSelect={({ id }) => onOpen(id)} {...(onNearEnd !== undefined && { onNearEnd })} className={classNames(styles.items)}>
        {(one) => (
          <span className={styles.item}>
            <span className={styles.line}>
              <StateDot state={DOTS[one.state]} />
              <span className={styles.title}>{one.title}</span>
              {one.isPinned ? <Icon name="pin" size={12} /> : null}
            </span>
            <span className={styles.sub}>
              {one.snippet !== undefined && search !== "" ? one.snippet : [WORDS[one.state], hostsOf(one), formatAgo(one.changedAt, Math.max(now, one.changedAt))].filter((part) => part !== "").join(" · ")}
            </span>
          </span>
        )}
      </List>
    )}
  </nav>
);

const StateDot = ({ state }: { state: DotState | undefined }) => (state === undefined ? null : <Dot state={state} />);

const hostsOf = ({ hosts: [first], hostCount }: Conversation): string => (first === undefined ? "" : hostCount === 1 ? first.name : `${first.name} +${hostCount - 1}`);
