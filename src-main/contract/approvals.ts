import { z } from "zod";
import { call, feed } from "./define.ts";
import { Actor, Done, Effect, Empty, Environment, Id, Instant, Sha256 } from "./terms.ts";

export const SegmentView = z.object({ text: z.string(), argv: z.array(z.string()), redirects: z.array(z.string()), effect: Effect, proved: z.boolean(), rule: z.string(), why: z.string() });
export type SegmentView = z.infer<typeof SegmentView>;

/** Everything a person needs to judge one command, whole. */
export const ApprovalView = z.object({
  id: Id,
  state: z.enum(["waiting", "approved", "denied", "expired", "cancelled", "used"]),
  say: z.string(),
  title: z.string(),
  script: z.string(),
  scriptHash: Sha256,
  hosts: z.array(z.object({ id: z.string(), name: z.string(), environment: Environment, user: z.string(), fingerprint: z.string() })),
  cwd: z.string(),
  effect: Effect,
  rule: z.string(),
  whyEffect: z.string(),
  whyAsked: z.string(),
  rules: z.array(z.string()),
  policy: Sha256,
  segments: z.array(SegmentView),
  checks: z.array(z.string()),
  undo: z.string().nullable(),
  ticket: z.string().nullable(),
  /** Untrusted words of a model, a skill or a requester. */
  reasons: z.string(),
  reasonsFrom: z.string(),
  taint: z.array(z.object({ token: z.string(), from: z.string() })),
  requester: Actor,
  personId: z.string(),
  needed: z.union([z.literal(1), z.literal(2)]),
  ownAllowed: z.boolean(),
  approverIds: z.array(z.string()).nullable(),
  decisions: z.array(z.object({ operatorId: z.string(), name: z.string(), decision: z.enum(["approve", "deny"]), at: Instant, note: z.string(), from: z.enum(["here", "file"]), /** Whose right they used, where it was not their own. */ inPlaceOf: z.string().optional() })),
  runId: z.string(),
  stepId: z.string(),
  createdAt: Instant,
  notAfter: Instant,
});
export type ApprovalView = z.infer<typeof ApprovalView>;

export const Fatigue = z.object({
  /** Decisions of the last hour by whoever is unlocked. */
  decided: z.number().int(),
  approved: z.number().int(),
  medianMs: z.number().int(),
  level: z.enum(["calm", "many", "hasty"]),
  say: z.string(),
});
export type Fatigue = z.infer<typeof Fatigue>;

export const BreakGlassView = z.object({ id: Id, byId: z.string(), byName: z.string(), reason: z.string(), fromAt: Instant, untilAt: Instant, reviewedBy: z.string(), reviewedAt: Instant.nullable(), review: z.string() });
export type BreakGlassView = z.infer<typeof BreakGlassView>;
export const GrantView = z.object({ id: Id, skillId: z.string(), version: z.string(), signer: z.string(), scope: z.string(), untilAt: Instant, byId: z.string(), byName: z.string(), createdAt: Instant, revokedAt: Instant.nullable() });
export type GrantView = z.infer<typeof GrantView>;
const Scope = z.string().max(96);
export const CalendarView = z.object({ id: Id, kind: z.enum(["window", "freeze"]), scope: Scope, fromAt: Instant, untilAt: Instant, isWeekly: z.boolean(), reason: z.string().max(200) });
export type CalendarView = z.infer<typeof CalendarView>;

const Queue = z.object({ waiting: z.array(ApprovalView), fatigue: Fatigue, breakGlass: BreakGlassView.optional() });
export type ApprovalQueue = z.infer<typeof Queue>;

/** Whoever decides: the unlocked operator, or somebody else at this desk who gives their own passphrase. */
const decider = { id: Id, operatorId: Id.optional(), passphrase: z.string().max(1024).optional(), note: z.string().max(500).default("") };
const MAX_FILE = 400_000;

export const ForeignView = z.object({ view: ApprovalView, isScriptTrue: z.boolean(), ownEffect: Effect, warnings: z.array(z.string()) });
export type ForeignView = z.infer<typeof ForeignView>;

