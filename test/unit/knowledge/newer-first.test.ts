import { describe, expect, it } from "vitest";
import { shownOf } from "../../../src-main/knowledge/newer-first.ts";
import type { Passage } from "../../../src-main/knowledge/port.ts";

const FAILOVER = "The array fails over by itself once the battery of its first controller holds less than ten percent of its charge";
const conflict = (chunkId: number) => ({ chunkId, source: "wiki", path: "", modifiedAt: 0, here: "", there: "" });
const passage = (chunkId: number, path: string, text: string, conflicts: readonly number[] = []) => ({ chunkId, source: "wiki", path, title: "", text, conflicts: conflicts.map(conflict) }) as unknown as Passage;
const FOUND = [passage(1, "failover-v2.md", FAILOVER, [2, 3]), passage(2, "failover-v1.md", FAILOVER, [1, 3]), passage(3, "battery.md", "Charge the battery")];
const ids = (scores: readonly number[], limit: number) => shownOf(FOUND, scores, limit).map(({ chunkId }) => chunkId);

describe("passages in the order of their scores", () => {
  it("have the earlier version of a document behind the later one, however it was scored", () => {
    expect(ids([0.1, 0.9, 0.5], 3)).toEqual([1, 2, 3]);
    expect(ids([0.1, 0.9], 3)).toEqual([1, 2, 3]);
  });

  it("keep the later version when only one of both is shown", () => expect(ids([0.1, 0.9, 0.5], 1)).toEqual([1]));

  it("else follow the scores", () => expect(ids([0.2, 0.1, 0.9], 3)).toEqual([3, 1, 2]));

  it("name only contradictions that are shown", () => {
    const [first, second] = shownOf(FOUND, [0.1, 0.9, 0.5], 2);
    expect([first?.conflicts, second?.conflicts].map((conflicts) => conflicts?.map(({ chunkId }) => chunkId))).toEqual([[2], [1]]);
  });
});
