import { useLayoutEffect, useRef } from "react";
import type { ConversationState } from "./conversation-state.ts";

const NEAR_PX = 80;

/** Keeps the newest in sight while the operator is at the end; once they scroll up to read, nothing moves under them. */
export function useFlowScroll(state: ConversationState, conversationId: string | undefined) {
  const ref = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    follows.current = true;
  }, [conversationId, state.turns.length]);
  useLayoutEffect(() => {
    const box = ref.current;
    if (box !== null && follows.current) box.scrollTop = box.scrollHeight;
  }, [state]);
  const onScroll = () => {
    const box = ref.current;
    if (box !== null) follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
  };
  return { ref, onScroll };
}
