import type { GrantView, OperatorEntry, ScheduleView } from "../../../src-main/contract/index.ts";
import { plural } from "../../lib/format.ts";
import { mayApprove } from "../../lib/may-approve.ts";

/** What stays of a person who may approve no more, or goes: some of it holds on without them, some ends with them. */
export type Left = {
  /** Runbooks they let run without asking: these hold until their day, whoever goes. */
  readonly remembered: readonly GrantView[];
  /** Schedules whose turns run by their word: refused from then on. */
  readonly approved: readonly ScheduleView[];
  /** Schedules that are theirs: stopped from then on. */
  readonly owned: readonly ScheduleView[];
};
export type Standing = { readonly grants: readonly GrantView[]; readonly schedules: readonly ScheduleView[]; readonly at: number };

export const leftBy = (operatorId: string, { grants, schedules, at }: Standing): Left => ({
  remembered: grants.filter(({ byId, revokedAt, untilAt }) => byId === operatorId && revokedAt === null && untilAt > at),
  approved: schedules.filter(({ approval }) => approval.byId === operatorId && approval.state === "holds"),
  owned: schedules.filter(({ owner, state }) => owner.id === operatorId && state !== "stopped"),
});

/** Of somebody whose word would not be taken today; nothing where there is nothing to look at. */
export function stillHolds(operator: Pick<OperatorEntry, "id" | "active" | "roles">, standing: Standing): string {
  const { remembered } = leftBy(operator.id, standing);
  if (mayApprove(operator) || remembered.length === 0) return "";
  return `${plural(remembered.length, "runbook")} that ${remembered.length === 1 ? "runs" : "run"} without asking by their word, though they may approve no more`;
}
