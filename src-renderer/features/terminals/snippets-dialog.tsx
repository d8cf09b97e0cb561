import { useState } from "react";
import type { Snippet } from "../../../src-main/contract/index.ts";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "./screen.module.css";

type Draft = { readonly id?: string; readonly title: string; readonly text: string };
type Props = { isOpen: boolean; snippets: readonly Snippet[]; target: string; onInsert: (snippet: Snippet) => void; onSave: (draft: Draft) => void; onRemove: (id: string) => void; onClose: () => void };

/** Text to insert into the focused pane. It is typed, not run: Enter stays with the operator. */
export const SnippetsDialog = ({ isOpen, snippets, target, onInsert, onSave, onRemove, onClose }: Props) => {
  const [draft, setDraft] = useState<Draft>();
  const footer =
    draft === undefined ? (
      <Button icon="plus" onClick={() => setDraft({ title: "", text: "" })}>
        New snippet
      </Button>
    ) : (
      <>
        <Button onClick={() => setDraft(undefined)}>Back</Button>
        <Button
          kind="primary"
          disabled={draft.title.trim() === "" || draft.text === ""}
          onClick={() => {
            onSave({ ...draft, title: draft.title.trim() });
            setDraft(undefined);
          }}
        >
          Save snippet
        </Button>
      </>
    );
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={draft === undefined ? `Insert into ${target}` : draft.id === undefined ? "New snippet" : "Edit snippet"} footer={footer}>
      {draft === undefined ? (
        snippets.length === 0 ? (
          <p className={styles.none}>No snippet yet. Keep a line you type often, and insert it here without running it.</p>
        ) : (
          <ul className={styles.snippets}>
            {snippets.map((snippet) => (
              <li key={snippet.id} className={styles.snippet}>
                <div className={styles.snippetHead}>
                  <strong>{snippet.title}</strong>
                  <IconButton icon="edit" label={`Edit ${snippet.title}`} size="sm" onClick={() => setDraft(snippet)} />
                  <IconButton icon="trash" label={`Remove ${snippet.title}`} size="sm" onClick={() => onRemove(snippet.id)} />
                  <Button size="sm" onClick={() => onInsert(snippet)}>
                    Insert
                  </Button>
                </div>
                <Bytes text={snippet.text} label={snippet.title} canCopy={false} />
              </li>
            ))}
          </ul>
        )
      ) : (
        <div className={styles.form}>
          <Field label="Name">
            <Input value={draft.title} maxLength={80} onValue={(title) => setDraft({ ...draft, title })} />
          </Field>
          <Field label="Text">
            <TextArea isMono rows={5} value={draft.text} maxLength={8000} onValue={(text) => setDraft({ ...draft, text })} />
          </Field>
        </div>
      )}
    </Dialog>
  );
};
