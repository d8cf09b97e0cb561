import { describe, expect, it } from "vitest";
import { reportPresence } from "../../../src-renderer/app/presence.ts";

const stage = () => {
  const ears = new Map<string, () => void>();
  let now = 0;
  let told = 0;
  const target = { addEventListener: (kind: string, ear: () => void) => void ears.set(kind, ear), removeEventListener: (kind: string) => void ears.delete(kind) };
  const stop = reportPresence({ target: target as unknown as Window, now: () => now, onPresence: () => void (told += 1) });
  return { ears, stop, told: () => told, at: (ms: number, kind: string) => ((now = ms), ears.get(kind)?.()) };
};

describe("somebody at the screen", () => {
  it("is told at the first sign and then no more than three times a minute", () => {
    const { at, told } = stage();
    at(0, "keydown");
    for (let ms = 100; ms < 20_000; ms += 100) at(ms, "pointermove");
    expect(told()).toBe(1);
    at(20_000, "wheel");
    expect(told()).toBe(2);
  });
  it("is not listened for any more once the window is done", () => {
    const { ears, stop } = stage();
    stop();
    expect(ears.size).toBe(0);
  });
});
