import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyLook, rememberedLook, rememberLook } from "../../../src-renderer/app/appearance.ts";
import { clampShare } from "../../../src-renderer/lib/split-share.ts";
import { stepTo } from "../../../src-renderer/lib/step-to.ts";
import { flattenTree, treeStep } from "../../../src-renderer/ui/tree-rows.ts";

describe("keys in a list", () => {
  it("move by one, by a page, to the ends, and stop there", () => {
    expect([stepTo("ArrowDown", 0, 3, 10), stepTo("ArrowUp", 0, 3, 10), stepTo("PageDown", 0, 3, 10), stepTo("End", 0, 3, 10), stepTo("Home", 2, 3, 10)]).toEqual([1, 0, 2, 2, 0]);
  });
  it("do nothing in an empty list or when they are no movement", () => expect([stepTo("ArrowDown", 0, 0, 5), stepTo("a", 0, 3, 5)]).toEqual([undefined, undefined]));
  it("never leave the list", () => {
    fc.assert(
      fc.property(fc.constantFrom("ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"), fc.integer({ min: 1, max: 50 }), fc.nat(60), fc.integer({ min: 1, max: 20 }), (key, count, from, page) => {
        const next = stepTo(key, Math.min(from, count - 1), count, page) as number;
        expect(next >= 0 && next < count).toBe(true);
      }),
    );
  });
});

describe("keys in a tree", () => {
  const TREE = [{ id: "prod", text: "prod", children: [{ id: "web", text: "web", children: [{ id: "web-01", text: "web-01" }] }] }, { id: "empty", text: "empty", children: [] }, { id: "bmc", text: "bmc" }];
  const rows = flattenTree(TREE, new Set(["prod", "web"]));
  const at = (id: string) => rows.findIndex((row) => row.node.id === id);

  it("see only what is open, with its place among its siblings", () => {
    expect(rows.map((row) => `${row.level}:${row.node.id}:${row.position}/${row.siblings}`)).toEqual(["1:prod:1/3", "2:web:1/1", "3:web-01:1/1", "1:empty:2/3", "1:bmc:3/3"]);
    expect(flattenTree(TREE, new Set()).map((row) => row.node.id)).toEqual(["prod", "empty", "bmc"]);
  });
  it("open with Right and then step inside", () => {
    expect(treeStep("ArrowRight", rows, at("empty"), 5)).toEqual({ kind: "toggle", index: at("empty") });
    expect(treeStep("ArrowRight", rows, at("prod"), 5)).toEqual({ kind: "move", index: at("web") });
    expect(treeStep("ArrowRight", rows, at("bmc"), 5)).toBeUndefined();
  });
  it("close with Left and then go to the parent", () => {
    expect(treeStep("ArrowLeft", rows, at("web"), 5)).toEqual({ kind: "toggle", index: at("web") });
    expect(treeStep("ArrowLeft", rows, at("web-01"), 5)).toEqual({ kind: "move", index: at("web") });
    expect(treeStep("ArrowLeft", rows, at("bmc"), 5)).toBeUndefined();
  });
  it("choose a leaf and toggle a group with Enter", () => {
    expect(treeStep("Enter", rows, at("web-01"), 5)).toEqual({ kind: "select", index: at("web-01") });
    expect(treeStep("Enter", rows, at("prod"), 5)).toEqual({ kind: "toggle", index: at("prod") });
  });
});

describe("a split", () => {
  it("keeps both parts at their least size", () => expect([clampShare(0.05, 1000, 200, 300), clampShare(0.95, 1000, 200, 300), clampShare(0.5, 1000, 200, 300)]).toEqual([0.2, 0.7, 0.5]));
  it("halves a box too small for both", () => expect(clampShare(0.1, 300, 200, 200)).toBe(0.5));
  it("keeps a share before it was measured", () => expect([clampShare(0.3, 0, 100, 100), clampShare(2, 0, 100, 100)]).toEqual([0.3, 1]));
});

describe("the look", () => {
  const root = () => {
    const attributes = new Map<string, string>();
    return { attributes, setAttribute: (name: string, value: string) => void attributes.set(name, value), removeAttribute: (name: string) => void attributes.delete(name) };
  };
  const apply = (look: Parameters<typeof applyLook>[0], wantsContrast: boolean) => {
    const element = root();
    element.attributes.set("data-theme", "dark");
    applyLook(look, { root: element, media: () => ({ matches: wantsContrast }) } as unknown as Parameters<typeof applyLook>[1]);
    return Object.fromEntries(element.attributes);
  };
  it("follows the system by saying nothing, but for a wish for contrast", () => {
    expect(apply({ theme: "system", textSize: "normal", reducedMotion: false }, false)).toEqual({});
    expect(apply({ theme: "system", textSize: "normal", reducedMotion: false }, true)).toEqual({ "data-theme": "contrast" });
    expect(apply({ theme: "light", textSize: "large", reducedMotion: true }, true)).toEqual({ "data-theme": "light", "data-text": "large", "data-motion": "reduced" });
  });
  it("comes back from storage, and nonsense there is ignored", () => {
    const kept = new Map<string, string>();
    rememberLook({ theme: "contrast", textSize: "small", reducedMotion: true }, { setItem: (key, value) => void kept.set(key, value) });
    expect(rememberedLook({ getItem: (key) => kept.get(key) ?? null })).toEqual({ theme: "contrast", textSize: "small", reducedMotion: true });
    expect(rememberedLook({ getItem: () => '{"theme":"<script>","textSize":7}' })).toEqual({ theme: "system", textSize: "normal", reducedMotion: false });
    expect(rememberedLook({ getItem: () => "{" }).theme).toBe("system");
  });
});
