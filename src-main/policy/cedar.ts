import type * as Engine from "@cedar-policy/cedar-wasm/nodejs";
import { failer } from "../contract/failure.ts";
import { POLICY_FAILURES } from "./failures.ts";
import { sliceable, type Slices } from "./slices.ts";

const fail = failer(POLICY_FAILURES);

/** Cedar itself, handed in: its module costs memory that a core at rest does not need. */
export type CedarEngine = typeof Engine;

export type CedarRule = { readonly id: string; readonly says: string; readonly effect: "permit" | "forbid"; readonly text: string };
export type CedarProblem = { readonly rule: string; readonly message: string; readonly line: number };
export type CedarAnswer = { readonly decision: "allow" | "deny"; readonly rules: readonly string[]; readonly errors: readonly CedarProblem[] };
export type CedarQuestion = Omit<Parameters<CedarEngine["statefulIsAuthorized"]>[0], "preparsedPolicySetId" | "preparsedSchemaName" | "validateRequest">;

export const ACTIONS = ["run", "run-unasked", "approve-alone", "approve-own"] as const;
export type ActionName = (typeof ACTIONS)[number];
/** A question without the action it asks about. */
export type CedarSituation = Omit<CedarQuestion, "action">;

export type CedarSet = {
  readonly rules: readonly CedarRule[];
  /** Answers for any action about one situation, at the cost of one evaluation. */
  asker(situation: CedarSituation): (action: ActionName) => CedarAnswer;
  /** The same answers, each asked of the whole set on its own: what the quick way is held against. */
  oneByOne(situation: CedarSituation): (action: ActionName) => CedarAnswer;
};

export type PolicyText = { readonly schema: string; readonly text: string; readonly hash: string };

const MAX_TEXT = 512 * 1024;

/** Everything wrong with a set, or nothing. What has a problem is never loaded. */
export function checkCedar(cedar: CedarEngine, { schema, text }: Pick<PolicyText, "schema" | "text">): { readonly rules: readonly CedarRule[]; readonly problems: readonly CedarProblem[] } {
  if (text.length > MAX_TEXT) return { rules: [], problems: [{ rule: "", message: `The policies are longer than ${MAX_TEXT} characters.`, line: 1 }] };
  const whole = cedar.checkParsePolicySet({ staticPolicies: text });
  if (whole.type === "failure") return { rules: [], problems: whole.errors.map((error) => problemOf("", error, text)) };
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === "failure") return { rules: [], problems: parts.errors.map((error) => problemOf("", error, text)) };
  const problems: CedarProblem[] = [];
  const rules: CedarRule[] = [];
  for (const part of parts.policies) {
    const rule = ruleOf(cedar, part);
    const line = lineOf(text, text.indexOf(part));
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(rule.id)) problems.push({ rule: rule.id, message: 'Every policy needs an @id("lower-case-words"): records and explanations name it.', line });
    else if (rules.some(({ id }) => id === rule.id)) problems.push({ rule: rule.id, message: `Two policies are called "${rule.id}".`, line });
    if (rule.says === "") problems.push({ rule: rule.id, message: 'Every policy needs a @says("…"): the sentence the operator reads.', line });
    rules.push(rule);
  }
  if (problems.length > 0) return { rules, problems };
  const checked = cedar.validate({ validationSettings: { mode: "strict" }, schema, policies: { staticPolicies: byId(rules) } });
  if (checked.type === "failure") return { rules, problems: checked.errors.map((error) => problemOf("", error, text)) };
  const found = [...checked.validationErrors, ...checked.validationWarnings];
  return { rules, problems: found.map(({ policyId, error }) => problemOf(policyId, error, rules.find(({ id }) => id === policyId)?.text ?? "", text)) };
}

/** The rules of a text that has no problem. */
export function soundRules(cedar: CedarEngine, source: PolicyText): readonly CedarRule[] {
  const { rules, problems } = checkCedar(cedar, source);
  const first = problems[0];
  if (first) throw fail("POLICY_INVALID", { detail: `${first.rule ? `${first.rule}: ` : ""}${first.message}`, line: first.line, count: problems.length });
  return rules;
}

