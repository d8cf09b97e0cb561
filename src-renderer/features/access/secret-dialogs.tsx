import { type ChangeEvent, useState } from "react";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "./access.module.css";

type Props = { isOpen: boolean; problem: string; onClose: () => void };

/** Keys span lines, so the value may too; it is masked by the field's own type only while it is one line. */
export const PutDialog = ({ isOpen, problem, onClose, onPut }: Props & { onPut: (name: string, value: string) => void }) => {
  const [kind, setKind] = useState<"line" | "key">("line");
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const close = () => {
    setValue("");
    onClose();
  };
  return (
    <Dialog isOpen={isOpen} onClose={close} size="sm" title="Put in a secret" description="The same name again makes a new version; the old value is gone." footer={
      <>
        <Button onClick={close}>Cancel</Button>
        <Button kind="primary" disabled={name === "" || value === ""} onClick={() => {
          onPut(name, value);
          setValue("");
        }}>Store secret</Button>
      </>
    }>
      {problem === "" ? null : <Banner tone="bad" title="Not stored">{problem}</Banner>}
      <div className={styles.fields}>
        <Field label="Name" hint="Letters, digits and . _ - / such as db/root"><Input isMono value={name} onValue={setName} maxLength={128} /></Field>
        <Segmented label="Kind" value={kind} onValue={setKind} segments={[{ value: "line", text: "Password or token" }, { value: "key", text: "Private key or file" }]} />
        <Field label="Value">{kind === "line" ? <Input type="password" autoComplete="off" value={value} onValue={setValue} /> : <TextArea isMono rows={6} autoComplete="off" value={value} onValue={setValue} />}</Field>
      </div>
    </Dialog>
  );
};

export const ImportDialog = ({ isOpen, problem, onClose, onImport }: Props & { onImport: (text: string, passphrase: string | undefined) => void }) => {
  const [file, setFile] = useState<{ name: string; text: string }>();
  const [passphrase, setPassphrase] = useState("");
  const isSealed = file?.text.includes('"sena-vault-export/v1"') === true;
  const close = () => {
    setFile(undefined);
    setPassphrase("");
    onClose();
  };
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0];
    if (chosen !== undefined) void chosen.text().then((text) => setFile({ name: chosen.name, text }));
  };
  return (
    <Dialog isOpen={isOpen} onClose={close} size="sm" title="Import secrets" description="A sealed export of SENA, or a plain file: NAME=VALUE lines, a JSON object of names and values, or the CSV that password managers write. All of it is taken, or none." footer={
      <>
        <Button onClick={close}>Cancel</Button>
        <Button kind="primary" disabled={file === undefined || (isSealed && passphrase === "")} onClick={() => (file === undefined ? undefined : onImport(file.text, isSealed ? passphrase : undefined))}>Import</Button>
      </>
    }>
      {problem === "" ? null : <Banner tone="bad" title="Not imported">{problem}</Banner>}
      <div className={styles.fields}>
        <Field label="File"><input type="file" accept=".json,.csv,.env,.txt,application/json,text/csv,text/plain" onChange={take} /></Field>
        {isSealed ? <Field label="Passphrase of the file"><Input type="password" autoComplete="off" value={passphrase} onValue={setPassphrase} /></Field> : null}
        {file !== undefined && !isSealed ? <Banner tone="warn" title="This file is not sealed">Whoever reads it has these secrets. Delete it after the import.</Banner> : null}
      </div>
    </Dialog>
  );
};

export const ExportDialog = ({ isOpen, problem, onClose, onExport }: Props & { onExport: (passphrase: string) => void }) => {
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const close = () => {
    setPassphrase("");
    setAgain("");
    onClose();
  };
  return (
    <Dialog isOpen={isOpen} onClose={close} size="sm" title="Export the secrets, sealed" description="One file with every secret, sealed with a passphrase of its own. Without that passphrase nobody opens it, not even here. The export is in the record." footer={
      <>
        <Button onClick={close}>Cancel</Button>
        <Button kind="primary" disabled={passphrase.length < 10 || again !== passphrase} onClick={() => {
          onExport(passphrase);
          setPassphrase("");
          setAgain("");
        }}>Export</Button>
      </>
    }>
      {problem === "" ? null : <Banner tone="bad" title="Not exported">{problem}</Banner>}
      <div className={styles.fields}>
        <Field label="Passphrase of the file" hint="At least ten characters. Several words do well."><Input type="password" autoComplete="new-password" value={passphrase} onValue={setPassphrase} /></Field>
        <Field label="Once more" {...(again !== "" && again !== passphrase ? { error: "These are two different passphrases." } : {})}><Input type="password" autoComplete="new-password" value={again} onValue={setAgain} /></Field>
      </div>
    </Dialog>
  );
};
