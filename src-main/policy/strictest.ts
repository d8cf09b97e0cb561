import type { Explained } from "./decide.ts";

const ORDER = ["allow", "ask", "deny"] as const;

/**
 * Two sets, each judged by itself, and the stricter word of both: a desk may ask more than its organisation does and never
 * less. Nothing of one set is read as a rule of the other, so no permit of the desk can stand against a rule of the house.
 */
export function strictest(own: Explained, house: Explained, policyHash: string): Explained {
  const asked = [...own.asked, ...house.asked];
  const [strict, other] = ORDER.indexOf(house.verdict) > ORDER.indexOf(own.verdict) ? [house, own] : [own, house];
  const ofHouse = (each: Explained): readonly string[] => (each === house ? each.rules.map((rule) => `organisation/${rule}`) : each.rules);
  const why = strict === house ? `By your organisation: ${house.why}` : own.why;
  if (strict.verdict !== "ask" || other.verdict !== "ask") return { ...strict, rules: ofHouse(strict), why, asked, policyHash };
  return {
    verdict: "ask",
    rules: [...ofHouse(own), ...ofHouse(house)],
    why: `${own.why} By your organisation: ${house.why}`,
    approvers: { count: Math.max(own.approvers.count, house.approvers.count) as 1 | 2, mayBeRequester: own.approvers.mayBeRequester && house.approvers.mayBeRequester },
    asked,
    policyHash,
  };
}
