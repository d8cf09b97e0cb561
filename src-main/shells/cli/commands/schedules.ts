import { parseArgs } from "node:util";
import type { Client, ScheduleDraft, SchedulePlan, ScheduleTurn, ScheduleView, SenaContract, Timetable } from "../../../contract/index.ts";
import { DAYS, NTHS, timetableWords, turnWords } from "../../../contract/timetable-words.ts";
import { USAGE, type Command, type CommandUse } from "../io.ts";
import { plainLine, writerOf } from "../plain.ts";

const HELP = `sena schedules list [--json]
sena schedules add NAME --skill SKILL --host NAME … (--every N[m|h|d] | --at HH:MM [--on mon,thu | --monthly DAY] [--zone ZONE]) [--input key=value …] [--catch-up] [--paused] [--json]
sena schedules approve NAME [--days N] --yes     allow its turns beforehand: exactly what it shows without --yes, signed by you
sena schedules revoke NAME    take that approval back
sena schedules pause NAME     no turn begins until it is resumed
sena schedules resume NAME
sena schedules run NAME       a turn now, as unattended as the others; ends with 0 ok, 4 refused, 1 anything else
sena schedules history NAME [--limit N] [--json]
sena schedules remove NAME
  --host NAME     a host, a group, tag:NAME or all; may be given several times
  --every N       minutes; with h hours, with d days: elapsed time, no clock change moves it
  --at HH:MM      each day, or on the days of --on or --monthly, by the wall clock of --zone (this machine's own by default)
  --monthly DAY   15: that day of each month, the last one of a shorter month (31 is always the last); second-tue, last-sun: that weekday of it
  --catch-up      a missed turn runs once, as soon as it can; otherwise it does not run later and is told as missed
Nobody is there when a turn runs: what was not approved beforehand, and is not allowed by policy, is refused.
`;

/** Of the week, 1 is Monday; 0 is none. */
const weekdayOf = (word: string): number => DAYS.findIndex((day) => day.toLowerCase() === word.trim().toLowerCase().slice(0, 3)) + 1;
const DAY_MS = 86_400_000;
/** Longer no approval is given beforehand. */
const MOST_DAYS = 366;
const UNIT_MINUTES: Readonly<Record<string, number>> = { "": 1, m: 1, h: 60, d: 1440 };
type TimetableValues = { readonly every?: string | undefined; readonly at?: string | undefined; readonly on?: string | undefined; readonly monthly?: string | undefined };

/** Undefined: these words make no timetable. */
export function timetableOf({ every, at, on, monthly, zone }: TimetableValues & { readonly zone: string }): Timetable | undefined {
  const [, amount, unit = ""] = /^(\d{1,5})([mhd]?)$/.exec(every ?? "") ?? [];
  if (every !== undefined) return amount !== undefined && at === undefined && on === undefined && monthly === undefined ? { kind: "every", minutes: Number(amount) * (UNIT_MINUTES[unit] as number) } : undefined;
  if (at === undefined || (on !== undefined && monthly !== undefined)) return undefined;
  if (monthly !== undefined) return monthlyOf(monthly, { at, zone });
  if (on === undefined) return { kind: "daily", at, zone };
  const days = on.split(",").map(weekdayOf);
  return days.includes(0) ? undefined : { kind: "weekly", days: [...new Set(days)].toSorted(), at, zone };
}

function monthlyOf(said: string, time: { readonly at: string; readonly zone: string }): Timetable | undefined {
  if (/^([1-9]|[12]\d|3[01])$/.test(said)) return { kind: "day-of-month", day: Number(said), ...time };
  const [, which, day = ""] = /^([a-z]+)[- ]([a-z]+)$/i.exec(said) ?? [];
  const nth = NTHS.find((each) => each === which?.toLowerCase());
  const weekday = weekdayOf(day);
  return nth === undefined || weekday === 0 ? undefined : { kind: "weekday-of-month", nth, weekday, ...time };
}

