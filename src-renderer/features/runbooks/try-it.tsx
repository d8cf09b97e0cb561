import { useState } from "react";
import type { z } from "zod";
import type { skillsContract } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Card } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "./screen.module.css";

export type ReadBack = z.infer<(typeof skillsContract)["tryParser"]["output"]>;
type Understood = z.infer<(typeof skillsContract)["tryRequest"]["output"]>;

export const TryIt = ({ files, parsers }: { files: Readonly<Record<string, string>>; parsers: readonly string[] }) => {
  const { client, toast } = useApp();
  const [parser, setParser] = useState<string>();
  const [output, setOutput] = useState("");
  const [read, setRead] = useState<ReadBack>();
  const [sentence, setSentence] = useState("");
  const [understood, setUnderstood] = useState<Understood>();
  const chosen = parser !== undefined && parsers.includes(parser) ? parser : parsers[0];
  const failed = (error: Error) => toast({ title: "That could not be tried", text: error.message, tone: "bad" });
  return (
    <>
      <Card title="Try a parser">
        <div className={styles.stack}>
        <p className={styles.note}>Paste what the command printed; nothing is run.</p>
        <Field label="Parser">
          <Select value={chosen ?? null} onValue={setParser} choices={parsers.map((name) => ({ value: name, text: name }))} placeholder="This pack has no parser yet" />
        </Field>
        <Field label="Output">
          <TextArea isMono rows={5} value={output} onValue={setOutput} spellCheck={false} />
        </Field>
        <Button size="sm" disabled={chosen === undefined || output === ""} onClick={() => void client.skills.tryParser({ files, parser: chosen ?? "", output }).then(setRead, failed)}>
          Read it
        </Button>
        {read === undefined ? null : <ReadTable read={read} />}
      </div>
      </Card>
      <Card title="Try a sentence">
        <div className={styles.stack}>
        <p className={styles.note}>What the runbooks in use would be asked for. A new pack answers once it is in use.</p>
        <Field label="Sentence">
          <Input value={sentence} onValue={setSentence} placeholder="why is web-01 down?" />
        </Field>
        <Button size="sm" disabled={sentence.trim() === ""} onClick={() => void client.skills.tryRequest({ text: sentence }).then(setUnderstood, failed)}>
          Ask without running
        </Button>
        {understood === undefined ? null : <Understanding understood={understood} />}
      </div>
      </Card>
    </>
  );
};

export const ReadTable = ({ read }: { read: ReadBack }) => (
  <div className={styles.read} tabIndex={0} role="region" aria-label="Rows that were read">
    {read.problem === undefined ? null : <p className={styles.note}>{read.problem}</p>}
    <table className={styles.readTable}>
      <thead>
        <tr>
          <th scope="col">Line</th>
          {read.columns.map(({ key, title }) => (
            <th key={key} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {read.rows.slice(0, 100).map(({ cells, fromLine }, at) => (
          <tr key={at}>
            <td>{fromLine}</td>
            {cells.map((cell, column) => (
              <td key={column}>{cell === null ? "–" : String(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Understanding = ({ understood }: { understood: Understood }) => (
  <div className={styles.lines}>
    <p className={styles.summary}>
      {understood.kind === "skill" ? "Understood as " : understood.kind === "ask" ? "Would ask back: " : "Out of scope: "}
      {understood.skillId === undefined ? null : <code className={styles.id}>{understood.skillId} </code>}
      {understood.hosts.length === 0 ? null : `on ${understood.hosts.join(", ")} `}
      {Object.entries(understood.inputs).map(([name, value]) => `${name} = ${value}`).join(", ")}
    </p>
    <p className={styles.note}>
      {understood.why}
      {understood.choices.length === 0 ? "" : ` ${understood.choices.join(" · ")}`}
    </p>
  </div>
);
