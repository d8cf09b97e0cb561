import { useEffect, useState } from "react";
import { useApp } from "../../app/use-app.ts";
import { formatInstant } from "../../lib/format.ts";
import { FieldGroup } from "../../ui/field.tsx";
import styles from "./access.module.css";

const SHOWN = 30;
export type Use = { readonly at: number; readonly name: string; readonly for: string };

/** When a secret left the vault, and what for. */
export const UseList = ({ version }: { /** Read again when it changes. */ version: unknown }) => {
  const { client } = useApp();
  const [uses, setUses] = useState<readonly Use[]>([]);
  useEffect(() => void client.vault.uses({ limit: SHOWN }).then((answer) => setUses(answer.uses), () => {}), [client, version]);
  return (
    <FieldGroup title="Uses" hint={`When a secret left the vault and what for; the newest ${SHOWN}.`}>
      {uses.length === 0 ? <p className={styles.empty}>None has been used yet.</p> : <UseRows uses={uses} />}
    </FieldGroup>
  );
};

export const UseRows = ({ uses }: { uses: readonly Use[] }) => (
  <ul className={styles.list}>
    {uses.map((use, index) => (
      <li key={index} className={styles.row}>
        <span className={styles.quiet}>{formatInstant(use.at)}</span>
        <span className={styles.mono}>{use.name}</span>
        <span className={styles.grow} />
        <span className={styles.quiet}>{use.for}</span>
      </li>
    ))}
  </ul>
);
