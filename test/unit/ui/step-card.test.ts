import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../../src-main/contract/index.ts";
import { EMPTY, applyItems } from "../../../src-renderer/features/chat/conversation-state.ts";
import { StepCard } from "../../../src-renderer/features/chat/step-card.tsx";
import { storyOf } from "../../../src-renderer/features/chat/story.ts";

const step = { stepId: "h1-s1" };
const events: readonly RunEvent[] = [
  { type: "queued", ...step, hostId: "web-01", title: "Uptime", script: "uptime", dialect: "posix", why: "", role: "check" },
  { type: "judged", ...step, effect: "read", proved: true, rule: "r", verdict: "allow", why: "" },
  { type: "started", ...step, at: 5, reattached: false },
];
const drawn = (count: number): string => {
  const view = applyItems(EMPTY, storyOf(events.slice(0, count).map((event) => ({ run: "run_1", event })))).runs.get("run_1")?.steps.get("h1-s1");
  return view === undefined ? "" : renderToStaticMarkup(createElement(StepCard, { step: view, number: 1, cites: [], now: 5 }));
};

describe("a step", () => {
  it("that the gate let through and whose host is not reached yet says that it connects", () => {
    expect(drawn(1)).toContain(">queued</time>");
    expect(drawn(2)).toContain(">connecting</time>");
    expect(drawn(2)).toContain('aria-label="connecting"');
    expect(drawn(3)).not.toContain("connecting");
  });
});