export const approvalsContract = {
  queue: feed({ says: "Follow what waits for an approval.", needs: "view", records: "none", input: Empty, item: Queue }),
  show: call({ says: "Show one request.", needs: "view", records: "none", input: z.object({ id: Id }), output: ApprovalView }),
  history: call({ says: "List requests, newest first.", needs: "view", records: "none", input: z.object({ limit: z.number().int().min(1).max(500).default(100) }), output: z.object({ requests: z.array(ApprovalView) }) }),
  approvers: call({ says: "Who may approve a request, and why others may not.", needs: "view", records: "none", input: z.object({ id: Id }), output: z.object({ approvers: z.array(z.object({ id: Id, name: z.string(), may: z.boolean(), isHere: z.boolean(), isUnlocked: z.boolean(), say: z.string() })) }) }),
  /** `sawWhole`: the channel drew the last byte. One that cannot show the whole command may deny, not approve. */
  approve: call({ says: "Approve a request, with a signature over everything it says.", needs: "view", records: "room", hides: ["passphrase"], input: z.object({ ...decider, scriptHash: Sha256, sawWhole: z.literal(true) }), output: ApprovalView }),
  deny: call({ says: "Deny a request.", needs: "view", records: "room", hides: ["passphrase"], input: z.object(decider), output: ApprovalView }),
  withdraw: call({ says: "Take back a request that you made.", needs: "operate", records: "room", input: z.object({ id: Id }), output: Done }),
  requestFile: call({ says: "Write a request into a file, for somebody on another installation.", needs: "operate", records: "export", input: z.object({ id: Id }), output: z.object({ name: z.string(), text: z.string() }) }),
  readFile: call({ says: "Read a request file of another installation and judge it with this one's own eyes.", needs: "view", records: "none", input: z.object({ text: z.string().max(MAX_FILE) }), output: ForeignView }),
  signFile: call({ says: "Decide about a request file of another installation.", needs: "approve", records: "room", hides: ["passphrase", "text"], input: z.object({ text: z.string().max(MAX_FILE), decision: z.enum(["approve", "deny"]), note: z.string().max(500).default(""), operatorId: Id.optional(), passphrase: z.string().max(1024).optional() }), output: z.object({ name: z.string(), text: z.string() }) }),
  acceptFile: call({ says: "Take in a decision made on another installation.", needs: "operate", records: "room", input: z.object({ text: z.string().max(MAX_FILE) }), output: ApprovalView }),
  objectFile: call({ says: "The exact bytes that an approval of a request signs, for ssh-keygen -Y sign.", needs: "view", records: "none", input: z.object({ id: Id }), output: z.object({ name: z.string(), text: z.string() }) }),
  acceptSignature: call({ says: "Take in a signature over those bytes, made with ssh-keygen by somebody whose key is known here.", needs: "operate", records: "room", input: z.object({ id: Id, sig: z.string().max(4000), note: z.string().max(500).default("") }), output: ApprovalView }),
  breakGlass: call({ says: "Break the glass: approve alone for a while, loudly, to be reviewed.", needs: "operate", records: "room", input: z.object({ reason: z.string().max(500), minutes: z.number().int().min(1).max(60) }), output: BreakGlassView }),
  closeBreakGlass: call({ says: "Close an open break-glass.", needs: "operate", records: "room", input: Empty, output: Done }),
  breakGlasses: call({ says: "List broken glasses and their reviews.", needs: "view", records: "none", input: Empty, output: z.object({ glasses: z.array(BreakGlassView) }) }),
  reviewBreakGlass: call({ says: "Review a broken glass.", needs: "approve", records: "room", input: z.object({ id: Id, review: z.string().trim().min(3).max(1000) }), output: BreakGlassView }),
  calendar: call({ says: "List change windows and freezes.", needs: "view", records: "none", input: Empty, output: z.object({ entries: z.array(CalendarView) }) }),
  addToCalendar: call({ says: "Add a change window or a freeze.", needs: "administer", records: "config", input: CalendarView.omit({ id: true }), output: CalendarView }),
  removeFromCalendar: call({ says: "Remove a change window or a freeze.", needs: "administer", records: "config", input: z.object({ id: Id }), output: Done }),
  paneGate: call({ says: "In which environments a pasted line is looked at before it reaches a pane.", needs: "view", records: "none", input: Empty, output: z.object({ environments: z.array(Environment) }) }),
  setPaneGate: call({ says: "Choose in which environments a pasted line is looked at before it reaches a pane.", needs: "administer", records: "config", input: z.object({ environments: z.array(Environment) }), output: z.object({ environments: z.array(Environment) }) }),
  grants: call({ says: "List what is remembered: signed skills that run without asking.", needs: "view", records: "none", input: Empty, output: z.object({ grants: z.array(GrantView) }) }),
  grant: call({ says: "Let one version of a signed skill run without asking, for a scope and a time.", needs: "approve", records: "room", input: z.object({ skillId: z.string().max(128), version: z.string().max(32), signer: z.string().max(128), scope: Scope, untilAt: Instant }), output: GrantView }),
  revokeGrant: call({ says: "Forget a remembered skill.", needs: "approve", records: "room", input: z.object({ id: Id }), output: Done }),
} as const;
