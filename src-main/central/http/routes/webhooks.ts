import { z } from "zod";
import { HOOK_FORMATS, type Hooks } from "../../webhooks/hooks.ts";
import type { Route } from "../route.ts";
import { Cursor, Done, done, inOrg, Limit, listOf, paged, pageOf, readCursor, route, Uuid } from "../route.ts";

const Kind = z.string().regex(/^(\*|[a-z]+(\.[a-z-]+)?)$/).max(60);
const Hook = z.object({ hookId: z.string(), url: z.string(), format: z.enum(HOOK_FORMATS), kinds: z.array(z.string()), createdBy: z.string(), createdAt: z.number() });
const State = z.enum(["pending", "delivered", "dead"]);
const Delivery = z.object({ eventId: z.string(), hookId: z.string(), kind: z.string(), state: State, attempts: z.number(), at: z.number(), nextAt: z.number(), status: z.number().nullable(), say: z.string() });

export const webhookRoutes = ({ hooks, note }: { readonly hooks: Hooks; readonly note: (orgId: string) => void }): readonly Route[] => [
  route({
    method: "GET", path: "/v1/orgs/:orgId/webhooks", who: "member", needs: "webhooks:write", says: "Who is told of what happens here, newest first.", input: z.object({ ...inOrg, ...paged }), output: listOf(Hook),
    async handle({ cursor, limit }, { inOrg: within }) {
      const rows = await within((tx) => hooks.list(tx, { before: readCursor(cursor), limit }));
      const page = pageOf(rows, limit, ({ createdAt, hookId }) => [createdAt, hookId]);
      return { items: page.items.map((each) => ({ ...each, kinds: [...each.kinds] })), next: page.next };
    },
  }),
  route({
    method: "POST", path: "/v1/orgs/:orgId/webhooks", who: "member", needs: "webhooks:write", isSensitive: true, says: "Tell somebody: signed and tried again for hours (sena), or as a notice with a link (slack, teams, pagerduty). The secret is shown this once.",
    input: z.object({ ...inOrg, url: z.url({ protocol: /^https?$/ }).max(1000), format: z.enum(HOOK_FORMATS).default("sena"), kinds: z.array(Kind).min(1).max(30), secret: z.string().min(16).max(200).optional() }), output: z.object({ hookId: z.string(), secret: z.string() }),
    example: { orgId: "7f9c24e8-3b12-4b8a-9a51-6a1f0c6d2e11", url: "https://hooks.example.org/sena", kinds: ["approval.asked", "log.forked"] },
    async handle({ orgId, url, format, kinds, secret }, { actor, inOrg: within }) {
      const made = await within((tx) => hooks.create(tx, orgId, actor, { url, format, kinds, secret }));
      note(orgId);
      return made;
    },
  }),
  route({
    method: "DELETE", path: "/v1/orgs/:orgId/webhooks/:hookId", who: "member", needs: "webhooks:write", isSensitive: true, says: "Tell them no more.", input: z.object({ ...inOrg, hookId: Uuid }), output: Done,
    async handle({ orgId, hookId }, { actor, inOrg: within }) {
      await within((tx) => hooks.remove(tx, orgId, actor, hookId));
      return done;
    },
  }),
  route({
    method: "GET", path: "/v1/orgs/:orgId/deliveries", who: "member", needs: "webhooks:write", says: "What was told to whom and what they answered, newest first; the dead letters by their state.",
    input: z.object({ ...inOrg, state: State.optional(), cursor: Cursor, limit: Limit }), output: z.object({ items: z.array(Delivery), next: z.string().nullable() }),
    async handle({ state, cursor, limit }, { inOrg: within }) {
      const rows = await within((tx) => hooks.deliveries(tx, { state, before: readCursor(cursor), limit }));
      const page = pageOf(rows, limit, (row) => [row.at, row.eventId + row.hookId]);
      return { items: [...page.items], next: page.next };
    },
  }),
  route({
    method: "POST", path: "/v1/orgs/:orgId/deliveries/:eventId/:hookId/again", who: "member", needs: "webhooks:write", says: "Tell it once more, from the beginning.", input: z.object({ ...inOrg, eventId: Uuid, hookId: Uuid }), output: Done,
    async handle({ orgId, eventId, hookId }, { actor, inOrg: within }) {
      await within((tx) => hooks.again(tx, orgId, actor, { eventId, hookId }));
      return done;
    },
  }),
];
