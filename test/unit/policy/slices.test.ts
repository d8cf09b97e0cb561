import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EFFECTS, ROLE_GRANTS, type Role } from "../../../src-main/contract/terms.ts";
import { ACTIONS, loadCedar, soundRules, type CedarEngine, type CedarSet } from "../../../src-main/policy/cedar.ts";
import { situationOf } from "../../../src-main/policy/decide.ts";
import type { PolicyQuestion } from "../../../src-main/policy/index.ts";
import { sliceable } from "../../../src-main/policy/slices.ts";
import { cedarEngine } from "../../../src-main/shells/process/cedar.ts";
import { DEFAULT_POLICY, SCHEMA, sha256 } from "../../fakes/gate.ts";

// The quick way asks all actions at once and leaves policies out that cannot apply. It has to answer as Cedar does when asked plainly.

const cedar = cedarEngine();
const setOf = (text: string): CedarSet => {
  const source = { schema: SCHEMA, text, hash: sha256(text) };
  return loadCedar(cedar, source, soundRules(cedar, source));
};
const rulesOf = (text: string) => soundRules(cedar, { schema: SCHEMA, text, hash: "x" });
const slicesOf = (text: string, schema = SCHEMA) => sliceable(cedar, { schema, rules: rulesOf(text), name: `t:${sha256(text)}`, actions: ACTIONS });

const ATOMS = ["context.frozen", "context.proved", 'context.effect == "mutate"', '"prod" == resource.environment', 'resource.tags.contains("web")', '["read", "pure"].contains(context.effect)', "context.hourOfDay > 12", "context.dayOfWeek == 3", 'principal.kind == "model"', 'context has ticket && context.ticket == "T-1"', "(context.attended || context.tainted)", 'resource.tags.containsAny(["db", "web"])', "context.hourOfDay + 9223372036854775 < 0"];
const atom = fc.tuple(fc.boolean(), fc.constantFrom(...ATOMS)).map(([negated, text]) => (negated ? `!(${text})` : text));
const clause = fc.tuple(fc.constantFrom("when", "unless"), fc.array(atom, { minLength: 1, maxLength: 3 })).map(([kind, atoms]) => `${kind} { ${atoms.join(" && ")} }`);
const scope = fc.record({ who: fc.constantFrom("principal", 'principal in Role::"operator"', 'principal == Actor::"ada"'), what: fc.constantFrom("action", ...ACTIONS.map((id) => `action == Action::"${id}"`), 'action in [Action::"run", Action::"approve-own"]'), where: fc.constantFrom("resource", 'resource == Host::"h"') });
const policies = fc
  .array(fc.tuple(fc.constantFrom("permit", "forbid"), scope, fc.array(clause, { maxLength: 2 })), { minLength: 1, maxLength: 12 })
  .map((list) => list.map(([effect, { who, what, where }, clauses], at) => `@id("p-${at}") @says("one") ${effect} (${who}, ${what}, ${where}) ${clauses.join(" ")};`).join("\n"));

const question: fc.Arbitrary<PolicyQuestion> = fc.record({
  principal: fc.record({ id: fc.constantFrom("ada", "bob"), roles: fc.subarray(Object.keys(ROLE_GRANTS) as Role[]), kind: fc.constantFrom("operator" as const, "model" as const) }),
  effect: fc.constantFrom(...EFFECTS),
  proved: fc.boolean(),
  host: fc.record({ id: fc.constantFrom("h", "i"), environment: fc.constantFrom("dev" as const, "prod" as const), criticality: fc.constantFrom("normal" as const, "high" as const), tags: fc.subarray(["web", "db"]) }),
  context: fc.record(
    { attended: fc.boolean(), tainted: fc.boolean(), inChangeWindow: fc.boolean(), frozen: fc.boolean(), breakGlass: fc.boolean(), hourOfDay: fc.integer({ min: 0, max: 23 }), dayOfWeek: fc.integer({ min: 1, max: 7 }), ticket: fc.constantFrom("T-1", "T-2") },
    { requiredKeys: ["attended", "tainted", "inChangeWindow", "frozen", "breakGlass", "hourOfDay", "dayOfWeek"] },
  ),
});

const sameAnswers = (set: CedarSet, asked: PolicyQuestion): void => {
  const quick = set.asker(situationOf(asked));
  const plain = set.oneByOne(situationOf(asked));
  for (const action of ACTIONS) {
    const want = plain(action);
    const got = quick(action);
    expect([got.decision, got.rules, got.errors.map(({ rule }) => rule).toSorted()]).toEqual([want.decision, want.rules, want.errors.map(({ rule }) => rule).toSorted()]);
  }
};

