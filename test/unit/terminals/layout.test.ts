import { describe, expect, it } from "vitest";
import type { Layout, PaneTree } from "../../../src-main/contract/index.ts";
import { fitLayout, panesIn } from "../../../src-main/terminals/layout.ts";

const pane = (paneId: string): PaneTree => ({ is: "pane", paneId });
const split = (first: PaneTree, second: PaneTree): PaneTree => ({ is: "split", direction: "row", share: 0.5, first, second });
const layout = (...trees: PaneTree[]): Layout => ({ tabs: trees.map((tree, i) => ({ id: `t${i}`, tree, focused: panesIn(tree)[0]! })), active: "t0" });

describe("a layout", () => {
  it("stays as it is while its panes are open", () => {
    const kept = layout(split(pane("a"), pane("b")), pane("c"));
    expect(fitLayout(kept, ["a", "b", "c"])).toEqual(kept);
  });
  it("closes up where a pane is gone, and shows a new one in a tab of its own", () => {
    const fitted = fitLayout(layout(split(pane("a"), split(pane("b"), pane("x")))), ["a", "b", "n"]);
    expect(fitted.tabs.map(({ tree }) => tree)).toEqual([split(pane("a"), pane("b")), pane("n")]);
  });
  it("shows every pane once, whatever a screen asks", () => {
    const fitted = fitLayout(layout(split(pane("a"), pane("a")), pane("a")), ["a"]);
    expect(fitted.tabs.flatMap(({ tree }) => panesIn(tree))).toEqual(["a"]);
  });
  it("chooses a tab that exists", () => {
    expect(fitLayout({ tabs: [], active: "gone" }, ["a"]).active).toBe("a");
    expect(fitLayout({ tabs: [], active: "gone" }, []).active).toBe("");
  });
});
