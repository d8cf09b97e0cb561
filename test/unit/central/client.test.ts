import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { centralClientText } from "../../../scripts/central-client.ts";

const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line.startsWith('  "'));

it("says of each route what the route is now (node scripts/central-client.ts writes them anew)", async () => {
  const now = new Set(linesOf(await centralClientText()));
  const written = linesOf(readFileSync(join(import.meta.dirname, "../../../src-main/contract/central-rest.ts"), "utf8"));
  expect(written.length).toBeGreaterThan(40);
  expect(written.filter((line) => !now.has(line))).toEqual([]);
});
