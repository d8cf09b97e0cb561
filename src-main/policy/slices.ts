import type { Expr, PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { CedarEngine, CedarQuestion, CedarRule } from "./cedar.ts";

// Cedar's time goes into calls and into the number of policies it holds, hardly into the question. So all actions are asked in one
// call, and policies whose first condition plainly fails are left out of it. Both change nothing about the answer:
//  - Every policy stands in the set as a forbid without its action, because Cedar names every forbid that is satisfied, and every
//    policy that failed to evaluate. Which of them speak about an action is in their scope; forbid before permit is Cedar's own rule.
//  - A condition is read from its left. Comparisons of required attributes with literals cannot fail to evaluate, so one that is
//    false in front makes the policy unsatisfied, whatever stands behind it.
// Wherever a policy or the schema is not of this plain kind, nothing is left out, or the actions are asked one by one.

/** The policies go through JSON, where a number this long would become another. */
const LONG_NUMBER = /\d{16}/;

type Scalar = string | number | boolean;
type Guard = { readonly of: "principal" | "resource" | "context"; readonly attribute: string; readonly holds: (value: unknown) => boolean };
type Slim = { readonly id: string; readonly effect: "permit" | "forbid"; readonly actions: ReadonlySet<string> | undefined; readonly policy: PolicyJson; readonly guards: readonly Guard[] };

export type Slices = {
  /** Which actions a rule speaks about. */
  speaksOf(ruleId: string, action: string): boolean;
  isPermit(ruleId: string): boolean;
  /** The policies that could be satisfied, loaded under a name of their own. */
  loadedFor(question: Omit<CedarQuestion, "action">): string;
};

/** Sets of policies that stay loaded: the engine keeps every name it was ever given, so names are used again. */
const KEPT_SLICES = 32;

/** Undefined when a policy looks at the action itself, or when the actions do not mean the same kind of question. */
export function sliceable(cedar: CedarEngine, { schema, rules, name, actions }: { schema: string; rules: readonly CedarRule[]; name: string; actions: readonly string[] }): Slices | undefined {
  if (!meanTheSame(cedar, schema, actions)) return undefined;
  const slim: Slim[] = [];
  for (const rule of rules) {
    const parsed = cedar.policyToJson(rule.text);
    if (parsed.type === "failure" || LONG_NUMBER.test(rule.text)) return undefined;
    const read = slimmed(rule, parsed.json);
    if (read === undefined) return undefined;
    slim.push(read);
  }
  const byId = new Map(slim.map((one) => [one.id, one]));
  const loaded = new Map<string, string>();
  return {
    speaksOf: (ruleId, action) => byId.get(ruleId)?.actions?.has(action) ?? true,
    isPermit: (ruleId) => byId.get(ruleId)?.effect === "permit",
    loadedFor(question) {
      const facts = factsOf(question);
      const kept = slim.filter(({ guards }) => guards.every(({ of, attribute, holds }) => facts[of][attribute] === undefined || holds(facts[of][attribute])));
      const key = kept.map(({ id }) => id).join(" ");
      const known = loaded.get(key);
      if (known !== undefined) return known;
      const oldest = loaded.size < KEPT_SLICES ? undefined : (loaded.entries().next().value as [string, string]);
      if (oldest !== undefined) loaded.delete(oldest[0]);
      const slot = oldest?.[1] ?? `${name}:${loaded.size}`;
      cedar.preparsePolicySet(slot, { staticPolicies: Object.fromEntries(kept.map(({ id, policy }) => [id, policy])) });
      loaded.set(key, slot);
      return slot;
    },
  };
}

function meanTheSame(cedar: CedarEngine, schema: string, actions: readonly string[]): boolean {
  const parsed = cedar.schemaToJson(schema);
  if (parsed.type === "failure") return false;
  const declared = Object.values(parsed.json)[0]?.actions ?? {};
  const meanings = actions.map((action) => JSON.stringify(declared[action]?.appliesTo));
  return Object.keys(parsed.json).length === 1 && Object.values(declared).every(({ memberOf }) => memberOf === undefined) && meanings[0] !== undefined && meanings.every((meaning) => meaning === meanings[0]);
}

function slimmed({ id, effect }: CedarRule, policy: PolicyJson): Slim | undefined {
  const { conditions, action } = policy;
  if (JSON.stringify(conditions).includes('"Var":"action"')) return undefined;
  const actions = actionsOf(action);
  if (actions === "unread") return undefined;
  return { id, effect, actions, policy: { ...policy, effect: "forbid", action: { op: "All" } }, guards: guardsOf(conditions) };
}

function actionsOf(action: PolicyJson["action"]): ReadonlySet<string> | undefined | "unread" {
  if (action.op === "All") return undefined;
  const entities = "entity" in action ? [action.entity] : (action as Extract<typeof action, { readonly entities: unknown }>).entities;
  const ids = entities.map((entity) => ("type" in entity ? entity.id : undefined));
  return ids.some((one) => one === undefined) ? "unread" : new Set(ids as string[]);
}

function guardsOf(conditions: PolicyJson["conditions"]): readonly Guard[] {
  const guards: Guard[] = [];
  for (const { kind, body } of conditions) {
    // `unless { a }` is `when { !a }`; of an `unless` with more in it, nothing can be said from its beginning.
    for (const leaf of kind === "when" ? leavesOf(body) : [{ "!": { arg: body } }]) {
      const guard = guardOf(leaf);
      if (guard === undefined) return guards;
      guards.push(guard);
    }
  }
  return guards;
}

const leavesOf = (expression: Expr): readonly Expr[] => ("&&" in expression ? both(expression["&&"]).flatMap(leavesOf) : [expression]);
/** The engine's own types allow a call of an extension under any name, so what an operator holds has to be said. */
const both = (operands: unknown): readonly [left: Expr, right: Expr] => {
  const { left, right } = operands as { left: Expr; right: Expr };
  return [left, right];
};

function guardOf(expression: Expr): Guard | undefined {
  if ("!" in expression) {
    const inner = guardOf((expression["!"] as { arg: Expr }).arg);
    return inner && { ...inner, holds: (value) => !inner.holds(value) };
  }
  const flag = attributeOf(expression);
  if (flag) return { ...flag, holds: (value) => value === true };
  if ("==" in expression) {
    const [left, right] = both(expression["=="]);
    const attribute = attributeOf(left) ?? attributeOf(right);
    const literal = literalOf(right) ?? literalOf(left);
    return attribute && literal !== undefined ? { ...attribute, holds: (value) => value === literal } : undefined;
  }
  if (!("contains" in expression)) return undefined;
  const [left, right] = both(expression["contains"]);
  const set = attributeOf(left);
  const member = literalOf(right);
  if (set && member !== undefined) return { ...set, holds: (value) => Array.isArray(value) && value.includes(member) };
  const element = attributeOf(right);
  const literals = "Set" in left ? (left.Set as Expr[]).map(literalOf) : [undefined];
  return element && literals.every((one) => one !== undefined) ? { ...element, holds: (value) => (literals as unknown[]).includes(value) } : undefined;
}

function attributeOf(expression: Expr): Pick<Guard, "of" | "attribute"> | undefined {
  if (!("." in expression)) return undefined;
  const { left, attr } = expression["."] as { left: Expr; attr: string };
  const variable = "Var" in left ? left.Var : undefined;
  return variable === "principal" || variable === "resource" || variable === "context" ? { of: variable, attribute: attr } : undefined;
}

/** A set or an entity is none. A number that could be another in JSON never comes here. */
function literalOf(expression: Expr): Scalar | undefined {
  const value = "Value" in expression ? expression.Value : undefined;
  return typeof value === "object" ? undefined : value;
}

type Facts = Readonly<Record<Guard["of"], Readonly<Record<string, unknown>>>>;

function factsOf({ principal, resource, context, entities }: Omit<CedarQuestion, "action">): Facts {
  const attributesOf = (uid: typeof principal): Record<string, unknown> => {
    const same = (one: unknown): boolean => JSON.stringify(one) === JSON.stringify(uid);
    return entities.find((entity) => same(entity.uid))?.attrs ?? {};
  };
  return { principal: attributesOf(principal), resource: attributesOf(resource), context: context as Record<string, unknown> };
}