describe("asking all actions at once", () => {
  it("answers the same when the same text is loaded once more and asked other things: a what-if, or another organisation", () => {
    const of = (effect: PolicyQuestion["effect"], environment: "dev" | "prod", frozen: boolean): PolicyQuestion => ({
      principal: { id: "ada", roles: ["operator"], kind: "model" }, effect, proved: false, host: { id: "h", environment, criticality: "high", tags: [] },
      context: { attended: true, tainted: false, inChangeWindow: false, frozen, breakGlass: false, singleOperator: false, preapproved: false, hourOfDay: 9, dayOfWeek: 3 } as PolicyQuestion["context"],
    });
    const all = (["destructive", "mutate", "read"] as const).flatMap((effect) => (["prod", "dev"] as const).flatMap((environment) => [true, false].map((frozen) => of(effect, environment, frozen))));
    const inForce = setOf(DEFAULT_POLICY);
    for (const asked of all) sameAnswers(inForce, asked);
    const whatIf = setOf(DEFAULT_POLICY);
    for (const asked of all.toReversed()) sameAnswers(whatIf, asked);
    for (const asked of all) for (const set of [inForce, whatIf]) sameAnswers(set, asked);
  });
  it("answers as Cedar does when each is asked of the whole set", () => {
    let sound = 0;
    fc.assert(
      fc.property(policies, fc.array(question, { minLength: 3, maxLength: 5 }), (text, questions) => {
        const strict = cedar.validate({ validationSettings: { mode: "strict" }, schema: SCHEMA, policies: { staticPolicies: text } });
        // A set that would not load is not asked either.
        if (strict.type === "failure" || strict.validationErrors.length + strict.validationWarnings.length > 0) return;
        sound += 1;
        const set = setOf(text);
        for (const asked of questions) sameAnswers(set, asked);
      }),
      { numRuns: 8 },
    );
    expect(sound).toBeGreaterThan(0);
  });

  it("does so for the policies the product comes with", () => {
    const set = setOf(DEFAULT_POLICY);
    fc.assert(fc.property(question, (asked) => sameAnswers(set, asked)), { numRuns: 15 });
  });

  it("leaves out what cannot apply, and only that", () => {
    const slices = slicesOf(`@id("a") @says("a") permit (principal, action, resource);\n@id("b") @says("b") forbid (principal, action, resource) when { resource.tags.contains("db") };`);
    const loaded = (tags: readonly string[]) => slices?.loadedFor(situationOf({ ...sample(), host: { ...sample().host, tags } }));
    expect(loaded(["web"])).not.toBe(loaded(["db"]));
    expect(loaded([])).toBe(loaded(["web"]));
  });

  it("keeps a policy whose attribute the question does not carry", () => {
    const slices = slicesOf('@id("a") @says("a") forbid (principal, action, resource) when { context has ticket && context.ticket == "T" };');
    expect(slices?.loadedFor(situationOf(sample()))).toBe(slices?.loadedFor(situationOf({ ...sample(), context: { ...sample().context, ticket: "U" } })));
  });

  it("uses the names of old sets again instead of loading without end", () => {
    const tags = Array.from({ length: 6 }, (_, at) => `t${at}`);
    const text = tags.map((tag) => `@id("${tag}") @says("a") forbid (principal, action, resource) when { resource.tags.contains("${tag}") };`).join("\n");
    const slices = slicesOf(text);
    const set = setOf(text);
    const names = new Set<string | undefined>();
    for (let mask = 0; mask < 40; mask += 1) {
      const asked = { ...sample(), host: { ...sample().host, tags: tags.filter((_, at) => (mask >> at) % 2 === 1) } };
      names.add(slices?.loadedFor(situationOf(asked)));
      sameAnswers(set, asked);
    }
    expect(names.size).toBe(32);
  });
});

describe("what is asked plainly instead", () => {
  const plain = '@id("a") @says("a") permit (principal, action, resource)';
  it("a policy that looks at the action itself", () => {
    expect(slicesOf(`${plain} when { action == Action::"run" };`)).toBeUndefined();
    expect(slicesOf(`${plain} when { context.frozen };`)).toBeDefined();
  });
  it("a number that JSON would change", () => {
    expect(slicesOf(`${plain} when { context.hourOfDay < 9223372036854775807 };`)).toBeUndefined();
    expect(slicesOf(`${plain} when { context.hourOfDay < 922337203685477 };`)).toBeDefined();
  });
  it("actions that stand in groups, mean different things, or are not there", () => {
    expect(slicesOf(`${plain};`, SCHEMA.replace('action "approve-own" appliesTo', 'action "all";\naction "approve-own" in ["all"] appliesTo'))).toBeUndefined();
    expect(slicesOf(`${plain};`, SCHEMA.replace('action "approve-own" appliesTo { principal: [Actor]', 'action "approve-own" appliesTo { principal: [Role]'))).toBeUndefined();
    expect(slicesOf(`${plain};`, 'entity A; action "x" appliesTo { principal: [A], resource: [A] };')).toBeUndefined();
    expect(slicesOf(`${plain};`, "entity")).toBeUndefined();
  });
  it("an engine that cannot read a policy back", () => {
    const failing = { ...cedar, policyToJson: () => ({ type: "failure", errors: [] }) } as unknown as CedarEngine;
    expect(sliceable(failing, { schema: SCHEMA, rules: rulesOf(`${plain};`), name: "t", actions: ACTIONS })).toBeUndefined();
    const entityless = { ...cedar, policyToJson: () => ({ type: "success", json: { effect: "permit", principal: { op: "All" }, resource: { op: "All" }, conditions: [], action: { op: "==", entity: { __entity: { type: "Action", id: "run" } } } } }) } as unknown as CedarEngine;
    expect(sliceable(entityless, { schema: SCHEMA, rules: rulesOf(`${plain};`), name: "t", actions: ACTIONS })).toBeUndefined();
  });
  it("and is answered the same", () => {
    sameAnswers(setOf(`${plain} when { action == Action::"run" };`), sample());
  });
});

const sample = (): PolicyQuestion => ({
  principal: { id: "ada", roles: ["operator"], kind: "operator" },
  effect: "read",
  proved: true,
  host: { id: "h", environment: "prod", criticality: "normal", tags: [] },
  context: { attended: true, tainted: false, inChangeWindow: false, frozen: false, breakGlass: false, hourOfDay: 9, dayOfWeek: 2 },
});
