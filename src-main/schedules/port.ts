import type { ScheduleDraft, SchedulePlan, ScheduleTurn, ScheduleView, Timetable } from "../contract/schedules.ts";

export type Person = { readonly id: string; readonly name: string };

export interface Schedules extends AsyncDisposable {
  list(): ScheduleView[];
  /** A number that moves with every change. */
  changes(signal: AbortSignal): AsyncIterable<number>;
  /** When the next turns of a timetable set now would fall. */
  next(timetable: Timetable, count: number): number[];
  turns(scheduleId: string, limit: number): ScheduleTurn[];
  /** When its next turns fall, what each would run, and what would become of it once its turns are approved. */
  plan(scheduleId: string): SchedulePlan;
  add(draft: ScheduleDraft, by: Person, isActive: boolean): Promise<ScheduleView>;
  /** Whoever changes it owns it from then on. */
  change(scheduleId: string, draft: ScheduleDraft, by: Person): Promise<ScheduleView>;
  pause(scheduleId: string): ScheduleView;
  resume(scheduleId: string): ScheduleView;
  remove(scheduleId: string, by: Person): Promise<void>;
  /** A turn now, as unattended as the others. Resolves once it is taken; it goes on by itself. */
  run(scheduleId: string, by: Person): Promise<ScheduleTurn>;
  approve(scheduleId: string, of: { readonly digest: string; readonly days: number }, by: Person): Promise<ScheduleView>;
  revoke(scheduleId: string, by: Person): Promise<ScheduleView>;
  seen(scheduleId: string): void;
  /** How many have a changed result that nobody has looked at. */
  notices(): number;
  /** What an earlier process left in the middle is told as unknown. Before the runs take theirs up. Without room on the disk it throws, and goes on from there when called again. */
  takeUp(): Promise<void>;
  /** From now on the clock is followed. */
  begin(): void;
  /** One look at the clock: takes what is due. */
  look(): Promise<void>;
}
