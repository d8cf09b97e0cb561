import { useEffect, useState } from "react";
import type { SkillProblem } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { useApp, useDraftState } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/select.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "./screen.module.css";
import { TryIt } from "./try-it.tsx";

type Checked = { readonly problems: readonly SkillProblem[]; readonly skills: readonly { readonly id: string; readonly title: string }[]; readonly parsers: readonly string[] };

/** A pack's files, checked as they are typed, with a place to try its parsers and the sentences that ask for it. */
export const Editor = ({ of, initial, canPublish, onDone }: { /** Names what is written, so that it is there again. */ of: string; initial: Readonly<Record<string, string>>; canPublish: boolean; onDone: () => void }) => {
  const { client, toast } = useApp();
  const [written, setWritten] = useDraftState<Readonly<Record<string, string>> | undefined>(`pack ${of}`, undefined);
  const files = written ?? initial;
  const [file, setFile] = useState(Object.keys(initial).find((name) => name !== "pack.yaml") ?? "pack.yaml");
  const checked = useChecked(files);
  const errors = checked?.problems.filter(({ severity }) => severity === "error") ?? [];
  const publish = async () => {
    try {
      const pack = await client.skills.publish({ files });
      toast({ title: `${pack.title} ${pack.version} is in use`, text: "It is signed with this installation's own key.", tone: "ok" });
      setWritten(undefined);
      onDone();
    } catch (error) {
      toast({ title: "The pack was not published", text: (error as Error).message, tone: "bad" });
    }
  };
  return (
    <div className={styles.editor}>
      <section className={styles.editorMain} aria-label="The pack's files">
        <div className={styles.row}>
          <Select label="File" value={file} onValue={setFile} choices={Object.keys(files).map((name) => ({ value: name, text: name }))} />
          <span className={styles.grow} />
          {written === undefined ? null : (
            <Button size="sm" kind="ghost" onClick={() => setWritten(undefined)}>
              Undo all changes
            </Button>
          )}
          <Button size="sm" kind="ghost" onClick={onDone}>
            Close the editor
          </Button>
          <Button size="sm" kind="primary" disabled={!canPublish || checked === undefined || errors.length > 0} onClick={() => void publish()}>
            Sign and use it
          </Button>
        </div>
        {canPublish ? null : <Banner tone="info" title="This pack comes with SENA">Read it, copy what you need. To change it, write a pack with an id of its own.</Banner>}
        <TextArea className={styles.source ?? ""} isMono rows={28} aria-label={file} value={files[file] ?? ""} onValue={(text) => setWritten({ ...files, [file]: text })} spellCheck={false} />
      </section>
      <aside className={styles.editorSide} aria-label="Check and try">
        <Problems checked={checked} onGo={setFile} />
        <TryIt files={files} parsers={checked?.parsers ?? []} />
      </aside>
    </div>
  );
};

function useChecked(files: Readonly<Record<string, string>>): Checked | undefined {
  const { client } = useApp();
  const [checked, setChecked] = useState<Checked>();
  useEffect(() => {
    const gone = new AbortController();
    const timer = setTimeout(() => {
      client.skills.check({ files }, { signal: gone.signal }).then((found) => gone.signal.aborted || setChecked(found), () => {});
    }, 300);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [client, files]);
  return checked;
}

export const Problems = ({ checked, onGo }: { checked: Checked | undefined; onGo: (file: string) => void }) => {
  if (checked === undefined) return <p className={styles.note}>Checking…</p>;
  const errors = checked.problems.filter(({ severity }) => severity === "error").length;
  return (
    <section aria-label="What is wrong" aria-live="polite">
      {errors === 0 ? (
        <Banner tone="ok" title="Fit for use">
          {plural(checked.skills.length, "runbook")}, {plural(checked.parsers.length, "parser")}. Every step is what it says it is, as far as can be told without a host.
        </Banner>
      ) : null}
      <dl className={styles.packs}>
        {checked.problems.map(({ severity, file, line, where, message }, at) => (
          <div key={at} className={styles.step}>
            <dt className={styles.row}>
              <Button size="sm" kind="ghost" onClick={() => onGo(file)}>
                {renderedText(file)}:{line}
              </Button>
              <span className={styles.note}>
                {severity}
                {where === "" ? "" : ` in ${renderedText(where)}`}
              </span>
            </dt>
            <dd className={styles.summary}>{renderedText(message)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
