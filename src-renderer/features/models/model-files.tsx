import type { ModelsView } from "../../../src-main/contract/index.ts";
import { formatBytes } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { FieldGroup } from "../../ui/field.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Progress } from "../../ui/progress.tsx";
import styles from "./models.module.css";

type Props = {
  view: Pick<ModelsView, "files" | "engine" | "freeBytes" | "cores" | "gpuPacks">;
  /** There is a list of approved models, so that a file on none is worth a word. */
  isListed: boolean;
  /** What is under way, and how far it is. */
  work: { readonly label: string; readonly share: number } | undefined;
  onLoad: (id: string) => void;
  onUnload: () => void;
  onTest: (id: string) => void;
  onRemove: (id: string) => void;
};

export const ModelFiles = ({ view, isListed, work, onLoad, onUnload, onTest, onRemove }: Props) => (
  <FieldGroup title="Models on this machine" hint={`${formatBytes(view.freeBytes)} of memory free, ${view.cores} processor cores${view.gpuPacks.length === 0 ? "" : `, the pack for ${view.gpuPacks.join(" and ")}`}. ${view.engine.say}`}>
    {work === undefined ? null : <div className={styles.facts}><Progress label={work.label} fraction={work.share} /></div>}
    {view.files.length === 0 ? <p className={styles.empty}>No model is imported. Checks, terminals, runbooks and the record work without one.</p> : null}
    {view.files.map((file) => (
      <section key={file.id} className={styles.model} aria-label={file.name}>
        <KeyValues
          items={[
            { key: "Model", value: `${file.name}, ${file.architecture}, ${formatBytes(file.bytes)}${file.isLoaded ? ", loaded" : ""}` },
            { key: "Licence", value: file.license === "" ? "its header names none" : file.license },
            ...(file.approved ? [{ key: "Approved", value: `by ${file.approved.by}${file.approved.purpose === "" ? "" : `, for ${file.approved.purpose}`} (${file.approved.list}, number ${file.approved.number})` }] : file.isTouched === true ? [{ key: "Approved", value: "not known: its file was touched since it was checked, and is compared again before it is loaded" }] : isListed ? [{ key: "Approved", value: "on no list of approved models" }] : []),
            { key: "On this machine", value: file.tested?.say ?? "Not tested yet: what it can do here is not known." },
          ]}
        />
        <div className={styles.acts}>
          {file.isRanker ? null : <Button size="sm" disabled={work !== undefined} onClick={() => (file.isLoaded ? onUnload() : onLoad(file.id))} aria-label={`${file.isLoaded ? "Unload" : "Load"} ${file.name}`}>{file.isLoaded ? "Unload" : "Load"}</Button>}
          <Button size="sm" disabled={work !== undefined} onClick={() => onTest(file.id)} aria-label={`Test ${file.name}`}>Test</Button>
          <Button size="sm" kind="danger" disabled={work !== undefined} onClick={() => onRemove(file.id)} aria-label={`Remove ${file.name}`}>Remove</Button>
        </div>
      </section>
    ))}
  </FieldGroup>
);
