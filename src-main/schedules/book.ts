import type { ScheduleDraft, ScheduleTurn, ScheduleTurnState } from "../contract/schedules.ts";
import type { Migration, Store } from "../store/index.ts";

export type Definition = Omit<ScheduleDraft, "name">;
export type ScheduleRow = {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly state: "active" | "paused" | "stopped";
  readonly say: string;
  readonly definition: Definition;
  /** When the timetable was set: what `every` counts from. */
  readonly anchorAt: number;
  readonly nextAt: number | null;
  readonly notice: { readonly at: number; readonly say: string } | undefined;
  readonly createdAt: number;
  readonly changedAt: number;
};

/** Turns of one schedule that are kept here; what they did stays in the record. */
export const MOST_TURNS = 200;

const SCHEDULE_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "schedules and their turns",
    // One row for each time a turn was due: whoever writes it first takes the turn, and nobody takes it again.
    sql: `
CREATE TABLE schedules (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  owner_id TEXT NOT NULL,
  owner_name TEXT NOT NULL,
  state TEXT NOT NULL,
  say TEXT NOT NULL DEFAULT '',
  definition TEXT NOT NULL,
  anchor_at INTEGER NOT NULL,
  next_at INTEGER,
  notice TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE schedule_turns (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  due_at INTEGER NOT NULL,
  began_at INTEGER NOT NULL,
  ended_at INTEGER,
  state TEXT NOT NULL,
  say TEXT NOT NULL DEFAULT '',
  run_id TEXT,
  hosts TEXT NOT NULL DEFAULT '[]',
  missed INTEGER NOT NULL DEFAULT 0,
  asked_by TEXT NOT NULL DEFAULT '',
  UNIQUE (schedule_id, due_at)
) STRICT;
CREATE INDEX schedule_turns_open ON schedule_turns (state) WHERE ended_at IS NULL;
`,
  },
];

type RawRow = { id: string; name: string; owner_id: string; owner_name: string; state: ScheduleRow["state"]; say: string; definition: string; anchor_at: number; next_at: number | null; notice: string | null; created_at: number; changed_at: number };
type RawTurn = { id: string; schedule_id: string; due_at: number; began_at: number; ended_at: number | null; state: ScheduleTurnState; say: string; run_id: string | null; hosts: string; missed: number; asked_by: string };

const rowOf = (raw: RawRow): ScheduleRow => ({ id: raw.id, name: raw.name, ownerId: raw.owner_id, ownerName: raw.owner_name, state: raw.state, say: raw.say, definition: JSON.parse(raw.definition) as Definition, anchorAt: raw.anchor_at, nextAt: raw.next_at, notice: raw.notice === null ? undefined : (JSON.parse(raw.notice) as { at: number; say: string }), createdAt: raw.created_at, changedAt: raw.changed_at });
const turnOf = (raw: RawTurn): ScheduleTurn => ({ id: raw.id, scheduleId: raw.schedule_id, dueAt: raw.due_at, beganAt: raw.began_at, endedAt: raw.ended_at, state: raw.state, say: raw.say, ...(raw.run_id !== null && { runId: raw.run_id }), hosts: JSON.parse(raw.hosts) as ScheduleTurn["hosts"], missed: raw.missed, askedBy: raw.asked_by });

export type NewTurn = Pick<ScheduleTurn, "id" | "scheduleId" | "dueAt" | "beganAt" | "missed" | "askedBy"> & { readonly state: "running" | "missed"; readonly say: string };

