import type { Actor } from "../contract/terms.ts";
import type { SenaLedger } from "../ledger/index.ts";
import { keepQuestions, readQuestions } from "./membership.ts";
import type { HeardQuestion, LinkQuestion } from "./port.ts";

/** They lie in the organisation's inbox as well: when more wait here than this, the oldest go. */
const MOST = 100;

export type Questions = {
  readonly list: () => readonly LinkQuestion[];
  /** Which of them are here for good; the server is told so with the next poll. */
  readonly heard: () => readonly HeardQuestion[];
  take(questions: readonly LinkQuestion[]): Promise<void>;
  told(heard: readonly HeardQuestion[]): void;
  drop(itemId: string): void;
};

/** What the organisation asks this desktop to look into. It waits for an operator: nothing here asks it, and nothing runs because of it. */
export function openQuestions({ folder, ledger, actor }: { readonly folder: string; readonly ledger: Pick<SenaLedger, "append">; readonly actor: Actor }): Questions {
  let list = readQuestions(folder);
  let heard: readonly HeardQuestion[] = [];
  const keep = (next: readonly LinkQuestion[]): void => {
    list = next;
    keepQuestions(folder, next);
  };
  return {
    list: () => list,
    heard: () => heard,
    async take(questions) {
      for (const question of questions) {
        const { itemId, at, from, title, content } = question;
        if (!list.some((each) => each.itemId === itemId && each.at === at)) {
          await ledger.append({ type: "anchor", actor, fields: { act: "central-question", item: itemId, from, title, question: question.question }, blobs: [{ role: "told", bytes: Buffer.from(content) }] });
          keep([question, ...list.filter((each) => each.itemId !== itemId)].slice(0, MOST));
        }
        heard = [...heard.filter((each) => each.itemId !== itemId), { itemId, at }];
      }
    },
    told: (of) => void (heard = heard.filter((each) => !of.includes(each))),
    drop: (itemId) => keep(list.filter((each) => each.itemId !== itemId)),
  };
}
