import { useState } from "react";
import type { SourceConfig } from "../../../src-main/contract/index.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./access.module.css";

type Kind = SourceConfig["kind"];
export const SOURCE_WORDS: Readonly<Record<Kind, string>> = { openbao: "OpenBao or HashiCorp Vault", aws: "AWS Secrets Manager", azure: "Azure Key Vault", gcp: "Google Secret Manager" };
type Part = { readonly name: string; readonly label: string; readonly hint?: string; readonly isOptional?: true; /** A secret of the vault, by name. */ readonly isSecret?: true };

const CA: Part = { name: "caFile", label: "Certificate authority's file", hint: "PEM, for a server on the premises", isOptional: true };
const PARTS: Readonly<Record<Kind, readonly Part[]>> = {
  openbao: [
    { name: "url", label: "Address", hint: "https://bao.example.internal:8200" },
    { name: "mount", label: "KV version 2 is mounted at", hint: "secret, where nothing is said" , isOptional: true },
    { name: "namespace", label: "Namespace", isOptional: true },
    { name: "roleId", label: "AppRole's role id", hint: "Without one the secret below is a token", isOptional: true },
    { name: "tokenSecret", label: "Token, or the role's secret id", isSecret: true },
    CA,
  ],
  aws: [
    { name: "region", label: "Region", hint: "eu-central-1" },
    { name: "accessKeyId", label: "Access key id" },
    { name: "secretKeySecret", label: "Secret access key", isSecret: true },
    { name: "sessionTokenSecret", label: "Session token of temporary credentials", isSecret: true, isOptional: true },
    { name: "url", label: "Private endpoint", isOptional: true },
    CA,
  ],
  azure: [
    { name: "url", label: "Vault's address", hint: "https://name.vault.azure.net" },
    { name: "tenant", label: "Tenant" },
    { name: "clientId", label: "Application (client) id" },
    { name: "clientSecret", label: "Client secret", isSecret: true },
    { name: "loginUrl", label: "Sign-in address", hint: "Of another cloud than the public one", isOptional: true },
    CA,
  ],
  gcp: [
    { name: "project", label: "Project" },
    { name: "keySecret", label: "Service account's key file", isSecret: true },
    { name: "url", label: "Private endpoint", isOptional: true },
    CA,
  ],
};
const KINDS = (Object.keys(SOURCE_WORDS) as Kind[]).map((value) => ({ value, text: SOURCE_WORDS[value] }));
const NOTHING = "";

type Props = { source: SourceConfig | undefined; secrets: readonly string[]; problem: string; onClose: () => void; onSave: (config: SourceConfig) => void };
export const SourceDialog = ({ source, secrets, problem, onClose, onSave }: Props) => {
  const [kind, setKind] = useState<Kind>(source?.kind ?? "openbao");
  const [id, setId] = useState(source?.id ?? "");
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() => Object.fromEntries(Object.entries(source ?? {}).map(([name, value]) => [name, String(value)])));
  const parts = PARTS[kind];
  const isWhole = /^[a-z][a-z0-9-]{0,31}$/.test(id) && parts.every(({ name, isOptional }) => isOptional === true || (values[name] ?? "") !== "");
  // What is left out is left out: the core has its own word for it, and says what it cannot take.
  const config = () => ({ kind, id, ...Object.fromEntries(parts.flatMap(({ name }) => ((values[name] ?? "") === "" ? [] : [[name, values[name]]]))) }) as SourceConfig;
  return (
    <Dialog isOpen onClose={onClose} size="md" title={source === undefined ? "Add a source" : `Change ${source.id}`} footer={
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" disabled={!isWhole} onClick={() => onSave(config())}>Save and check</Button>
      </>
    }>
      {problem === "" ? null : <Banner tone="bad" title="Not saved">{problem}</Banner>}
      {secrets.length === 0 ? <Banner tone="info" title="Put in its credential first">What signs in to a source is itself a secret of the vault.</Banner> : null}
      <div className={styles.fields}>
        <div className={styles.pair}>
          <Field label="Kind"><Select value={kind} onValue={setKind} choices={KINDS} isDisabled={source !== undefined} /></Field>
          <Field label="Short name" hint="Small letters, digits and -; stands before the colon"><Input isMono value={id} onValue={setId} maxLength={32} disabled={source !== undefined} /></Field>
        </div>
        {parts.map((part) => (
          <Field key={`${kind}-${part.name}`} label={part.label} {...(part.hint === undefined ? {} : { hint: part.hint })} isOptional={part.isOptional === true}>
            {part.isSecret === true ? (
              <Select value={(values[part.name] ?? "") === "" ? null : (values[part.name] as string)} onValue={(value) => setValues({ ...values, [part.name]: value })} choices={[...(part.isOptional === true ? [{ value: NOTHING, text: "none" }] : []), ...secrets.map((value) => ({ value, text: value }))]} placeholder="A secret of the vault…" />
            ) : (
              <Input isMono value={values[part.name] ?? ""} onValue={(value) => setValues({ ...values, [part.name]: value })} maxLength={500} />
            )}
          </Field>
        ))}
      </div>
    </Dialog>
  );
};
