import { describe, expect, it } from "vitest";
import { ACTIONS, checkCedar, loadCedar, soundRules, type CedarEngine, type CedarSet } from "../../../src-main/policy/cedar.ts";
import { situationOf } from "../../../src-main/policy/decide.ts";
import { createPolicyReader, type PolicyQuestion } from "../../../src-main/policy/index.ts";
import { sliceable } from "../../../src-main/policy/slices.ts";
import { cedarEngine } from "../../../src-main/shells/process/cedar.ts";
import { DEFAULT_POLICY, SCHEMA, sha256 } from "../../fakes/gate.ts";

// What the engine may answer besides a plain yes or no, and every kind of condition that the quick way reads from its beginning.

const cedar = cedarEngine();
const with_ = (more: object): CedarEngine => ({ ...cedar, ...more }) as unknown as CedarEngine;
const broken = (message: string) => ({ type: "failure" as const, errors: message === "" ? [] : [{ message, help: "mend it", sourceLocations: [{ start: 0, end: 1 }] }] });
const ONE = '@id("a") @says("a") permit (principal, action, resource);';
const TWO = `${ONE}\n@id("b") @says("b") forbid (principal, action, resource) when { context.frozen };`;

const sample = (more: { readonly context?: Partial<PolicyQuestion["context"]>; readonly host?: Partial<PolicyQuestion["host"]>; readonly effect?: PolicyQuestion["effect"] } = {}): PolicyQuestion => ({
  principal: { id: "ada", roles: ["operator"], kind: "operator" },
  effect: more.effect ?? "read",
  proved: true,
  host: { id: "h", environment: "prod", criticality: "normal", tags: [], ...more.host },
  context: { attended: true, tainted: false, inChangeWindow: false, frozen: false, breakGlass: false, hourOfDay: 9, dayOfWeek: 2, ...more.context },
});

describe("an engine that does not do as it is asked", () => {
  it("cannot take the policies apart: that is a problem, with its line and the way out", () => {
    expect(checkCedar(with_({ policySetTextToParts: () => broken("odd") }), { schema: SCHEMA, text: ONE })).toEqual({ rules: [], problems: [{ rule: "", message: "odd (mend it)", line: 1 }] });
    expect(checkCedar(cedar, { schema: SCHEMA, text: ONE }).problems).toEqual([]);
  });
  it("cannot read one of them: it has no name then, and does not load", () => {
    const { problems } = checkCedar(with_({ policyToJson: () => broken("odd") }), { schema: SCHEMA, text: ONE });
    expect(problems.map(({ message }) => message.slice(0, 22))).toEqual(["Every policy needs an ", "Every policy needs a @"]);
  });
  it("hands back a part that does not stand in the text, or a problem of a rule nobody knows", () => {
    const elsewhere = with_({ policySetTextToParts: () => ({ type: "success", policies: ['forbid (principal == Actor::"x", action, resource);'], policy_templates: [] }) });
    expect(checkCedar(elsewhere, { schema: SCHEMA, text: ONE }).problems[0]).toMatchObject({ rule: "", line: 1 });
    const unknown = with_({ validate: () => ({ type: "success", validationErrors: [{ policyId: "zz", error: { message: "odd", help: null, sourceLocations: [] } }], validationWarnings: [] }) });
    expect(checkCedar(unknown, { schema: SCHEMA, text: TWO }).problems).toEqual([{ rule: "zz", message: "odd", line: 1 }]);
  });
  it("names the line in the whole text, not in the one policy", () => {
    const text = `${ONE}\n\n@id("c") @says("c") forbid (principal, action, resource) when { context.weather == "bad" };`;
    expect(checkCedar(cedar, { schema: SCHEMA, text }).problems[0]).toMatchObject({ rule: "c", line: 3 });
    expect(() => soundRules(cedar, { schema: SCHEMA, text, hash: "x" })).toThrow(expect.objectContaining({ code: "POLICY_INVALID", data: expect.objectContaining({ line: 3 }) }));
  });
  it.each([["preparsePolicySet", "too many", "too many"], ["preparseSchema", "odd", "odd"], ["preparseSchema", "", ""]])("%s fails: nothing is loaded", (name, message, detail) => {
    const rules = soundRules(cedar, { schema: SCHEMA, text: ONE, hash: "x" });
    expect(() => loadCedar(with_({ [name]: () => broken(message) }), { schema: SCHEMA, text: ONE, hash: sha256(name + message) }, rules)).toThrow(expect.objectContaining({ code: "POLICY_INVALID", data: expect.objectContaining({ detail }) }));
  });
});

