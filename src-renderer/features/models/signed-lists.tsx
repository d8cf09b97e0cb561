import { type FormEvent, useState } from "react";
import type { ModelList, ModelSigner } from "../../../src-main/contract/index.ts";
import { formatBytes } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./models.module.css";

type Props = {
  signers: readonly ModelSigner[];
  list: ModelList | undefined;
  problem: string;
  mayChange: boolean;
  isBusy: boolean;
  onRead: (path: string) => void;
  onImport: (path: string, file: string) => void;
  onTrust: (publicKey: string) => void;
  onDistrust: (id: string) => void;
};

/** Models from a stick, by a list that somebody known here has signed. */
export const SignedLists = ({ signers, list, problem, mayChange, isBusy, onRead, onImport, onTrust, onDistrust }: Props) => {
  const [path, setPath] = useState("");
  const [key, setKey] = useState("");
  const read = (event: FormEvent) => {
    event.preventDefault();
    if (path !== "") onRead(path);
  };
  const trust = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() === "") return;
    onTrust(key.trim());
    setKey("");
  };
  return (
    <>
      <FieldGroup title="Import by a signed list" hint="A folder with model files, SHA256SUMS and its signature. Both are made with stock tools: sha256sum, and ssh-keygen -Y sign -n sena-models@v1.">
        {problem === "" ? null : <Banner tone="bad" title="Nothing was imported">{problem}</Banner>}
        <form className={styles.form} onSubmit={read}>
          <Field label="Folder of the list">
            <Input isMono value={path} onValue={setPath} placeholder="/media/usb/models" />
          </Field>
          <Button type="submit" disabled={path === ""}>Read list</Button>
        </form>
        {list === undefined ? null : <ListRows list={list} mayChange={mayChange} isBusy={isBusy} onImport={onImport} />}
      </FieldGroup>
      <FieldGroup title="Whose lists are believed" hint="Compare a fingerprint with its owner before you trust it.">
        {signers.length === 0 ? <p className={styles.empty}>Nobody's yet: no list can be imported from.</p> : null}
        {signers.length === 0 ? null : (
          <ul className={styles.list}>
            {signers.map((signer) => (
              <li key={signer.id} className={styles.row}>
                <div className={styles.head}>
                  <span className={styles.name}>{signer.name}</span>
                  <span className={styles.mono}>{signer.id}</span>
                  <span className={styles.grow} />
                  {mayChange ? <Button size="sm" kind="ghost" onClick={() => onDistrust(signer.id)} aria-label={`Believe lists of ${signer.name} no longer`}>Believe no longer</Button> : null}
                </div>
              </li>
            ))}
          </ul>
        )}
        {mayChange ? (
          <div>
            <form className={styles.form} onSubmit={trust}>
              <Field label="Public key to trust" hint="One line, as in id_ed25519.pub">
                <Input isMono value={key} onValue={setKey} placeholder="ssh-ed25519 AAAA… name" maxLength={4096} />
              </Field>
              <Button type="submit" disabled={key.trim() === ""}>Trust key</Button>
            </form>
          </div>
        ) : null}
      </FieldGroup>
    </>
  );
};

const ListRows = ({ list, mayChange, isBusy, onImport }: { list: ModelList; mayChange: boolean; isBusy: boolean; onImport: Props["onImport"] }) => (
  <>
    <p className={styles.empty}>Signed by {list.signer.name}, <span className={styles.mono}>{list.signer.id}</span>.</p>
    <ul className={styles.list} aria-label="Models of the list">
      {list.models.map((model) => (
        <li key={model.file} className={styles.row}>
          <div className={styles.head}>
            <span className={styles.name}>{model.name}</span>
            {model.name === model.file ? null : <span className={styles.mono}>{model.file}</span>}
            {model.isHere ? <Tag tone="ok">imported</Tag> : null}
            <span className={styles.grow} />
            {mayChange && !model.isHere ? <Button size="sm" disabled={isBusy || model.problem !== ""} onClick={() => onImport(list.path, model.file)} aria-label={`Import ${model.file}`}>Import</Button> : null}
          </div>
          <span className={styles.quiet}>{model.problem === "" ? `${formatBytes(model.bytes)}, ${model.license === "" ? "its header names no licence" : model.license}` : model.problem}</span>
        </li>
      ))}
    </ul>
  </>
);
