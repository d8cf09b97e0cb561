import { describe, expect, it } from "vitest";
import { ACTIONS, checkCedar, loadCedar, soundRules, type CedarEngine } from "../../../src-main/policy/cedar.ts";
import { situationOf } from "../../../src-main/policy/decide.ts";
import { createPolicyReader, strictest, variantsOf, type Explained, type PolicyDecision, type PolicyQuestion } from "../../../src-main/policy/index.ts";
import { sliceable } from "../../../src-main/policy/slices.ts";
import { cedarEngine } from "../../../src-main/shells/process/cedar.ts";
import { SCHEMA, sha256 } from "../../fakes/gate.ts";

// Every fact a policy may speak about, each let through and refused by a rule of its own; what is left out of a call to the
// engine; and the words an administrator reads where something is wrong.

const cedar = cedarEngine();
const reader = createPolicyReader({ engine: cedarEngine, edition: "test" });
const ALL = '@id("all") @says("all") permit (principal, action, resource);';
const load = (text: string) => reader.load({ schema: SCHEMA, text, hash: sha256(text) });

type More = { readonly effect?: PolicyQuestion["effect"]; readonly proved?: boolean; readonly principal?: Partial<PolicyQuestion["principal"]>; readonly host?: Partial<PolicyQuestion["host"]>; readonly context?: Partial<PolicyQuestion["context"]> };
const asked = ({ effect = "read", proved = true, principal, host, context }: More = {}): PolicyQuestion => ({
  effect, proved,
  principal: { id: "ada", roles: ["operator"], kind: "operator", ...principal },
  host: { id: "h", environment: "dev", criticality: "normal", tags: [], ...host },
  context: { attended: false, tainted: false, inChangeWindow: false, frozen: false, breakGlass: false, hourOfDay: 9, dayOfWeek: 2, ...context },
});

describe("a fact of the question", () => {
  const facts: readonly [condition: string, so: More, notSo: More][] = [
    ['context.effect == "mutate"', { effect: "mutate" }, { effect: "read" }],
    ["context.changes", { effect: "mutate" }, { effect: "egress" }],
    ["context.changes", { effect: "unknown" }, { effect: "pure" }],
    ["context.proved", { proved: true }, { proved: false }],
    ["context.attended", { context: { attended: true } }, { context: { attended: false } }],
    ["context.tainted", { context: { tainted: true } }, { context: { tainted: false } }],
    ["context.inChangeWindow", { context: { inChangeWindow: true } }, { context: { inChangeWindow: false } }],
    ["context.frozen", { context: { frozen: true } }, { context: { frozen: false } }],
    ["context.breakGlass", { context: { breakGlass: true } }, { context: { breakGlass: false } }],
    ["context.singleOperator", { context: { singleOperator: true } }, {}],
    ["context.preapproved", { context: { preapproved: true } }, {}],
    ["context.hourOfDay == 9", { context: { hourOfDay: 9 } }, { context: { hourOfDay: 10 } }],
    ["context.dayOfWeek > 5", { context: { dayOfWeek: 6 } }, { context: { dayOfWeek: 5 } }],
    ['context has ticket && context.ticket == "T-1"', { context: { ticket: "T-1" } }, { context: { ticket: "T-2" } }],
    ["context has ticket", { context: { ticket: "T-1" } }, {}],
    ['context has signedSkill && context.signedSkill == "s@1"', { context: { signedSkill: "s@1" } }, { context: { signedSkill: "s@2" } }],
    ["context has signedSkill", { context: { signedSkill: "s@1" } }, {}],
    ['principal == Actor::"bob"', { principal: { id: "bob" } }, {}],
    ['principal.kind == "model"', { principal: { kind: "model" } }, { principal: { kind: "skill" } }],
    ['principal in Role::"approver"', { principal: { roles: ["approver"] } }, { principal: { roles: ["operator"] } }],
    ['principal in Role::"viewer"', { principal: { roles: ["operator"] } }, { principal: { roles: [] } }],
    ['principal in Role::"auditor"', { principal: { roles: ["operator", "auditor"] } }, { principal: { roles: ["approver"] } }],
    ['resource == Host::"i"', { host: { id: "i" } }, {}],
    ['resource.environment == "prod"', { host: { environment: "prod" } }, { host: { environment: "staging" } }],
    ['resource.criticality == "high"', { host: { criticality: "high" } }, { host: { criticality: "low" } }],
    ['resource.tags.contains("web")', { host: { tags: ["db", "web"] } }, { host: { tags: ["db"] } }],
  ];
  it.each(facts)("refuses by a rule and lets through without it, whether the rule says so or the contrary: %s", (condition, so, notSo) => {
    for (const [kind, refused, passed] of [["when", so, notSo], ["unless", notSo, so]] as const) {
      const set = load(`${ALL}\n@id("no") @says("not so") forbid (principal, action == Action::"run", resource) ${kind} { ${condition} };`);
      expect(set.decide(asked(refused))).toMatchObject({ verdict: "deny", rules: ["no"], why: "Not allowed: not so." });
      expect(set.decide(asked(passed))).toMatchObject({ verdict: "allow", rules: ["all"], why: "Runs without asking: all." });
    }
  });
});

