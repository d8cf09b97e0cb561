import type { StandingRoom } from "../approvals/index.ts";
import { Failure, SYSTEM, type HostOutcome, type ScheduleTurn } from "../contract/index.ts";
import type { Inventory } from "../inventory/port.ts";
import { diskTroubleOf, type Clock } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import { planSkillRun, type Runs, type SkillRunNeeds } from "../runs/index.ts";
import type { Book, ScheduleRow } from "./book.ts";
import { outcomesOf, resultOf } from "./outcome.ts";
import { hostsOf } from "./views.ts";

/** A turn that lasts longer has met something that nobody is there to see. */
const MOST_TURN_MS = 3600_000;

export type TurnNeeds = {
  readonly book: Book;
  readonly runs: Pick<Runs, "start" | "ended" | "get" | "items" | "byOrigin" | "stop">;
  readonly skills: SkillRunNeeds["skills"];
  readonly inventory: Inventory;
  readonly standing: Pick<StandingRoom, "problemOf">;
  readonly ledger: Pick<Ledger, "append">;
  readonly now: Clock;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: (scheduleId: string, error: unknown) => void;
  readonly closed: AbortSignal;
};

/** How often what the disk had no room for is tried again. */
const LOOK_AGAIN_MS = 5000;
const FAULT = "Something went wrong inside SENA; the log has the details.";

/** One turn, from what must be so before it to what is told of it. Throws only what nobody expected. */
export async function carryOut(needs: TurnNeeds, row: ScheduleRow, turn: ScheduleTurn, before: () => Promise<void>): Promise<void> {
  const { book, runs } = needs;
  const { skillId, inputs } = row.definition;
  const tell = (say: string) => onceThereIsRoom(needs, row, () => end(needs, row, turn.id, "trouble", say, []));
  try {
    await before();
    const { hosts, unknown } = hostsOf(needs, row.definition);
    if (hosts.length === 0) return await tell(`${goneWords(unknown)} Nothing was run.`);
    const plan = planSkillRun(needs, { skillId, inputs, hosts, budget: { maxMs: MOST_TURN_MS } });
    const { runId } = await runs.start({ ...plan, actor: { kind: "schedule", id: row.id, name: row.name }, attended: false, origin: turn.id });
    await onceThereIsRoom(needs, row, async () => {
      book.setRun(turn.id, runId);
      await runs.ended(runId, needs.closed);
      settle(needs, row, turn.id, runId, unknown);
    });
  } catch (error) {
    if (needs.closed.aborted) return; // told as unknown by the next process
    const disk = diskTroubleOf(error);
    await tell(error instanceof Failure ? error.message : disk === undefined ? FAULT : `This machine's disk ${disk.isFull ? "was full" : "failed"}, and its run could not be planned. Nothing was run.`);
    if (!(error instanceof Failure)) throw error;
  }
}

/** A turn whose end finds no room on the disk would look as if it went on until the next start, and keep those after it from being taken. */
async function onceThereIsRoom(needs: TurnNeeds, row: ScheduleRow, work: () => void | Promise<void>): Promise<void> {
  for (let attempt = 1; !needs.closed.aborted; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (diskTroubleOf(error) === undefined) throw error;
      if (attempt === 1) needs.report(row.id, error);
      await needs.sleep(LOOK_AGAIN_MS, needs.closed);
    }
  }
}

const goneWords = (names: readonly string[]): string => `Not in the inventory: ${names.join(", ")}.`;

/** What its run's journal says. */
function settle(needs: TurnNeeds, row: ScheduleRow, turnId: string, runId: string, missing: readonly string[]): void {
  const run = needs.runs.get(runId);
  const hosts = outcomesOf(run.hosts, needs.runs.items(runId));
  const { state, say } = resultOf(hosts);
  const why = state === "refused" ? (needs.standing.problemOf(row.id) ?? "") : "";
  const gone = missing.length === 0 ? "" : goneWords(missing);
  end(needs, row, turnId, missing.length > 0 && state === "ok" ? "trouble" : state, [say, why, gone].filter((part) => part !== "").join(" "), hosts);
}

const WORDS: Readonly<Record<HostOutcome, string>> = { ok: "well", trouble: "trouble", refused: "refused", unreachable: "not reached", unknown: "unknown", stopped: "stopped" };

/** People are told when the result is another than last time, and not each time it is the same. */
function end({ book, now }: TurnNeeds, row: ScheduleRow, turnId: string, state: HostOutcome, say: string, hosts: ScheduleTurn["hosts"]): void {
  book.end(turnId, { state, say, hosts: [...hosts], endedAt: now() });
  const before = book.lastResult(row.id, turnId)?.state;
  if ((before ?? "ok") === state || before === "running" || before === "missed") return;
  const was = before === undefined ? `Its first turn: ${WORDS[state]}.` : `It was ${WORDS[before]} before; now: ${WORDS[state]}.`;
  book.setNotice(row.id, { at: now(), say: state === "ok" && before !== undefined ? `Well again; it was ${WORDS[before]} before.` : `${was} ${say}` });
}

/** A turn of an earlier process that has no end: what is certain is told, the rest is unknown, and none of it is done again. */
export async function tellOfOld(needs: TurnNeeds, row: ScheduleRow, turn: ScheduleTurn): Promise<void> {
  const run = needs.runs.byOrigin(turn.id);
  if (run === undefined) return end(needs, row, turn.id, "stopped", "SENA ended before its run was planned. Nothing was run.", []);
  needs.book.setRun(turn.id, run.id);
  if (run.endedAt !== null) return settle(needs, row, turn.id, run.id, []);
  await needs.runs.stop(run.id, SYSTEM);
  const say = "SENA ended in the middle of it. What had begun may have run to its end; nothing of it is run again.";
  end(needs, row, turn.id, "unknown", say, outcomesOf(run.hosts, needs.runs.items(run.id)));
}
