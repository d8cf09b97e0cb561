import { describe, expect, it } from "vitest";
import { filterOfSaved, fromOf, savedOf } from "../../../src-renderer/features/audit/saved-search.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;

describe("a kept search", () => {
  it("that looked at the last day looks at the last day again, whenever it is used", () => {
    const kept = savedOf("failed", { results: ["failed"], fromMs: fromOf("24h", NOW) }, NOW + 30_000);
    expect(kept).toEqual({ name: "failed", filter: { results: ["failed"] }, lastMs: DAY });
    expect(filterOfSaved(kept, NOW + 9 * DAY)).toEqual({ results: ["failed"], fromMs: NOW + 8 * DAY });
  });

  it("between two moments keeps both, and one without a time gets none", () => {
    const between = savedOf("that night", { fromMs: NOW - 5 * DAY, toMs: NOW - 4 * DAY }, NOW);
    expect(filterOfSaved(between, NOW + DAY)).toEqual({ fromMs: NOW - 5 * DAY, toMs: NOW - 4 * DAY });
    expect(filterOfSaved(savedOf("nginx", { text: "nginx" }, NOW), NOW + DAY)).toEqual({ text: "nginx", fromMs: undefined });
  });
});
