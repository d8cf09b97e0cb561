export { SCHEDULE_FAILURES } from "./failures.ts";
export { createSchedules, type ScheduleNeeds } from "./schedules.ts";
export type * from "./port.ts";
