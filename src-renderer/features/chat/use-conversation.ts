import { useEffect, useMemo, useState } from "react";
import { Failure } from "../../../src-main/contract/failure.ts";
import { useFeed } from "../../app/use-app.ts";
import { createConversation, type ConversationStore } from "./conversation-store.ts";

/** Follows a conversation; comes back after a lost connection with its last cursor. Whoever draws a part of it asks the store for that part. */
export function useConversation(conversationId: string | undefined): { readonly store: ConversationStore; readonly error: string | undefined } {
  // oxlint-disable-next-line exhaustive-deps -- another conversation is another store
  const conversation = useMemo(() => createConversation({ now: () => performance.now(), later }), [conversationId]);
  const [error, setError] = useState<string>();
  useEffect(() => {
    setError(undefined);
    return () => conversation.close();
  }, [conversation]);
  useFeed(
    `conversation ${conversationId ?? ""}`,
    conversationId === undefined ? undefined : (client, signal) => client.chat.follow({ conversationId, after: conversation.store.getState().cursor }, { signal }),
    (item) => conversation.tell(item),
    (failure) => setError(failure instanceof Failure ? failure.message : "The conversation cannot be followed. Reload the window; nothing was lost."),
  );
  return { store: conversation.store, error };
}

const later = (act: () => void, ms: number): (() => void) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};
