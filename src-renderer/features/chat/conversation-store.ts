import { createStore, type StoreApi } from "zustand/vanilla";
import type { ChatItem } from "../../../src-main/contract/index.ts";
import { EMPTY, applyItems, withEarlier, type ConversationState } from "./conversation-state.ts";

/** Between two pictures of what was told. Nobody reads faster, and a fleet tells thousands of things a second. */
export const REST_MS = 100;

type Needs = {
  readonly now: () => number;
  /** Runs `act` after so long; what it returns takes that back. */
  readonly later: (act: () => void, ms: number) => () => void;
};

export type ConversationStore = StoreApi<ConversationState>;

/** One conversation as the screen knows it. What is told after a rest is shown at once; what comes in a flood is shown together, a few times a second. */
export function createConversation({ now, later }: Needs): { readonly store: ConversationStore; tell(item: ChatItem): void; /** What was told of the turns before the first there is. */ tellEarlier(items: readonly ChatItem[]): void; close(): void } {
  const store = createStore<ConversationState>(() => EMPTY);
  let waiting: ChatItem[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  let takeBack: (() => void) | undefined;
  const apply = () => {
    takeBack = undefined;
    const items = waiting;
    waiting = [];
    store.setState(applyItems(store.getState(), items), true);
    lastAt = now();
  };
  return {
    store,
    tell(item) {
      waiting.push(item);
      takeBack ??= later(apply, Math.max(0, lastAt + REST_MS - now()));
    },
    tellEarlier: (items) => store.setState(withEarlier(store.getState(), applyItems(EMPTY, items)), true),
    close() {
      takeBack?.();
      takeBack = undefined;
    },
  };
}
