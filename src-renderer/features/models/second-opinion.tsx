import type { ModelsView } from "../../../src-main/contract/index.ts";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./models.module.css";

const NOBODY = "";

/** Who has a second look at commands models put forward. */
export const SecondOpinion = ({ view, mayChange, onChoose }: { view: Pick<ModelsView, "files" | "providers" | "reviewer">; mayChange: boolean; onChoose: (name: string) => void }) => {
  const known = [...(view.files.length > 0 ? [{ value: "embedded", text: "The model loaded on this machine" }] : []), ...view.providers.map(({ config }) => ({ value: config.id, text: `${config.model} (${config.id})` }))];
  const gone = view.reviewer !== NOBODY && !known.some(({ value }) => value === view.reviewer) ? [{ value: view.reviewer, text: `${view.reviewer}, which is no longer there: every such command is asked about` }] : [];
  return (
    <FieldGroup title="Second opinion" hint="A second model may look at each command that a model puts forward. It can only put the command before a person; so does every failure of it. It can allow nothing.">
      <div className={styles.form}>
        <Field label="Asked for it">
          <Select value={view.reviewer} onValue={onChoose} isDisabled={!mayChange} choices={[{ value: NOBODY, text: "Nobody" }, ...known, ...gone]} />
        </Field>
      </div>
    </FieldGroup>
  );
};