const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
const lineOf = (schedule: ScheduleView): string =>
  [
    plainLine(schedule.name), `${schedule.skill.id} on ${schedule.hosts.join(" ")}`, timetableWords(schedule.timetable),
    schedule.state === "active" && schedule.nextAt !== null ? `next ${instant(schedule.nextAt)}` : schedule.state,
    schedule.last === undefined ? "no turn yet" : `${schedule.last.state} ${instant(schedule.last.dueAt)}`,
    schedule.approval.state === "holds" ? `approved by ${plainLine(schedule.approval.by)} until ${instant(schedule.approval.untilAt)}${(schedule.nextAt ?? 0) > schedule.approval.untilAt ? ", before its next turn" : ""}` : "not approved",
  ].join("  ") + (schedule.say === "" ? "" : `\n  ${plainLine(schedule.say)}`);
const turnLines = ({ dueAt, state, say, hosts, runId, askedBy, missed }: ScheduleTurn): string =>
  [`${instant(dueAt)}  ${state.padEnd(11)} ${runId ?? "-"}${askedBy === "" ? "" : `  asked for by ${plainLine(askedBy)}`}${missed === 0 ? "" : `  ${missed} missed`}  ${plainLine(say)}`, ...hosts.map(({ host, outcome, say: why }) => `    ${host.name.padEnd(20)} ${outcome.padEnd(11)} ${plainLine(why)}`)].join("\n");

const planLines = ({ timetable, state }: ScheduleView, { turns, hosts, leftOut, isTree }: SchedulePlan, untilAt: number): string[] => [
  ...turns.map((at, n) => `  ${(n > 0 ? "" : state === "active" ? "next turns" : "once resumed").padEnd(12)}  ${turnWords(at, timetable)}${at > untilAt ? "  after this approval ends" : ""}`),
  ...hosts.flatMap(({ host, steps, problem }) => [`  ${host.name} (${host.environment})${problem === "" ? "" : `: ${plainLine(problem)}`}`, ...steps.flatMap(({ verdict, effect, script, why }) => [`    ${verdict === "allow" ? "runs" : "refused"}  ${effect.padEnd(14)} ${plainLine(script.replaceAll("\n", " ; "))}`, ...(verdict === "allow" ? [] : [`             ${plainLine(why)}`])])]),
  ...(leftOut === 0 ? [] : [`  and ${leftOut} hosts more`]),
  ...(isTree ? ["  Further commands depend on what these say."] : []),
];

/** All of them, for every verb: the help tells which one takes which. */
const readWords = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      skill: { type: "string" }, host: { type: "string", multiple: true, default: [] }, input: { type: "string", multiple: true, default: [] },
      every: { type: "string" }, at: { type: "string" }, on: { type: "string" }, monthly: { type: "string" }, zone: { type: "string" },
      "catch-up": { type: "boolean", default: false }, paused: { type: "boolean", default: false }, days: { type: "string", default: "90" }, yes: { type: "boolean", default: false },
      limit: { type: "string", default: "20" }, json: { type: "boolean", default: false },
    },
  });

