import type { ChatItem, RunItem } from "../contract/index.ts";
import type { Runs } from "../runs/index.ts";
import type { Conversations } from "./conversations.ts";

const PAGE = 500;

/**
 * A conversation's own events and those of its runs as one stream. The cursor is two numbers, because the two journals
 * count on their own; a follower that gives its last cursor back misses nothing, and may see the first items of a run
 * that began while it was away a second time (it tells them apart by their number).
 */
export async function* followConversation(conversations: Conversations, runs: Runs, conversationId: string, after: string, signal: AbortSignal): AsyncIterable<ChatItem> {
  let [chatN = 0, runN = 0] = after.split(".").map(Number);
  const runIds = conversations.events(conversationId, 0).flatMap(({ n, event }) => (event.type === "run" && n <= chatN ? [event.runId] : []));
  const told = (item: RunItem): ChatItem => ({ cursor: `${chatN}.${runN}`, at: item.at, event: { kind: "run", item } });

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
      const until = items.length === PAGE ? items.at(-1)!.at : Number.POSITIVE_INFINITY;
      let next = 0;
      for (const { n, at, event } of events) {
        if (at > until) break;
        for (; next < items.length && items[next]!.at <= at; next += 1) {
          runN = items[next]!.n;
          yield told(items[next]!);
        }
        chatN = n;
        yield { cursor: `${chatN}.${runN}`, at, event: { kind: "chat", n, event } };
      }
      for (; next < items.length; next += 1) {
        runN = items[next]!.n;
        yield told(items[next]!);
      }
    }
  }
}

/** Something of either happened. What happens while the consumer is busy wakes it once. */
async function* either(...sources: readonly AsyncIterable<unknown>[]): AsyncIterable<void> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const pending = iterators.map((iterator, i) => iterator.next().then((next) => ({ i, done: next.done === true })));
  try {
    for (;;) {
      const { i, done } = await Promise.race(pending);
      if (done) return;
      pending[i] = iterators[i]!.next().then((next) => ({ i, done: next.done === true }));
      yield;
    }
  } finally {
    for (const iterator of iterators) void iterator.return?.();
  }
}