describe("who has to say yes", () => {
  const to = (...rules: string[]) => load([ALL, '@id("ask") @says("it asks") forbid (principal, action == Action::"run-unasked", resource);', ...rules].join("\n")).decide(asked());
  const two = '@id("two") @says("two decide") forbid (principal, action == Action::"approve-alone", resource);';
  const other = '@id("other") @says("another decides") forbid (principal, action == Action::"approve-own", resource);';
  it("is told with the rules that made it so, and only those", () => {
    expect(to()).toMatchObject({ verdict: "ask", rules: ["ask"], why: "Asked: it asks.", approvers: { count: 1, mayBeRequester: true } });
    expect(to(two)).toMatchObject({ rules: ["ask", "two"], why: "Asked: it asks; two decide.", approvers: { count: 2, mayBeRequester: true } });
    expect(to(other)).toMatchObject({ rules: ["ask", "other"], why: "Asked: it asks; another decides.", approvers: { count: 1, mayBeRequester: false } });
  });
  it("is nobody where it is not allowed, or need not be asked", () => {
    const nobody = { count: 0, mayBeRequester: false };
    expect(load(ALL).decide(asked())).toMatchObject({ verdict: "allow", approvers: nobody });
    expect(load('@id("all") @says("all") permit (principal, action == Action::"approve-own", resource);').decide(asked())).toEqual(expect.objectContaining({ verdict: "deny", rules: [], why: "No policy lets this role run commands here.", approvers: nobody }));
  });
  it("is explained by what each question was answered, and no more is asked than decides", () => {
    expect(load(ALL).explain(asked()).asked).toEqual([{ action: "run", decision: "allow", rules: ["all"], errors: [] }, { action: "run-unasked", decision: "allow", rules: ["all"], errors: [] }]);
    expect(load(`${ALL}\n@id("no") @says("no") forbid (principal, action == Action::"run", resource);`).explain(asked()).asked).toEqual([{ action: "run", decision: "deny", rules: ["no"], errors: [] }]);
  });
});

describe("what cannot be evaluated", () => {
  const FITS_NOT = { context: { hourOfDay: 1.5 } };
  it("is denied in words that name the rule, or say that it was the question", () => {
    const set = load(`${ALL}\n@id("trap") @says("trap") forbid (principal, action == Action::"run", resource) when { context.hourOfDay + 9223372036854775807 < 0 };`);
    expect(set.explain(asked())).toMatchObject({ verdict: "deny", approvers: { count: 0, mayBeRequester: false }, why: "The policies could not be evaluated (trap), and what cannot be decided is not run." });
    expect(set.explain(asked()).asked[0]!.errors[0]).toMatch(/^trap: .+/);
    const odd = load(ALL).explain(asked(FITS_NOT));
    expect(odd.why).toBe("The policies could not be evaluated (the question), and what cannot be decided is not run.");
    expect(odd.asked[0]).toMatchObject({ decision: "deny", rules: [], errors: [expect.stringMatching(/^the question: .+/)] });
  });
  it("is an error of every action, when it is the question itself, asked quickly or plainly", () => {
    for (const text of [ALL, `${ALL.replace(";", ' when { action == Action::"run" };')}`]) {
      const source = { schema: SCHEMA, text, hash: sha256(text) };
      const set = loadCedar(cedar, source, soundRules(cedar, source));
      for (const action of ACTIONS) for (const ask of [set.asker(situationOf(asked(FITS_NOT))), set.oneByOne(situationOf(asked(FITS_NOT)))]) expect(ask(action)).toMatchObject({ decision: "deny", rules: [], errors: [{ rule: "" }] });
    }
  });
});