/** The durable side of schedules: what is planned, and what became of each turn. */
export function openBook(store: Store) {
  store.migrate("schedules", SCHEDULE_MIGRATIONS);
  const sql = statements(store);
  return {
    all: (): ScheduleRow[] => sql.all.all().map(rowOf),
    get(id: string): ScheduleRow | undefined {
      const raw = sql.get.get([id]);
      return raw && rowOf(raw);
    },
    put: (row: ScheduleRow): void => void sql.put.run([row.id, row.name, row.ownerId, row.ownerName, row.state, row.say, JSON.stringify(row.definition), row.anchorAt, row.nextAt, row.notice === undefined ? null : JSON.stringify(row.notice), row.createdAt, row.changedAt]),
    setNext: (id: string, nextAt: number | null): void => void sql.setNext.run([nextAt, id]),
    setNotice: (id: string, notice: ScheduleRow["notice"]): void => void sql.setNotice.run([notice === undefined ? null : JSON.stringify(notice), id]),
    remove: (id: string): void =>
      store.transaction(() => {
        sql.dropTurns.run([id]);
        sql.drop.run([id]);
      }),
    isTaken: (scheduleId: string, dueAt: number): boolean => sql.taken.get([scheduleId, dueAt]) !== undefined,
    /** The turn is taken and the next one planned in one commit: a process killed after it takes no turn twice. */
    begin: (turn: NewTurn, nextAt: number | null): void =>
      store.transaction(() => {
        sql.begin.run([turn.id, turn.scheduleId, turn.dueAt, turn.beganAt, turn.state === "missed" ? turn.beganAt : null, turn.state, turn.say, turn.missed, turn.askedBy]);
        sql.setNext.run([nextAt, turn.scheduleId]);
        sql.prune.run({ schedule: turn.scheduleId, keep: MOST_TURNS });
      }),
    setRun: (turnId: string, runId: string): void => void sql.setRun.run([runId, turnId]),
    end: (turnId: string, of: Pick<ScheduleTurn, "state" | "say" | "hosts"> & { readonly endedAt: number }): void => void sql.end.run([of.state, of.say, JSON.stringify(of.hosts), of.endedAt, turnId]),
    turn(id: string): ScheduleTurn | undefined {
      const raw = sql.turn.get([id]);
      return raw && turnOf(raw);
    },
    turns: (scheduleId: string, limit: number): ScheduleTurn[] => sql.turns.all([scheduleId, limit]).map(turnOf),
    /** The newest that came to an end of its own: neither missed nor going on. */
    lastResult(scheduleId: string, besides: string): ScheduleTurn | undefined {
      const raw = sql.lastResult.get([scheduleId, besides]);
      return raw && turnOf(raw);
    },
    open: (): ScheduleTurn[] => sql.open.all().map(turnOf),
  };
}
export type Book = ReturnType<typeof openBook>;

const statements = (store: Store) => ({
  all: store.sql<RawRow>("schedules.all", "SELECT * FROM schedules ORDER BY name"),
  get: store.sql<RawRow>("schedules.get", "SELECT * FROM schedules WHERE id = ?"),
  put: store.sql(
    "schedules.put",
    `INSERT INTO schedules (id, name, owner_id, owner_name, state, say, definition, anchor_at, next_at, notice, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, owner_id = excluded.owner_id, owner_name = excluded.owner_name, state = excluded.state, say = excluded.say,
     definition = excluded.definition, anchor_at = excluded.anchor_at, next_at = excluded.next_at, notice = excluded.notice, changed_at = excluded.changed_at`,
  ),
  setNext: store.sql("schedules.set-next", "UPDATE schedules SET next_at = ? WHERE id = ?"),
  setNotice: store.sql("schedules.set-notice", "UPDATE schedules SET notice = ? WHERE id = ?"),
  drop: store.sql("schedules.drop", "DELETE FROM schedules WHERE id = ?"),
  dropTurns: store.sql("schedules.drop-turns", "DELETE FROM schedule_turns WHERE schedule_id = ?"),
  taken: store.sql<{ n: number }>("schedules.taken", "SELECT n FROM schedule_turns WHERE schedule_id = ? AND due_at = ?"),
  begin: store.sql("schedules.begin", "INSERT INTO schedule_turns (id, schedule_id, due_at, began_at, ended_at, state, say, missed, asked_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
  prune: store.sql("schedules.prune", "DELETE FROM schedule_turns WHERE schedule_id = :schedule AND ended_at IS NOT NULL AND n <= (SELECT n FROM schedule_turns WHERE schedule_id = :schedule ORDER BY n DESC LIMIT 1 OFFSET :keep)"),
  setRun: store.sql("schedules.set-run", "UPDATE schedule_turns SET run_id = ? WHERE id = ?"),
  end: store.sql("schedules.end", "UPDATE schedule_turns SET state = ?, say = ?, hosts = ?, ended_at = ? WHERE id = ?"),
  turn: store.sql<RawTurn>("schedules.turn", "SELECT * FROM schedule_turns WHERE id = ?"),
  turns: store.sql<RawTurn>("schedules.turns", "SELECT * FROM schedule_turns WHERE schedule_id = ? ORDER BY n DESC LIMIT ?"),
  lastResult: store.sql<RawTurn>("schedules.last-result", "SELECT * FROM schedule_turns WHERE schedule_id = ? AND id <> ? AND state NOT IN ('running', 'missed') ORDER BY n DESC LIMIT 1"),
  open: store.sql<RawTurn>("schedules.open", "SELECT * FROM schedule_turns WHERE ended_at IS NULL ORDER BY n"),
});
