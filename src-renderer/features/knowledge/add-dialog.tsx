import { useEffect, useState } from "react";
import type { KnowledgeConnection, KnowledgeSource } from "../../../src-main/contract/index.ts";
import { useAct } from "../../app/use-act.ts";
import { toHash } from "../../app/router.ts";
import { useApp, useStatus } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./screen.module.css";
import { KINDS, canAdd, connectionOf, fieldsOf, type Draft } from "./draft.ts";

const EMPTY: Draft = { kind: "path", name: "", product: "", environment: "", values: {} };

/** A place of the machine SENA runs on, or a system it asks with a secret of the vault. */
export const AddDialog = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => {
  const { client, toast } = useApp();
  const [draft, setDraft] = useState(EMPTY);
  const { act, isBusy, problem, setProblem } = useAct();
  const [secrets, setSecrets] = useState<readonly string[]>([]);
  useEffect(() => {
    if (isOpen) client.vault.list({}).then((list) => setSecrets(list.secrets.map(({ name }) => name)), () => setSecrets([]));
  }, [client, isOpen]);
  const isSealed = useStatus((status) => status?.network === "sealed");
  const { name, product, environment } = draft;
  // What was refused stands at the form until it is another: a name changes nothing about it.
  const change = (to: Draft) => {
    setDraft(to);
    setProblem("");
  };
  const set = (field: string, value: string) => change({ ...draft, values: { ...draft.values, [field]: value } });
  const added = (connection: KnowledgeConnection | undefined): Promise<KnowledgeSource> => (connection === undefined ? client.knowledge.add({ path: draft.values["path"] ?? "", name, product, environment }) : client.knowledge.connect({ connection }));
  const add = () =>
    act(async () => {
      const source = await added(connectionOf(draft));
      toast({ tone: "ok", title: `${source.name} is being taken in` });
      setDraft(EMPTY);
      onClose();
    });
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add a source"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={!canAdd(draft)} onClick={() => void add()}>
            Add source
          </Button>
        </>
      }
    >
      <div className={styles.fields}>
      {problem === "" ? null : <Banner tone="bad" title="It was not added">{problem}</Banner>}
      <Field label="What it is">
        <Select value={draft.kind} onValue={(kind) => change({ ...draft, kind })} choices={KINDS} />
      </Field>
      {isSealed && draft.kind !== "path" ? (
        <Banner tone="info" title="The network is sealed">
          Only hosts of the inventory are asked. Anything else is taken in once an admin opens it under <a href={toHash("settings", ["network"])}>Network</a>.
        </Banner>
      ) : null}
      {fieldsOf(draft.kind).map(({ field, label, hint, placeholder, isOptional }) => (
        <Field key={field} label={label} {...(hint === undefined ? {} : { hint })} isOptional={isOptional === true}>
          {field === "credential" ? (
            <Select placeholder={secrets.length === 0 ? "No secret in the vault yet" : "None"} value={draft.values[field] ?? ""} onValue={(value) => set(field, value)} choices={[{ value: "", text: secrets.length === 0 ? "No secret in the vault yet" : "None" }, ...secrets.map((secret) => ({ value: secret, text: secret }))]} />
          ) : (
            <Input value={draft.values[field] ?? ""} onValue={(value) => set(field, value)} isMono {...(placeholder === undefined ? {} : { placeholder })} />
          )}
        </Field>
      ))}
      <Field label="Name" isOptional>
        <Input value={name} onValue={(value) => setDraft({ ...draft, name: value })} maxLength={120} />
      </Field>
      <Field label="Product" hint="To narrow searches to it." isOptional>
        <Input value={product} onValue={(value) => setDraft({ ...draft, product: value })} maxLength={120} placeholder="iDRAC 9" />
      </Field>
      <Field label="Environment" isOptional>
        <Select placeholder="Any" value={environment} onValue={(value) => setDraft({ ...draft, environment: value })} choices={[{ value: "", text: "Any" }, { value: "prod", text: "prod" }, { value: "staging", text: "staging" }, { value: "dev", text: "dev" }]} />
      </Field>
      </div>
    </Dialog>
  );
};
