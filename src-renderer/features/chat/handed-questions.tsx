import { useState } from "react";
import type { CentralQuestion } from "../../../src-main/contract/index.ts";
import { useApp, useFeed, useStatus } from "../../app/use-app.ts";
import { formatAgo } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import type { Draft } from "./composer.tsx";
import styles from "./handed-questions.module.css";

/** A question and what a third party sent with it: the words become the draft, the rest goes beside them as data. */
export const draftOf = ({ question, content, from }: CentralQuestion): Draft => ({ text: question, hosts: [], attachments: [{ name: `message of ${from}`.slice(0, 200), kind: "file", text: content }] });

/** What the organisation handed to this desktop. Nothing of it is sent before the operator does so. */
export const HandedQuestions = ({ onTake }: { onTake: (draft: Draft) => void }) => {
  const { client } = useApp();
  const mayAsk = useStatus((status) => status?.principal.permissions.includes("operate") === true);
  const [questions, setQuestions] = useState<readonly CentralQuestion[]>([]);
  useFeed("handed", (core, signal) => core.central.follow({}, { signal }), (view) => setQuestions(view.questions));
  return questions.length === 0 ? null : <QuestionList questions={questions} mayAsk={mayAsk} now={Date.now()} onTake={(question) => onTake(draftOf(question))} onDrop={({ itemId }) => void client.central.dropQuestion({ itemId })} />;
};

type Props = { questions: readonly CentralQuestion[]; mayAsk: boolean; now: number; onTake: (question: CentralQuestion) => void; onDrop: (question: CentralQuestion) => void };
export const QuestionList = ({ questions, mayAsk, now, onTake, onDrop }: Props) => (
  <section className={styles.list} aria-label="Handed to this desktop">
    <h2 className={styles.head}>Handed to this desktop</h2>
    <ul>
      {questions.map((each) => (
        <li key={each.itemId} className={styles.item}>
          <div className={styles.words}>
            <b>{each.question}</b>
            <span className={styles.told}>
              About a message of {each.from}, {formatAgo(each.at, now)}: <q>{each.title}</q>
            </span>
          </div>
          {mayAsk ? (
            <>
              <Button size="sm" onClick={() => onTake(each)}>
                Write it down
              </Button>
              <IconButton icon="close" size="sm" label={`Take “${each.question}” off the list`} onClick={() => onDrop(each)} />
            </>
          ) : null}
        </li>
      ))}
    </ul>
    <p className={styles.note}>The message was written by somebody outside. It goes beside your question as data; read the question before you send it.</p>
  </section>
);
