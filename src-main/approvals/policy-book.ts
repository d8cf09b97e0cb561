import type { Access } from "../access/port.ts";
import { actorOf, SYSTEM, type Actor } from "../contract/terms.ts";
import { live, type Clock, type Live } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import { simulate, strictest, type CedarProblem, type CedarRule, type Explained, type PastDecision, type Policy, type PolicyQuestion, type PolicyReader, type PolicySet, type Simulated } from "../policy/index.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import { sha256Hex } from "./queue.ts";

const KEPT_DECISIONS = 20_000;
type Person = { readonly id: string; readonly name: string };
export type PolicyVersion = { readonly n: number; readonly hash: string; readonly text: string; readonly state: "proposed" | "active" | "past" | "rejected"; readonly byId: string; readonly byName: string; readonly confirmedBy: string; readonly note: string; readonly at: number; /** The version in force when it was written; 0 where that was not kept. */ readonly base: number };

export interface PolicyBook extends Policy {
  readonly active: Live<PolicySet>;
  /** Moves with every version that is proposed, put in force or turned down. */
  readonly changes: Live<number>;
  /** What the organisation of this desk sets: judged beside the desk's own, and the stricter of both counts. Refused when it does not load. */
  setHouse(text: string | undefined): void;
  house(): PolicySet | undefined;
  explain(question: PolicyQuestion): Explained;
  check(text: string): readonly CedarProblem[];
  versions(): readonly PolicyVersion[];
  /** In force at once where one person works; elsewhere another admin confirms it. */
  propose(text: string, by: Person, note: string): Promise<PolicyVersion>;
  confirm(n: number, by: Person): Promise<PolicyVersion>;
  reject(n: number, by: Person): Promise<PolicyVersion>;
  note(decision: PastDecision): void;
  past(limit: number): readonly PastDecision[];
  /** What this text would have said to the newest decisions. */
  simulate(text: string, limit: number): readonly Simulated[];
}

export type PolicyBookNeeds = { readonly store: Store; readonly ledger: Pick<Ledger, "append">; readonly access: Pick<Access, "singleOperator">; readonly now: Clock; readonly reader: PolicyReader; readonly schema: string; readonly defaultText: string };

