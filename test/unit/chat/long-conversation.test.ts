import { describe, expect, test } from "vitest";
import type { ChatItem } from "../../../src-main/contract/index.ts";
import type { Chat } from "../../../src-main/chat/index.ts";
import { CHAT_MIGRATIONS } from "../../../src-main/chat/migrations.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { applyItems, EMPTY, withEarlier } from "../../../src-renderer/features/chat/conversation-state.ts";
import { countedStore } from "../../fakes/counted-store.ts";
import { ada, say, toldUntil, world } from "./world.ts";

const TURNS = 12;

/** A conversation of so many questions that are answered at once, and one with a run at its end. */
async function long(): Promise<{ readonly chat: Chat; readonly conversationId: string }> {
  const { chat } = world();
  const { conversationId } = await say(chat, "why is dev web-01 down?");
  await toldUntil(chat, conversationId, "done");
  for (let n = 1; n < TURNS; n += 1) {
    const { cursor } = await say(chat, "make coffee", conversationId);
    await toldUntil(chat, conversationId, "out-of-scope", cursor);
  }
  return { chat, conversationId };
}

async function told(items: AsyncIterable<ChatItem>, enough: (all: readonly ChatItem[]) => boolean = () => false): Promise<ChatItem[]> {
  const all: ChatItem[] = [];
  for await (const item of items) {
    all.push(item);
    if (enough(all)) break;
  }
  return all;
}
const asked = (items: readonly ChatItem[]) => items.filter(({ event }) => event.kind === "chat" && event.event.type === "message").length;
const ended = (count: number) => (all: readonly ChatItem[]) => all.filter(({ event }) => event.kind === "chat" && event.event.type === "turn" && event.event.state !== "working").length === count;

describe("a long conversation", () => {
  test("is told from its newest turns on, with how many came before and what it is called", async () => {
    const { chat, conversationId } = await long();
    const items = await told(chat.follow(conversationId, { after: "0.0", turns: 3 }, new AbortController().signal), ended(3));
    expect(items[0]!.event).toMatchObject({ kind: "begun", title: "why is dev web-01 down?", earlier: TURNS - 3 });
    expect(asked(items)).toBe(3);
  });

  test("has its earlier turns told when they are asked for, up to the first, with their runs and what became of them later", async () => {
    const { chat, conversationId } = await long();
    const newest = applyItems(EMPTY, await told(chat.follow(conversationId, { after: "0.0", turns: 3 }, new AbortController().signal), ended(3)));
    const some = await told(chat.earlier(conversationId, newest.turns[0]!.turnId, 4));
    expect(some[0]!.event).toMatchObject({ kind: "begun", earlier: TURNS - 7 });
    const more = withEarlier(newest, applyItems(EMPTY, some));
    const whole = withEarlier(more, applyItems(EMPTY, await told(chat.earlier(conversationId, more.turns[0]!.turnId, 1000))));
    const read = applyItems(EMPTY, await told(chat.follow(conversationId, { after: "0.0" }, new AbortController().signal), ended(TURNS)));
    expect(whole.turns).toEqual(read.turns);
    expect([...whole.runs.values()]).toEqual([...read.runs.values()]);
    expect(whole.earlier).toBe(0);
    expect(await told(chat.earlier(conversationId, whole.turns[0]!.turnId, 10))).toEqual([]);
  });

  test("takes up a proposal of a turn that is not among the newest", async () => {
    const { chat, conversationId } = await long();
    const all = await told(chat.follow(conversationId, { after: "0.0" }, new AbortController().signal), ended(TURNS));
    const offer = all.flatMap(({ event }) => (event.kind === "chat" && event.event.type === "proposal" ? [event.event] : []))[0]!;
    await chat.propose(conversationId, offer.proposalId, true, ada);
    await toldUntil(chat, conversationId, "waiting", all.at(-1)!.cursor);
    const first = await told(chat.earlier(conversationId, all.flatMap(({ event }) => (event.kind === "chat" && "turnId" in event.event ? [event.event.turnId] : [])).at(-1)!, 1000));
    expect(applyItems(EMPTY, first).offers.get(offer.proposalId)!.taken).toBe("started");
  });

  test("costs a question no more than a short one: what was said long ago is not read again", async () => {
    const of = async (turns: number): Promise<number> => {
      const { store, asked: read, total } = countedStore(openStore({ path: ":memory:" }));
      const { chat } = world(undefined, store);
      let conversationId: string | undefined;
      for (let n = 0; n < turns; n += 1) {
        const sent = await say(chat, "make coffee", conversationId);
        conversationId = sent.conversationId;
        await toldUntil(chat, conversationId, "out-of-scope", sent.cursor);
      }
      read.clear();
      const { cursor } = await say(chat, "make coffee", conversationId);
      await toldUntil(chat, conversationId!, "out-of-scope", cursor);
      return total().rows;
    };
    expect(await of(140)).toBe(await of(70));
  });
});

