import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import styles from "./screen.module.css";

type Props = {
  /** There is one already: it must be given before another is set. */
  hasOne: boolean;
  onSet: (next: string, before: string | undefined) => Promise<unknown>;
};

/** What was typed lives only here and is forgotten once it is handed over. */
export const PassphraseForm = ({ hasOne, onSet }: Props) => {
  const [before, setBefore] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [refusal, setRefusal] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const differs = again !== "" && again !== next;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || differs || next === "") return;
    setBusy(true);
    try {
      await onSet(next, hasOne ? before : undefined);
      for (const clear of [setBefore, setNext, setAgain]) clear("");
      setRefusal(undefined);
    } catch (failure) {
      setRefusal(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <FieldGroup title={hasOne ? "Change your passphrase" : "Set a passphrase"} hint="It opens the lock and the vault of secrets on this machine. Nobody can read it back for you.">
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        {hasOne ? (
          <Field label="Passphrase now">
            <Input type="password" autoComplete="current-password" value={before} onValue={setBefore} />
          </Field>
        ) : null}
        <Field label="New passphrase" hint="At least ten characters. Several words do well." {...(refusal === undefined ? {} : { error: refusal })}>
          <Input type="password" autoComplete="new-password" value={next} onValue={setNext} />
        </Field>
        <Field label="Once more" {...(differs ? { error: "The two are not the same." } : {})}>
          <Input type="password" autoComplete="new-password" value={again} onValue={setAgain} />
        </Field>
        <Button type="submit" kind="primary" isBusy={isBusy} disabled={next === "" || again !== next || (hasOne && before === "")}>
          {hasOne ? "Change passphrase" : "Set passphrase"}
        </Button>
      </form>
    </FieldGroup>
  );
};
