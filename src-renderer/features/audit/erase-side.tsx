import { useEffect, useState } from "react";
import { useApp } from "../../app/use-app.ts";
import { formatCount, plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./dialogs.module.css";
import { parseSeqs } from "./parse-seqs.ts";

type What = "subject" | "entries";
const MIN_REASON = 3;

/** A person's or a host's values, or those of some entries: destroyed for good, with the reason in the record. */
export const EraseSide = ({ mayChange }: { mayChange: boolean }) => {
  const { client, toast } = useApp();
  const [what, setWhat] = useState<What>("subject");
  const [subjects, setSubjects] = useState<readonly string[]>([]);
  const [names, setNames] = useState<ReadonlyMap<string, string | undefined>>(new Map());
  const [subject, setSubject] = useState<string | null>(null);
  const [numbers, setNumbers] = useState("");
  const [reason, setReason] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [done, setDone] = useState(0);
  useEffect(() => {
    if (!mayChange) return;
    const over = new AbortController();
    client.audit.subjects({}, { signal: over.signal }).then(setSubjects, () => undefined);
    client.audit.facets({}, { signal: over.signal }).then(({ actor }) => setNames(new Map(actor.map(({ value, name }) => [value, name]))), () => undefined);
    return () => over.abort();
  }, [client, mayChange, done]);
  const seqs = parseSeqs(numbers);
  const calledOf = (id: string): string => {
    const name = names.get(id.slice(id.indexOf(":") + 1));
    return name === undefined ? id : `${name} (${id})`;
  };
  const named = what === "subject" ? calledOf(subject ?? "") : numbers.trim();
  const isWhole = reason.trim().length >= MIN_REASON && (what === "subject" ? subject !== null : seqs !== undefined);
  const erase = () =>
    client.audit
      .erase({ reason: reason.trim(), ...(what === "subject" ? { subject: subject ?? "" } : { seqs: [...(seqs ?? [])] }) })
      .then(({ erased, seq }) => {
        toast({ tone: "ok", title: `${plural(erased, "entry", "entries")} erased`, text: `Entry ${formatCount(seq)} says who erased what, and why.` });
        setSubject(null);
        setNumbers("");
        setReason("");
        setDone((n) => n + 1);
      })
      .catch((failure: Error) => toast({ tone: "warn", title: "Nothing was erased", text: failure.message }))
      .finally(() => setAsking(false));
  if (!mayChange) return <p className={styles.side}>Only an administrator erases values.</p>;
  return (
    <div className={styles.side}>
      <p>Erasing destroys values, their salts, outputs and recordings. The commitments stay: the record still verifies, and shows that something stood there. Entries about keys stay whole, with the name they carry: without them nothing could be checked.</p>
      <Segmented label="What is erased" value={what} onValue={setWhat} segments={[{ value: "subject", text: "A person or a host" }, { value: "entries", text: "Some entries" }]} />
      {what === "subject" ? (
        <Field label="Whose values">
          <Select value={subject} onValue={setSubject} choices={subjects.map((id) => ({ value: id, text: calledOf(id) }))} label="Whose values" />
        </Field>
      ) : (
        <Field label="Entries" hint="Numbers and ranges, such as 12, 40-57. At most ten thousand." error={numbers.trim() !== "" && seqs === undefined ? "Numbers and ranges only." : undefined}>
          <Input value={numbers} onValue={setNumbers} isMono placeholder="12, 40-57" />
        </Field>
      )}
      <Field label="Reason" hint="It is recorded and stays.">
        <Input value={reason} onValue={setReason} placeholder="Request of the person, case 2026-114" />
      </Field>
      <Button kind="danger" icon="trash" disabled={!isWhole} onClick={() => setAsking(true)}>
        Erase…
      </Button>
      <ConfirmDialog isOpen={isAsking} title={`Erase ${named}?`} confirmText="Erase for good" isDanger onCancel={() => setAsking(false)} onConfirm={() => void erase()}>
        Nobody can bring these values back: not SENA, not a backup of its keys. Copies that were already exported or sent elsewhere are not reached.
      </ConfirmDialog>
    </div>
  );
};