test("a conversation of an older SENA is read from its newest turns, too", async () => {
  const store = openStore({ path: ":memory:" });
  store.migrate("chat", CHAT_MIGRATIONS.slice(0, 1));
  store.raw.exec("INSERT INTO conversations (id, title, created_at, changed_at) VALUES ('conv_old', 'of old', 1, 1)");
  for (let n = 1; n <= 5; n += 1) {
    store.raw.prepare("INSERT INTO chat_turns (id, conversation_id, state, message) VALUES (?, 'conv_old', 'done', ?)").run(`turn_${n}`, JSON.stringify({ text: `question ${n}`, hosts: [], attachments: [], actor: ada }));
    for (const event of [{ type: "message", turnId: `turn_${n}`, text: `question ${n}`, hosts: [], attachments: [] }, { type: "turn", turnId: `turn_${n}`, state: "done", say: "" }])
      store.raw.prepare("INSERT INTO chat_events (conversation_id, at, type, event) VALUES ('conv_old', 1, ?, ?)").run(event.type, JSON.stringify(event));
  }
  const { chat } = world(undefined, store);
  const newest = await told(chat.follow("conv_old", { after: "0.0", turns: 2 }, new AbortController().signal), ended(2));
  const state = applyItems(EMPTY, newest);
  expect(state).toMatchObject({ title: "of old", earlier: 3 });
  expect(state.turns.map(({ text }) => text)).toEqual(["question 4", "question 5"]);
  expect(applyItems(EMPTY, await told(chat.earlier("conv_old", "turn_4", 30))).turns.map(({ text }) => text)).toEqual(["question 1", "question 2", "question 3"]);
});

describe("many conversations", () => {
  test("are listed so many at a time, and the list says that there are more", async () => {
    const { chat } = world();
    for (let n = 0; n < 6; n += 1) await toldUntil(chat, (await say(chat, "make coffee")).conversationId, "out-of-scope");
    expect(chat.list("", 4)).toMatchObject({ more: true, conversations: { length: 4 } });
    expect(chat.list("", 6)).toMatchObject({ more: false, conversations: { length: 6 } });
    expect(chat.list("coffee", 4)).toMatchObject({ more: true, conversations: { length: 4 } });
  });

  test("are searched in two statements, however many are found, each with the words it was found by", async () => {
    const { store, asked: read } = countedStore(openStore({ path: ":memory:" }));
    const { chat } = world(undefined, store);
    for (let n = 0; n < 9; n += 1) await toldUntil(chat, (await say(chat, "make coffee")).conversationId, "out-of-scope");
    read.clear();
    const { conversations } = chat.list("coff", 100);
    expect(conversations.map(({ snippet }) => snippet)).toEqual(Array.from({ length: 9 }, () => "make coffee"));
    expect([...read].map(([name, { times }]) => [name, times])).toEqual([["chat.search", 1], ["chat.snippets", 1]]);
  });

  test("name the first host of the last question, and count the others", async () => {
    const { chat } = world();
    const sent = await chat.send({ text: "make coffee", hosts: ["db-01", "db-02", "db-03"], attachments: [] }, ada);
    await toldUntil(chat, sent.conversationId, "out-of-scope");
    expect(chat.list("", 4).conversations).toMatchObject([{ hosts: [{ name: "db-01" }], hostCount: 3 }]);
  });
});
