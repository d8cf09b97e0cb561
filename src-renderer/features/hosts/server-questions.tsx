import { useState } from "react";
import type { Prompt } from "../../../src-main/contract/index.ts";
import { useApp, useFeed } from "../../app/use-app.ts";
import { QuestionDialog } from "./question-dialog.tsx";

/** The oldest question first, one at a time. While this is mounted, servers that ask are waited for. */
export const ServerQuestions = () => {
  const { client } = useApp();
  const [prompts, setPrompts] = useState<readonly Prompt[]>([]);
  useFeed("prompts", (core, signal) => core.prompts.pending({}, { signal }), (item) => setPrompts(item.prompts), () => setPrompts([]));
  const [first] = prompts;
  if (first === undefined) return null;
  const answer = (values: readonly string[] | undefined) => {
    // Gone from the screen at once: the core tells whether it is gone for good.
    setPrompts((before) => before.filter(({ id }) => id !== first.id));
    void client.prompts.answer({ id: first.id, ...(values && { values: [...values] }) }).catch(() => {});
  };
  return <QuestionDialog key={first.id} prompt={first} waiting={prompts.length - 1} onAnswer={answer} />;
};

