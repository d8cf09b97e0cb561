import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pacedFrames } from "../../../src-renderer/features/terminals/term/paced-frames.ts";

/** A page with a clock in hand: frames come when told, each taking `costMs` of the page. */
const page = () => {
  let now = 1000;
  let id = 0;
  const due = new Map<number, FrameRequestCallback>();
  const timers: { at: number; fire: () => void }[] = [];
  const after: (() => void)[] = [];
  const { frames, took } = pacedFrames({
    now: () => now,
    frame: (draw) => (due.set((id += 1), draw), id),
    cancelFrame: (which) => due.delete(which),
    wait(ms, then) {
      const timer = { at: now + ms, fire: then };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    afterFrame: (then) => after.push(then),
  });
  return {
    frames,
    took,
    pass(ms: number) {
      now += ms;
      for (const timer of timers.filter(({ at }) => at <= now)) timers.splice(timers.indexOf(timer), 1)[0]?.fire();
    },
    draw(costMs: number) {
      const drawn = [...due.values()];
      due.clear();
      for (const each of drawn) each(now);
      now += costMs;
      for (const each of after.splice(0)) each();
      return drawn.length;
    },
    isAsked: () => due.size > 0,
  };
};

describe("the frames of a terminal", () => {
  it("come at once while they are cheap", () => {
    const { frames, draw, pass, isAsked } = page();
    for (let n = 0; n < 5; n += 1) {
      frames.requestAnimationFrame(() => {});
      expect(isAsked()).toBe(true);
      expect(draw(2)).toBe(1);
      pass(16);
    }
  });

  it("leave the page seven times as long to itself as a dear one took", () => {
    const { frames, took, draw, pass, isAsked } = page();
    frames.requestAnimationFrame(() => {});
    draw(10);
    took(64 * 1024);
    frames.requestAnimationFrame(() => {});
    pass(69);
    expect(isAsked()).toBe(false);
    pass(1);
    expect(isAsked()).toBe(true);
  });

  it("never stay away longer than the eye forgives", () => {
    const { frames, took, draw, pass, isAsked } = page();
    frames.requestAnimationFrame(() => {});
    draw(900);
    took(64 * 1024);
    frames.requestAnimationFrame(() => {});
    pass(150);
    expect(isAsked()).toBe(true);
  });

  it("are made when the stream has rested, whatever the last one cost", () => {
    const { frames, draw, pass } = page();
    frames.requestAnimationFrame(() => {});
    draw(30);
    pass(500);
    let drawn = 0;
    frames.requestAnimationFrame(() => (drawn += 1));
    draw(1);
    expect(drawn).toBe(1);
  });

  it("are made at once for what is typed, however dear they are", () => {
    const { frames, took, draw, pass, isAsked } = page();
    frames.requestAnimationFrame(() => {});
    took(12);
    draw(60);
    took(12);
    frames.requestAnimationFrame(() => {});
    expect(isAsked()).toBe(true);
    draw(60);
    took(256 * 1024);
    pass(10);
    frames.requestAnimationFrame(() => {});
    expect(isAsked()).toBe(false);
  });

  it("can be called off while they wait and once they are asked for", () => {
    const { frames, took, draw, pass, isAsked } = page();
    frames.cancelAnimationFrame(frames.requestAnimationFrame(() => {}));
    expect(isAsked()).toBe(false);
    frames.requestAnimationFrame(() => {});
    draw(30);
    took(64 * 1024);
    frames.cancelAnimationFrame(frames.requestAnimationFrame(() => {}));
    pass(200);
    expect([isAsked(), draw(1)]).toEqual([false, 0]);
  });
});

it("still finds the places inside xterm.js that it paces", () => {
  const code = readFileSync(createRequire(import.meta.url).resolve("@xterm/xterm"), "utf8");
  for (const name of ["_coreBrowserService", "_renderService", "_viewport", "_syncTextArea", "handleSelectionChanged", "window.requestAnimationFrame"]) expect(code).toContain(name);
});
