import { useEffect, useRef, useState } from "react";
import type { CheckEvent } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { formatCount, formatDuration } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Progress } from "../../ui/progress.tsx";
import styles from "./dialogs.module.css";

type Done = Extract<CheckEvent, { kind: "done" }>;
type Run = { readonly is: "idle" } | { readonly is: "running"; readonly phase: string; readonly done: number; readonly total: number } | { readonly is: "done"; readonly result: Done; readonly what: string } | { readonly is: "failed"; readonly say: string };

/** Hashes the whole record again, or checks a bundle, with progress and a stop. */
export const VerifyDialog = ({ isOpen, onClose, startsAtOnce }: { isOpen: boolean; onClose: () => void; startsAtOnce: boolean }) => {
  const { client } = useApp();
  const [run, setRun] = useState<Run>({ is: "idle" });
  const [path, setPath] = useState("");
  const [key, setKey] = useState("");
  const over = useRef<AbortController>(undefined);
  const follow = async (what: string, start: (signal: AbortSignal) => AsyncIterable<CheckEvent>) => {
    over.current?.abort();
    const mine = new AbortController();
    over.current = mine;
    setRun({ is: "running", phase: "starting", done: 0, total: 0 });
    try {
      for await (const word of start(mine.signal)) {
        if (mine.signal.aborted) return;
        setRun(word.kind === "progress" ? { is: "running", ...word } : { is: "done", result: word, what });
      }
    } catch (failure) {
      if (!mine.signal.aborted) setRun({ is: "failed", say: (failure as Error).message });
    }
  };
  const stop = () => {
    over.current?.abort();
    setRun({ is: "idle" });
  };
  const verifyRecord = () => void follow("The record", (signal) => client.audit.verify({}, { signal }));
  const verifyBundle = () => void follow("The bundle", (signal) => client.audit.checkBundle({ path: path.trim(), keys: key.trim() === "" ? [] : [key.trim()] }, { signal }));
  useEffect(() => {
    if (isOpen && startsAtOnce) verifyRecord();
    if (!isOpen) stop();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- opening starts it, closing stops it; nothing else does
  }, [isOpen, startsAtOnce]);
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Verify" size="md" footer={<Button onClick={onClose}>Close</Button>}>
      <div className={styles.side}>
        <RunView run={run} onStop={stop} />
        <div className={styles.pair}>
          <p>Every entry of this record is hashed again and compared with the tree and the signed head.</p>
          <Button kind="primary" disabled={run.is === "running"} onClick={verifyRecord}>
            Verify the record
          </Button>
        </div>
        <hr className={styles.rule} />
        <Field label="A bundle from this or another installation" hint="Nothing is unpacked. The checking program is the one that travels in every bundle.">
          <Input value={path} onValue={setPath} isMono placeholder="/media/usb/sena-evidence.zip" />
        </Field>
        <Field label="The log's key, as you got it" isOptional hint="Without it you learn that the bundle is whole, not whose it is.">
          <Input value={key} onValue={setKey} isMono placeholder="NAME+ID+KEY" />
        </Field>
        <Button disabled={run.is === "running" || path.trim() === ""} onClick={verifyBundle}>
          Check the bundle
        </Button>
      </div>
    </Dialog>
  );
};

export const RunView = ({ run, onStop }: { run: Run; onStop: () => void }) => {
  switch (run.is) {
    case "idle":
      return null;
    case "running":
      return <Progress label={`Checking ${run.phase}`} fraction={run.total === 0 ? null : run.done / run.total} detail={`${formatCount(run.done)} of ${formatCount(run.total)}`} onCancel={onStop} />;
    case "failed":
      return (
        <Banner tone="bad" title="The check could not be finished">
          {run.say}
        </Banner>
      );
    case "done":
      return run.result.ok ? (
        <Banner tone="ok" title={`${run.what} is whole`}>
          {formatCount(run.result.entries)} entries verified in {formatDuration(run.result.elapsedMs)}.
          <Notes notes={run.result.notes} />
        </Banner>
      ) : (
        <Banner tone="bad" title={`${run.what} does not verify`}>
          <ul className={styles.list}>
            {run.result.problems.map(({ where, say }, n) => (
              <li key={n}>
                <b>{where}</b>: {say}
              </li>
            ))}
          </ul>
          <Notes notes={run.result.notes} />
        </Banner>
      );
    default:
      return run satisfies never;
  }
};

const Notes = ({ notes }: { notes: readonly string[] }) =>
  notes.length === 0 ? null : (
    <ul className={styles.list}>
      {notes.map((note, n) => (
        <li key={n}>{note}</li>
      ))}
    </ul>
  );
