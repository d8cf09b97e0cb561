import { actorOf, type GroupHandlers, type Prompt, type promptsContract } from "../contract/index.ts";
import type { PendingQuestion, Prompts } from "../ssh/index.ts";

export const promptsHandlers = ({ prompts }: { readonly prompts: Prompts }): GroupHandlers<typeof promptsContract> => ({
  async *pending({ isOnlyWatching }, { signal }) {
    for await (const waiting of isOnlyWatching === true ? prompts.pending.follow(signal) : prompts.attend(signal)) yield { prompts: waiting.map(viewOf) };
  },
  answer: async ({ id, values }, { principal }) => ({ taken: prompts.answer(id, values, actorOf(principal)) }),
});

function viewOf(question: PendingQuestion): Prompt {
  if (question.kind === "interactive") return { ...question, title: question.title.slice(0, 400), instructions: question.instructions.slice(0, 4000), fields: question.fields.map((field) => ({ ...field, label: field.label.slice(0, 400) })) };
  if (question.kind === "host-key") return { ...question, environment: question.environment as Extract<Prompt, { kind: "host-key" }>["environment"], otherTypes: [...question.otherTypes] };
  return question;
}
