import { useEffect, useState } from "react";
import type { Timetable } from "../../../src-main/contract/index.ts";
import { DAYS, LONG_DAYS, NTHS, SURE_DAYS } from "../../../src-main/contract/timetable-words.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Select } from "../../ui/select.tsx";
import { Tag } from "../../ui/tag.tsx";
import { isTimeOfDay, lackOf, timetableOf, turnLine, type Fields } from "./schedule-words.ts";
import styles from "./screen.module.css";

type Props = { fields: Fields; onFields: (change: Partial<Fields>) => void };

/** When the turns fall: elapsed time, or a time of day by the wall clock of a zone. */
export const TimetableField = ({ fields, onFields }: Props) => (
  <div className={styles.stack}>
    <Segmented<Fields["kind"]> label="When it runs" value={fields.kind} onValue={(kind) => onFields({ kind })} segments={[{ value: "every", text: "Every so often" }, { value: "daily", text: "Each day" }, { value: "weekly", text: "Days of the week" }, { value: "day-of-month", text: "Day of the month" }, { value: "weekday-of-month", text: "Weekday of the month" }]} />
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
        {fields.kind === "day-of-month" ? (
          <Field label="Day of each month" hint={fields.day > SURE_DAYS ? "A shorter month has its turn on its last day." : "31 is always the last day."}>
            <NumberInput value={fields.day} onValue={(day) => onFields({ day })} min={1} max={31} />
          </Field>
        ) : null}
        {fields.kind === "weekday-of-month" ? (
          <div className={styles.row}>
            <Select label="Which of each month" value={fields.nth} onValue={(nth) => onFields({ nth })} choices={NTHS.map((nth) => ({ value: nth, text: `the ${nth}` }))} />
            <Select label="Weekday" value={String(fields.weekday)} onValue={(weekday) => onFields({ weekday: Number(weekday) })} choices={LONG_DAYS.map((day, at) => ({ value: String(at + 1), text: day }))} />
            <span className={styles.note}>of each month</span>
          </div>
        ) : null}
        <div className={styles.times}>
          <Field label="At" hint="Of 24 hours" {...(isTimeOfDay(fields.at) ? {} : { error: "Written 02:30." })}>
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
  const [said, setSaid] = useState<{ readonly timetable: Timetable; readonly turns: readonly number[] } | { readonly problem: string }>();
  const key = lackOf({ ...fields, name: "x", skillId: "x", hosts: ["x"] }) === undefined ? JSON.stringify(timetableOf(fields)) : "";
  useEffect(() => {
    const gone = new AbortController();
    const timer = setTimeout(() => {
      if (key === "") return setSaid(undefined);
      const timetable = JSON.parse(key) as Timetable;
      client.schedules.next({ timetable, count: 5 }, { signal: gone.signal }).then(
        ({ turns }) => gone.signal.aborted || setSaid({ timetable, turns }),
        (error: Error) => gone.signal.aborted || setSaid({ problem: error.message }),
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [client, key]);
  return (
    <div role="status" className={styles.stack}>
      {said === undefined ? null : "problem" in said ? (
        <Banner tone="warn" title={said.problem} />
      ) : (
        <>
          <p className={styles.note}>Its next turns by {said.timetable.kind === "every" ? "this machine's clock, were it saved now" : `the clock of ${said.timetable.zone}`}:</p>
          <TurnTimes label="Its next turns" {...said} />
        </>
      )}
    </div>
  );
};

/** When turns fall, one under the other: a wrong month's end is seen, not computed. Those after `untilAt` are nobody's yes. */
export const TurnTimes = ({ label, turns, timetable, untilAt = Infinity }: { label: string; turns: readonly number[]; timetable: Timetable; untilAt?: number }) => (
  <ol className={styles.lines} aria-label={label}>
    {turns.map((at) => (
      <li key={at} className={styles.turnTime}>
        <span className={styles.time}>{turnLine(at, timetable)}</span>
        {at > untilAt ? <Tag tone="warn">after this approval ends</Tag> : null}
      </li>
    ))}
  </ol>
);
