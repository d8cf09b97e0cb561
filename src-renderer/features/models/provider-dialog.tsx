import { useState } from "react";
import type { ProviderConfig } from "../../../src-main/contract/index.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./models.module.css";
import { configOf, isInTheClear, isWhole, PROVIDER_KINDS, PROVIDER_PARTS, type Draft } from "./provider-parts.ts";

const NOTHING = "";
type Props = { provider: ProviderConfig | undefined; secrets: readonly string[]; problem: string; onClose: () => void; onSave: (config: ProviderConfig) => void };

export const ProviderDialog = ({ provider, secrets, problem, onClose, onSave }: Props) => {
  const [draft, setDraft] = useState<Draft>(() => ({ kind: provider?.kind ?? "openai", id: provider?.id ?? "", isSmall: provider?.isSmall ?? false, values: Object.fromEntries(Object.entries(provider ?? {}).map(([name, value]) => [name, String(value)])) }));
  const setValue = (name: string, value: string) => setDraft({ ...draft, values: { ...draft.values, [name]: value } });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="md"
      title={provider === undefined ? "Add a model elsewhere" : `Change ${provider.id}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!isWhole(draft)} onClick={() => onSave(configOf(draft))}>Save provider</Button>
        </>
      }
    >
      {problem === "" ? null : <Banner tone="bad" title="Not saved">{problem}</Banner>}
      <div className={styles.fields}>
        <div className={styles.pair}>
          <Field label="Kind"><Select value={draft.kind} onValue={(kind) => setDraft({ ...draft, kind })} choices={PROVIDER_KINDS} isDisabled={provider !== undefined} /></Field>
          <Field label="Short name" hint="Small letters, digits and -"><Input isMono value={draft.id} onValue={(id) => setDraft({ ...draft, id })} maxLength={32} disabled={provider !== undefined} /></Field>
        </div>
        {PROVIDER_PARTS[draft.kind].map((part) => (
          <Field key={`${draft.kind}-${part.name}`} label={part.label} {...(part.hint === undefined ? {} : { hint: part.hint })} isOptional={part.isOptional === true}>
            {part.isSecret === true ? (
              <Select value={(draft.values[part.name] ?? "") === "" ? null : (draft.values[part.name] as string)} onValue={(value) => setValue(part.name, value)} choices={[...(part.isOptional === true ? [{ value: NOTHING, text: "none" }] : []), ...secrets.map((value) => ({ value, text: value }))]} placeholder={secrets.length === 0 ? "Put the key into the vault first" : "A secret of the vault…"} />
            ) : (
              <Input isMono value={draft.values[part.name] ?? ""} onValue={(value) => setValue(part.name, value.trim())} maxLength={500} />
            )}
          </Field>
        ))}
        {isInTheClear(draft) ? <Banner tone="warn" title="Nothing is encrypted on the way">Requests, answers and the key go to this address as they are, and anybody on the way can read them. Use https:// unless you own the whole way.</Banner> : null}
        <Checkbox isChecked={draft.isSmall} onChecked={(isSmall) => setDraft({ ...draft, isSmall })} label="A small model: asked first to extract and summarise" />
      </div>
    </Dialog>
  );
};
