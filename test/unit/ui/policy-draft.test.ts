import { describe, expect, it } from "vitest";
import { draftOf, follow, hasChanged, isOvertaken, takeNote, write } from "../../../src-renderer/features/approvals/policy-draft.ts";

const [ONE, TWO, THREE] = ["permit one;", "permit two;", "permit three;"];

describe("the editor of policies, when somebody else's come into force", () => {
  it("follows them while nothing was written", () => {
    const draft = follow(follow(undefined, ONE), TWO);
    expect([draft.text, hasChanged(draft), isOvertaken(draft)]).toEqual([TWO, false, false]);
  });
  it("keeps what was written, and says that something came", () => {
    const draft = follow(write(draftOf(ONE), "permit mine;"), TWO);
    expect([draft.text, draft.base, isOvertaken(draft)]).toEqual(["permit mine;", ONE, true]);
    expect(isOvertaken(write(draft, "permit mine, too;"))).toBe(true);
    expect(isOvertaken(follow(draft, THREE))).toBe(true);
  });
  it("lets it be proposed once the writer took note, until the next one comes", () => {
    const noted = takeNote(follow(write(draftOf(ONE), "permit mine;"), TWO));
    expect([noted.text, isOvertaken(noted)]).toEqual(["permit mine;", false]);
    expect(isOvertaken(follow(noted, THREE))).toBe(true);
  });
  it("says nothing where what came is the text itself, is what was in force anyway, or nothing is written any more", () => {
    expect(isOvertaken(follow(write(draftOf(ONE), TWO), TWO))).toBe(false);
    expect(isOvertaken(follow(write(draftOf(ONE), TWO), ONE))).toBe(false);
    const undone = write(follow(write(draftOf(ONE), "permit mine;"), TWO), TWO);
    expect([isOvertaken(undone), follow(undone, THREE).text]).toEqual([false, THREE]);
  });
  it("begins anew from what is in force with the first stroke", () => {
    expect(isOvertaken(write(follow(draftOf(ONE), TWO), "permit mine;"))).toBe(false);
  });
});
