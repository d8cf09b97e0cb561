import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EFFECTS, type Effect } from "../../../src-main/contract/index.ts";
import { createPolicyReader, isChange, simulate, variantsOf, type PolicyQuestion } from "../../../src-main/policy/index.ts";
import { cedarEngine } from "../../../src-main/shells/process/cedar.ts";
import { DEFAULT_POLICY, SCHEMA, sha256 } from "../../fakes/gate.ts";

const reader = createPolicyReader({ engine: cedarEngine, edition: "test" });
const load = (text: string) => reader.load({ schema: SCHEMA, text, hash: sha256(text) });
const standard = load(DEFAULT_POLICY);
const ask = (more: Partial<Omit<PolicyQuestion, "context" | "host" | "principal">> & { env?: "dev" | "staging" | "prod"; host?: Partial<PolicyQuestion["host"]>; context?: Partial<PolicyQuestion["context"]>; principal?: Partial<PolicyQuestion["principal"]> } = {}): PolicyQuestion => ({
  effect: more.effect ?? "read",
  proved: more.proved ?? true,
  principal: { id: "ada", roles: ["operator"], kind: "operator", ...more.principal },
  host: { id: "h", environment: more.env ?? "prod", criticality: "normal", tags: [], ...more.host },
  context: { attended: true, tainted: false, inChangeWindow: false, frozen: false, breakGlass: false, hourOfDay: 9, dayOfWeek: 2, ...more.context },
});
const change = (env: "dev" | "staging" | "prod", context: Partial<PolicyQuestion["context"]> = {}, effect: Effect = "mutate") => ask({ env, effect, proved: false, context });

describe("the default policies", () => {
  const table: readonly [string, PolicyQuestion, string, number, boolean][] = [
    ["a proved read runs", ask(), "allow", 0, false],
    ["an unproved read asks", ask({ proved: false }), "ask", 1, true],
    ["a viewer runs nothing", ask({ principal: { roles: ["viewer"] } }), "deny", 0, false],
    ["an auditor runs nothing", ask({ principal: { roles: ["auditor"] } }), "deny", 0, false],
    ["nobody's role runs nothing", ask({ principal: { roles: [] } }), "deny", 0, false],
    ["an approver may run what an operator may", ask({ principal: { roles: ["approver"] } }), "allow", 0, false],
    ["an admin too", ask({ principal: { roles: ["admin"] } }), "allow", 0, false],
    ["a change of dev asks, and the requester may say yes", change("dev"), "ask", 1, true],
    ["a change of prod asks somebody else", change("prod"), "ask", 1, false],
    ["a change of prod by one who works alone", change("prod", { singleOperator: true }), "ask", 1, true],
    ["destruction on prod asks two", change("prod", {}, "destructive"), "ask", 2, false],
    ["destruction on prod under a broken glass asks one", change("prod", { breakGlass: true }, "destructive"), "ask", 1, true],
    ["unknown on prod by a model is denied", ask({ effect: "unknown", proved: false, principal: { kind: "model" } }), "deny", 0, false],
    ["unknown on prod by a person asks two", ask({ effect: "unknown", proved: false }), "ask", 2, false],
    ["a frozen host is not changed", change("dev", { frozen: true }), "deny", 0, false],
    ["a frozen host is changed under a broken glass", change("dev", { frozen: true, breakGlass: true }), "ask", 1, true],
    ["a frozen host is read", ask({ context: { frozen: true } }), "allow", 0, false],
    ["nobody there: denied, even a read", ask({ context: { attended: false } }), "deny", 0, false],
    ["nobody there: a skill approved beforehand runs", change("dev", { attended: false, preapproved: true, signedSkill: "s@1" }), "allow", 0, false],
    ["on prod only inside a change window", change("prod", { preapproved: true }), "ask", 1, false],
    ["and inside it", change("prod", { preapproved: true, inChangeWindow: true }), "allow", 0, false],
    ["a secret is asked about", ask({ effect: "read-secret", proved: true }), "ask", 1, true],
    ["egress is asked about", ask({ effect: "egress", proved: false }), "ask", 1, true],
    ["tainted and unproved asks", ask({ proved: false, context: { tainted: true, ticket: "T-1" } }), "ask", 1, true],
    ["a critical host asks somebody else even on dev", ask({ env: "dev", effect: "mutate", proved: false, host: { criticality: "high" } }), "ask", 1, false],
  ];
  it.each(table)("%s", (_name, question, verdict, count, mayBeRequester) => {
    expect(standard.decide(question)).toMatchObject({ verdict, approvers: { count, mayBeRequester }, policyHash: standard.hash });
  });
  it("names the rules and says a sentence", () => {
    expect(standard.decide(change("prod"))).toMatchObject({ rules: ["prod-change-asks", "prod-change-four-eyes"], why: "Asked: it changes a production host; a change of a production host needs a second person." });
    expect(standard.decide(ask({ principal: { roles: ["viewer"] } })).why).toContain("No policy lets this role");
  });
  it("never lets an unattended or unproved change run unasked, whatever the rest of the circumstances are", () => {
    fc.assert(fc.property(fc.constantFrom(...EFFECTS), fc.boolean(), fc.constantFrom("dev" as const, "staging" as const, "prod" as const), fc.record({ attended: fc.boolean(), tainted: fc.boolean(), inChangeWindow: fc.boolean(), frozen: fc.boolean(), breakGlass: fc.boolean(), singleOperator: fc.boolean() }), (effect, proved, env, context) => {
      const { verdict } = standard.decide(ask({ effect, proved, env, context }));
      if (isChange(effect) || !proved) expect(verdict).not.toBe("allow");
      if (!context.attended) expect(verdict).toBe("deny");
    }), { numRuns: 150 });
  });
  it("answers the same again without asking Cedar again, also after many other questions", () => {
    const first = standard.explain(ask());
    expect(standard.explain(ask())).toBe(first);
    for (let i = 0; i < 1030; i += 1) standard.decide(ask({ principal: { id: `p${i}`, roles: [] } }));
    expect(standard.explain(ask())).toEqual(first);
  });
});

