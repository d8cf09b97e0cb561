import { describe, expect, test } from "vitest";
import { findDuration, findTime } from "../../../src-main/request/times.ts";

// Saturday 2026-11-21 10:00 UTC, which is 11:00 for an operator one hour east.
const NOW = Date.UTC(2026, 10, 21, 10);
const timeOf = (text: string) => findTime(text, NOW, 60)?.time;

describe("times", () => {
  test.each([
    ["since yesterday", "2026-11-19 23:00:00 UTC"], ["since yesterday 18:00", "2026-11-20 17:00:00 UTC"], ["since yesterday at 6pm", "2026-11-20 17:00:00 UTC"], ["since 8:00", "2026-11-21 07:00:00 UTC"], ["since 22:00", "2026-11-20 21:00:00 UTC"],
    ["today", "2026-11-20 23:00:00 UTC"], ["this morning", "2026-11-21 05:00:00 UTC"], ["last night", "2026-11-20 19:00:00 UTC"], ["since monday", "2026-11-15 23:00:00 UTC"], ["2 hours ago", "2026-11-21 08:00:00 UTC"], ["since 2026-11-01 12:30", "2026-11-01 11:30:00 UTC"], ["last week", "2026-11-13 23:00:00 UTC"],
  ])("%s", (text, time) => expect(timeOf(`errors ${text} on web-01`)).toBe(time));
  test.each(["restart nginx", "the last 20 lines", "files over 8 GB", "port 8080"])("%s holds none", (text) => expect(timeOf(text)).toBeUndefined());
});

describe("durations", () => {
  test.each([["in the last 2 hours", 7200], ["within 30 min", 1800], ["for 3 days", 259_200], ["in the last hour", 3600], ["over the past week", 604_800], ["a couple of hours", 7200], ["half an hour", 1800]])("%s", (text, seconds) => expect(findDuration(`what changed ${text}`)?.seconds).toBe(seconds));
  test("is not read out of plain words", () => expect(findDuration("restart a service")).toBeUndefined());
});
