import { Failure } from "../../contract/failure.ts";
import { PROOF_TYPES } from "../../contract/leaf-types.ts";
import { UUID, type Tenants, type Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";

// Values go when their time is over; what was committed to, the tree and every signature over it stay. So whoever checks
// the record still sees that something was recorded, when and by whom, and that its text was taken away by a rule.

/** A type of entry, `*` for every type without a rule of its own, or `inbox` for what others told. */
export type Rule = { readonly type: string; readonly days: number };
export type SetRule = Rule & { readonly setBy: string; readonly setAt: number };

const DAY_MS = 86_400_000;
/** So that one organisation's flood holds no lock for long; the rest goes with the next turn of the same sweep. */
const AT_ONCE = 2000;
export const INBOX = "inbox";
/** Longer than the longest time for which a signed message is taken: its number is what keeps it from being taken twice. */
export const INBOX_DAYS = 2;
/** How long a question waits for its desktop from when it was handed over, also where the rule is shorter. */
const FETCH_DAYS = 30;
const EVERY = "*";
/** Enough to be warned by; to count all of a large record only to say so would hold it up. */
export const COUNTED = 10_000;
/** The entries a rule speaks of that are older than it allows: `$1` the time, `$2` the type, `$3` what it leaves out. */
const PAST = `app.openings o JOIN app.entries e ON e.org_id = o.org_id AND e.desktop_id = o.desktop_id AND e.seq = o.seq WHERE e.at < $1 AND ($2 = '*' OR e.type = $2) AND e.type <> ALL($3::text[])`;
/** Handed to a desktop that is still to fetch it: left to it for a while, and not for ever. */
const TOLD_PAST = `app.inbox i LEFT JOIN app.desktops d ON d.org_id = i.org_id AND d.desktop_id = i.desktop_id WHERE i.at < $1 AND NOT (i.state = 'handed' AND i.heard_at IS NULL AND d.left_at IS NULL AND d.sync_seq = 0 AND i.handed_at >= $2)`;

/** What a rule says nothing of: types whose values are proofs, whatever rule names them; for `*` also those with a rule of their own. */
const leftOutOf = ({ type }: Rule, all: readonly Rule[]): string[] => [...PROOF_TYPES, ...(type === EVERY ? all.map((each) => each.type).filter((each) => each !== EVERY && each !== INBOX) : [])];

const wordsOf = (all: readonly Rule[]): string => all.map(({ type, days }) => `${type} ${days} days`).toSorted().join(", ");

export function createRetention({ now }: { readonly now: () => number }) {
  const rules = (tx: Tx): Promise<SetRule[]> => tx.rows<SetRule>('SELECT type, days, set_by AS "setBy", set_at AS "setAt" FROM app.retention ORDER BY type');
  const beforeOf = ({ days }: Rule): number => now() - days * DAY_MS;
  const isoBefore = (rule: Rule): string => new Date(beforeOf(rule)).toISOString();
  const fetchBefore = (): number => now() - FETCH_DAYS * DAY_MS;

  /** One turn: how many values went by this rule. */
  const retire = (tx: Tx, rule: Rule, leftOut: readonly string[]): Promise<number> =>
    rule.type === INBOX
      ? tx.run(`DELETE FROM app.inbox WHERE (org_id, item_id) IN (SELECT i.org_id, i.item_id FROM ${TOLD_PAST} ORDER BY i.at LIMIT $3)`, [beforeOf(rule), fetchBefore(), AT_ONCE])
      : tx.run(`DELETE FROM app.openings WHERE (org_id, desktop_id, seq) IN (SELECT o.org_id, o.desktop_id, o.seq FROM ${PAST} ORDER BY e.at LIMIT $4)`, [isoBefore(rule), rule.type, leftOut, AT_ONCE]);

  const countPast = async (tx: Tx, rule: Rule, leftOut: readonly string[]): Promise<number> => {
    const row = await (rule.type === INBOX
      ? tx.one<{ n: number }>(`SELECT count(*)::int AS n FROM (SELECT 1 FROM ${TOLD_PAST} LIMIT $3) AS past`, [beforeOf(rule), fetchBefore(), COUNTED])
      : tx.one<{ n: number }>(`SELECT count(*)::int AS n FROM (SELECT 1 FROM ${PAST} LIMIT $4) AS past`, [isoBefore(rule), rule.type, leftOut, COUNTED]));
    return row?.n ?? 0;
  };
  return {
    rules,
    /** `was`: the rules this change was made from, so that two people do not undo each other. What is asked for and stands already is no change. */
    async set(tx: Tx, orgId: string, by: string, { was, rules: next }: { readonly was: readonly Rule[]; readonly rules: readonly Rule[] }): Promise<void> {
      await tx.run("SELECT pg_advisory_xact_lock(hashtextextended('retention ' || $1, 0))", [orgId]);
      const current = wordsOf(await rules(tx));
      if (current === wordsOf(next)) return;
      if (current !== wordsOf(was)) throw fail("RETENTION_OTHER", { now: current === "" ? "values are kept for good" : current });
      await tx.run("DELETE FROM app.retention WHERE type <> ALL($1::text[])", [next.map(({ type }) => type)]);
      // Who set a rule, and when, stays with it until it says something else.
      for (const { type, days } of next) await tx.run("INSERT INTO app.retention AS r (org_id, type, days, set_by, set_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (org_id, type) DO UPDATE SET days = excluded.days, set_by = excluded.set_by, set_at = excluded.set_at WHERE r.days <> excluded.days", [orgId, type, days, by, now()]);
      await record(tx, orgId, now(), { actor: by, kind: "retention.set", detail: { rules: next.map(({ type, days }) => `${type} ${days} days`) } });
    },
    /** What would go at the next turn by rules that nobody set yet. */
    async preview(tx: Tx, given: readonly Rule[]): Promise<(Rule & { readonly entries: number })[]> {
      const counted = [];
      for (const { type, days } of given) counted.push({ type, days, entries: await countPast(tx, { type, days }, leftOutOf({ type, days }, given)) });
      return counted;
    },
    /** What went stands in the organisation's list, by rule, in the same transaction. */
    async turn(tx: Tx, orgId: string): Promise<{ readonly isDone: boolean }> {
      const all = await rules(tx);
      let isDone = true;
      for (const rule of all) {
        const gone = await retire(tx, rule, leftOutOf(rule, all));
        if (gone > 0) await record(tx, orgId, now(), { actor: "retention", kind: rule.type === INBOX ? "inbox.retired" : "values.retired", detail: { type: rule.type, days: rule.days, entries: gone } });
        if (gone === AT_ONCE) isDone = false;
      }
      return { isDone };
    },
  };
}
export type Retention = ReturnType<typeof createRetention>;

export type SweepNeeds = { readonly tenants: Tenants; readonly retention: Retention; readonly organisations: () => Promise<readonly string[]>; readonly everyMs: number; readonly now: () => number; readonly onError: (error: Error) => void };

/** Every organisation, one after another, again and again while the server runs. */
export function startRetention({ tenants, retention, organisations, everyMs, now, onError }: SweepNeeds): AsyncDisposable {
  let isOver = false;
  let running: Promise<void> = Promise.resolve();
  /** Told once, and again when it went well in between: an hourly line about the same would hide the rest. */
  const failing = new Set<string>();
  async function failed(orgId: string, error: Error): Promise<void> {
    onError(error);
    if (failing.has(orgId)) return;
    await tenants.withOrg(orgId, "retention", (tx) => record(tx, orgId, now(), { actor: "retention", kind: "retention.failed", detail: { why: error.message.slice(0, 300) } })).then(() => failing.add(orgId), onError);
  }
  async function sweep(): Promise<void> {
    for (const orgId of (await organisations()).filter((each) => UUID.test(each))) {
      // One organisation's trouble keeps nobody else's values from going.
      try {
        for (let isDone = false; !isDone && !isOver; ) ({ isDone } = await tenants.withOrg(orgId, "retention", (tx) => retention.turn(tx, orgId)));
        failing.delete(orgId);
      } catch (error) {
        if (error instanceof Failure && error.code === "CENTRAL_DATABASE_DOWN") throw error; // it is down for all of them
        await failed(orgId, error as Error);
      }
    }
  }
  const timer = setInterval(() => {
    if (!isOver) running = running.then(sweep).catch(onError);
  }, everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      clearInterval(timer);
      await running;
    },
  };
}
