import { standingDigest, standingHost, type StandingRoom, type StandingSubject } from "../approvals/index.ts";
import type { ScheduleView, SkillRef, StandingView } from "../contract/index.ts";
import type { Host, Inventory } from "../inventory/port.ts";
import { hostRef, resolveHosts } from "../runs/index.ts";
import type { Skills } from "../skills/port.ts";
import type { Book, ScheduleRow } from "./book.ts";

export type ViewNeeds = {
  readonly book: Book;
  readonly skills: Pick<Skills, "get">;
  /** Of the files of the pack that is in use: a version's name is not yet its contents. */
  readonly packDigest: (packId: string) => string;
  readonly inventory: Inventory;
  readonly standing: Pick<StandingRoom, "of" | "problemOf">;
};

/** The hosts its names stand for now. Of a mixed group those that the runbook is made for: the others are no trouble, each night. */
export function hostsOf({ inventory, skills }: Pick<ViewNeeds, "inventory" | "skills">, { hosts: names, skillId }: ScheduleRow["definition"]): { readonly hosts: readonly Host[]; readonly unknown: readonly string[] } {
  const { hosts, unknown } = resolveHosts(inventory, names);
  const os = skills.get(skillId)?.targets.os ?? [];
  const made = hosts.filter((host) => os.includes(host.os));
  return { hosts: made.length === 0 ? hosts : made, unknown };
}

/** What an approval of this schedule is about, as everything stands now. */
export function subjectOf({ skills, packDigest }: Pick<ViewNeeds, "skills" | "packDigest">, { id, ownerId, definition }: ScheduleRow): StandingSubject {
  const skill = skills.get(definition.skillId);
  return {
    schedule: id,
    owner: ownerId,
    skill: { id: definition.skillId, version: skill?.version ?? "", signer: skill?.signer ?? "", digest: skill === undefined ? "" : packDigest(skill.pack) },
    inputs: definition.inputs,
    hosts: definition.hosts,
    timetable: definition.timetable,
    catchesUp: definition.catchesUp,
  };
}

export function viewOf(needs: ViewNeeds, row: ScheduleRow): ScheduleView {
  const { definition } = row;
  const known = needs.skills.get(definition.skillId);
  const skill: SkillRef = known === undefined ? { id: definition.skillId, version: "", signer: "", title: definition.skillId } : { id: known.id, version: known.version, signer: known.signer, title: known.title };
  const { hosts } = hostsOf(needs, definition);
  const [last] = needs.book.turns(row.id, 1);
  const subject = subjectOf(needs, row);
  return {
    id: row.id, name: row.name, owner: { id: row.ownerId, name: row.ownerName }, state: row.state, say: row.say,
    skill, effect: known?.effect ?? "unknown", inputs: { ...definition.inputs }, hosts: [...definition.hosts], on: hosts.map(hostRef),
    timetable: definition.timetable, catchesUp: definition.catchesUp, nextAt: row.nextAt, isRunning: last?.state === "running",
    ...(last && { last }), ...(row.notice && { notice: row.notice }),
    digest: standingDigest(subject, hosts.map(standingHost)), approval: approvalOf(needs, row.id, standingDigest(subject), hosts), createdAt: row.createdAt, changedAt: row.changedAt,
  };
}

function approvalOf({ standing }: ViewNeeds, scheduleId: string, digest: string, hosts: readonly Host[]): StandingView {
  const approved = standing.of(scheduleId);
  if (approved === undefined) return { state: "none", say: "Nobody has approved its turns.", by: "", byId: "", at: 0, untilAt: 0 };
  const common = { by: approved.byName, byId: approved.byId, at: approved.createdAt, untilAt: approved.untilAt };
  const problem = standing.problemOf(scheduleId) ?? (approved.digest === digest ? undefined : "The runbook, its values, its hosts or its timetable changed after it was approved.");
  if (problem !== undefined) return { state: "void", say: problem, ...common };
  const covered = new Set(approved.on.map((host) => JSON.stringify(host)));
  const left = hosts.filter((host) => !covered.has(JSON.stringify(standingHost(host))));
  return { state: "holds", say: left.length === 0 ? "" : `It does not cover ${left.map(({ name }) => name).join(", ")}: not made for them, or they were added or changed since.`, ...common };
}
