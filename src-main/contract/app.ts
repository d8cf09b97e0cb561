import { z } from "zod";
import { call, feed } from "./define.ts";
import { Done, Empty, Id, Instant, Permission } from "./terms.ts";

export const KeyToConfirm = z.object({ hostId: Id, host: z.string(), by: z.string(), until: Instant });
export type KeyToConfirm = z.infer<typeof KeyToConfirm>;

/** What the status bar tells at all times. */
export const Status = z.object({
  version: z.string(),
  startedAt: Instant,
  principal: z.object({ id: z.string(), name: z.string(), permissions: z.array(Permission), locked: z.boolean() }),
  model: z.object({ state: z.enum(["none", "loading", "ready", "failed"]), name: z.string() }),
  network: z.enum(["sealed", "lan", "central"]),
  recorder: z.object({ state: z.enum(["ok", "failed", "starting"]), events: z.number().int(), head: z.string(), say: z.string() }),
  anchor: z.object({ witnesses: z.number().int() }),
  /** How it stands with a central server, and how many entries wait to be sent there. */
  central: z.object({ state: z.enum(["none", "by-file", "connecting", "linked", "waiting", "alarm", "refused"]), orgName: z.string(), lag: z.number().int(), say: z.string() }),
  waitingApprovals: z.number().int(),
  /** Keys of production hosts that another named, and that whoever acts may name as the second person. */
  keysToConfirm: z.array(KeyToConfirm),
  /** Schedules whose result changed, and nobody has looked. */
  scheduleNotices: z.number().int(),
  hostsConnected: z.number().int(),
  lab: z.boolean(),
  /** SENA's files on this machine are newer than what runs of it. */
  updated: z.boolean(),
});
export type Status = z.infer<typeof Status>;

export const Settings = z.object({
  theme: z.enum(["system", "dark", "light", "contrast"]),
  textSize: z.enum(["small", "normal", "large"]),
  reducedMotion: z.boolean(),
  terminalFontSize: z.number().int().min(9).max(28),
  terminalScrollback: z.number().int().min(100).max(200_000),
  idleLockMinutes: z.number().int().min(0).max(480),
  network: z.enum(["sealed", "lan"]),
  onboarded: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

export const appContract = {
  status: feed({ says: "Follow the state of the core: who acts, the model, the recorder, what waits.", needs: "public", records: "none", input: Empty, item: Status }),
  settings: feed({ says: "Follow the settings.", needs: "public", records: "none", input: Empty, item: Settings }),
  changeSettings: call({ says: "Change some settings.", needs: "view", records: "config", input: Settings.partial(), output: Settings }),
  ping: call({ says: "Answer with what was sent: for measuring the link.", needs: "public", records: "none", input: z.object({ text: z.string().max(4096) }), output: z.object({ text: z.string() }) }),
  failures: call({ says: "List every failure a caller may meet, by its code.", needs: "public", records: "none", input: Empty, output: z.object({ failures: z.array(z.object({ code: z.string(), isRetryable: z.boolean(), status: z.number().int(), example: z.string() })) }) }),
  /** The screen met a failure nobody handled; it goes to the log file with the reference shown to the operator. */
  report: call({ says: "Write a screen's failure to the log.", needs: "public", records: "none", input: z.object({ ref: z.string().max(64), message: z.string().max(4000), stack: z.string().max(16_000) }), output: Done }),
} as const;
