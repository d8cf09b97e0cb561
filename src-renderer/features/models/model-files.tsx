import { type FormEvent, useState } from "react";
import type { ModelsView } from "../../../src-main/contract/index.ts";
import { formatBytes } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Progress } from "../../ui/progress.tsx";
import styles from "./models.module.css";

type Props = {
  view: Pick<ModelsView, "files" | "engine" | "freeBytes" | "cores">;
  /** What is under way, and how far it is. */
  work: { readonly label: string; readonly share: number } | undefined;
  onLoad: (id: string) => void;
  onUnload: () => void;
  onTest: (id: string) => void;
  onRemove: (id: string) => void;
  onImport: (path: string, sha256: string) => void;
};

export const ModelFiles = ({ view, work, onLoad, onUnload, onTest, onRemove, onImport }: Props) => (
  <>
    <FieldGroup title="Models on this machine" hint={`${formatBytes(view.freeBytes)} of memory free, ${view.cores} processor cores. ${view.engine.say}`}>
      {work === undefined ? null : <div className={styles.facts}><Progress label={work.label} fraction={work.share} /></div>}
      {view.files.length === 0 ? <p className={styles.empty}>No model is imported. Checks, terminals, runbooks and the record work without one.</p> : null}
      {view.files.map((file) => (
        <section key={file.id} className={styles.model} aria-label={file.name}>
          <KeyValues
            items={[
              { key: "Model", value: `${file.name}, ${file.architecture}, ${formatBytes(file.bytes)}${file.isLoaded ? ", loaded" : ""}` },
              { key: "Licence", value: file.license === "" ? "its header names none" : file.license },
              { key: "On this machine", value: file.tested?.say ?? "Not tested yet: what it can do here is not known." },
            ]}
          />
          <div className={styles.acts}>
            <Button size="sm" disabled={work !== undefined} onClick={() => (file.isLoaded ? onUnload() : onLoad(file.id))} aria-label={`${file.isLoaded ? "Unload" : "Load"} ${file.name}`}>{file.isLoaded ? "Unload" : "Load"}</Button>
            <Button size="sm" disabled={work !== undefined} onClick={() => onTest(file.id)} aria-label={`Test ${file.name}`}>Test</Button>
            <Button size="sm" kind="danger" disabled={work !== undefined} onClick={() => onRemove(file.id)} aria-label={`Remove ${file.name}`}>Remove</Button>
          </div>
        </section>
      ))}
    </FieldGroup>
    <ImportForm isBusy={work !== undefined} onImport={onImport} />
  </>
);

const ImportForm = ({ isBusy, onImport }: { isBusy: boolean; onImport: Props["onImport"] }) => {
  const [path, setPath] = useState("");
  const [sha256, setSha256] = useState("");
  const isSum = sha256 === "" || /^[0-9a-f]{64}$/.test(sha256);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (path !== "" && isSum) onImport(path, sha256);
  };
  return (
    <FieldGroup title="Import a model" hint="A GGUF file from disk or USB. It is copied, its header is read first, and its SHA-256 is checked.">
      <form className={styles.form} onSubmit={submit}>
        <Field label="File">
          <Input isMono value={path} onValue={setPath} placeholder="/media/usb/model.gguf" />
        </Field>
        <Field label="SHA-256 it must have" isOptional {...(isSum ? {} : { error: "A SHA-256 is 64 hexadecimal digits." })}>
          <Input isMono value={sha256} onValue={(text) => setSha256(text.trim().toLowerCase())} />
        </Field>
        <Button type="submit" isBusy={isBusy} disabled={path === "" || !isSum}>
          Import file
        </Button>
      </form>
    </FieldGroup>
  );
};
