import { type FormEvent, useState } from "react";
import type { Inspection } from "../../../src-main/contract/index.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import styles from "./models.module.css";

type Props = {
  isBusy: boolean;
  /** What the header of the chosen file says, or why it cannot be read. */
  looked: Inspection | string | undefined;
  onLook: (path: string) => void;
  /** Why it was not imported; empty when it was. */
  onImport: (path: string, sha256: string) => Promise<string>;
};

/** One file by itself. Its header can be looked at before the gigabytes are copied. */
export const ImportForm = ({ isBusy, looked, onLook, onImport }: Props) => {
  const [path, setPath] = useState("");
  const [lookedAt, setLookedAt] = useState("");
  const [sha256, setSha256] = useState("");
  const [refused, setRefused] = useState({ path: "", say: "" });
  const isSum = sha256 === "" || /^[0-9a-f]{64}$/.test(sha256);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (path !== "" && isSum) void onImport(path, sha256).then((say) => setRefused({ path: `${path} ${sha256}`, say }));
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
        {looked === undefined || (lookedAt !== path && path !== "") ? null : typeof looked === "string" ? (
          <Banner tone="bad" title="This cannot be imported">{looked}</Banner>
        ) : (
          <Banner tone={looked.fits ? "ok" : "warn"} title={`${looked.name === "" ? "A model without a name" : looked.name}, ${looked.architecture}`}>
            {looked.say} {looked.license === "" ? "" : `Licence: ${looked.license}.`}
          </Banner>
        )}
        {refused.say === "" || refused.path !== `${path} ${sha256}` ? null : <Banner tone="bad" title="It was not imported">{refused.say}</Banner>}
        <div className={styles.acts}>
          <Button type="submit" isBusy={isBusy} disabled={path === "" || !isSum}>Import file</Button>
          <Button kind="ghost" disabled={path === ""} onClick={() => {
            setLookedAt(path);
            onLook(path);
          }}>Look at it first</Button>
        </div>
      </form>
    </FieldGroup>
  );
};
