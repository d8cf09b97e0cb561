import { type FormEvent, useEffect, useRef, useState } from "react";
import type { AccessView } from "../../src-main/contract/index.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import styles from "./unlock-screen.module.css";
import { useApp, useFeed } from "./use-app.ts";

/** Asks the core who may unlock, and hands it what was typed. Whether that opens is the core's to say. */
export const UnlockForm = () => {
  const { client } = useApp();
  const [view, setView] = useState<AccessView>();
  useFeed("access", (core, signal) => core.access.state({}, { signal }), setView);
  if (view === undefined) return <Skeleton lines={2} label="Asking who may unlock" />;
  return <UnlockFields operators={view.operators} lastId={view.operator?.id} onUnlock={(operatorId, passphrase) => client.access.unlock({ operatorId, passphrase })} />;
};

type Props = {
  operators: AccessView["operators"];
  /** Who was here before it locked. */
  lastId: string | undefined;
  onUnlock: (operatorId: string, passphrase: string) => Promise<unknown>;
};

export const UnlockFields = ({ operators, lastId, onUnlock }: Props) => {
  const [operatorId, setOperatorId] = useState(lastId ?? operators[0]?.id ?? "");
  const [passphrase, setPassphrase] = useState("");
  const [refusal, setRefusal] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  // Nothing else on a locked screen can be wanted; the dialog's title is heard first all the same.
  useEffect(() => input.current?.focus(), []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    try {
      await onUnlock(operatorId, passphrase);
    } catch (failure) {
      setRefusal(failure instanceof Error ? failure.message : String(failure));
      input.current?.select();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {operators.length > 1 ? (
        <Field label="Who">
          <Select value={operatorId} onValue={setOperatorId} choices={operators.map(({ id, name }) => ({ value: id, text: name }))} className={styles.wide ?? ""} />
        </Field>
      ) : (
        <p className={styles.who}>{operators[0]?.name}</p>
      )}
      <Field label="Passphrase" {...(refusal === undefined ? {} : { error: refusal })}>
        <Input
          ref={input}
          type="password"
          autoComplete="current-password"
          value={passphrase}
          onValue={(next) => {
            setPassphrase(next);
            setRefusal(undefined);
          }}
        />
      </Field>
      <Button kind="primary" type="submit" isBusy={isBusy} disabled={passphrase === ""}>
        Unlock
      </Button>
    </form>
  );
};
