import { describe, expect, it } from "vitest";
import type { Overlay } from "../../../src-renderer/app/create-app.ts";
import { keepEarlyTyping } from "../../../src-renderer/app/early-typing.ts";

const stage = (first: Overlay) => {
  const ears = new Map<string, (event: KeyboardEvent) => void>();
  let shown = first;
  let hasTaker = false;
  const target = { addEventListener: (kind: string, ear: (event: KeyboardEvent) => void) => void ears.set(kind, ear), removeEventListener: (kind: string) => void ears.delete(kind) };
  const stop = keepEarlyTyping({ target: target as unknown as Window, overlay: { getState: () => shown, setState: (next) => void (shown = next) }, hasTaker: () => hasTaker });
  /** Whether the key was kept from where the focus is. */
  const type = (key: string, more: Partial<KeyboardEvent> = {}): boolean => {
    let isKept = false;
    ears.get("keydown")?.({ key, isComposing: false, ctrlKey: false, metaKey: false, altKey: false, preventDefault: () => void (isKept = true), stopImmediatePropagation: () => undefined, ...more } as KeyboardEvent);
    return isKept;
  };
  return { type, shown: () => shown, take: () => (hasTaker = true), stop, ears };
};

describe("what is typed before the palette has the focus", () => {
  it("is the palette's, the letters in order and Enter for nobody", () => {
    const { type, shown } = stage({ is: "palette", query: "" });
    expect(["w", "e", "x", "Backspace", "b", "Enter"].map((key) => type(key))).toEqual([true, true, true, true, true, true]);
    expect(shown()).toEqual({ is: "palette", query: "web" });
  });
  it("closes it with Escape, and what follows goes where the focus is", () => {
    const { type, shown } = stage({ is: "palette", query: "we" });
    expect(type("Escape")).toBe(true);
    expect(shown()).toEqual({ is: "none" });
    expect(type("w")).toBe(false);
  });
  it("is left alone once the palette has the focus, with a modifier, and where no palette is open", () => {
    const open = stage({ is: "palette", query: "" });
    expect(open.type("k", { ctrlKey: true })).toBe(false);
    expect(open.type("F6")).toBe(false);
    open.take();
    expect(open.type("w")).toBe(false);
    expect(open.shown()).toEqual({ is: "palette", query: "" });
    expect(stage({ is: "none" }).type("w")).toBe(false);
  });
  it("is not listened for any more once the window is done", () => {
    const { ears, stop } = stage({ is: "none" });
    stop();
    expect(ears.size).toBe(0);
  });
});
