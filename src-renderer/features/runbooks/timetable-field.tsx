import { useEffect, useState } from "react";
import { useApp } from "../../app/use-app.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Select } from "../../ui/select.tsx";
import { DAYS, lackOf, minute, timetableOf, type Fields } from "./schedule-words.ts";
import styles from "./screen.module.css";

type Props = { fields: Fields; onFields: (change: Partial<Fields>) => void };

/** When the turns fall: elapsed time, or a time of day by the wall clock of a zone. */
export const TimetableField = ({ fields, onFields }: Props) => (
  <div className={styles.stack}>
    <Segmented<Fields["kind"]> label="When it runs" value={fields.kind} onValue={(kind) => onFields({ kind })} segments={[{ value: "every", text: "Every so often" }, { value: "daily", text: "Each day" }, { value: "weekly", text: "On days of the week" }]} />
    {fields.kind === "every" ? (
      <div className={styles.times}>
        <Field label="Every" hint="5 minutes to 7 days">
          <NumberInput value={fields.amount} onValue={(amount) => onFields({ amount })} min={1} max={10_080} label="How many" />
        </Field>
        <Field label="Of" hint="Counted from when it is saved; no change of a clock moves it.">
          <Select value={fields.unit} onValue={(unit) => onFields({ unit })} choices={(["minutes", "hours", "days"] as const).map((unit) => ({ value: unit, text: unit }))} />
        </Field>
      </div>
    ) : (
      <>
        {fields.kind === "weekly" ? (
          <div className={styles.row} role="group" aria-label="Days of the week">
            {DAYS.map((day, at) => (
              <Checkbox key={day} label={day} isChecked={fields.days.includes(at + 1)} onChecked={(isOn) => onFields({ days: isOn ? [...fields.days, at + 1] : fields.days.filter((other) => other !== at + 1) })} />
            ))}
          </div>
        ) : null}
        <div className={styles.times}>
          <Field label="At" hint="Of 24 hours">
            <Input value={fields.at} onValue={(at) => onFields({ at })} placeholder="02:30" maxLength={5} inputMode="numeric" isMono autoComplete="off" />
          </Field>
          <Field label="By the clock of" hint="When its clock is changed, a time it skips runs at the jump; one it shows twice runs the first time.">
            <Input value={fields.zone} onValue={(zone) => onFields({ zone })} placeholder="Europe/Berlin" isMono autoComplete="off" />
          </Field>
        </div>
      </>
    )}
  </div>
);

/** The next turns as the core counts them, once the timetable has stood still for a moment. */
export const NextTurns = ({ fields }: { fields: Fields }) => {
  const { client } = useApp();
  const [said, setSaid] = useState("");
  const key = lackOf({ ...fields, name: "x", skillId: "x", hosts: ["x"] }) === undefined ? JSON.stringify(timetableOf(fields)) : "";
  useEffect(() => {
    const gone = new AbortController();
    const timer = setTimeout(() => {
      if (key === "") return setSaid("");
      const timetable = JSON.parse(key) as ReturnType<typeof timetableOf>;
      client.schedules.next({ timetable, count: 3 }, { signal: gone.signal }).then(
        ({ turns }) => gone.signal.aborted || setSaid(`Next by this machine's clock: ${turns.map(minute).join(", ")}.`),
        (error: Error) => gone.signal.aborted || setSaid(error.message),
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [client, key]);
  return (
    <p className={styles.note} role="status">
      {said}
    </p>
  );
};
