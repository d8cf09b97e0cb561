import { useEffect, useRef, useState } from "react";
import type { AuditFilter, AuditSelection, ExportEvent } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { formatBytes, formatCount, formatInstant, plural, shortHash } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/bytes.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Progress } from "../../ui/progress.tsx";
import { RadioList } from "../../ui/segmented.tsx";
import styles from "./dialogs.module.css";

type Run = { readonly is: "asking" } | { readonly is: "running"; readonly word: Extract<ExportEvent, { kind: "progress" }> | undefined } | { readonly is: "done"; readonly word: Extract<ExportEvent, { kind: "done" }> } | { readonly is: "failed"; readonly say: string };
type Scope = "full" | "filter";

const PHASES = { entries: "Writing entries", recordings: "Copying recordings", closing: "Closing the bundle" } as const;

/** What, why, where; then progress with a stop. A bundle is whole or it is not there. */
export const ExportDialog = ({ isOpen, onClose, filter }: { isOpen: boolean; onClose: () => void; filter: AuditFilter }) => {
  const { client } = useApp();
  const narrow = narrowOf(filter);
  const [scope, setScope] = useState<Scope>("full");
  const [allLeaves, setAllLeaves] = useState(true);
  const [reason, setReason] = useState("");
  const [path, setPath] = useState("");
  const [folder, setFolder] = useState("");
  const [run, setRun] = useState<Run>({ is: "asking" });
  const over = useRef<AbortController>(undefined);
  useEffect(() => {
    if (!isOpen) return;
    setRun({ is: "asking" });
    setScope(Object.keys(narrow).length === 0 ? "full" : "filter");
    client.audit.exportFolder({}).then(({ path: where }) => setFolder(where), () => undefined);
    return () => over.current?.abort();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- each opening starts anew with the filter of that moment
  }, [isOpen, client]);

  const start = async () => {
    const mine = new AbortController();
    over.current = mine;
    setRun({ is: "running", word: undefined });
    const selection: AuditSelection = scope === "full" ? { kind: "full" } : { kind: "selective", ...narrow, allLeaves };
    try {
      for await (const word of client.audit.export({ selection, reason: reason.trim(), ...(path.trim() === "" ? {} : { path: path.trim() }) }, { signal: mine.signal })) {
        if (mine.signal.aborted) return;
        setRun(word.kind === "done" ? { is: "done", word } : { is: "running", word });
      }
    } catch (failure) {
      setRun(mine.signal.aborted ? { is: "asking" } : { is: "failed", say: (failure as Error).message });
    }
  };
  const stop = () => {
    over.current?.abort();
    setRun({ is: "asking" });
  };
  const isAsking = run.is === "asking" || run.is === "failed";
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Export an evidence bundle"
      description="One zip that verifies on another machine without SENA: with stock tools, with one Node file, or by opening one page."
      footer={
        <>
          <Button onClick={onClose}>{run.is === "done" ? "Close" : "Cancel"}</Button>
          {isAsking ? (
            <Button kind="primary" icon="download" disabled={reason.trim().length < 3} onClick={() => void start()}>
              Export the bundle
            </Button>
          ) : null}
        </>
      }
    >
      <div className={styles.side}>
        {run.is === "failed" ? (
          <Banner tone="bad" title="No bundle was written">
            {run.say}
          </Banner>
        ) : null}
        {run.is === "running" ? <Progress label={run.word === undefined ? "Starting" : PHASES[run.word.phase]} fraction={run.word === undefined || run.word.total === 0 ? null : run.word.done / run.word.total} detail={run.word === undefined ? "" : `${formatBytes(run.word.bytes)} written`} onCancel={stop} /> : null}
        {run.is === "done" ? <Result word={run.word} /> : null}
        {isAsking ? (
          <>
            <RadioList
              label="What goes in"
              value={scope}
              onValue={setScope}
              choices={[
                { value: "full", text: "The whole record", hint: "Every entry, every recording." },
                { value: "filter", text: "What the filter shows", hint: sayNarrow(narrow), isDisabled: Object.keys(narrow).length === 0 },
              ]}
            />
            {scope === "filter" ? <Checkbox isChecked={allLeaves} onChecked={setAllLeaves} label="Prove that nothing about it was left out" hint="Carries the leaf of every entry: type, time and host of the others are then visible, their values are not." /> : null}
            <Field label="Why" hint="The export is itself recorded, with this reason.">
              <Input value={reason} onValue={setReason} maxLength={500} placeholder="Quarterly audit" />
            </Field>
            <Field label="Where" isOptional hint={`A path that ends in .zip. Without one: ${folder}`}>
              <Input value={path} onValue={setPath} isMono placeholder="/media/usb/evidence.zip" />
            </Field>
          </>
        ) : null}
      </div>
    </Dialog>
  );
};

export const Result = ({ word }: { word: Extract<ExportEvent, { kind: "done" }> }) => (
  <>
    <Banner tone="ok" title="The bundle is written">
      Whoever gets it opens index.html inside it, or runs verify.mjs. Give them the log's key by another way; it stands under Keeping, Keys.
    </Banner>
    <KeyValues
      items={[
        { key: "File", value: <span className={styles.mono}>{word.path} <CopyButton text={word.path} label="Copy the path" /></span> },
        { key: "Holds", value: `${formatCount(word.entries)} entries, ${plural(word.recordings, "recording")}, ${formatBytes(word.bytes)}` },
        { key: "Head", value: <span className={styles.mono}>{formatCount(word.size)} entries, {shortHash(word.root, 12, 6)}</span> },
        { key: "Recorded as", value: `entry ${formatCount(word.seq)}` },
      ]}
    />
  </>
);

type Narrow = Omit<Extract<AuditSelection, { kind: "selective" }>, "kind" | "allLeaves">;
/** A bundle is chosen by host, case and time; words and types choose what one looks at, not what is evidence. */
const narrowOf = ({ hosts, sessions, fromMs, toMs }: AuditFilter): Narrow => ({ ...(hosts === undefined ? {} : { hosts }), ...(sessions === undefined ? {} : { sessions }), ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) });

const sayNarrow = ({ hosts, sessions, fromMs, toMs }: Narrow): string => {
  const parts = [hosts === undefined ? "" : `host ${hosts.join(", ")}`, sessions === undefined ? "" : `case ${sessions.join(", ")}`, fromMs === undefined ? "" : `since ${formatInstant(fromMs)}`, toMs === undefined ? "" : `until ${formatInstant(toMs)}`].filter((part) => part !== "");
  return parts.length === 0 ? "Filter by host, case or time first; words and types are not used here." : parts.join(" · ");
};