describe("what is left out of a call to the engine", () => {
  /** Which rules the engine is given for a question: what cannot apply to it costs time for nothing. */
  const given = (rule: string, question: PolicyQuestion): readonly string[] | undefined => {
    const handed = new Map<string, readonly string[]>();
    const watched = { ...cedar, preparsePolicySet: (name: string, set: { readonly staticPolicies: object }) => void handed.set(name, Object.keys(set.staticPolicies)) } as unknown as CedarEngine;
    const slices = sliceable(watched, { schema: SCHEMA, rules: soundRules(cedar, { schema: SCHEMA, text: rule, hash: "x" }), name: "watched", actions: ACTIONS });
    return slices && handed.get(slices.loadedFor(situationOf(question)));
  };
  const rule = (condition: string, action = "action") => `@id("r") @says("r") forbid (principal, ${action}, resource) ${condition};`;
  it.each<[condition: string, applies: More, cannot: More]>([
    ["when { context.frozen }", { context: { frozen: true } }, {}],
    ["when { !context.frozen }", {}, { context: { frozen: true } }],
    ["when { !(!context.frozen) }", { context: { frozen: true } }, {}],
    ["unless { context.frozen }", {}, { context: { frozen: true } }],
    ['when { "prod" == resource.environment }', { host: { environment: "prod" } }, {}],
    ['when { resource.environment == "prod" }', { host: { environment: "prod" } }, {}],
    ["when { context.frozen == true }", { context: { frozen: true } }, {}],
    ["when { context.hourOfDay == 9 }", {}, { context: { hourOfDay: 10 } }],
    ['when { principal.kind == "model" }', { principal: { kind: "model" } }, {}],
    ['when { resource.tags.contains("web") }', { host: { tags: ["db", "web"] } }, { host: { tags: ["db"] } }],
    ['unless { resource.tags.contains("web") }', { host: { tags: ["db"] } }, { host: { tags: ["web"] } }],
    ['when { ["mutate", "egress"].contains(context.effect) }', { effect: "egress" }, { effect: "read" }],
    ["when { context.proved && context.frozen }", { context: { frozen: true } }, {}],
    ["when { context.proved } unless { context.frozen }", {}, { context: { frozen: true } }],
    ["when { context.hourOfDay > 3 && context.frozen }", {}, { context: { frozen: true, hourOfDay: 2 } }],
  ])("is a rule whose beginning plainly fails, and no other: %s", (condition, applies, cannot) => {
    expect(given(rule(condition), asked(applies))).toEqual(["r"]);
    const isPlain = !condition.includes(">");
    expect(given(rule(condition), asked(cannot))).toEqual(isPlain ? [] : ["r"]);
  });
  it("is nothing of a set whose actions are named one by one or in a list: each is read", () => {
    for (const action of ['action == Action::"run"', 'action in [Action::"run", Action::"approve-own"]', 'action in Action::"run"']) expect(given(rule("when { context.frozen }", action), asked())).toEqual([]);
  });
  it("is nothing at all where a schema has more than one part, or a group of actions", () => {
    const rules = soundRules(cedar, { schema: SCHEMA, text: ALL, hash: "x" });
    const readable = (schema: string) => sliceable(cedar, { schema, rules, name: "parts", actions: ACTIONS }) !== undefined;
    expect(readable(SCHEMA)).toBe(true);
    expect(readable(`${SCHEMA}\nnamespace Other { entity Thing; }`)).toBe(false);
    expect(readable(`${SCHEMA}\naction "all";\naction "more" in ["all"] appliesTo { principal: [Actor], resource: [Host], context: Circumstances };`)).toBe(false);
  });
});

