import { describe, expect, it, vi } from "vitest";
import type { Tx } from "../../../src-main/central/database/tenants.ts";
import { createRefusals, type Refusal } from "../../../src-main/central/refusals.ts";

const ORG = "11111111-1111-4111-8111-111111111111";
const MINUTE = 60_000;

function world(of: { readonly lookEveryMs?: number } = {}) {
  const clock = { now: 0 };
  const lines: { readonly address: string; readonly more?: number }[] = [];
  const tx: Tx = { rows: async () => [], one: async () => undefined, run: async (_, params = []) => lines.push(JSON.parse(String(params[5])) as (typeof lines)[number]) };
  const refusals = createRefusals({ tenants: { withOrg: (_org, _actor, work) => work(tx) }, now: () => clock.now, lookEveryMs: of.lookEveryMs ?? 1e9 });
  const tell = (kind: string, address: string, more: Partial<Refusal> = {}) => refusals.tell({ orgId: ORG, actor: "refused", kind, detail: { address }, ...more });
  return { clock, lines, refusals, tell };
}

describe("refusals of strangers", () => {
  it("are one line at once, and one in ten minutes with how many there were between", async () => {
    const { clock, lines, tell, refusals } = world();
    await using _ = refusals;
    for (const address of ["a", "b", "c"]) await tell("key", address);
    expect(lines).toEqual([{ address: "a" }]);
    clock.now = 10 * MINUTE;
    await tell("key", "d");
    expect(lines).toEqual([{ address: "a" }, { address: "d", more: 2 }]);
  });
  it("that stopped are told of as well, once: how many came after the first line, by the last of them", async () => {
    const { clock, lines, tell, refusals } = world({ lookEveryMs: 1 });
    await using _ = refusals;
    for (const address of ["a", "b", "c"]) await tell("key", address);
    await tell("other", "x");
    clock.now = 10 * MINUTE - 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lines).toHaveLength(2);
    clock.now = 10 * MINUTE;
    await vi.waitFor(() => expect(lines).toHaveLength(3));
    expect(lines[2]).toEqual({ address: "c", more: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await tell("key", "e");
    expect(lines).toHaveLength(3); // its ten minutes began anew
    clock.now = 30 * MINUTE;
    await vi.waitFor(() => expect(lines).toHaveLength(4));
    expect(lines[3]).toEqual({ address: "e" });
  });
  it("under more names than are remembered lose none of their count", async () => {
    const { lines, tell, refusals } = world();
    await using _ = refusals;
    for (const address of ["a", "b", "c"]) await tell("key", address);
    for (let n = 0; n < 5000; n += 1) await tell(`made up ${n}`, "x");
    expect(lines.filter(({ address }) => address !== "x")).toEqual([{ address: "a" }, { address: "c", more: 1 }]);
  });
});
