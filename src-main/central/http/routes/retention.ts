import { z } from "zod";
import { LEAF_TYPES, PROOF_TYPES } from "../../../contract/leaf-types.ts";
import { COUNTED, INBOX, INBOX_DAYS, type Retention } from "../../retention/retention.ts";
import type { Route } from "../route.ts";
import { Done, done, inOrg, listOf, paged, pageOfAll, route } from "../route.ts";

const SOMEDAY_GONE = LEAF_TYPES.filter((type) => !(PROOF_TYPES as readonly string[]).includes(type));
const Days = z.number().int().min(1).max(36_500);
/** What can be asked for. A type that no entry has would be a rule that looks kept and does nothing. */
const Rule = z.object({ type: z.enum(["*", INBOX, ...SOMEDAY_GONE]).meta({ examples: ["*"] }), days: Days });
const Rules = z.array(Rule).max(50)
  .refine((rules) => new Set(rules.map(({ type }) => type)).size === rules.length, "a type has one rule")
  .refine((rules) => rules.every(({ type, days }) => type !== INBOX || days >= INBOX_DAYS), `what was told is kept for ${INBOX_DAYS} days at least: so long the same message could be told again`);
/** Said to scripts of a time when it was not asked for. */
const WAS_MISSING = 'Say which rules your change was made from: read them with GET at this same address, and send the type and days of each beside "rules", as in "was": [{"type": "*", "days": 730}], or "was": [] where there are none. If others stand by then, nothing is set. Nothing was set now either';
/** As they were read: others than those that stand by then mean that somebody changed them meanwhile, and nothing is set. */
const Was = z.array(z.object({ type: z.string().max(100), days: z.number().int() }), { error: ({ input }) => (input === undefined ? WAS_MISSING : undefined) }).max(50).meta({ description: "the rules that this change was made from; empty where there were none" });
const SetRule = z.object({ type: z.string(), days: z.number(), setBy: z.string(), setAt: z.number() });
const Preview = z.object({ type: z.string(), days: z.number(), entries: z.number().meta({ description: `counted up to ${COUNTED}` }) });
const example = { orgId: "7f9c24e8-3b12-4b8a-9a51-6a1f0c6d2e11", rules: [{ type: "*" as const, days: 730 }, { type: "inbox" as const, days: 30 }] };

export const retentionRoutes = ({ retention }: { readonly retention: Retention }): readonly Route[] => [
  route({
    method: "GET", path: "/v1/orgs/:orgId/retention", who: "member", needs: "audit:read", says: "How long values are kept here, by type of entry, and who set it. Without a rule they are kept.", input: z.object({ ...inOrg, ...paged }), output: listOf(SetRule),
    handle: async (page, { inOrg: within }) => pageOfAll(await within((tx) => retention.rules(tx)), page, ({ type }) => [0, type]),
  }),
  route({
    method: "PUT", path: "/v1/orgs/:orgId/retention", who: "member", needs: "audit:erase", isSensitive: true,
    says: `How many days values are kept here: by type of entry, * for every type without a rule of its own, inbox for what others told. The entries and their proofs stay, and so do the values of ${PROOF_TYPES.join(", ")}; what a desktop keeps of its own record is its own matter.`,
    input: z.object({ ...inOrg, was: Was, rules: Rules }), output: Done, example: { ...example, was: [] },
    async handle({ orgId, was, rules }, { actor, inOrg: within }) {
      await within((tx) => retention.set(tx, orgId, actor, { was, rules }));
      return done;
    },
  }),
  route({
    method: "POST", path: "/v1/orgs/:orgId/retention/preview", who: "member", needs: "audit:read", says: `How many entries would lose their values at once by these rules; each counted up to ${COUNTED}. Nothing is changed.`,
    input: z.object({ ...inOrg, rules: Rules }), output: z.object({ rules: z.array(Preview) }), example,
    handle: async ({ rules }, { inOrg: within }) => ({ rules: await within((tx) => retention.preview(tx, rules)) }),
  }),
];
