import type { ApprovalObject } from "./object.ts";

/** What is true on this machine at the moment of running. */
export type Facts = Pick<ApprovalObject, "script" | "wire" | "stdin" | "dialect" | "effect" | "classifier" | "policy"> & { readonly hosts: ApprovalObject["hosts"] };

export type Signature = {
  readonly operatorId: string;
  readonly name: string;
  /** Good for exactly these bytes, by the key registered for that operator now. */
  readonly isGood: boolean;
  readonly isActive: boolean;
  readonly mayApprove: boolean;
};

export type Judged =
  | { readonly ok: true; readonly by: readonly string[] }
  | { readonly ok: false; readonly reason: "expired" | "changed"; readonly say: string };

/** May this person's yes count for this request? One table for the queue, the dialog and the last check before running. */
export function mayDecide(object: Pick<ApprovalObject, "person" | "requester" | "own" | "approvers">, operatorId: string, hasApprovePermission: boolean): { readonly ok: boolean; readonly say: string } {
  const isRequester = operatorId === object.person || operatorId === object.requester.id;
  if (isRequester && !object.own) return { ok: false, say: "Whoever asked for this may not approve it: a second person is needed." };
  if (object.approvers && !object.approvers.includes(operatorId)) return { ok: false, say: "Only the people named for this step may approve it." };
  if (!isRequester && !hasApprovePermission) return { ok: false, say: "Approving needs the approver role." };
  return { ok: true, say: "" };
}

type Decided = { readonly operatorId: string; readonly inPlaceOf: string };
export type Standing = { readonly ok: true; /** Empty: by their own role. */ readonly inPlaceOf: string } | { readonly ok: false; readonly say: string };

/** With whose right somebody would approve. A right that is lent stays the lender's: it counts once, and never for what the lender asked for. */
export function standingOf(object: Pick<ApprovalObject, "person" | "requester" | "own">, of: { readonly operatorId: string; readonly hasRole: boolean; readonly lenders: readonly string[] }, approved: readonly Decided[]): Standing {
  if (approved.some(({ inPlaceOf }) => inPlaceOf === of.operatorId)) return { ok: false, say: "A stand-in approved it in their place already: one right counts once." };
  if (!of.hasRole || of.lenders.length === 0) return { ok: true, inPlaceOf: "" };
  const others = of.lenders.filter((lender) => object.own || (lender !== object.person && lender !== object.requester.id));
  if (others.length === 0) return { ok: false, say: "Whoever asked for this lent them the right to approve, and nobody approves their own by way of a stand-in." };
  const free = others.find((lender) => !approved.some(({ operatorId, inPlaceOf }) => operatorId === lender || inPlaceOf === lender));
  return free === undefined ? { ok: false, say: "In whose place they would approve has approved it already: one right counts once." } : { ok: true, inPlaceOf: free };
}

/** Wall time against the object, and a clock that nobody can set against the lifetime it was given. */
export function lifetime(object: Pick<ApprovalObject, "created_at" | "not_after">, at: { readonly now: number; readonly aliveMs: number }): "alive" | "expired" {
  const isWithin = at.now <= object.not_after && at.now >= object.created_at;
  return isWithin && at.aliveMs <= object.not_after - object.created_at ? "alive" : "expired";
}

const FACTS: readonly (readonly [keyof Facts, string])[] = [
  ["script", "the command"],
  ["wire", "what would be sent"],
  ["stdin", "the file that goes with it"],
  ["dialect", "the kind of device"],
  ["hosts", "the host, its key or its user"],
  ["effect", "what it was found to do"],
  ["classifier", "the version of the reader"],
  ["policy", "the policy"],
];

/** The last look before anything is sent: every signature, every person, the time, and everything that was shown. */
export function judgeApproval(object: ApprovalObject, signatures: readonly Signature[], facts: Facts, at: { readonly now: number; readonly aliveMs: number }): Judged {
  if (lifetime(object, at) === "expired") return { ok: false, reason: "expired", say: "The approval has expired. It was not run; ask again." };
  for (const [key, words] of FACTS) {
    if (JSON.stringify(object[key]) !== JSON.stringify(facts[key])) return { ok: false, reason: "changed", say: `After it was approved, ${words} changed. It was not run; look at it again and ask anew.` };
  }
  const good = new Map<string, string>();
  for (const signature of signatures) {
    if (!signature.isGood) return { ok: false, reason: "changed", say: `The signature of ${signature.name} does not belong to this request. It was not run.` };
    if (!signature.isActive) return { ok: false, reason: "changed", say: `${signature.name}, who approved it, does not work here any more. It was not run.` };
    const may = mayDecide(object, signature.operatorId, signature.mayApprove);
    if (!may.ok) return { ok: false, reason: "changed", say: `The approval of ${signature.name} does not count: ${may.say} It was not run.` };
    good.set(signature.operatorId, signature.name);
  }
  if (good.size < object.approvals) return { ok: false, reason: "changed", say: `It has ${good.size} of ${object.approvals} approvals. It was not run.` };
  return { ok: true, by: [...good.values()] };
}