describe("what an administrator reads of a text that does not load", () => {
  const problems = (text: string, schema = SCHEMA) => reader.check({ schema, text });
  const FAR = `${ALL}\n\n\n\n// ${"a remark ".repeat(40)}\n`;
  it("names the rule and its line, in a text as long as it may be, and nothing else", () => {
    expect(problems(`${FAR}@id("c") @says("c") forbid (principal, action == Action::"run", resource)\nwhen { context.weather == "bad" };`)).toEqual([expect.objectContaining({ rule: "c", line: 7, message: expect.stringContaining("weather") })]);
    expect(problems(`${FAR}@says("c") forbid (principal, action, resource);`)).toEqual([{ rule: "", line: 6, message: 'Every policy needs an @id("lower-case-words"): records and explanations name it.' }]);
    expect(problems(`${FAR}@id("c") forbid (principal, action, resource);`)).toEqual([{ rule: "c", line: 6, message: 'Every policy needs a @says("…"): the sentence the operator reads.' }]);
    expect(problems(`${FAR}@id("all") @says("c") forbid (principal, action, resource);`)).toEqual([{ rule: "all", line: 6, message: 'Two policies are called "all".' }]);
    expect(problems(`${FAR}forbid (`)).toEqual([expect.objectContaining({ rule: "", line: 6 })]);
  });
  it("says of a schema that is none that it is no rule's fault", () => {
    expect(problems(ALL, "entity")).toEqual([expect.objectContaining({ rule: "", line: 1 })]);
  });
  it.each(["A", "-a", "a_b", "a b", "", "a".repeat(65)])("takes no name that records could not hold: %j", (id) => {
    expect(problems(`@id("${id}") @says("x") permit (principal, action, resource);`).map((problem) => problem.rule)).toEqual([id]);
  });
  it.each(["a", "0", "a-b-9", "a".repeat(64)])("takes a name of small letters, figures and dashes: %s", (id) => {
    expect(problems(`@id("${id}") @says("x") permit (principal, action, resource);`)).toEqual([]);
  });
  it("takes a text of half a mebibyte, and no longer one", () => {
    const padded = (length: number) => `${ALL}\n//`.padEnd(length, "x");
    expect(problems(padded(512 * 1024))).toEqual([]);
    expect(problems(padded(512 * 1024 + 1))).toEqual([{ rule: "", line: 1, message: "The policies are longer than 524288 characters." }]);
  });
  it("is told in one sentence with the place, how many more there are, and that nothing changed", () => {
    const say = (text: string): string => {
      try {
        load(text);
      } catch (error) {
        return (error as Error).message;
      }
      return "it loaded";
    };
    expect(say(ALL)).toBe("it loaded");
    expect(say(`${FAR}@id("c") forbid (principal, action, resource);`)).toBe('These policies do not load: line 6: c: Every policy needs a @says("…"): the sentence the operator reads.. The policies in force stay in force.');
    expect(say(`${FAR}forbid (principal, action, resource);`)).toMatch(/^These policies do not load: line 6: Every policy needs an @id.* \(and 1 more\)\. The policies in force stay in force\.$/);
    expect(say("forbid (")).toMatch(/^These policies do not load: line 1: \S.*\. The policies in force stay in force\.$/);
  });
  it("gives the engine's advice where it has any", () => {
    const failing = (help: string | undefined | null): CedarEngine => ({ ...cedar, checkParsePolicySet: () => ({ type: "failure", errors: [{ message: "odd", help }] }) }) as unknown as CedarEngine;
    const read = (help: string | undefined | null) => checkCedar(failing(help), { schema: SCHEMA, text: "\n\nx" }).problems;
    expect(read("mend it")).toEqual([{ rule: "", message: "odd (mend it)", line: 1 }]);
    for (const none of [undefined, null]) expect(read(none)).toEqual([{ rule: "", message: "odd", line: 1 }]);
  });
});

describe("a set", () => {
  it("shows its rules as they were written, with what they do", () => {
    const forbid = '@id("no") @says("not so") forbid (principal, action, resource);';
    expect(load(`${ALL}\n${forbid}`).rules).toEqual([{ id: "all", says: "all", effect: "permit", text: ALL }, { id: "no", says: "not so", effect: "forbid", text: forbid }]);
  });
  it("that was checked before is parsed with its first question, and one that was not, at once", () => {
    let parses = 0;
    const counting = { ...cedar, preparsePolicySet: (...of: Parameters<CedarEngine["preparsePolicySet"]>) => ((parses += 1), cedar.preparsePolicySet(...of)) } as CedarEngine;
    const counted = createPolicyReader({ engine: () => counting, edition: "test" });
    const source = { schema: SCHEMA, text: ALL, hash: "h" };
    const { rules } = counted.load(source);
    expect(parses).toBe(1);
    const checked = counted.load(source, rules);
    expect([parses, checked.rules, checked.source, checked.hash]).toEqual([1, rules, source, "h"]);
    expect(checked.decide(asked())).toMatchObject({ verdict: "allow", policyHash: "h" });
    expect(parses).toBeGreaterThan(1);
  });
  it("keeps a thousand answers and then begins anew", () => {
    let calls = 0;
    const allowed = { type: "success", response: { decision: "allow", diagnostics: { reason: ["all"], errors: [] } } };
    const counting = { ...cedar, statefulIsAuthorized: () => ((calls += 1), allowed) } as unknown as CedarEngine;
    const set = createPolicyReader({ engine: () => counting, edition: "test" }).load({ schema: SCHEMA, text: ALL, hash: "h" });
    const first = set.explain(asked());
    for (let at = 1; at < 1024; at += 1) set.explain(asked({ principal: { id: `p${at}` } }));
    expect(set.explain(asked())).toBe(first);
    const before = calls;
    set.explain(asked({ principal: { id: "one more" } }));
    expect(set.explain(asked())).toEqual(first);
    expect(calls - before).toBe(2);
  });
});

