import { useCallback, useEffect, useMemo, useState } from "react";
import { Failure } from "../../../src-main/contract/failure.ts";
import type { ChatItem } from "../../../src-main/contract/index.ts";
import { useApp, useFeed } from "../../app/use-app.ts";
import { createConversation, type ConversationStore } from "./conversation-store.ts";

/** So many are told and drawn at first, and so many more each time the earlier ones are asked for. */
const TURNS = 30;

/** Follows a conversation; comes back after a lost connection with its last cursor. Whoever draws a part of it asks the store for that part. */
export function useConversation(conversationId: string | undefined): { readonly store: ConversationStore; readonly error: string | undefined; readonly showEarlier: () => Promise<void> } {
  const { client } = useApp();
  // oxlint-disable-next-line exhaustive-deps -- another conversation is another store
  const conversation = useMemo(() => createConversation({ now: () => performance.now(), later }), [conversationId]);
  const [error, setError] = useState<string>();
  useEffect(() => {
    setError(undefined);
    return () => conversation.close();
  }, [conversation]);
  useFeed(
    `conversation ${conversationId ?? ""}`,
    conversationId === undefined ? undefined : (client, signal) => client.chat.follow({ conversationId, after: conversation.store.getState().cursor, turns: TURNS }, { signal }),
    (item) => conversation.tell(item),
    (failure) => setError(failure instanceof Failure ? failure.message : "The conversation cannot be followed. Reload the window; nothing was lost."),
  );
  const showEarlier = useCallback(async () => {
    const before = conversation.store.getState().turns[0]?.turnId;
    if (conversationId === undefined || before === undefined) return;
    const items: ChatItem[] = [];
    for await (const item of client.chat.earlier({ conversationId, before, turns: TURNS })) items.push(item);
    // Asked for twice, it is shown once.
    if (conversation.store.getState().turns[0]?.turnId === before) conversation.tellEarlier(items);
  }, [client, conversation, conversationId]);
  return { store: conversation.store, error, showEarlier };
}

const later = (act: () => void, ms: number): (() => void) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};
