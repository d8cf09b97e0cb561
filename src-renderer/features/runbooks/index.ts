import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

/** Every example names it: as a word to be found by, it would mean every runbook. */
const EXAMPLE_HOST = "web-01";

export const screen: Screen = {
  id: "runbooks",
  title: "Runbooks",
  icon: "runbook",
  path: "runbooks",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.RunbooksScreen }))),
  count: (status) => status.scheduleNotices,
  countWords: "changed results of schedules",
  commands: [
    { id: "runbooks.schedules", title: "Show schedules", icon: "clock", words: ["timetable", "cron", "nightly"], run: ({ navigate }) => navigate("/runbooks?show=schedules") },
    { id: "runbooks.schedule", title: "Schedule a runbook", icon: "clock", words: ["timetable", "cron", "nightly"], run: ({ navigate }) => navigate("/runbooks?show=schedules&new=") },
    { id: "runbooks.packs", title: "Show packs and their versions", icon: "runbook", run: ({ navigate }) => navigate("/runbooks?show=packs") },
    { id: "runbooks.write", title: "Write a runbook", icon: "edit", run: ({ navigate }) => navigate("/runbooks?show=write") },
  ],
  sources: [
    {
      id: "runbooks",
      title: "Runbooks",
      icon: "runbook",
      load: async ({ client }) => {
        const { skills } = await client.skills.list({});
        return skills.map(({ id, title, summary, topic, examples }) => ({ id, title, note: topic, words: [id, summary, ...examples.map((text) => text.replaceAll(EXAMPLE_HOST, ""))], run: ({ navigate }) => navigate(`/runbooks/${id}`) }));
      },
    },
  ],
};
