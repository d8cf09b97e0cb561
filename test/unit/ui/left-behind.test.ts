import { describe, expect, it } from "vitest";
import type { GrantView, ScheduleView } from "../../../src-main/contract/index.ts";
import { leftBy, stillHolds } from "../../../src-renderer/features/access/left-behind.ts";

const NOW = 1000;
const grant = (id: string, more: Partial<GrantView> = {}): GrantView => ({ id, skillId: "lab.look", version: "1.0.0", signer: "vendor", scope: "all", untilAt: NOW + 1, byId: "bea", byName: "Bea", createdAt: 0, revokedAt: null, ...more });
const schedule = (name: string, ownerId: string, approval: Partial<ScheduleView["approval"]> = {}, state: ScheduleView["state"] = "active") => ({ id: name, name, state, owner: { id: ownerId, name: "" }, approval: { state: "none", say: "", by: "", byId: "", at: 0, untilAt: 0, ...approval } }) as unknown as ScheduleView;
const standing = {
  at: NOW,
  grants: [grant("holds"), grant("over", { untilAt: NOW }), grant("forgotten", { revokedAt: 5 }), grant("of ada", { byId: "ada" })],
  schedules: [schedule("approved", "ada", { state: "holds", byId: "bea" }), schedule("void", "ada", { state: "void", byId: "bea" }), schedule("owned", "bea"), schedule("stopped", "bea", {}, "stopped")],
};

describe("what somebody leaves who goes", () => {
  it("is what still runs by their word, and what stops with them; nothing of others, and nothing that is over", () => {
    const { remembered, approved, owned } = leftBy("bea", standing);
    expect([remembered, approved, owned].map((list) => list.map(({ id }) => id))).toEqual([["holds"], ["approved"], ["owned"]]);
  });
  it("stands beside them for as long as it holds and they may not approve: retired, or of another role", () => {
    const of = (active: boolean, role: "approver" | "operator" | "admin") => stillHolds({ id: "bea", active, roles: [role] }, standing);
    expect([of(true, "approver"), of(true, "admin")]).toEqual(["", ""]);
    expect([of(false, "approver"), of(true, "operator")]).toEqual(Array(2).fill("1 runbook that runs without asking by their word, though they may approve no more"));
    expect(stillHolds({ id: "eve", active: false, roles: ["approver"] }, standing)).toBe("");
  });
});
