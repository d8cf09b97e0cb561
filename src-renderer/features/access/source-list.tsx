import { useState } from "react";
import type { SourceConfig } from "../../../src-main/contract/index.ts";
import { useAct } from "../../app/use-act.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { FieldGroup } from "../../ui/field.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./access.module.css";
import { SOURCE_WORDS, SourceDialog } from "./source-dialog.tsx";

export type Checked = Readonly<Record<string, { readonly ok: boolean; readonly say: string }>>;
type Props = { sources: readonly SourceConfig[]; secrets: readonly string[]; mayChange: boolean; onChange: () => Promise<unknown> };

/** Where else secrets come from. A host or a model names such a secret as `source:path#field`. */
export const SourceList = ({ sources, secrets, mayChange, onChange }: Props) => {
  const { client } = useApp();
  const [checked, setChecked] = useState<Checked>({});
  const { act, problem, setProblem } = useAct({ after: onChange });
  const [editing, setEditing] = useState<SourceConfig | "new">();
  const check = (id: string) => void act(async () => {
    const answer = await client.vault.checkSource({ id });
    setChecked((before) => ({ ...before, [id]: answer }));
  });
  return (
    <FieldGroup title="Other sources" hint="Secrets that stay where they are and are read when they are needed, never stored here. Name one as source:path#field, a version as source:path?version=3#field.">
      {problem === "" || editing !== undefined ? null : <Banner tone="bad" title="Nothing was changed">{problem}</Banner>}
      {sources.length === 0 ? <p className={styles.empty}>None: every secret lies in the vault above.</p> : null}
      <SourceRows sources={sources} checked={checked} mayChange={mayChange} onCheck={check} onEdit={setEditing} onRemove={(id) => void act(() => client.vault.removeSource({ id }))} />
      {mayChange ? (
        <div className={styles.acts}>
          <Button icon="plus" onClick={() => setEditing("new")}>Add a source…</Button>
        </div>
      ) : null}
      {editing === undefined ? null : (
        <SourceDialog
          source={editing === "new" ? undefined : editing}
          secrets={secrets}
          problem={problem}
          onClose={() => {
            setProblem("");
            setEditing(undefined);
          }}
          onSave={(config) => void act(() => client.vault.setSource(config)).then((isDone) => {
            if (!isDone) return;
            setEditing(undefined);
            check(config.id);
          })}
        />
      )}
    </FieldGroup>
  );
};

type RowsProps = { sources: readonly SourceConfig[]; checked: Checked; mayChange: boolean; onCheck: (id: string) => void; onEdit: (source: SourceConfig) => void; onRemove: (id: string) => void };
export const SourceRows = ({ sources, checked, mayChange, onCheck, onEdit, onRemove }: RowsProps) => (
  <ul className={styles.list}>
    {sources.map((source) => {
      const answer = checked[source.id];
      return (
        <li key={source.id} className={styles.row}>
          <span className={styles.mono}>{source.id}</span>
          <span className={styles.quiet}>{SOURCE_WORDS[source.kind]}</span>
          {answer === undefined ? null : <Tag tone={answer.ok ? "ok" : "bad"}>{answer.ok ? "answers" : "fails"}</Tag>}
          {answer === undefined ? null : <span className={styles.said}>{answer.say}</span>}
          <span className={styles.grow} />
          <Button size="sm" onClick={() => onCheck(source.id)}>Check</Button>
          {mayChange ? <Button size="sm" kind="ghost" onClick={() => onEdit(source)}>Edit…</Button> : null}
          {mayChange ? <Button size="sm" kind="ghost" onClick={() => onRemove(source.id)}>Remove</Button> : null}
        </li>
      );
    })}
  </ul>
);
