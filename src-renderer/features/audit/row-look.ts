import type { IconName } from "../../ui/icon.tsx";
import type { Tone } from "../../ui/tag.tsx";

export type TypeLook = { readonly icon: IconName; readonly text: string };

/** Each type of entry in the operator's words. An unknown one keeps its own name: auditors know the list. */
const LOOKS: Readonly<Record<string, TypeLook>> = {
  request: { icon: "chat", text: "asked" },
  plan: { icon: "runbook", text: "planned" },
  decision: { icon: "approvals", text: "decided" },
  intent: { icon: "send", text: "intent" },
  "approval-request": { icon: "approvals", text: "approval asked" },
  approval: { icon: "approvals", text: "approval" },
  start: { icon: "play", text: "started" },
  outcome: { icon: "success", text: "outcome" },
  "outcome-unknown": { icon: "help", text: "outcome unknown" },
  check: { icon: "check", text: "check" },
  "session-open": { icon: "terminal", text: "session opened" },
  "session-close": { icon: "terminal", text: "session closed" },
  recording: { icon: "record", text: "recording" },
  gap: { icon: "warning", text: "gap" },
  login: { icon: "user", text: "login" },
  config: { icon: "settings", text: "settings" },
  policy: { icon: "sealed", text: "policy" },
  skill: { icon: "runbook", text: "skill" },
  key: { icon: "key", text: "key" },
  anchor: { icon: "anchor", text: "witness" },
  redaction: { icon: "eye-off", text: "erasure" },
  export: { icon: "download", text: "export" },
  "clock-jump": { icon: "clock", text: "clock moved" },
  "host-key": { icon: "key", text: "host key" },
  "model-call": { icon: "model", text: "model asked" },
  egress: { icon: "external", text: "sent out" },
  boot: { icon: "refresh", text: "SENA started" },
};

/** Every type whose values may be let go; keys, witnesses and erasures always stay. */
export const TYPES: readonly string[] = Object.keys(LOOKS).filter((type) => type !== "key" && type !== "anchor" && type !== "redaction");

export const typeLook = (type: string): TypeLook => LOOKS[type] ?? { icon: "file", text: type };

const RESULTS: Readonly<Record<string, { readonly tone: Tone; readonly text: string }>> = {
  ok: { tone: "ok", text: "ok" },
  failed: { tone: "bad", text: "failed" },
  finding: { tone: "neutral", text: "exit not 0" },
  unknown: { tone: "violet", text: "unknown" },
  denied: { tone: "bad", text: "denied" },
  approved: { tone: "ok", text: "approved" },
};
export const resultLook = (result: string): { readonly tone: Tone; readonly text: string } => RESULTS[result] ?? { tone: "neutral", text: result };
