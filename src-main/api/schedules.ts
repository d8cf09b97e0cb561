import type { GroupHandlers, schedulesContract } from "../contract/index.ts";
import type { Schedules } from "../schedules/port.ts";
import { paced } from "./paced.ts";

const LIVE_EVERY_MS = 250;

export type SchedulesApiNeeds = { readonly schedules: Schedules; /** This machine's own. */ readonly zone: () => string };

export function schedulesHandlers({ schedules, zone }: SchedulesApiNeeds): GroupHandlers<typeof schedulesContract> {
  const listed = () => ({ schedules: schedules.list(), zone: zone() });
  return {
    list: async () => listed(),
    async *live(_input, { signal }) {
      // A hundred of them may begin in the same minute.
      for await (const _ of paced(schedules.changes(signal), LIVE_EVERY_MS, signal)) yield listed();
    },
    turns: async ({ scheduleId, limit }) => ({ turns: schedules.turns(scheduleId, limit) }),
    next: async ({ timetable, count }) => ({ turns: schedules.next(timetable, count) }),
    plan: async ({ scheduleId }) => schedules.plan(scheduleId),
    add: async ({ isActive, ...draft }, { principal }) => ({ schedule: await schedules.add(draft, principal, isActive) }),
    change: async ({ scheduleId, ...draft }, { principal }) => ({ schedule: await schedules.change(scheduleId, draft, principal) }),
    pause: async ({ scheduleId }) => ({ schedule: schedules.pause(scheduleId) }),
    resume: async ({ scheduleId }) => ({ schedule: schedules.resume(scheduleId) }),
    remove: async ({ scheduleId }, { principal }) => {
      await schedules.remove(scheduleId, principal);
      return { done: true };
    },
    run: async ({ scheduleId }, { principal }) => ({ turn: await schedules.run(scheduleId, principal) }),
    approve: async ({ scheduleId, ...of }, { principal }) => ({ schedule: await schedules.approve(scheduleId, of, principal) }),
    revoke: async ({ scheduleId }, { principal }) => ({ schedule: await schedules.revoke(scheduleId, principal) }),
    seen: async ({ scheduleId }) => {
      schedules.seen(scheduleId);
      return { done: true };
    },
  };
}
