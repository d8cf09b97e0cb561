import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import styles from "./models.module.css";

const AMOUNT = /^\d{1,6}([.,]\d{1,6})?$/;

/** What the models of one run may cost. Empty is any amount. */
export const RunBudget = ({ budget, mayChange, onSave }: { budget: number | null; mayChange: boolean; onSave: (amount: number | null) => void }) => {
  const [text, setText] = useState<string>();
  const shown = text ?? (budget === null ? "" : String(budget));
  const isGood = shown === "" || AMOUNT.test(shown);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!isGood) return;
    onSave(shown === "" ? null : Number(shown.replace(",", ".")));
    setText(undefined);
  };
  return (
    <FieldGroup title="What a run may cost" hint="By the prices you gave to models elsewhere. Once a run has cost so much, only models without a price are asked in it: those on this machine cost time, and no money.">
      <form className={styles.form} onSubmit={save}>
        <Field label="Most that the models of one run may cost" isOptional {...(isGood ? {} : { error: "An amount such as 0.50." })}>
          <Input value={shown} onValue={(value) => setText(value.trim())} disabled={!mayChange} placeholder="any amount" maxLength={14} />
        </Field>
        {mayChange ? <Button type="submit" disabled={!isGood || text === undefined}>Save amount</Button> : null}
      </form>
    </FieldGroup>
  );
};