/** The policies in force, the versions before them, and every decision they made. */
export async function openPolicyBook({ store, ledger, access, now, reader, schema, defaultText }: PolicyBookNeeds): Promise<PolicyBook> {
  const sql = statements(store);
  const load = (text: string): PolicySet => reader.load({ schema, text, hash: sha256Hex(text) });
  /** As `load`, but what this very text and schema were found to be before is not worked out at every start. */
  const loadKept = (text: string): PolicySet => {
    const key = sha256Hex(`${reader.edition}\0${schema}\0${text}`);
    const kept = sql.checked.get([key]);
    if (kept) return reader.load({ schema, text, hash: sha256Hex(text) }, JSON.parse(kept.rules) as CedarRule[]);
    const set = load(text);
    store.transaction(() => {
      sql.uncheck.run([]);
      sql.check.run([key, JSON.stringify(set.rules)]);
    });
    return set;
  };
  const one = (n: number): PolicyVersion => {
    const row = sql.one.get([n]);
    if (!row) throw fail("POLICY_NOT_PROPOSED", { n });
    return row;
  };
  const record = (act: string, version: Pick<PolicyVersion, "hash" | "text" | "note"> & Partial<Pick<PolicyVersion, "byName">>, actor: Actor) =>
    ledger.append({ type: "policy", actor, fields: { act, hash: version.hash, note: version.note, ...(version.byName !== undefined && { proposedBy: version.byName }) }, blobs: [{ role: "policy", bytes: Buffer.from(version.text) }] });

  const before = sql.active.get();
  let set: PolicySet;
  try {
    set = loadKept(before?.text ?? defaultText);
  } catch (error) {
    if (!before) throw error;
    // A newer schema may refuse an old text. The default set is stricter than none; what happened is in the record.
    set = loadKept(defaultText);
    await record("fell-back-to-default", { hash: set.hash, text: defaultText, note: `Version ${before.n} does not load any more: ${(error as Error).message}` }, SYSTEM);
  }
  const active = live(set);
  if (!before) {
    await record("default", { hash: set.hash, text: defaultText, note: "The policies SENA comes with." }, SYSTEM);
    sql.insert.run([set.hash, defaultText, "active", "sena", "SENA", "The policies SENA comes with.", now(), 0]);
  }
  const changes = live(0);
  const moved = () => changes.update((n) => n + 1);

  // One act on the versions at a time: what is looked at before the record is still so after it.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act, act);
    last = next.catch(() => {});
    return next;
  };
  async function activate(version: PolicyVersion, by: Person): Promise<PolicyVersion> {
    const next = load(version.text);
    await record("in-force", version, actorOf(by));
    store.transaction(() => {
      sql.retire.run([]);
      sql.move.run(["active", by.name, version.n]);
    });
    active.set(next);
    moved();
    return one(version.n);
  }
  const proposed = (n: number): PolicyVersion => {
    const version = one(n);
    if (version.state !== "proposed") throw fail("POLICY_NOT_PROPOSED", { n });
    return version;
  };
  /** From the first start on there always is one. */
  const inForceNow = (): number => (sql.active.get() as PolicyVersion).n;
  /** Proposed, and written from what is in force: anything else would silently take back what came into force since. */
  const current = (n: number): PolicyVersion => {
    const version = proposed(n);
    const inForce = inForceNow();
    if (version.base !== 0 && version.base !== inForce) throw fail("POLICY_OVERTAKEN", { n, base: version.base, inForce });
    return version;
  };

  let house: PolicySet | undefined;
  const hashOf = (): string => (house === undefined ? active.value.hash : sha256Hex(`${active.value.hash} ${house.hash}`));
  const explain = (question: PolicyQuestion): Explained => {
    const own = active.value.explain(question);
    return house === undefined ? own : strictest(own, house.explain(question), hashOf());
  };

  return {
    active,
    changes,
    get hash() {
      return hashOf();
    },
    setHouse: (text) => void (house = text === undefined ? undefined : load(text)),
    house: () => house,
    decide: explain,
    explain,
    check: (text) => reader.check({ schema, text }),
    versions: () => sql.all.all(),
    propose: (text, by, note) => inTurn(async () => {
      const next = load(text);
      await record("proposed", { hash: next.hash, text, note }, actorOf(by));
      const n = Number(sql.insert.run([next.hash, text, "proposed", by.id, by.name, note, now(), inForceNow()]).lastInsertRowid);
      moved();
      return access.singleOperator ? activate(one(n), by) : one(n);
    }),
    confirm: (n, by) => inTurn(async () => {
      const version = current(n);
      if (version.byId === by.id && !access.singleOperator) throw fail("POLICY_NEEDS_SECOND");
      return activate(version, by);
    }),
    reject: (n, by) => inTurn(async () => {
      const version = proposed(n);
      await record("rejected", version, actorOf(by));
      sql.move.run(["rejected", by.name, n]);
      moved();
      return one(n);
    }),
    note({ at, title, question, verdict, rules }) {
      sql.note.run([at, title.slice(0, 200), JSON.stringify(question), verdict, JSON.stringify(rules), hashOf()]);
      sql.trim.run([KEPT_DECISIONS]);
    },
    past: (limit) => sql.past.all([limit]).map(pastOf),
    simulate: (text, limit) => simulate(sql.past.all([limit]).map(pastOf), load(text).explain),
  };
}

type PastRow = { at: number; title: string; question: string; verdict: "allow" | "ask" | "deny"; rules: string };
const pastOf = (row: PastRow): PastDecision => ({ at: row.at, title: row.title, question: JSON.parse(row.question) as PolicyQuestion, verdict: row.verdict, rules: JSON.parse(row.rules) as string[] });

const VERSION = "n, hash, text, state, by_id AS byId, by_name AS byName, confirmed_by AS confirmedBy, note, at, base";
const statements = (store: Store) => ({
  active: store.sql<PolicyVersion>("policy.active", `SELECT ${VERSION} FROM policy_versions WHERE state = 'active' ORDER BY n DESC LIMIT 1`),
  one: store.sql<PolicyVersion>("policy.one", `SELECT ${VERSION} FROM policy_versions WHERE n = ?`),
  all: store.sql<PolicyVersion>("policy.all", `SELECT ${VERSION} FROM policy_versions ORDER BY n DESC LIMIT 200`),
  insert: store.sql("policy.insert", "INSERT INTO policy_versions (hash, text, state, by_id, by_name, note, at, base) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
  retire: store.sql("policy.retire", "UPDATE policy_versions SET state = 'past' WHERE state = 'active'"),
  move: store.sql("policy.move", "UPDATE policy_versions SET state = ?, confirmed_by = ? WHERE n = ?"),
  checked: store.sql<{ rules: string }>("policy.checked", "SELECT rules FROM policy_checked WHERE key = ?"),
  check: store.sql("policy.check", "INSERT INTO policy_checked (key, rules) VALUES (?, ?)"),
  uncheck: store.sql("policy.uncheck", "DELETE FROM policy_checked"),
  note: store.sql("policy.note", "INSERT INTO policy_decisions (at, title, question, verdict, rules, policy_hash) VALUES (?, ?, ?, ?, ?, ?)"),
  trim: store.sql("policy.trim", "DELETE FROM policy_decisions WHERE n <= (SELECT max(n) FROM policy_decisions) - ?"),
  past: store.sql<PastRow>("policy.past", "SELECT at, title, question, verdict, rules FROM policy_decisions ORDER BY n DESC LIMIT ?"),
});
