import { useCallback, useState } from "react";
import type { Conversation } from "../../../src-main/contract/index.ts";
import { useFeed } from "../../app/use-app.ts";

const PAGE = 100;

type Asked = { readonly search: string; readonly limit: number };

/** The conversations that fit the words, the first of them; more as the end of the list comes near. */
export function useConversations(search: string): { readonly conversations: readonly Conversation[]; readonly onNearEnd: () => void } {
  const [list, setList] = useState<{ readonly conversations: readonly Conversation[]; readonly more: boolean }>({ conversations: [], more: false });
  const [asked, setAsked] = useState<Asked>({ search, limit: PAGE });
  // Other words begin at the top again.
  const limit = asked.search === search ? asked.limit : PAGE;
  useFeed(`chat-list ${limit} ${search}`, (client, signal) => client.chat.list({ search, limit }, { signal }), setList);
  const { length } = list.conversations;
  const onNearEnd = useCallback(() => {
    if (list.more && length >= limit) setAsked({ search, limit: limit + PAGE });
  }, [length, limit, list.more, search]);
  return { conversations: list.conversations, onNearEnd };
}