describe("what would change the answer", () => {
  const decision = (verdict: PolicyDecision["verdict"], count: 0 | 1 | 2 = 1, mayBeRequester = true): PolicyDecision => ({ verdict, rules: [verdict], why: `${verdict}.`, approvers: { count, mayBeRequester }, policyHash: "h" });
  const BASE = asked({ effect: "mutate", proved: false, host: { environment: "dev" }, context: { attended: true } });
  const says = (base: PolicyQuestion, isOther: (question: PolicyQuestion) => boolean, other = decision("deny")) => variantsOf(base, (question) => (isOther(question) ? other : decision("ask"))).map((variant) => variant.says);
  it.each<[says: string, isOther: (question: PolicyQuestion) => boolean]>([
    ["the host were staging", ({ host }) => host.environment === "staging"],
    ["the host were prod", ({ host }) => host.environment === "prod"],
    ["it were proved read-only", ({ effect, proved }) => effect === "read" && proved],
    ["nobody were at the screen", ({ context }) => !context.attended],
    ["a change freeze were in force", ({ context }) => context.frozen],
    ["it were inside a change window", ({ context }) => context.inChangeWindow],
    ["the skill were approved beforehand", ({ context }) => context.preapproved === true],
    ["a break-glass were open", ({ context }) => context.breakGlass],
    ["several operators worked here", ({ context }) => context.singleOperator === true],
  ])("is said of the one circumstance it hangs on: %s", (words, isOther) => {
    expect(says(BASE, isOther)).toEqual([words]);
  });
  it("is that the host were dev, for one that is not; and nothing where nothing would change", () => {
    expect(says(asked({ host: { environment: "prod" } }), ({ host }) => host.environment === "dev")).toEqual(["the host were dev"]);
    expect(says(BASE, () => false)).toEqual([]);
  });
  it("is also who has to say yes", () => {
    const frozen = ({ context }: PolicyQuestion) => context.frozen;
    expect(says(BASE, frozen, decision("ask", 2))).toEqual(["a change freeze were in force"]);
    expect(says(BASE, frozen, decision("ask", 1, false))).toEqual(["a change freeze were in force"]);
    expect(says(BASE, frozen, { ...decision("ask"), why: "otherwise said" })).toEqual([]);
  });
  it("is told with the decision itself, and nothing of how it was found", () => {
    const explained: Explained = { ...decision("deny", 0, false), asked: [] };
    expect(variantsOf(BASE, ({ context }) => (context.frozen ? explained : decision("ask")))).toEqual([{ says: "a change freeze were in force", decision: decision("deny", 0, false) }]);
  });
  it("turns back what is so already", () => {
    const frozen = asked({ context: { frozen: true, preapproved: true, singleOperator: true, inChangeWindow: true, breakGlass: true } });
    expect(says(frozen, ({ context }) => !context.frozen)).toEqual(["a change freeze were in force"]);
    expect(says(frozen, ({ context }) => context.preapproved === false)).toEqual(["the skill were approved beforehand"]);
    expect(says(frozen, ({ context }) => context.singleOperator === false)).toEqual(["several operators worked here"]);
  });
});

describe("a desk that asks, beside a house that asks", () => {
  const ask = (why: string, count: 1 | 2, mayBeRequester: boolean): Explained => ({ verdict: "ask", rules: [why], why: `${why}.`, approvers: { count, mayBeRequester }, policyHash: why, asked: [{ action: "run", decision: "allow", rules: [why], errors: [] }] });
  it("tells both reasons and both answers, and needs what either needs", () => {
    const [desk, house] = [ask("desk", 1, false), ask("house", 2, true)];
    expect(strictest(desk, house, "h")).toEqual({ verdict: "ask", rules: ["desk", "organisation/house"], why: "desk. By your organisation: house.", approvers: { count: 2, mayBeRequester: false }, policyHash: "h", asked: [...desk.asked, ...house.asked] });
    expect(strictest(ask("desk", 1, true), ask("house", 1, true), "h").approvers).toEqual({ count: 1, mayBeRequester: true });
  });
});
