import { useCallback, useEffect, useState } from "react";
import type { SecretView } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { formatInstant } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./access.module.css";

const ROTATION = ["0", "30", "90", "180", "365"].map((value) => ({ value, text: value === "0" ? "no reminder" : `every ${value} days` }));

/** Names, never values: a value goes in and does not come back to a screen. */
export const SecretsSection = () => {
  const { client } = useApp();
  const [secrets, setSecrets] = useState<readonly SecretView[]>();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [problem, setProblem] = useState("");
  const [removing, setRemoving] = useState<string>();
  const load = useCallback(() => client.vault.list({}).then((answer) => setSecrets(answer.secrets), (error: unknown) => setProblem((error as Error).message)), [client]);
  useEffect(() => void load(), [load]);
  const act = (work: () => Promise<unknown>) =>
    work().then(
      () => {
        setProblem("");
        return load();
      },
      (error: unknown) => setProblem((error as Error).message),
    );
  if (secrets === undefined) return problem === "" ? <Skeleton lines={5} label="Loading the secrets" /> : <Banner tone="bad" title="The secrets cannot be listed">{problem}</Banner>;
  return (
    <>
      {problem === "" ? null : <Banner tone="bad" title="Nothing was changed">{problem}</Banner>}
      <FieldGroup title="Secrets" hint="Passwords, keys and tokens by name. Hosts and models refer to the name; the value leaves the vault only towards SSH and the model that needs it.">
        {secrets.length === 0 ? <p className={styles.quiet}>No secrets yet.</p> : null}
        <ul className={styles.list}>
          {secrets.map((secret) => (
            <li key={secret.name} className={styles.row}>
              <code>{secret.name}</code>
              {secret.isDue ? <Tag tone="warn">rotate</Tag> : null}
              <span className={styles.quiet}>
                version {secret.version}, {formatInstant(secret.changedAt)} · {secret.lastUsedAt === null ? "never used" : `used ${formatInstant(secret.lastUsedAt)}`}
              </span>
              <span className={styles.grow} />
              <Select label={`Reminder for ${secret.name}`} value={String(secret.rotateDays)} onValue={(days) => void act(() => client.vault.setRotation({ name: secret.name, days: Number(days) }))} choices={ROTATION} />
              <Button size="sm" kind="ghost" onClick={() => setRemoving(secret.name)}>Remove</Button>
            </li>
          ))}
        </ul>
      </FieldGroup>
      <FieldGroup title="Put in a secret" hint="The same name again makes a new version.">
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void act(() => client.vault.put({ name, value }));
            setValue("");
          }}
        >
          <Field label="Name" layout="row"><Input isMono value={name} onValue={setName} maxLength={128} /></Field>
          <Field label="Value" layout="row"><Input type="password" autoComplete="off" value={value} onValue={setValue} /></Field>
          <Button type="submit" kind="primary" disabled={name === "" || value === ""}>Store secret</Button>
        </form>
      </FieldGroup>
      <ConfirmDialog isOpen={removing !== undefined} title={`Remove ${removing ?? ""}?`} confirmText="Remove secret" isDanger onCancel={() => setRemoving(undefined)} onConfirm={() => { const gone = removing ?? ""; setRemoving(undefined); void act(() => client.vault.remove({ name: gone })); }}>
        Hosts and models that refer to it cannot sign in any more. It cannot be brought back.
      </ConfirmDialog>
    </>
  );
};
