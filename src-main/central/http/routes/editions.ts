import { z } from "zod";
import { EditionContent } from "../../../central-link/port.ts";
import type { Wakes } from "../../approvals/wakes.ts";
import type { Editions } from "../../editions/editions.ts";
import type { Route } from "../route.ts";
import { Cursor, inOrg, Limit, pageOf, readCursor, route } from "../route.ts";

const Row = z.object({ n: z.number(), at: z.number(), by: z.string(), note: z.string() });
const { policy, packs, hosts, modelHosts, models } = EditionContent.shape;
const EDITION_BYTES = 8_000_000;

/** What the organisation sets for its desktops. */
export const editionRoutes = ({ editions, wakes }: { readonly editions: Editions; readonly wakes: Wakes }): readonly Route[] => [
  route({
    method: "GET", path: "/v1/orgs/:orgId/editions", who: "member", needs: "policy:read", says: "What the organisation set for its desktops and when, newest first.",
    input: z.object({ ...inOrg, cursor: Cursor, limit: Limit }), output: z.object({ items: z.array(Row), next: z.string().nullable() }),
    async handle({ cursor, limit }, { inOrg: within }) {
      const rows = await within((tx) => editions.list(tx, { before: readCursor(cursor)?.[0], limit }));
      const page = pageOf(rows, limit, ({ n }) => [n, ""]);
      return { items: [...page.items], next: page.next };
    },
  }),
  route({
    method: "GET", path: "/v1/orgs/:orgId/editions/:n", who: "member", needs: "policy:read", says: "One edition, whole, with its signature.",
    input: z.object({ ...inOrg, n: z.coerce.number().int().min(1).max(2 ** 40) }), output: Row.extend({ content: EditionContent, signature: z.string() }),
    handle: async ({ n }, { inOrg: within }) => within((tx) => editions.get(tx, n)),
  }),
  route({
    method: "POST", path: "/v1/orgs/:orgId/editions", who: "member", needs: "policy:write", isSensitive: true, maxBytes: EDITION_BYTES,
    says: "Set the policy, the skill packs, the hosts and the places of models for all desktops. What is left out stays as it was, null takes it back. A desktop's own rules can only be stricter.",
    input: z.object({ ...inOrg, after: z.number().int().min(0), note: z.string().trim().min(1).max(500), policy: policy.optional(), packs: packs.optional(), hosts: hosts.optional(), modelHosts: modelHosts.optional(), models: models.unwrap().optional() }), output: z.object({ n: z.number() }),
    example: { orgId: "7f9c24e8-3b12-4b8a-9a51-6a1f0c6d2e11", after: 0, note: "Models stay in the house", modelHosts: ["models.example.org"] },
    async handle({ orgId, after, note, ...change }, { actor, inOrg: within }) {
      const published = await within((tx) => editions.publish(tx, orgId, actor, { after, note, change }));
      wakes.wakeAll();
      return published;
    },
  }),
];
