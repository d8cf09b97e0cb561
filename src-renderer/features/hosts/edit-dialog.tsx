import { useEffect, useState } from "react";
import type { FileChange, Host } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import { DiffView } from "./diff-view.tsx";
import styles from "./files.module.css";
import { textDiff } from "./text-diff.ts";
import { failureText, needsApproval } from "./words.ts";

type Opened = { readonly text: string; readonly sha256: string; readonly isCrlf: boolean };

/** Edit, then see exactly what would change, then save. Saved only when the file is still the one that was opened. */
export const EditDialog = ({ host, path, onClose, onNeedsApproval }: { host: Host; path: string; onClose: (isSaved: boolean) => void; onNeedsApproval: (change: FileChange) => void }) => {
  const { client, toast } = useApp();
  const [opened, setOpened] = useState<Opened>();
  const [text, setText] = useState("");
  const [isReviewing, setReviewing] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    client.files.open({ hostId: host.id, path }, { signal: stop.signal }).then(
      (file) => {
        setOpened(file);
        setText(asTyped(file.text));
      },
      (error: unknown) => stop.signal.aborted || setFailure(failureText(error)),
    );
    return () => stop.abort();
  }, [client, host.id, path]);
  const next = opened?.isCrlf === true ? text.replaceAll("\n", "\r\n") : text;
  const isChanged = opened !== undefined && text !== asTyped(opened.text);
  const isMixed = opened !== undefined && !opened.isCrlf && opened.text.includes("\r");
  const save = () => {
    if (opened === undefined) return;
    setBusy(true);
    setFailure(undefined);
    client.files
      .save({ hostId: host.id, path, text: next, expected: opened.sha256 })
      .then(
        () => {
          toast({ title: `${renderedText(path)} saved on ${host.name}`, tone: "ok" });
          onClose(true);
        },
        (error: unknown) => (needsApproval(error) ? onNeedsApproval({ is: "save", path, text: next, expected: opened.sha256 }) : setFailure(renderedText(failureText(error)))),
      )
      .finally(() => setBusy(false));
  };
  return (
    <Dialog
      isOpen
      size="lg"
      onClose={() => (isChanged && !isReviewing ? setReviewing(true) : onClose(false))}
      lead={<EnvironmentTag environment={host.environment} />}
      title={<span className={styles.editTitle}>{renderedText(path)}</span>}
      footer={
        isReviewing ? (
          <>
            <Button onClick={() => onClose(false)}>Throw away</Button>
            <Button onClick={() => setReviewing(false)}>Keep editing</Button>
            <Button kind="primary" isBusy={isBusy} disabled={!isChanged} onClick={save}>
              Save on {host.name}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => onClose(false)}>Close</Button>
            <Button kind="primary" disabled={!isChanged} onClick={() => setReviewing(true)}>
              Review changes
            </Button>
          </>
        )
      }
    >
      {failure === undefined ? null : <Banner tone="bad" title={failure} />}
      {isMixed ? <Banner tone="warn" title="The lines of this file do not all end alike. Saved from here, every line ends with LF." /> : null}
      {opened === undefined ? (
        failure === undefined ? <Skeleton lines={6} label="Opening the file" /> : null
      ) : isReviewing ? (
        <DiffView lines={textDiff(asTyped(opened.text), text)} />
      ) : (
        // A plain element: a file of two megabytes must not pass through a field's machinery at each key.
        <textarea className={styles.editor} aria-label={`Text of ${path}`} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
      )}
    </Dialog>
  );
};

/** A field for text knows one line end only. */
const asTyped = (text: string): string => text.replace(/\r\n?/g, "\n");
