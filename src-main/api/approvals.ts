import type { AccessRoom } from "../access/index.ts";
import { objectBytes, type ApprovalObject, type ApprovalRequest, type CircumstancesRoom, type Fatigue, type ForeignRoom, type Queue, type Shown } from "../approvals/index.ts";
import { failer, type ApprovalQueue, type approvalsContract, type ApprovalView, type GroupHandlers, type Principal } from "../contract/index.ts";
import { APPROVAL_FAILURES } from "../approvals/index.ts";
import { paced } from "./paced.ts";

export type ApprovalsApiNeeds = { readonly queue: Queue; readonly circumstances: CircumstancesRoom; readonly foreign: ForeignRoom; readonly access: AccessRoom; readonly fatigue: (operatorId: string) => Fatigue };
const fail = failer(APPROVAL_FAILURES);
const DONE = { done: true } as const;
const KEPT_OPEN = 200;
const QUEUE_EVERY_MS = 100;

export function approvalView(state: ApprovalView["state"], say: string, object: ApprovalObject, shown: Shown, decisions: ApprovalRequest["decisions"]): ApprovalView {
  const { id, title, hosts, cwd, effect, rules, policy, checks, undo, ticket, requester, person, approvals, own, approvers, run, step, created_at: createdAt, not_after: notAfter, script: scriptHash } = object;
  const { script, segments, rule, whyEffect, whyAsked, reasons, reasonsFrom, taint } = shown;
  return {
    id, state, say, title, script, scriptHash, hosts, cwd, effect, rule, whyEffect, whyAsked, rules, policy, checks, undo, ticket, reasons, reasonsFrom, requester, createdAt, notAfter,
    segments: segments.map((segment) => ({ ...segment, argv: [...segment.argv], redirects: [...segment.redirects] })), taint: [...taint], decisions: [...decisions],
    personId: person, needed: approvals, ownAllowed: own, approverIds: approvers, runId: run, stepId: step,
  };
}
const viewOf = ({ state, say, object, shown, decisions }: ApprovalRequest): ApprovalView => approvalView(state, say, object, shown, decisions);
const person = ({ id, name }: Principal) => ({ id, name });

export const approvalsHandlers = ({ queue, circumstances, foreign, access, fatigue }: ApprovalsApiNeeds): GroupHandlers<typeof approvalsContract> => {
  const decider = (input: { readonly operatorId?: string | undefined; readonly passphrase?: string | undefined; readonly note: string }, principal: Principal) => ({ operatorId: input.operatorId ?? principal.id, passphrase: input.passphrase, note: input.note });
  return {
    async *queue(_input, { signal, principal }): AsyncIterable<ApprovalQueue> {
      // A fleet asks hundreds of times in a row, and each time all that waits is told.
      for await (const _ of paced(queue.changes(signal), QUEUE_EVERY_MS, signal)) {
        const glass = circumstances.openBreakGlass();
        yield { waiting: queue.list({ open: true, limit: KEPT_OPEN }).map(viewOf), fatigue: fatigue(principal.id), ...(glass && { breakGlass: glass }) };
      }
    },
    show: async ({ id }) => viewOf(queue.get(id)),
    history: async ({ limit }) => ({ requests: queue.list({ open: false, limit }).map(viewOf) }),
    approvers: async ({ id }, { principal }) => {
      const { decisions } = queue.get(id);
      return {
        approvers: access.operators().filter((each) => each.active).map((each) => {
          const may = queue.mayApprove(id, each.id);
          const isDone = decisions.some(({ operatorId }) => operatorId === each.id);
          return { id: each.id, name: each.name, may: may.ok && !isDone, isHere: !each.isRemote, isUnlocked: each.id === principal.id, say: isDone ? "has decided already" : may.say };
        }),
      };
    },
    async approve(input, { principal }) {
      // What was drawn is what was asked: a screen that shows an older request must not approve a newer one.
      if (queue.get(input.id).object.script !== input.scriptHash) throw fail("APPROVAL_NOT_SEEN");
      return viewOf(await queue.approve(input.id, decider(input, principal)));
    },
    deny: async (input, { principal }) => viewOf(await queue.deny(input.id, decider(input, principal))),
    async withdraw({ id }, { principal }) {
      if (queue.get(id).object.person !== principal.id) throw fail("APPROVAL_NOT_YOURS", { say: "Only whoever asked may take it back." });
      await queue.cancel(id, { kind: "operator", ...person(principal) }, `${principal.name} took it back. It was not run.`);
      return DONE;
    },
    requestFile: async ({ id }) => ({ name: `${id}.sena-request.json`, text: foreign.write(id) }),
    readFile: async ({ text }) => {
      const { object, shown, isScriptTrue, ownEffect, warnings } = foreign.read(text);
      return { view: approvalView("waiting", "", object, shown, []), isScriptTrue, ownEffect, warnings: [...warnings] };
    },
    signFile: async ({ text, decision, ...input }, { principal }) => ({ name: `${foreign.read(text).object.id}.sena-decision.json`, text: await foreign.sign(text, { decision, ...decider(input, principal), note: input.note }) }),
    acceptFile: async ({ text }) => viewOf(await foreign.accept(text)),
    objectFile: async ({ id }) => ({ name: `${id}.json`, text: Buffer.from(objectBytes(queue.objectOf(id))).toString("utf8") }),
    acceptSignature: async ({ id, sig, note }) => viewOf(await queue.accept(id, { decision: "approve", signature: sig, note })),
    breakGlass: async ({ reason, minutes }, { principal }) => {
      const glass = await circumstances.breakGlass(person(principal), reason, minutes);
      queue.touched();
      return glass;
    },
    closeBreakGlass: async (_input, { principal }) => {
      await circumstances.closeBreakGlass(person(principal));
      queue.touched();
      return DONE;
    },
    breakGlasses: async () => ({ glasses: [...circumstances.breakGlasses(100)] }),
    reviewBreakGlass: async ({ id, review }, { principal }) => circumstances.reviewBreakGlass(id, person(principal), review),
    calendar: async () => ({ entries: [...circumstances.calendar()] }),
    addToCalendar: async (entry) => circumstances.addToCalendar(entry),
    removeFromCalendar: async ({ id }) => {
      circumstances.removeFromCalendar(id);
      return DONE;
    },
    paneGate: async () => ({ environments: [...circumstances.paneGate()] }),
    setPaneGate: async ({ environments }) => {
      circumstances.setPaneGate(environments);
      return { environments: [...circumstances.paneGate()] };
    },
    grants: async () => ({ grants: [...circumstances.grants()] }),
    grant: async (of, { principal }) => circumstances.grant(person(principal), of),
    revokeGrant: async ({ id }, { principal }) => {
      await circumstances.revokeGrant(id, person(principal));
      return DONE;
    },
  };
};
