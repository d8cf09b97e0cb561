import type { ReactNode } from "react";
import { useStore } from "zustand";
import { useQuietHosts } from "../../app/use-quiet-hosts.ts";
import type { ConversationStore } from "./conversation-store.ts";
import { TurnBlock, type TurnActions } from "./turn-block.tsx";
import { useFlowScroll } from "./use-flow-scroll.ts";
import { useNow } from "../../app/use-now.ts";
import styles from "./screen.module.css";

type Props = { store: ConversationStore; conversationId: string | undefined; busyOffer: string | undefined; actions: TurnActions; children: ReactNode };

/** What was asked and what came of it. It alone is drawn anew while runs tell their steps; the rest of the screen hears of turns. */
export const ConversationFlow = ({ store, conversationId, busyOffer, actions, children }: Props) => {
  const { turns, runs, offers } = useStore(store);
  const last = turns.at(-1);
  const now = useNow(last?.state === "working" || last?.state === "waiting");
  const quietHosts = useQuietHosts();
  const { ref, onScroll } = useFlowScroll(turns.length, conversationId);
  return (
    <div ref={ref} className={styles.flow} onScroll={onScroll} tabIndex={0} role="log" aria-label="Conversation" aria-live="off">
      <div className={styles.inner}>
        {children}
        {turns.map((turn) => (
          <TurnBlock key={turn.turnId} turn={turn} runs={runs} offers={offers} isLast={turn === last} now={turn === last ? now : 0} {...(turn === last && { quietHosts })} busyOffer={busyOffer} actions={actions} />
        ))}
      </div>
    </div>
  );
};
