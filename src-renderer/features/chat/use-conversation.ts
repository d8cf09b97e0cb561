import { useEffect, useRef, useState } from "react";
import { Failure } from "../../../src-main/contract/failure.ts";
import type { ChatItem } from "../../../src-main/contract/index.ts";
import { useFeed } from "../../app/use-app.ts";
import { EMPTY, applyItems, type ConversationState } from "./conversation-state.ts";

/** Follows a conversation; comes back after a lost connection with its last cursor. Items are applied once per frame. */
export function useConversation(conversationId: string | undefined): { readonly state: ConversationState; readonly isLoaded: boolean; readonly error: string | undefined } {
  const [state, setState] = useState<ConversationState>(EMPTY);
  const [error, setError] = useState<string>();
  const box = useRef<{ id: string | undefined; state: ConversationState; waiting: ChatItem[]; frame: number }>({ id: undefined, state: EMPTY, waiting: [], frame: 0 });
  if (box.current.id !== conversationId) {
    cancelAnimationFrame(box.current.frame);
    box.current = { id: conversationId, state: EMPTY, waiting: [], frame: 0 };
  }
  useEffect(() => {
    setState(EMPTY);
    setError(undefined);
  }, [conversationId]);
  useFeed(
    `conversation ${conversationId ?? ""}`,
    conversationId === undefined ? undefined : (client, signal) => client.chat.follow({ conversationId, after: box.current.state.cursor }, { signal }),
    (item) => {
      const mine = box.current;
      mine.waiting.push(item);
      if (mine.frame !== 0) return;
      mine.frame = requestAnimationFrame(() => {
        mine.frame = 0;
        mine.state = applyItems(mine.state, mine.waiting.splice(0));
        if (box.current === mine) setState(mine.state);
      });
    },
    (failure) => setError(failure instanceof Failure ? failure.message : "The conversation cannot be followed. Reload the window; nothing was lost."),
  );
  return { state: box.current.id === conversationId ? state : EMPTY, isLoaded: state !== EMPTY, error };
}