/**
 * The engine keeps what it parsed under names, for the whole process. Two sets of one text (a what-if of what is in force, two
 * organisations with the same policies) hold different parts of it under the names of their parts: no name is ever shared by
 * sets that are both alive. Of a set that nobody holds any more the name is used again, since the engine forgets none.
 */
const freeNames: string[] = [];
const gone = new FinalizationRegistry<string>((name) => freeNames.push(name));
let namesGiven = 0;
function nameForOneSet(): { readonly name: string } {
  const held = { name: freeNames.pop() ?? `sena:${(namesGiven += 1)}` };
  gone.register(held, held.name);
  return held;
}

/** Parsed once per set: an evaluation then costs a fraction of parsing again. */
export function loadCedar(cedar: CedarEngine, source: PolicyText, rules: readonly CedarRule[]): CedarSet {
  const held = nameForOneSet();
  const { name } = held;
  const parsed = cedar.preparsePolicySet(name, { staticPolicies: byId(rules) });
  const schema = cedar.preparseSchema(name, source.schema);
  for (const answer of [parsed, schema]) if (answer.type === "failure") throw fail("POLICY_INVALID", { detail: answer.errors[0]?.message ?? "", line: 1, count: 1 });
  const slices = sliceable(cedar, { schema: source.schema, rules, name, actions: ACTIONS });
  // Whatever can still ask holds the name: it is not given to another set before.
  const evaluate = (question: CedarQuestion, preparsedPolicySetId: string): CedarAnswer => {
    const answer = cedar.statefulIsAuthorized({ ...question, preparsedPolicySetId, preparsedSchemaName: held.name, validateRequest: true });
    if (answer.type === "failure") return { decision: "deny", rules: [], errors: answer.errors.map((error) => problemOf("", error, "")) };
    const { decision, diagnostics } = answer.response;
    return { decision, rules: diagnostics.reason.toSorted(), errors: diagnostics.errors.map(({ policyId, error }) => problemOf(policyId, error, "")) };
  };
  const one = (base: CedarSituation, action: ActionName): CedarAnswer => evaluate({ ...base, action: { type: "Action", id: action } }, held.name);
  return {
    rules,
    oneByOne: (base) => (action) => one(base, action),
    asker(base) {
      if (slices === undefined) return (action) => one(base, action);
      const all = evaluate({ ...base, action: { type: "Action", id: ACTIONS[0] } }, slices.loadedFor(base));
      return (action) => answerFor(action, all, slices);
    },
  };
}

/** Cedar's own rule: a satisfied forbid denies, then a satisfied permit allows, and otherwise it is a deny without a reason. */
function answerFor(action: ActionName, all: CedarAnswer, slices: Slices): CedarAnswer {
  const errors = all.errors.filter(({ rule }) => rule === "" || slices.speaksOf(rule, action));
  const satisfied = all.rules.filter((rule) => slices.speaksOf(rule, action));
  const forbids = satisfied.filter((rule) => !slices.isPermit(rule));
  const permits = satisfied.filter((rule) => slices.isPermit(rule));
  return { decision: forbids.length === 0 && permits.length > 0 ? "allow" : "deny", rules: forbids.length > 0 ? forbids : permits, errors };
}

const byId = (rules: readonly CedarRule[]) => Object.fromEntries(rules.map(({ id, text }) => [id, text]));

function ruleOf(cedar: CedarEngine, text: string): CedarRule {
  const parsed = cedar.policyToJson(text);
  if (parsed.type === "failure") return { id: "", says: "", effect: "forbid", text };
  const { annotations = {}, effect } = parsed.json;
  return { id: annotations["id"] ?? "", says: annotations["says"] ?? "", effect, text };
}

const lineOf = (text: string, at: number): number => (at < 0 ? 1 : text.slice(0, at).split("\n").length);

function problemOf(rule: string, error: Engine.DetailedError, text: string, whole = text): CedarProblem {
  const at = error.sourceLocations?.[0]?.start ?? 0;
  const base = whole === text ? 0 : Math.max(0, whole.indexOf(text));
  return { rule, message: error.help === null || error.help === undefined ? error.message : `${error.message} (${error.help})`, line: lineOf(whole, base + at) };
}
