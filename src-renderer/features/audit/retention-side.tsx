import { useEffect, useState } from "react";
import type { OutputOf } from "./keep-types.ts";
import { useApp } from "../../app/use-app.ts";
import { formatCount } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import styles from "./dialogs.module.css";
import { typeLook, TYPES } from "./row-look.ts";

type Rules = OutputOf<"retention">;
const MAX_DAYS = 36_500;

/** Past its time a value is erased and its commitment stays; once a day, and now when asked. */
export const RetentionSide = ({ mayChange }: { mayChange: boolean }) => {
  const { client, toast } = useApp();
  const [kept, setKept] = useState<Rules>();
  const [rules, setRules] = useState<Rules>();
  const [isAsking, setAsking] = useState(false);
  const take = (next: Rules) => (setKept(next), setRules(next));
  useEffect(() => {
    const over = new AbortController();
    client.audit.retention({}, { signal: over.signal }).then(take, () => undefined);
    return () => over.abort();
  }, [client]);
  if (kept === undefined || rules === undefined) return <Skeleton lines={4} label="Loading the rules" />;
  const told = (failure: Error) => toast({ tone: "warn", title: "Not done", text: failure.message });
  const isChanged = JSON.stringify(kept) !== JSON.stringify(rules);
  const others = TYPES.filter((type) => !(type in rules.perType));
  const without = (type: string): Rules => ({ ...rules, perType: Object.fromEntries(Object.entries(rules.perType).filter(([name]) => name !== type)) });
  const apply = () =>
    client.audit
      .applyRetention({})
      .then(({ erased, minimum }) => toast({ tone: "ok", title: erased === 0 ? "Nothing is past its time" : `${formatCount(erased)} entries lost their values`, text: minimum === 0 ? "No entry was removed." : `Entries below ${formatCount(minimum)} are removed; their hashes stay.` }))
      .catch(told)
      .finally(() => setAsking(false));
  return (
    <div className={styles.side}>
      <p>Values older than this are erased once a day. Their commitments stay, so the record still verifies. Keys, erasures and witnesses are always kept.</p>
      <Field label="Everything">
        <NumberInput value={rules.defaultDays} onValue={(defaultDays) => setRules({ ...rules, defaultDays })} min={1} max={MAX_DAYS} unit="days" isDisabled={!mayChange} />
      </Field>
      {Object.entries(rules.perType).map(([type, days]) => (
        <div key={type} className={styles.pair}>
          <Field label={typeLook(type).text}>
            <NumberInput value={days} onValue={(next) => setRules({ ...rules, perType: { ...rules.perType, [type]: next } })} min={1} max={MAX_DAYS} unit="days" isDisabled={!mayChange} />
          </Field>
          <Button size="sm" kind="ghost" icon="trash" disabled={!mayChange} onClick={() => setRules(without(type))}>
            As everything
          </Button>
        </div>
      ))}
      {mayChange ? (
        <>
          <Select value={null} onValue={(type) => setRules({ ...rules, perType: { ...rules.perType, [type]: rules.defaultDays } })} choices={others.map((type) => ({ value: type, text: typeLook(type).text }))} placeholder="Another time for one type…" label="Another time for one type" />
          <div className={styles.pair}>
            <Button kind="primary" disabled={!isChanged} onClick={() => void client.audit.setRetention(rules).then(take, told)}>
              Save the rules
            </Button>
            <Button disabled={isChanged} onClick={() => setAsking(true)}>
              Apply them now
            </Button>
          </div>
        </>
      ) : null}
      <ConfirmDialog isOpen={isAsking} title="Erase what is past its time?" confirmText="Erase for good" isDanger onCancel={() => setAsking(false)} onConfirm={() => void apply()}>
        Values older than the rules allow are destroyed and cannot be brought back. That they were there stays provable.
      </ConfirmDialog>
    </div>
  );
};
