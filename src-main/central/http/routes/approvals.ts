import { z } from "zod";
import { Effect } from "../../../contract/terms.ts";
import type { RemoteApprovals } from "../../approvals/remote.ts";
import type { Wakes } from "../../approvals/wakes.ts";
import { fail } from "../../failures.ts";
import type { Route } from "../route.ts";
import { Cursor, Done, done, inOrg, Limit, listOf, paged, pageOf, pageOfAll, readCursor, route, Uuid } from "../route.ts";

const Row = z.object({ approvalId: z.string(), desktopId: z.string(), desktop: z.string(), state: z.enum(["waiting", "approved", "denied", "expired", "cancelled", "used", "withdrawn"]), effect: Effect, title: z.string(), requester: z.string(), createdAt: z.number(), notAfter: z.number(), needed: z.number(), say: z.string() });
const Segment = z.object({ text: z.string(), argv: z.array(z.string()), redirects: z.array(z.string()), effect: Effect, proved: z.boolean(), rule: z.string(), why: z.string() });
const Whole = Row.extend({
  script: z.string(),
  hosts: z.array(z.object({ name: z.string(), environment: z.string(), user: z.string(), fingerprint: z.string() })),
  segments: z.array(Segment),
  ownEffect: Effect,
  warnings: z.array(z.string()),
  whyEffect: z.string(),
  whyAsked: z.string(),
  reasons: z.string(),
  reasonsFrom: z.string(),
  checks: z.array(z.string()),
  undo: z.string().nullable(),
  ticket: z.string().nullable(),
  decisions: z.array(z.object({ userId: z.string(), name: z.string(), decision: z.enum(["approve", "deny"]), note: z.string(), at: z.number(), takenAt: z.number().nullable(), takenSay: z.string() })),
});
const which = { ...inOrg, desktopId: Uuid, approvalId: z.string().max(64) } as const;

export const approvalRoutes = ({ approvals, wakes }: { readonly approvals: RemoteApprovals; readonly wakes: Wakes }): readonly Route[] => [
  route({
    method: "GET", path: "/v1/orgs/:orgId/approvals", who: "member", needs: "approvals:read", says: "Requests of all desktops, newest first.",
    input: z.object({ ...inOrg, open: z.stringbool().default(false), cursor: Cursor, limit: Limit }), output: z.object({ items: z.array(Row), next: z.string().nullable() }),
    async handle({ open, cursor, limit }, { inOrg: within }) {
      const rows = await within((tx) => approvals.list(tx, { isOpen: open, before: readCursor(cursor), limit }));
      const page = pageOf(rows, limit, (row) => [row.createdAt, row.approvalId]);
      return { items: page.items as z.input<typeof Row>[], next: page.next };
    },
  }),
  route({
    method: "GET", path: "/v1/orgs/:orgId/approvals/:desktopId/:approvalId", who: "member", needs: "approvals:read", says: "One request, the whole command byte for byte, and what this server's own reader makes of it.", input: z.object(which), output: Whole,
    async handle({ desktopId, approvalId }, { inOrg: within }) {
      const { row, foreign, decisions } = await within((tx) => approvals.get(tx, desktopId, approvalId));
      const { object, shown } = foreign;
      return { ...row, effect: row.effect as Effect, script: shown.script, hosts: object.hosts, segments: shown.segments.map((each) => ({ ...each, argv: [...each.argv], redirects: [...each.redirects] })), ownEffect: foreign.ownEffect, warnings: [...foreign.warnings], whyEffect: shown.whyEffect, whyAsked: shown.whyAsked, reasons: shown.reasons, reasonsFrom: shown.reasonsFrom, checks: object.checks, undo: object.undo, ticket: object.ticket, decisions: [...decisions] };
    },
  }),
  route({
    method: "POST", path: "/v1/orgs/:orgId/approvals/:desktopId/:approvalId/decision", who: "member", needs: "approvals:decide", isSensitive: true, says: "Decide. Signed with your key here, single-use; the desktop verifies it before it runs anything.",
    input: z.object({ ...which, decision: z.enum(["approve", "deny"]), note: z.string().max(500).default("") }), output: Done,
    async handle({ orgId, desktopId, approvalId, decision, note }, { session, inOrg: within }) {
      if (!session) throw fail("SIGN_IN_NEEDED");
      await within((tx) => approvals.decide(tx, orgId, session, { desktopId, approvalId, decision, note }));
      wakes.wake(desktopId);
      return done;
    },
  }),
  route({
    method: "GET", path: "/v1/orgs/:orgId/approvers", who: "member", needs: "approvals:read", says: "Whose keys desktops may be told to trust.", input: z.object({ ...inOrg, ...paged }),
    output: listOf(z.object({ userId: z.string(), name: z.string(), publicKey: z.string(), isRetired: z.boolean() })),
    handle: async (page, { inOrg: within }) => pageOfAll(await within((tx) => approvals.approvers(tx)), page, ({ name, userId }) => [0, `${name.toLowerCase()} ${userId}`]),
  }),
  route({
    method: "POST", path: "/v1/orgs/:orgId/approvers", who: "member", needs: "approvals:decide", isSensitive: true, says: "Have a key here to sign decisions with; it is offered to the desktops.", input: z.object(inOrg), output: z.object({ publicKey: z.string() }),
    async handle({ orgId }, { session, inOrg: within }) {
      if (!session) throw fail("SIGN_IN_NEEDED");
      const made = await within((tx) => approvals.ensureKey(tx, orgId, session));
      wakes.wakeAll();
      return made;
    },
  }),
];
