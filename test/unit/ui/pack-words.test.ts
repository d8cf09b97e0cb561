import { describe, expect, test } from "vitest";
import type { PackView } from "../../../src-main/contract/index.ts";
import { hasSource, nextStepOf, partsOf, problemsShown } from "../../../src-renderer/features/runbooks/pack-words.ts";

const GOOD: PackView = { id: "demo", version: "1.0.0", title: "Demo", summary: "For tests.", origin: "installed", trust: "trusted", signer: "Vendor", isActive: true, skills: 1, problems: [], place: "demo/1.0.0" };
const problem = (message: string, file = "part.yaml") => ({ severity: "error" as const, file, line: 3, where: "", message });

describe("what the card of a pack says", () => {
  test("a pack that may not run says why and what to do next; one that may says nothing", () => {
    expect(nextStepOf(GOOD)).toBeUndefined();
    expect(nextStepOf({ ...GOOD, trust: "built-in", origin: "built-in", place: "" })).toBeUndefined();
    expect(nextStepOf({ ...GOOD, trust: "unsigned" })).toMatch(/^Nobody has signed this pack.*sena skill sign/);
    expect(nextStepOf({ ...GOOD, trust: "untrusted", signer: "ab12" })).toMatch(/the key ab12.*sena skill trust/);
    expect(nextStepOf({ ...GOOD, trust: "tampered" })).toMatch(/Fetch it again/);
    expect(nextStepOf({ ...GOOD, version: "", trust: "unsigned" })).toMatch(/Mend what is named here.*or remove it/);
  });

  test("what may not run stands first, what somebody changed before all; with nothing wrong there is one part", () => {
    const named = (id: string, change: Partial<PackView>): PackView => ({ ...GOOD, id, ...change });
    const packs = [named("good", {}), named("raw", { trust: "unsigned" }), named("torn", { version: "", trust: "unsigned" }), named("changed", { trust: "tampered" }), named("ours", { trust: "built-in" }), named("strange", { trust: "untrusted" })];
    expect(partsOf(packs).map(({ title, list }) => [title, ...list.map(({ id }) => id)])).toEqual([["Held back", "changed", "strange", "torn", "raw"], ["Good to run", "good", "ours"]]);
    expect(partsOf([GOOD])).toEqual([{ title: "Good to run", list: [GOOD] }]);
  });

  test("eight problems are shown whole, of more the rest is counted", () => {
    const many = (count: number) => problemsShown({ problems: Array.from({ length: count }, (_, at) => problem(`no ${at}`)) });
    expect([many(8).shown.length, many(8).more]).toEqual([8, 0]);
    expect([many(50).shown.length, many(50).more]).toEqual([8, 42]);
  });

  test("what hides in a problem is named, plain words stay", () => {
    expect(problemsShown({ problems: [problem("is \"\u001b[31m\u202e\u200b\""), problem("is missing", "")] }).shown).toEqual([{ at: "part.yaml:3", message: "is \"⟦U+001B⟧[31m⟦U+202E⟧⟦U+200B⟧\"" }, { at: "here", message: "is missing" }]);
  });

  test("what has no files is not opened in the editor, a pack with a slip in it is", () => {
    expect(hasSource({ ...GOOD, version: "", problems: [problem("is a file", "")] })).toBe(false);
    expect(hasSource({ ...GOOD, version: "", problems: [problem("is missing")] })).toBe(true);
  });
});
