import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strictest, type Explained } from "../../../src-main/policy/index.ts";

const explained = (verdict: Explained["verdict"], count: 0 | 1 | 2, mayBeRequester: boolean, rule: string): Explained => ({ verdict, rules: [rule], why: `${rule}.`, approvers: { count, mayBeRequester }, policyHash: rule, asked: [] });
const anyOne = (rule: string) => fc.tuple(fc.constantFrom("allow", "ask", "deny"), fc.constantFrom(1, 2), fc.boolean()).map(([verdict, count, own]) => explained(verdict as Explained["verdict"], verdict === "ask" ? (count as 1 | 2) : 0, verdict === "ask" && own, rule));
const rank = ({ verdict }: Explained): number => ["allow", "ask", "deny"].indexOf(verdict);

describe("the rules of a desk beside those of its organisation", () => {
  it("give the stricter word of both, whichever says it, and never less than either", () => {
    fc.assert(
      fc.property(anyOne("own"), anyOne("house"), (own, house) => {
        const both = strictest(own, house, "h");
        expect(rank(both)).toBe(Math.max(rank(own), rank(house)));
        for (const each of [own, house]) {
          if (both.verdict !== "ask" || each.verdict !== "ask") continue;
          expect(both.approvers.count).toBeGreaterThanOrEqual(each.approvers.count);
          if (both.approvers.mayBeRequester) expect(each.approvers.mayBeRequester).toBe(true);
        }
        expect(both.policyHash).toBe("h");
      }),
    );
  });

  it("say whose rule it was", () => {
    expect(strictest(explained("allow", 0, false, "reads-run"), explained("deny", 0, false, "no-prod"), "h")).toMatchObject({ verdict: "deny", rules: ["organisation/no-prod"], why: "By your organisation: no-prod." });
    expect(strictest(explained("deny", 0, false, "mine"), explained("allow", 0, false, "theirs"), "h")).toMatchObject({ verdict: "deny", rules: ["mine"], why: "mine." });
    expect(strictest(explained("ask", 1, true, "mine"), explained("ask", 2, false, "theirs"), "h")).toMatchObject({ verdict: "ask", rules: ["mine", "organisation/theirs"], approvers: { count: 2, mayBeRequester: false } });
  });
});
