import { useEffect, useRef, useState } from "react";
import type { ScheduleView, SkillView } from "../../../src-main/contract/index.ts";
import { useApp, useDraftState } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Card } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";
import { HostPicker, usePickable } from "./host-picker.tsx";
import { InputForm } from "./input-form.tsx";
import { draftOf, emptyFields, fieldsOf, lackOf, type Fields } from "./schedule-words.ts";
import styles from "./screen.module.css";
import { NextTurns, TimetableField } from "./timetable-field.tsx";

export type Start = { readonly skillId: string; readonly hosts: readonly string[]; readonly inputs: Readonly<Record<string, string>> };
type Written = { readonly fields: Fields; readonly isActive: boolean; /** What it changes, as it was when it was begun. */ readonly of: number | undefined };
type Props = { skills: readonly SkillView[]; zone: string; /** What is changed; a new one without it. */ schedule: ScheduleView | undefined; /** What a new one begins with. */ start: Start; onDone: (scheduleId: string | undefined) => void };

/** A runbook with its values, on hosts, by a timetable. */
export const ScheduleForm = ({ skills, zone, schedule, start, onDone }: Props) => {
  const { client, toast } = useApp();
  const [written, setWritten] = useDraftState<Written | undefined>(`schedule ${schedule?.id ?? `new ${JSON.stringify(start)}`}`, undefined);
  const fresh: Written = { fields: schedule === undefined ? { ...emptyFields(start.skillId, zone), hosts: [...start.hosts], inputs: { ...start.inputs } } : fieldsOf(schedule, zone), isActive: true, of: schedule?.changedAt };
  const { fields, isActive } = written ?? fresh;
  const [problem, setProblem] = useState("");
  const skill = skills.find(({ id }) => id === fields.skillId);
  const offers = usePickable(skill?.targets.os ?? ["linux"]);
  const write = (next: (before: Written) => Partial<Written>) => {
    setProblem("");
    setWritten((before = fresh) => ({ ...before, ...next(before) }));
  };
  const change = (part: Partial<Fields>) => write((before) => ({ fields: { ...before.fields, ...part } }));
  const done = (scheduleId: string | undefined) => {
    setWritten(undefined);
    onDone(scheduleId);
  };
  const lack = lackOf(fields);
  const isMonthly = fields.kind === "day-of-month" || fields.kind === "weekday-of-month";
  const nameBox = useRef<HTMLInputElement>(null);
  useEffect(() => nameBox.current?.focus(), []);
  const save = async () => {
    try {
      const draft = draftOf(fields);
      const { schedule: saved } = schedule === undefined ? await client.schedules.add({ ...draft, isActive }) : await client.schedules.change({ scheduleId: schedule.id, ...draft });
      toast({ title: schedule === undefined ? "It is scheduled" : "The schedule is changed", tone: "ok" });
      done(saved.id);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form className={styles.inner} onSubmit={(event) => { event.preventDefault(); if (lack === undefined) void save(); }}>
      <h2 className={styles.title}>{schedule === undefined ? "Schedule a runbook" : `Change ${schedule.name}`}</h2>
      <Card title="What runs">
        <div className={styles.stack}>
          <div className={styles.form}>
            <Field label="Name">
              <Input ref={nameBox} value={fields.name} onValue={(name) => change({ name })} maxLength={80} placeholder="Disks, each night" autoComplete="off" />
            </Field>
            <Field label="Runbook">
              <Select className={styles.wide ?? ""} value={fields.skillId === "" ? null : fields.skillId} onValue={(next) => change({ skillId: next, inputs: {} })} choices={skills.map(({ id, title }) => ({ value: id, text: title, note: id }))} />
            </Field>
          </div>
          <HostPicker offers={offers} chosen={fields.hosts} onChosen={(hosts) => change({ hosts: [...hosts] })} />
          {skill === undefined || skill.inputs.length === 0 ? null : <InputForm inputs={skill.inputs} values={fields.inputs} onValue={(name, value) => change({ inputs: { ...fields.inputs, [name]: value } })} />}
        </div>
      </Card>
      <Card title="When it runs">
        <div className={styles.stack}>
          <TimetableField fields={fields} onFields={change} />
          <NextTurns fields={fields} />
          <Checkbox label="Run a missed turn once, as soon as it can" hint={`Otherwise a turn whose time passed while this machine slept is told as missed${isMonthly ? ", and the next is a month away" : ""}. Never more than one runs.`} isChecked={fields.catchesUp} onChecked={(catchesUp) => change({ catchesUp })} />
          {schedule === undefined ? <Checkbox label="Start at once" hint="Otherwise it rests until somebody resumes it." isChecked={isActive} onChecked={(next) => write(() => ({ isActive: next }))} /> : null}
        </div>
      </Card>
      {written === undefined || written.of === schedule?.changedAt ? null : (
        <Banner tone="warn" title={`${schedule?.owner.name ?? "Somebody"} changed it meanwhile`} actions={<Button size="sm" onClick={() => setWritten(undefined)}>Begin again from theirs</Button>}>
          What stands above was begun before that. Saved as it is, it takes their change back.
        </Banner>
      )}
      {schedule !== undefined && schedule.approval.state === "holds" ? <Banner tone="warn" title="Any change voids its approval">It is approved for exactly what it is now. You become its owner.</Banner> : null}
      {problem === "" ? null : <Banner tone="bad" title="It was not saved">{problem}</Banner>}
      <div className={styles.row}>
        <Button kind="primary" type="submit" disabled={lack !== undefined}>
          {schedule === undefined ? "Schedule it" : "Save the changes"}
        </Button>
        <Button onClick={() => done(schedule?.id)}>Cancel</Button>
        <span className={styles.note}>{lack ?? "Nobody is there when it runs: its turns are approved beforehand, or refused."}</span>
      </div>
    </form>
  );
};
