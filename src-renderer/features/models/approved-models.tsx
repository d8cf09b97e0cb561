import { type FormEvent, useState } from "react";
import type { ModelListTaken, ModelsView } from "../../../src-main/contract/index.ts";
import { formatBytes } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Spoken } from "../../ui/page.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./models.module.css";

type List = ModelsView["approved"]["lists"][number];
type Beside = ModelListTaken["files"][number];
type Props = {
  view: Pick<ModelsView, "approved" | "files">;
  /** What lay beside the list that was taken last. */
  beside: readonly Beside[];
  problem: string;
  mayChange: boolean;
  isBusy: boolean;
  onTake: (path: string) => void;
  onImport: (path: string, sha256: string) => void;
  onForget: (source: string) => void;
  onOnly: (isOnly: boolean) => void;
};

const FROM_SERVER = "central";

/** Which model files somebody answers for, and what each is for. */
export const ApprovedModels = ({ view: { approved, files }, beside, problem, mayChange, isBusy, onTake, onImport, onForget, onOnly }: Props) => {
  const [path, setPath] = useState("");
  const take = (event: FormEvent) => {
    event.preventDefault();
    if (path !== "") onTake(path);
  };
  const here = new Set(files.map(({ sha256 }) => sha256));
  const byOthers = approved.strictBy !== "" && !approved.isOnly;
  return (
    <FieldGroup title="Approved models" hint="Model files that somebody answers for: what each is for, and under which licence. A list is MODELS.json, signed as lists of files are; an organisation's server sends one too. A newer list replaces the older, and no older one is taken again.">
      {problem === "" ? null : <Banner tone="bad" title="The list was not taken">{problem}</Banner>}
      {approved.lists.length === 0 ? <p className={styles.empty}>No list of approved models counts here.</p> : null}
      {approved.lists.map((list) => (
        <ListOf key={list.source} list={list} here={here} beside={beside} mayChange={mayChange} isBusy={isBusy} onImport={onImport} onForget={onForget} />
      ))}
      <div className={styles.facts}>
        <Checkbox
          isChecked={approved.isOnly || byOthers}
          isDisabled={!mayChange || byOthers}
          onChecked={onOnly}
          label="Use no other model files on this machine"
          hint={byOthers ? `${approved.strictBy} says so.` : "Models elsewhere are held back by the list of hosts, not by this one."}
        />
      </div>
      {mayChange ? (
        <div>
          <form className={styles.form} onSubmit={take}>
            <Field label="Folder of the list of approved models">
              <Input isMono value={path} onValue={setPath} placeholder="/media/usb/models" />
            </Field>
            <Button type="submit" disabled={path === ""}>Take list</Button>
          </form>
        </div>
      ) : null}
    </FieldGroup>
  );
};

const ListOf = ({ list, here, beside, mayChange, isBusy, onImport, onForget }: { list: List; here: ReadonlySet<string>; beside: readonly Beside[] } & Pick<Props, "mayChange" | "isBusy" | "onImport" | "onForget">) => (
  <section aria-label={`${list.name}, approved by ${list.by}`}>
    <div className={styles.row}>
      <div className={styles.head}>
        <span className={styles.name}>{list.name}</span>
        <span className={styles.quiet}>number {list.number}, approved by {list.by}</span>
        {list.only ? <Tag tone="warn">nothing else may be used</Tag> : null}
        <span className={styles.grow} />
        {mayChange && list.source !== FROM_SERVER ? <Button size="sm" kind="ghost" onClick={() => onForget(list.source)} aria-label={`Let ${list.name} count no longer`}>Count no longer</Button> : null}
      </div>
    </div>
    {list.models.length === 0 ? <p className={styles.empty}>It names no model.</p> : (
      <table className={styles.routes}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">For</th>
            <th scope="col">Licence</th>
            <th scope="col">Size</th>
            <th scope="col">
              <Spoken>Here</Spoken>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.models.map((model) => {
            const found = beside.find(({ sha256, path }) => sha256 === model.sha256 && path !== "");
            return (
              <tr key={model.sha256}>
                <th scope="row">
                  {model.name}
                  <span className={styles.under}>SHA-256 <span className={styles.mono}>{model.sha256.slice(0, 12)}…</span>{model.notes === "" ? "" : `. ${model.notes}`}</span>
                  {found === undefined || found.problem === "" ? null : <span className={styles.under}>{found.problem}</span>}
                </th>
                <td>{model.purpose === "" ? "not said" : model.purpose}</td>
                <td>{model.license}</td>
                <td className={styles.figure}>{formatBytes(model.bytes)}</td>
                <td>{here.has(model.sha256) ? <Tag tone="ok">imported</Tag> : mayChange && found?.problem === "" ? <Button size="sm" disabled={isBusy} onClick={() => onImport(found.path, model.sha256)} aria-label={`Import ${model.name}`}>Import</Button> : null}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    )}
  </section>
);
