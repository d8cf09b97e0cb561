import { expect, it, vi } from "vitest";
import type { Tx } from "../../../src-main/central/database/tenants.ts";
import { startRetention } from "../../../src-main/central/retention/retention.ts";

const FIRST = "11111111-1111-4111-8111-111111111111";
const SECOND = "22222222-2222-4222-8222-222222222222";

it("goes on to the next organisation when one of them fails, and says so once in the list of the one that failed", async () => {
  const recorded: (readonly [string, string])[] = [];
  const swept = new Map<string, number>();
  const errors: string[] = [];
  const txOf = (orgId: string): Tx => ({ rows: async () => [], one: async () => undefined, run: async (_, params = []) => recorded.push([orgId, String(params[4])]) });
  const tenants = { withOrg: <T>(orgId: string, _: string, work: (tx: Tx) => Promise<T>) => work(txOf(orgId)), ping: async () => {}, waiting: () => 0, [Symbol.asyncDispose]: async () => {} };
  const retention = {
    rules: async () => [], set: async () => {}, preview: async () => [],
    turn: async (_: Tx, orgId: string) => {
      swept.set(orgId, (swept.get(orgId) ?? 0) + 1);
      if (orgId === FIRST) throw new Error("a row that cannot go");
      return { isDone: true };
    },
  };
  await using _ = startRetention({ tenants, retention, organisations: async () => [FIRST, SECOND], everyMs: 1, now: () => 0, onError: ({ message }) => errors.push(message) });
  await vi.waitFor(() => expect(swept.get(SECOND)).toBeGreaterThan(2));
  expect(swept.get(FIRST)).toBeGreaterThan(2);
  expect(recorded).toEqual([[FIRST, "retention.failed"]]);
  expect(errors.length).toBeGreaterThan(2);
});
