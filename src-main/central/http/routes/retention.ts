import { z } from "zod";
import { INBOX, INBOX_DAYS, type Retention } from "../../retention/retention.ts";
import type { Route } from "../route.ts";
import { Done, done, inOrg, listOf, paged, pageOfAll, route } from "../route.ts";

const Rule = z.object({ type: z.string().regex(/^(\*|[a-z][a-z-]{0,39})$/).meta({ examples: ["*"] }), days: z.number().int().min(1).max(36_500) });

export const retentionRoutes = ({ retention }: { readonly retention: Retention }): readonly Route[] => [
  route({
    method: "GET", path: "/v1/orgs/:orgId/retention", who: "member", needs: "audit:read", says: "How long values are kept here, by type of entry. Without a rule they are kept.", input: z.object({ ...inOrg, ...paged }), output: listOf(Rule),
    handle: async (page, { inOrg: within }) => pageOfAll(await within((tx) => retention.rules(tx)), page, ({ type }) => [0, type]),
  }),
  route({
    method: "PUT", path: "/v1/orgs/:orgId/retention", who: "member", needs: "audit:erase", isSensitive: true,
    says: "How many days values are kept here: by type of entry, * for every type without a rule of its own, inbox for what others told. The entries and their proofs stay; what a desktop keeps of its own record is its own matter.",
    input: z.object({ ...inOrg, rules: z.array(Rule).max(50).refine((rules) => new Set(rules.map(({ type }) => type)).size === rules.length, "a type has one rule").refine((rules) => rules.every(({ type, days }) => type !== INBOX || days >= INBOX_DAYS), `what was told is kept for ${INBOX_DAYS} days at least: so long the same message could be told again`) }), output: Done,
    example: { orgId: "7f9c24e8-3b12-4b8a-9a51-6a1f0c6d2e11", rules: [{ type: "*", days: 730 }, { type: "inbox", days: 30 }] },
    async handle({ orgId, rules }, { actor, inOrg: within }) {
      await within((tx) => retention.set(tx, orgId, actor, rules));
      return done;
    },
  }),
];