const schedulesCommand: Command = async (argv, { io, core }) => {
  const { values, positionals } = readWords(argv);
  const [verb = "", name] = positionals;
  const usage = (lack = "") => (io.stderr.write(`${HELP}${lack === "" ? "" : `\n${lack} Nothing was done.\n`}`), USAGE);
  const say = writerOf(io.stdout);
  const tell = (schedule: ScheduleView) => (say(values.json ? JSON.stringify(schedule) : lineOf(schedule)), 0);
  if (verb === "list") {
    const { schedules } = await (await core()).schedules.list({});
    for (const schedule of schedules) tell(schedule);
    if (!values.json && schedules.length === 0) say("No schedules yet.");
    return 0;
  }
  if (name === undefined) return usage();
  if (verb === "add") {
    const draft = draftOf(name, values);
    return typeof draft === "string" ? usage(draft) : tell((await (await core()).schedules.add({ ...draft, isActive: !values.paused })).schedule);
  }
  const client = await core();
  const found = await named(client, name);
  const one = { scheduleId: found.id };
  switch (verb) {
    case "pause":
    case "resume":
    case "revoke":
      return tell((await client.schedules[verb](one)).schedule);
    case "approve":
      if (!/^[1-9]\d{0,2}$/.test(values.days) || Number(values.days) > MOST_DAYS) return usage(`--days takes a number of days, 1 to ${MOST_DAYS}, not "${plainLine(values.days)}".`);
      say([lineOf(found), `  values ${plainLine(JSON.stringify(found.inputs))}`, `  a missed turn ${found.catchesUp ? "runs once, as soon as it can" : "does not run later; it is told as missed"}`, ...planLines(found, await client.schedules.plan(one), Date.now() + Number(values.days) * DAY_MS)].join("\n"));
      if (!values.yes) return say(`Nothing was approved. With --yes you approve exactly this, for ${values.days} days.`), USAGE;
      return tell((await client.schedules.approve({ ...one, digest: found.digest, days: Number(values.days) })).schedule);
    case "run": {
      const turn = await endOf(client, await client.schedules.run(one));
      say(values.json ? JSON.stringify(turn) : turnLines(turn));
      return TURN_EXIT[turn.state];
    }
    case "history": {
      const { turns } = await client.schedules.turns({ ...one, limit: Number(values.limit) });
      for (const turn of turns) say(values.json ? JSON.stringify(turn) : turnLines(turn));
      if (!values.json && turns.length === 0) say("No turn yet.");
      return 0;
    }
    case "remove":
      await client.schedules.remove(one);
      say(`${plainLine(found.name)}: removed. What it did stays in the record.`);
      return 0;
    default:
      return usage();
  }
};

type AddValues = TimetableValues & { readonly skill?: string | undefined; readonly host: readonly string[]; readonly input: readonly string[]; readonly zone?: string | undefined; readonly "catch-up": boolean };
/** A sentence where the words make no schedule: what is lacking, or does not fit. */
function draftOf(name: string, values: AddValues): ScheduleDraft | string {
  const timetable = timetableOf({ ...values, zone: values.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone });
  const inputs = values.input.map((pair) => pair.split(/=(.*)/s, 2) as [string, string | undefined]);
  if (values.skill === undefined) return "Which runbook? Give it with --skill.";
  if (values.host.length === 0) return "On which hosts? Give them with --host.";
  if (inputs.some(([, value]) => value === undefined)) return "A value is written --input key=value.";
  if (timetable === undefined) return "These words make no timetable: give --every 6h, or --at 22:00, alone or with one of --on mon,thu and --monthly 15 or second-tue.";
  return { name, skillId: values.skill, hosts: [...values.host], inputs: Object.fromEntries(inputs as [string, string][]), timetable, catchesUp: values["catch-up"] };
}

const TURN_EXIT: Readonly<Record<ScheduleTurn["state"], number>> = { ok: 0, refused: 4, trouble: 1, unreachable: 1, unknown: 1, stopped: 1, missed: 1, running: 1 };

/** Waits for it: the core may have been started for this command alone. */
async function endOf(client: Client<SenaContract>, { turn }: { readonly turn: ScheduleTurn }): Promise<ScheduleTurn> {
  for await (const { schedules } of client.schedules.live({})) {
    const last = schedules.find(({ id }) => id === turn.scheduleId)?.last;
    if (last?.id !== turn.id || last.state !== "running") break;
  }
  const { turns } = await client.schedules.turns({ scheduleId: turn.scheduleId });
  return turns.find(({ id }) => id === turn.id) ?? turn;
}

async function named(client: Client<SenaContract>, name: string): Promise<ScheduleView> {
  const { schedules } = await client.schedules.list({});
  // Its id first: names are free to choose, and none may stand in for another schedule.
  const found = schedules.find(({ id }) => id === name) ?? schedules.find((schedule) => schedule.name === name);
  if (found === undefined) throw new Error(`There is no schedule "${plainLine(name)}". "sena schedules list" shows those there are; nothing was changed.`);
  return found;
}

export const schedulesUse: CommandUse = { help: HELP, run: schedulesCommand };
