import { defineFailures, failer } from "../contract/failure.ts";

export const SCHEDULE_FAILURES = defineFailures({
  SCHEDULE_UNKNOWN: { retryable: false, status: 404, say: (d) => `There is no schedule "${d["id"]}". "sena schedules list" shows those there are; nothing was changed.` },
  SCHEDULE_UNKNOWN_ZONE: { retryable: false, say: (d) => `"${d["zone"]}" names no time zone. Write it as in Europe/Berlin or UTC; nothing was scheduled.` },
  SCHEDULE_UNKNOWN_HOST: { retryable: false, status: 404, say: (d) => `There is no host, group or tag "${d["name"]}" in the inventory. A tag is written tag:NAME; nothing was scheduled.` },
  SCHEDULE_NAME_TAKEN: { retryable: false, status: 409, say: (d) => `There is a schedule named "${d["name"]}" already. Choose another name; nothing was scheduled.` },
  SCHEDULE_TOO_MANY: { retryable: false, status: 409, say: (d) => `There are ${d["limit"]} schedules, as many as one installation keeps. Remove one first; nothing was scheduled.` },
  SCHEDULE_GOING: { retryable: true, status: 409, say: () => "A turn of this schedule is going on. Wait for its end or stop its run; no second one was begun." },
  SCHEDULE_OTHER_GOING: { retryable: true, status: 409, say: () => "A turn of what this schedule was before is still going on. Wait for its end or stop its run, and approve then; nothing was approved." },
  SCHEDULE_OWNER_GONE: { retryable: false, status: 409, say: (d) => `${d["name"]}, who owns this schedule, may not run commands here any more. Change it to become its owner; nothing was resumed.` },
  SCHEDULE_MOVED_ON: { retryable: false, status: 409, say: () => "The schedule, its runbook or its hosts are not what was shown any more. Look at it again; nothing was approved." },
  SCHEDULE_NEEDS_SECOND: { retryable: false, status: 403, say: (d) => `Its owner may not approve this one: ${d["why"]} A second person approves it, or nobody; nothing was approved.` },
  SCHEDULE_NEEDS_TWO: { retryable: false, status: 403, say: (d) => `Policy wants two people for this, each time. ${d["why"]} Nobody can approve it beforehand; nothing was approved.` },
  SCHEDULE_NEVER_UNATTENDED: { retryable: false, status: 403, say: (d) => `This cannot run with nobody there: ${d["why"]} Nothing was approved.` },
});

export const fail = failer(SCHEDULE_FAILURES);
