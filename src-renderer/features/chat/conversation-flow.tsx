import { useEffect, useState, type ReactNode } from "react";
import { useStore } from "zustand";
import { useNow } from "../../app/use-now.ts";
import { useQuietHosts } from "../../app/use-quiet-hosts.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Spoken } from "../../ui/page.tsx";
import type { ConversationStore } from "./conversation-store.ts";
import { isUnderWay, spokenOutcome } from "./spoken-outcome.ts";
import { TurnBlock, type TurnActions } from "./turn-block.tsx";
import { useFlowScroll } from "./use-flow-scroll.ts";
import styles from "./screen.module.css";

type Props = { store: ConversationStore; conversationId: string | undefined; busyOffer: string | undefined; actions: TurnActions; onEarlier: () => Promise<void>; children: ReactNode };

/** What was asked and what came of it. It alone is drawn anew while runs tell their steps; the rest of the screen hears of turns. */
export const ConversationFlow = ({ store, conversationId, busyOffer, actions, onEarlier, children }: Props) => {
  const { turns, runs, offers, earlier } = useStore(store);
  const last = turns.at(-1);
  const isBusy = isUnderWay(last);
  const now = useNow(isBusy);
  const [followedId, setFollowedId] = useState<string>();
  const busyId = isBusy ? last?.turnId : undefined;
  useEffect(() => {
    if (busyId !== undefined) setFollowedId(busyId);
  }, [busyId]);
  const quietHosts = useQuietHosts();
  const { ref, onScroll } = useFlowScroll({ first: turns[0]?.turnId, last: last?.turnId, conversationId });
  return (
    <>
      <div ref={ref} className={styles.flow} onScroll={onScroll} tabIndex={0} role="log" aria-label="Conversation" aria-live="off">
        <div className={styles.inner}>
          {children}
          {earlier === 0 || last === undefined ? null : <Earlier count={earlier} onShow={onEarlier} />}
          {turns.map((turn) => (
            <TurnBlock key={turn.turnId} turn={turn} runs={runs} offers={offers} isLast={turn === last} now={turn === last ? now : 0} {...(turn === last && { quietHosts })} busyOffer={busyOffer} actions={actions} />
          ))}
        </div>
      </div>
      <Spoken isLive>{spokenOutcome(last, followedId)}</Spoken>
    </>
  );
};

/** Years of questions lie in some conversations: they are fetched when somebody wants to read them. */
const Earlier = ({ count, onShow }: { count: number; onShow: () => Promise<void> }) => {
  const [isBusy, setBusy] = useState(false);
  return (
    <div className={styles.earlier}>
      <Button size="sm" kind="ghost" icon="history" disabled={isBusy} onClick={() => {
        setBusy(true);
        void onShow().finally(() => setBusy(false));
      }}>
        {`Show earlier questions (${plural(count, "question")} before these)`}
      </Button>
    </div>
  );
};