const setOf = (text: string): CedarSet => {
  const source = { schema: SCHEMA, text, hash: sha256(text) };
  return loadCedar(cedar, source, soundRules(cedar, source));
};
const questions: readonly PolicyQuestion[] = (["read", "mutate", "destructive"] as const).flatMap((effect) =>
  (["dev", "prod"] as const).flatMap((environment) => [false, true].flatMap((frozen) => [[], ["web"], ["web", "mutate"]].map((tags) => sample({ effect, host: { environment, tags }, context: { frozen } })))),
);

describe("a condition of any kind", () => {
  it.each([
    'when { "prod" == resource.environment }',
    'when { resource.environment == "prod" }',
    'unless { resource.environment == "prod" }',
    "when { context.effect == resource.environment }",
    'when { "a" == "a" }',
    "when { resource.tags.contains(context.effect) }",
    'when { resource.tags.contains("web") }',
    'when { ["read", "mutate"].contains(context.effect) }',
    'when { !["read"].contains(context.effect) }',
    'when { ["read", resource.environment].contains(context.effect) }',
    'when { (if context.frozen then ["read"] else ["mutate"]).contains(context.effect) }',
    'when { (if context.frozen then resource else resource).environment == "prod" }',
    "when { context.frozen && context.hourOfDay > 3 }",
    "unless { context.frozen && context.hourOfDay > 3 }",
    "when { !context.frozen }",
    "when { context.frozen == false }",
    "when { context.hourOfDay == 9 }",
    "when { !(context.hourOfDay == 9) && context.frozen }",
  ])("is answered as Cedar answers it: %s", (condition) => {
    const set = setOf(`${ONE}\n@id("b") @says("b") forbid (principal, action in [Action::"run", Action::"approve-own"], resource) ${condition};\n@id("c") @says("c") permit (principal, action == Action::"run", resource) ${condition};`);
    for (const asked of questions) {
      const quick = set.asker(situationOf(asked));
      const plain = set.oneByOne(situationOf(asked));
      for (const action of ACTIONS) expect([quick(action).decision, quick(action).rules]).toEqual([plain(action).decision, plain(action).rules]);
    }
  });
  it("that fails to evaluate is told of the actions its rule speaks about, and of no others", () => {
    const set = setOf(`${ONE}\n@id("b") @says("b") forbid (principal, action == Action::"run", resource) when { context.hourOfDay * 900000000000000 * 900000000000000 < 0 };`);
    const ask = set.asker(situationOf(sample()));
    expect(ask("run").errors.map(({ rule }) => rule)).toEqual(["b"]);
    expect(ask("run-unasked").errors).toEqual([]);
  });
  it("is looked at where the question does not bring what it asks about", () => {
    const rules = soundRules(cedar, { schema: SCHEMA, text: TWO, hash: "x" });
    const slices = sliceable(cedar, { schema: SCHEMA, rules, name: "bare", actions: ACTIONS });
    const bare = { ...situationOf(sample({ context: { frozen: true } })), entities: [] };
    expect(slices?.loadedFor(bare)).toBe(slices?.loadedFor(situationOf(sample({ context: { frozen: true } }))));
    expect(sliceable(cedar, { schema: "", rules, name: "none", actions: ACTIONS })).toBeUndefined();
  });
});

describe("nothing that speaks for running unasked", () => {
  it("is said in words of its own", () => {
    const set = createPolicyReader({ engine: () => cedar, edition: "t" }).load({ schema: SCHEMA, text: `@id("a") @says("a") permit (principal, action in [Action::"run", Action::"approve-alone", Action::"approve-own"], resource);`, hash: "y" });
    expect(set.decide(sample())).toMatchObject({ verdict: "ask", rules: [], why: "No policy lets it run without asking.", approvers: { count: 1, mayBeRequester: true } });
    const two = createPolicyReader({ engine: () => cedar, edition: "t" }).load({ schema: SCHEMA, text: `@id("a") @says("a") permit (principal, action == Action::"run", resource);`, hash: "z" });
    expect(two.decide(sample()).approvers).toEqual({ count: 2, mayBeRequester: false });
    expect(createPolicyReader({ engine: () => cedar, edition: "t" }).check({ schema: SCHEMA, text: DEFAULT_POLICY })).toEqual([]);
  });
});
