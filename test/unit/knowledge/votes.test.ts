import { describe, expect, it } from "vitest";
import { createVotes } from "../../../src-main/knowledge/votes.ts";

const ids = (...list: number[]) => list.map((id) => ({ id }));
/** Passages 10 to 19 belong to document 1, 20 to 29 to document 2, and so on. */
const documentsOf = (list: readonly number[]) => list.map((id) => ({ id, document_id: Math.floor(id / 10) }));
const ranked = (votes: ReturnType<typeof createVotes>) => [...votes.told(documentsOf)].sort(([, a], [, b]) => b.score - a.score).map(([id]) => id);

describe("votes on passages", () => {
  it("put a document first whose beginning and whose passage both fit, before those of which only one does", () => {
    const votes = createVotes();
    votes.forPassages(ids(31, 41, 21), 1, "word");
    votes.forLeads(ids(50, 60, 20), 0.9, "word");
    expect([20, 21]).toContain(ranked(votes)[0]);
  });

  it("show the passage that answers where it is the stronger, the beginning where that is", () => {
    const answers = createVotes();
    answers.forPassages(ids(21), 1, "word");
    answers.forLeads(ids(20), 0.5, "word");
    expect(ranked(answers)).toEqual([21, 20]);
    const names = createVotes();
    names.forPassages(ids(31, 41, 51, 61, 71, 81, 91, 21), 1, "word");
    names.forLeads(ids(20), 0.9, "word");
    expect(ranked(names)[0]).toBe(20);
  });

  it("leave passages as they are where beginnings were not asked, and say what found each", () => {
    const votes = createVotes();
    votes.forPassages(ids(11, 12), 1, "word");
    votes.forPassages(ids(12, 13), 0.45, "meaning");
    expect(ranked(votes)).toEqual([12, 11, 13]);
    expect(votes.told(documentsOf).get(12)).toMatchObject({ isWord: true, isMeaning: true });
    expect(votes.told(documentsOf).get(13)).toMatchObject({ isWord: false, isMeaning: true });
  });
});
