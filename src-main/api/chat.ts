import type { Chat } from "../chat/index.ts";
import { actorOf, type chatContract, type GroupHandlers } from "../contract/index.ts";
import type { Models } from "../models/index.ts";
import { inTurns, paced } from "./paced.ts";

const LIST_EVERY_MS = 250;

export const chatHandlers = ({ chat, models }: { readonly chat: Chat; readonly models: Pick<Models, "named"> }): GroupHandlers<typeof chatContract> => ({
  async *list({ search, limit }, { signal }) {
    let last = "";
    // A fleet is a hundred changes a second; who reads a list wants a few.
    for await (const _ of paced(chat.listChanges(signal), LIST_EVERY_MS, signal)) {
      const now = chat.list(search, limit);
      const text = JSON.stringify(now);
      if (text !== last) yield now;
      last = text;
    }
  },
  send: async ({ conversationId, text, hosts, attachments, model }, { principal }) => chat.send({ conversationId, text, hosts, attachments, model: model === undefined ? undefined : models.named(model).provider }, actorOf(principal)),
  follow: ({ conversationId, after, turns }, { signal }) => chat.follow(conversationId, { after, turns }, signal),
  earlier: ({ conversationId, before, turns }) => chat.earlier(conversationId, before, turns),
  stop: async ({ conversationId }, { principal }) => {
    await chat.stop(conversationId, actorOf(principal));
    return { done: true };
  },
  propose: async ({ conversationId, proposalId, take }, { principal }) => {
    await chat.propose(conversationId, proposalId, take, actorOf(principal));
    return { done: true };
  },
  rename: async ({ conversationId, title }) => {
    chat.rename(conversationId, title);
    return { done: true };
  },
  pin: async ({ conversationId, isPinned }) => {
    chat.pin(conversationId, isPinned);
    return { done: true };
  },
  export: ({ conversationId }) => inTurns(chat.export(conversationId)),
  complete: async ({ sign, typed }) => ({ completions: chat.complete(sign, typed) }),
});
