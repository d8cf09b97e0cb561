import { setTimeout as sleep } from "node:timers/promises";
import type { Guard, Judgement } from "../../guard/index.ts";
import type { Inventory } from "../../inventory/port.ts";
import type { Clock, NewId } from "../../kernel/index.ts";
import type { Ledger } from "../../ledger/port.ts";
import type { Log } from "../../log/index.ts";
import type { Runs } from "../../runs/index.ts";
import { createSchedules, type Schedules } from "../../schedules/index.ts";
import type { SkillLibrary } from "../../skills/index.ts";
import type { Store } from "../../store/index.ts";
import type { Gate } from "./gate.ts";

export type ComposeSchedulesNeeds = {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly gate: Pick<Gate, "access" | "standing" | "policies">;
  readonly guard: { explain(request: Parameters<Guard["preview"]>[0]): Judgement };
  readonly runs: Runs;
  readonly skills: SkillLibrary;
  readonly inventory: Inventory;
  readonly log: Log;
  readonly now: Clock;
  readonly newId: NewId;
};

type Judges = Pick<Parameters<typeof createSchedules>[0], "judge" | "foresee">;

/** What the gate says of a turn before there is one. */
export const judgesOf = ({ guard, policies }: { readonly guard: ComposeSchedulesNeeds["guard"]; readonly policies: Pick<Gate["policies"], "decide"> }): Judges => ({
  judge: (step) => {
    const { question, decision, bytes } = guard.explain(step);
    if (bytes !== undefined) return { ...decision, verdict: "deny", why: bytes };
    // A broken glass is an emergency of minutes; this yes is one for months.
    return policies.decide({ ...question, context: { ...question.context, breakGlass: false } });
  },
  foresee: (step) => {
    const { question, classification, bytes, effect, proved } = guard.explain(step);
    if (bytes !== undefined) return { effect, proved: false, verdict: "deny", why: bytes };
    const { verdict, why } = policies.decide({ ...question, context: { ...question.context, preapproved: classification.refused === undefined } });
    // Whoever would be asked is not there.
    return { effect, proved, verdict: verdict === "allow" ? "allow" : "deny", why };
  },
});

/** Runbooks that run by the clock of this installation, whoever is at its screen. */
export const composeSchedules = ({ gate, guard, skills, log, ...needs }: ComposeSchedulesNeeds): Schedules =>
  createSchedules({
    ...judgesOf({ guard, policies: gate.policies }),
    ...needs,
    skills,
    access: gate.access,
    standing: gate.standing,
    packDigest: (packId) => skills.packs().find(({ id, isActive }) => id === packId && isActive)?.pack?.digest ?? "",
    // Ends early, and well, when it is woken.
    sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => {}),
    report: (id, error) => log.write("error", "schedule-failed", { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  });
