import { expect, test } from "vitest";
import { WHOLE, killedRun } from "./kill.ts";

// A few moments here; `npm run bench -- kill` takes a hundred.
test.each([[[900]], [[1300, 1000]], [[1700, 900, 1200]]])("a core killed %j ms into a run of twelve changes on three hosts: none ran twice, and the run ends", async (moments) => {
  const { state, twice, ran, done } = await killedRun(moments);
  expect(twice).toBe(0);
  for (const one of state.split(",")) expect(["done", "unknown"]).toContain(one);
  // Where nothing is unknown, everything ran: once.
  expect(state === "done" ? { ran, done } : { ran: WHOLE, done: WHOLE }).toEqual({ ran: WHOLE, done: WHOLE });
});
