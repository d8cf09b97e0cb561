import { expect, it } from "vitest";
import { reordered } from "../../../src-main/knowledge/reorder.ts";

it("passages with a score are put in its order, equal ones stay as they were, and those without one come behind", () => {
  expect(reordered(["a", "b", "c", "d", "e"], [0.1, 0.9, 0.9])).toEqual(["b", "c", "a", "d", "e"]);
});

it("without scores the order of the search stands", () => expect(reordered(["a", "b"], [])).toEqual(["a", "b"]));
