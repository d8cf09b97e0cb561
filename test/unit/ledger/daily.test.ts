import { expect, it } from "vitest";
import { keepDaily } from "../../../src-main/ledger/index.ts";

const HOUR_MS = 3_600_000;

function world(applied: () => { readonly erased: number; readonly minimum: number }) {
  const clock = { now: 100 * 24 * HOUR_MS };
  const kept = new Map<string, unknown>();
  const told: string[] = [];
  let look = (): void => undefined;
  let everyMs = 0;
  const daily = keepDaily({
    keeping: { applyRetention: applied },
    options: { read: (name, otherwise) => (kept.has(name) ? (kept.get(name) as typeof otherwise) : otherwise), write: (name, value) => void kept.set(name, value) },
    now: () => clock.now,
    every(ms, run) {
      everyMs = ms;
      look = run;
      return { [Symbol.dispose]: () => (look = () => undefined) };
    },
    onDone: ({ erased }) => told.push(`erased ${erased}`),
    onFailed: (why) => told.push(why),
  });
  return { clock, told, daily, look: () => look(), everyMs };
}

it("applies retention at the start and then once a day, looking every hour", () => {
  const { clock, told, look, everyMs } = world(() => ({ erased: 3, minimum: 0 }));
  expect([everyMs, told]).toEqual([HOUR_MS, ["erased 3"]]);
  for (let hour = 0; hour < 48; hour += 1) {
    clock.now += HOUR_MS;
    look();
  }
  expect(told).toEqual(["erased 3", "erased 3", "erased 3"]);
});

it("tries again the next hour when it failed, and does not wait for a clock that was set back", () => {
  let fails = true;
  const { clock, told, look } = world(() => {
    if (fails) throw new Error("the disk is full");
    return { erased: 0, minimum: 0 };
  });
  clock.now += HOUR_MS;
  look();
  fails = false;
  clock.now += HOUR_MS;
  look();
  clock.now -= 30 * 24 * HOUR_MS;
  look();
  expect(told).toEqual(["Error: the disk is full", "Error: the disk is full", "erased 0", "erased 0"]);
});

it("stops when it is disposed of", () => {
  const { clock, told, look, daily } = world(() => ({ erased: 1, minimum: 0 }));
  daily[Symbol.dispose]();
  clock.now += 48 * HOUR_MS;
  look();
  expect(told).toEqual(["erased 1"]);
});