describe("an error is a deny", () => {
  // Strict validation admits integer overflow, and Cedar then skips the forbid and allows: the trap.
  const overflow = (head: string, action: string) => `${DEFAULT_POLICY}\n@id("trap") @says("trap") ${head} (principal, action == Action::"${action}", resource) when { context.hourOfDay + 9223372036854775807 < 0 };`;
  it.each(["run", "run-unasked"])("when a forbid of %s fails to evaluate, which Cedar by itself would skip", (action) => {
    const set = load(overflow("forbid", action));
    const explained = set.explain(ask());
    expect(explained).toMatchObject({ verdict: "deny", rules: ["trap"] });
    expect(explained.asked.at(-1)).toMatchObject({ action, decision: "allow", errors: [expect.stringContaining("trap")] });
    expect(set.decide(ask({ context: { hourOfDay: 0 } })).verdict).toBe("allow");
  });
  it.each(["approve-alone", "approve-own"])("when %s fails to evaluate", (action) => {
    expect(load(overflow("forbid", action)).decide(change("dev"))).toMatchObject({ verdict: "deny", rules: ["trap"] });
  });
  it("when the question does not fit the schema", () => {
    const explained = standard.explain(ask({ context: { hourOfDay: 1.5 } }));
    expect(explained).toMatchObject({ verdict: "deny", rules: ["policy-error"], approvers: { count: 0 } });
  });
});

describe("what does not load", () => {
  const bad: readonly [string, string, string][] = [
    ["what is not Cedar", "permit (", "unexpected"],
    ["a policy without a name", `@says("x") permit (principal, action == Action::"run", resource);`, "@id"],
    ["a policy without a sentence", `@id("a") permit (principal, action == Action::"run", resource);`, "@says"],
    ["two of one name", `@id("a") @says("x") permit (principal, action == Action::"run", resource);\n@id("a") @says("x") permit (principal, action == Action::"run", resource);`, "Two policies"],
    ["an attribute the schema does not know", `@id("a") @says("x") forbid (principal, action == Action::"run", resource) when { context.weather == "bad" };`, "weather"],
    ["an action that does not exist", `@id("a") @says("x") permit (principal, action == Action::"rum", resource);`, ""],
    ["an optional attribute used without asking whether it is there", `@id("a") @says("x") forbid (principal, action == Action::"run", resource) when { context.ticket == "1" };`, "ticket"],
    ["a template", `@id("a") @says("x") permit (principal == ?principal, action == Action::"run", resource);`, "template"],
    ["too much", " ".repeat(600_000), "longer"],
  ];
  it.each(bad)("refuses %s, names the place, and keeps what is in force", (_name, text, words) => {
    const problems = reader.check({ schema: SCHEMA, text });
    expect(problems.map(({ message }) => message).join(" ")).toContain(words);
    expect(problems[0]!.line).toBeGreaterThan(0);
    expect(() => load(text)).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
    expect(standard.decide(ask()).verdict).toBe("allow");
  });
  it("refuses a schema that is none, and says of good policies that nothing is wrong", () => {
    expect(reader.check({ schema: "entity", text: DEFAULT_POLICY }).length).toBeGreaterThan(0);
    expect(reader.check({ schema: SCHEMA, text: DEFAULT_POLICY })).toEqual([]);
  });
});

describe("what if", () => {
  it("tells which past decisions other policies would have made otherwise", () => {
    const strict = load(`${DEFAULT_POLICY}\n@id("no-reads") @says("no reads") forbid (principal, action == Action::"run", resource) when { context.effect == "read" };`);
    const past = [ask(), change("dev")].map((question) => ({ at: 1, title: "t", question, verdict: standard.decide(question).verdict, rules: [] }));
    expect(simulate(past, strict.explain).map(({ differs, now }) => [differs, now.verdict])).toEqual([[true, "deny"], [false, "ask"]]);
  });
  it("tells which single circumstance would change the answer", () => {
    const says = variantsOf(change("prod"), standard.decide).map((variant) => variant.says);
    expect(says).toEqual(expect.arrayContaining(["the host were dev", "it were proved read-only", "a change freeze were in force", "a break-glass were open"]));
    expect(says).not.toContain("the host were prod");
  });
});
