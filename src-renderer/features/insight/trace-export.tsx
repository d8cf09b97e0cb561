import { useEffect, useState } from "react";
import type { TraceExport } from "../../../src-main/contract/index.ts";
import { useApp, useStatus } from "../../app/use-app.ts";
import { plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./screen.module.css";

const NO_KEY = "";
const ASK_EVERY_MS = 10_000;
type Draft = Pick<TraceExport, "url" | "isOn" | "keySecret">;

/** Whether a copy of what is measured leaves this machine, and where to. */
export const TraceExportLine = () => {
  const { client } = useApp();
  const mayChange = useStatus((status) => status?.principal.permissions.includes("administer")) ?? false;
  const [now, setNow] = useState<TraceExport>();
  const [secrets, setSecrets] = useState<readonly string[]>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const read = () => void client.insight.traceExport({}).then(setNow, () => {});
    read();
    const beat = setInterval(read, ASK_EVERY_MS);
    return () => clearInterval(beat);
  }, [client]);
  const open = () => {
    setProblem("");
    void client.vault.list({}).then(({ secrets: all }) => setSecrets(all.map(({ name }) => name)), () => setSecrets([]));
  };
  const save = (draft: Draft) =>
    void client.insight.setTraceExport(draft).then(
      (saved) => {
        setNow(saved);
        setSecrets(undefined);
      },
      (error: unknown) => setProblem((error as Error).message),
    );
  if (now === undefined) return <div className={styles.head} />;
  return (
    <div className={styles.head}>
      <TraceExportWords now={now} />
      {mayChange ? <Button size="sm" kind="ghost" onClick={open}>Export of traces…</Button> : null}
      {secrets === undefined ? null : <TraceExportDialog now={now} secrets={secrets} problem={problem} onClose={() => setSecrets(undefined)} onSave={save} />}
    </div>
  );
};

export const TraceExportWords = ({ now }: { now: TraceExport }) => <span>{now.isOn ? `Traces go to ${now.url}: ${plural(now.sentRuns, "run")} sent. ${now.say}` : now.say}</span>;

type Props = { now: TraceExport; secrets: readonly string[]; problem: string; onClose: () => void; onSave: (draft: Draft) => void };
export const TraceExportDialog = ({ now, secrets, problem, onClose, onSave }: Props) => {
  const [draft, setDraft] = useState<Draft>({ url: now.url, isOn: now.isOn, keySecret: now.keySecret });
  const isUrl = /^https?:\/\/\S+$/.test(draft.url);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Export of traces"
      description="Runs that end from now on are sent to an OpenTelemetry collector: what kind of work took how long, on which host, with how many tokens of which model. Commands, requests and outputs are never sent. Each sending is recorded before it leaves."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={draft.isOn && !isUrl} onClick={() => onSave(draft)}>Save export</Button>
        </>
      }
    >
      {problem === "" ? null : <Banner tone="bad" title="Nothing was changed">{problem}</Banner>}
      <div className={styles.fields}>
        <Checkbox isChecked={draft.isOn} onChecked={(isOn) => setDraft({ ...draft, isOn })} label="Send traces to a collector" />
        <Field label="Address" hint="OTLP over HTTP, as JSON" {...(draft.isOn && draft.url !== "" && !isUrl ? { error: "An address begins with http:// or https://." } : {})}>
          <Input isMono value={draft.url} onValue={(url) => setDraft({ ...draft, url: url.trim() })} maxLength={500} placeholder="https://collector.example.com:4318/v1/traces" />
        </Field>
        <Field label="Token" hint="A secret of the vault, sent as a bearer token" isOptional>
          <Select value={draft.keySecret} onValue={(keySecret) => setDraft({ ...draft, keySecret })} choices={[{ value: NO_KEY, text: "none" }, ...secrets.map((value) => ({ value, text: value }))]} />
        </Field>
      </div>
    </Dialog>
  );
};
