import { expect, test } from "vitest";
import { paced } from "../../../src-main/api/paced.ts";
import { live } from "../../../src-main/kernel/index.ts";

test("a thousand changes in a row are heard as the first and the last", async () => {
  const heard: number[] = [];
  const source = live(0);
  const over = new AbortController();
  for await (const n of paced(source.follow(over.signal), 5, over.signal)) {
    heard.push(n);
    if (n === 0) for (let next = 1; next <= 1000; next += 1) source.set(next);
    if (n === 1000) over.abort();
  }
  expect(heard).toEqual([0, 1000]);
});

test("whoever stops following does not wait for the rest to be over", async () => {
  const source = live(0);
  const over = new AbortController();
  const following = (async () => {
    for await (const _ of paced(source.follow(over.signal), 3_600_000, over.signal)) queueMicrotask(() => over.abort());
  })();
  await expect(following).resolves.toBeUndefined();
});
