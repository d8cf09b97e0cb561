import { useState } from "react";
import type { OperatorEntry } from "../../../src-main/contract/index.ts";
import { formatInstant, plural } from "../../lib/format.ts";
import { scopeWords } from "../../lib/scope-words.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import styles from "./access.module.css";
import type { Left } from "./left-behind.ts";

type Props = { operator: Pick<OperatorEntry, "name">; left: Left; onCancel: () => void; onRetire: (forgets: boolean) => void };

/** Somebody goes: what goes with them, and what would stay without anybody having looked. */
export const RetireDialog = ({ operator, left: { remembered, approved, owned }, onCancel, onRetire }: Props) => {
  const [forgets, setForgets] = useState(true);
  return (
    <ConfirmDialog isOpen title={`Retire ${operator.name}?`} confirmText="Retire" isDanger onCancel={onCancel} onConfirm={() => onRetire(forgets && remembered.length > 0)}>
      <div className={styles.fields}>
        <p className={styles.leaves}>They cannot unlock SENA any more, and approvals they gave that were not run yet do not count. What they did stays in the record. They can be brought back.</p>
        {remembered.length === 0 ? null : (
          <>
            <LeftList title="Run without asking by their word, and would go on:" items={remembered.map(({ id, skillId, version, scope, untilAt }) => ({ id, text: `${skillId} ${version}, ${scopeWords(scope)}, until ${formatInstant(untilAt).slice(0, 10)}` }))} />
            <Checkbox label={`Ask again for ${remembered.length === 1 ? "it" : `these ${plural(remembered.length, "runbook")}`} from now on`} hint="They are listed under Approvals, Remembered runbooks, either way." isChecked={forgets} onChecked={setForgets} />
          </>
        )}
        {approved.length === 0 ? null : <LeftList title="Schedules whose turns they approved. These turns are refused until another approves them:" items={approved.map(({ id, name }) => ({ id, text: name }))} />}
        {owned.length === 0 ? null : <LeftList title="Schedules they own. These stop until somebody else changes them and so owns them:" items={owned.map(({ id, name }) => ({ id, text: name }))} />}
      </div>
    </ConfirmDialog>
  );
};

const LeftList = ({ title, items }: { title: string; items: readonly { readonly id: string; readonly text: string }[] }) => (
  <div>
    <p className={styles.leaves}>{title}</p>
    <ul className={styles.left}>
      {items.map(({ id, text }) => (
        <li key={id}>{text}</li>
      ))}
    </ul>
  </div>
);
