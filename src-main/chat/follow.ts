import type { ChatItem, RunItem } from "../contract/index.ts";
import type { Runs } from "../runs/index.ts";
import type { Conversations } from "./conversations.ts";

const PAGE = 500;

/** From a cursor on; where nothing was told yet, perhaps only the newest turns. */
export type From = { readonly after: string; readonly turns?: number | undefined };

/**
 * A conversation's own events and those of its runs as one stream. The cursor is two numbers, because the two journals
 * count on their own; a follower that gives its last cursor back misses nothing, and may see the first items of a run
 * that began while it was away a second time (it tells them apart by their number).
 */
export async function* followConversation(conversations: Conversations, runs: Runs, conversationId: string, { after, turns }: From, signal: AbortSignal): AsyncIterable<ChatItem> {
  let [chatN = 0, runN = 0] = after.split(".").map(Number);
  // Years of turns are not told to show the last few. Whoever comes back has those it had, and what runs go on is among them.
  const first = turns === undefined ? undefined : conversations.turnsBefore(conversationId, Number.MAX_SAFE_INTEGER, turns)[0]?.firstN;
  const runIds = conversations.runIds(conversationId, (first ?? 1) - 1, chatN);
  const told = (item: RunItem): ChatItem => ({ cursor: `${chatN}.${runN}`, at: item.at, event: { kind: "run", item } });
  if (first !== undefined && chatN === 0) {
    chatN = first - 1;
    yield { cursor: `${chatN}.0`, at: 0, event: { kind: "begun", title: conversations.titleOf(conversationId).title, earlier: conversations.countBefore(conversationId, first) } };
  }

  for await (const _ of either(conversations.changes.follow(signal), runs.changes(signal))) {
    for (let isMore = true; isMore; ) {
      // Events first: what a run told before the conversation reacted to it is then surely among the items.
      const events = conversations.events(conversationId, chatN, PAGE);
      const fresh = events.flatMap(({ event }) => (event.type === "run" ? [event.runId] : []));
      // What a new run told before the conversation knew of it, where the stream is already past those numbers.
      for (const item of fresh.length === 0 ? [] : runs.itemsOf(fresh, 0, Number.MAX_SAFE_INTEGER)) if (item.n <= runN) yield told(item);
      runIds.push(...fresh);
      const items = runIds.length === 0 ? [] : runs.itemsOf(runIds, runN, PAGE);
      isMore = events.length === PAGE || items.length === PAGE;
      // In the order it happened, so that a reader who leaves at the turn's end has seen its runs end.
      const until = items.length === PAGE ? (items.at(-1)?.at ?? 0) : Number.POSITIVE_INFINITY;
      const unsaid = [...items];
      for (const { n, at, event } of events) {
        if (at > until) break;
        for (let item = unsaid[0]; item !== undefined && item.at <= at; item = unsaid[0]) {
          unsaid.shift();
          runN = item.n;
          yield told(item);
        }
        chatN = n;
        yield { cursor: `${chatN}.${runN}`, at, event: { kind: "chat", n, event } };
      }
      for (const item of unsaid) {
        runN = item.n;
        yield told(item);
      }
    }
  }
}

/** Turns before one, whole: also what happened to them later, such as a proposal that was taken up. */
export async function* tellEarlier(conversations: Conversations, runs: Runs, conversationId: string, before: string, turns: number): AsyncIterable<ChatItem> {
  const earlier = conversations.turnsBefore(conversationId, conversations.firstOf(before) ?? 0, turns);
  const [first] = earlier;
  if (first === undefined) return;
  const cursor = `${first.firstN - 1}.0`;
  yield { cursor, at: 0, event: { kind: "begun", title: conversations.titleOf(conversationId).title, earlier: conversations.countBefore(conversationId, first.firstN) } };
  for (const { n, at, event } of conversations.eventsOf(conversationId, earlier.map(({ id }) => id), first.firstN)) {
    yield { cursor, at, event: { kind: "chat", n, event } };
    if (event.type === "run") for (const item of runs.told(event.runId)) yield { cursor, at: item.at, event: { kind: "run", item } };
  }
}

/** Something of either happened. What happens while the consumer is busy wakes it once. */
async function* either(...sources: readonly AsyncIterable<unknown>[]): AsyncIterable<void> {
  const next = async (source: Source): Promise<Source> => ({ ...source, isOver: (await source.iterator.next()).done === true });
  type Source = { readonly iterator: AsyncIterator<unknown>; readonly at: number; readonly isOver: boolean };
  const opened = sources.map((source, at): Source => ({ iterator: source[Symbol.asyncIterator](), at, isOver: false }));
  const pending = opened.map(next);
  try {
    for (;;) {
      const source = await Promise.race(pending);
      if (source.isOver) return;
      pending[source.at] = next(source);
      yield;
    }
  } finally {
    for (const { iterator } of opened) void iterator.return?.();
  }
}
