import { describe, expect, it, vi } from "vitest";
import type { Desk, Layout, PaneTree } from "../../../src-main/contract/index.ts";
import { createDeskStore } from "../../../src-renderer/features/terminals/desk-store.ts";
import { focus, neighbour, nextTab, panesIn, placeBeside, placeInTab, remove, setShare } from "../../../src-renderer/features/terminals/layout-edit.ts";
import { concernAbout } from "../../../src-renderer/features/terminals/paste.ts";
import { isRealGpu } from "../../../src-renderer/features/terminals/term/gpu.ts";

const pane = (paneId: string): PaneTree => ({ is: "pane", paneId });
const one: Layout = { tabs: [{ id: "t", tree: pane("a"), focused: "a" }], active: "t" };

describe("what an operator does to a layout", () => {
  it("puts a new pane beside another, half and half, and focuses it", () => {
    const split = placeBeside(one, "b", "a", "row");
    expect(split.tabs[0]).toEqual({ id: "t", focused: "b", tree: { is: "split", direction: "row", share: 0.5, first: pane("a"), second: pane("b") } });
  });
  it("moves a pane from its own tab into a split, and the empty tab goes", () => {
    const moved = placeBeside(placeInTab(one, "b"), "b", "a", "column");
    expect(moved.tabs).toHaveLength(1);
    expect(moved.active).toBe("t");
  });
  it("does nothing when a pane is dropped on itself", () => expect(placeBeside(one, "a", "a", "row")).toBe(one));
  it("closes up after a removed pane and shows the tab that is left", () => {
    const two = placeInTab(one, "b");
    expect(remove(two, "b")).toEqual({ ...one, active: "t" });
    expect(remove(one, "a")).toEqual({ tabs: [], active: "" });
  });
  it("keeps a share within what can still be grasped", () => {
    const split = placeBeside(one, "b", "a", "row").tabs[0]!.tree;
    expect(setShare(split, [], 0.001)).toMatchObject({ share: 0.05 });
    expect(setShare({ is: "split", direction: "row", share: 0.5, first: split, second: pane("c") }, ["first"], 0.7)).toMatchObject({ share: 0.5, first: { share: 0.7 } });
  });
  it("walks panes and tabs around the end", () => {
    const split = placeBeside(one, "b", "a", "row");
    expect(neighbour(split, 1)).toBe("a");
    expect(neighbour(split, -1)).toBe("a");
    expect(nextTab(placeInTab(one, "b"), 1).active).toBe("t");
    expect(focus(split, "a").tabs[0]!.focused).toBe("a");
    expect(panesIn(split.tabs[0]!.tree)).toEqual(["a", "b"]);
  });
});

describe("the desk's store", () => {
  const desk = (layout: Layout): Desk => ({ panes: [], layout, broadcast: [], snippets: [] });
  it("shows an own change at once, sends it once, and takes the core's word for panes it did not know", async () => {
    vi.useFakeTimers();
    try {
      const sent: Layout[] = [];
      const store = createDeskStore({ client: { terminals: { layout: async ({ layout }: { layout: Layout }) => (sent.push(layout), { done: true }) } } as never, onFailure: () => {} });
      store.hear(desk(one));
      const dragged = placeBeside(placeInTab(one, "b"), "b", "a", "row");
      store.hear(desk(placeInTab(one, "b")));
      store.change(() => dragged);
      store.hear(desk(placeInTab(one, "b"))); // older than the change: the same panes elsewhere
      expect(store.state.getState().layout).toBe(dragged);
      expect(sent).toEqual([dragged]); // at once: a reload now brings it back
      await vi.advanceTimersByTimeAsync(300);
      expect(sent).toEqual([dragged]);
      store.change((now) => focus(now, "a"));
      store.hear(desk(placeInTab(dragged, "new")));
      expect(store.state.getState().layout.tabs).toHaveLength(2);
      for (const tab of ["b", "a", "new"]) store.change((now) => ({ ...now, active: tab })); // as a dragged handle does
      expect(sent).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(300);
      expect(sent.slice(2).map(({ active }) => active)).toEqual(["new"]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a paste", () => {
  it("of one plain line is typed at once", () => expect(concernAbout("ls -la /srv")).toBeUndefined());
  it("of several lines, or with a last Enter, is looked at first", () => {
    expect(concernAbout("a\nb\n")).toEqual({ lines: 2, hasControls: false });
    expect(concernAbout("reboot\n")).toEqual({ lines: 1, hasControls: false });
    expect(concernAbout("a\r\nb")).toEqual({ lines: 2, hasControls: false });
  });
  it("with characters nobody sees is looked at first", () => {
    for (const text of ["ls\u001b[201~", "ls \u202etxt.exe", "ls\u200b", "ls\u0003"]) expect(concernAbout(text)).toEqual({ lines: 1, hasControls: true });
  });
});

describe("the renderer", () => {
  it("is WebGL only where a real GPU draws", () => {
    expect(isRealGpu("ANGLE (NVIDIA, NVIDIA GeForce RTX 3060, OpenGL 4.5)")).toBe(true);
    for (const name of ["", "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)))", "llvmpipe (LLVM 17.0.6, 256 bits)", "Microsoft Basic Render Driver"]) expect(isRealGpu(name)).toBe(false);
  });
});
