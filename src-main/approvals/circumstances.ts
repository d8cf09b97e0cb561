import type { AccessRoom } from "../access/port.ts";
import { actorOf, grants, type Environment } from "../contract/terms.ts";
import type { Clock, NewId } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import type { Circumstances } from "./port.ts";

const MAX_BREAK_GLASS_MINUTES = 60;
const MAX_GRANT_DAYS = 366;
const WEEK_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;

export type CalendarEntry = { readonly id: string; readonly kind: "window" | "freeze"; /** "all", `environment:prod` or `host:<id>` */ readonly scope: string; readonly fromAt: number; readonly untilAt: number; readonly isWeekly: boolean; readonly reason: string };
export type BreakGlass = { readonly id: string; readonly byId: string; readonly byName: string; readonly reason: string; readonly fromAt: number; readonly untilAt: number; readonly reviewedBy: string; readonly reviewedAt: number | null; readonly review: string };
export type Grant = { readonly id: string; readonly skillId: string; readonly version: string; readonly signer: string; readonly scope: string; readonly untilAt: number; readonly byId: string; readonly byName: string; readonly createdAt: number; readonly revokedAt: number | null };

type Person = { readonly id: string; readonly name: string };
const SCOPE = /^(all|environment:(dev|staging|prod)|host:[a-z0-9][a-z0-9_-]{0,63})$/;

export interface CircumstancesRoom extends Circumstances {
  calendar(): readonly CalendarEntry[];
  addToCalendar(entry: Omit<CalendarEntry, "id">): CalendarEntry;
  removeFromCalendar(id: string): void;
  breakGlass(by: Person, reason: string, minutes: number): Promise<BreakGlass>;
  closeBreakGlass(by: Person): Promise<void>;
  reviewBreakGlass(id: string, by: Person, review: string): Promise<BreakGlass>;
  breakGlasses(limit: number): readonly BreakGlass[];
  openBreakGlass(): BreakGlass | undefined;
  /** Only ever a signed skill, in one version, for a scope, until a day. */
  grant(by: Person, of: { readonly skillId: string; readonly version: string; readonly signer: string; readonly scope: string; readonly untilAt: number }): Promise<Grant>;
  revokeGrant(id: string, by: Person): Promise<void>;
  grants(): readonly Grant[];
  /** Where a pasted or agent-typed line passes the gate before it reaches an interactive pane. Off unless somebody chose it. */
  paneGate(): readonly Environment[];
  setPaneGate(environments: readonly Environment[]): void;
}

export const scopeHolds = (scope: string, host: { readonly id: string; readonly environment: string }): boolean => scope === "all" || scope === `environment:${host.environment}` || scope === `host:${host.id}`;

/** A weekly entry repeats its own week; one that lasts longer than a week always holds once it began. */
export function entryHolds({ fromAt, untilAt, isWeekly }: Pick<CalendarEntry, "fromAt" | "untilAt" | "isWeekly">, at: number): boolean {
  if (at < fromAt) return false;
  return isWeekly ? (at - fromAt) % WEEK_MS < untilAt - fromAt : at < untilAt;
}

type Needs = { readonly store: Store; readonly ledger: Pick<Ledger, "append">; readonly access: Pick<AccessRoom, "operator">; readonly now: Clock; readonly newId: NewId };

export function createCircumstances({ store, ledger, access, now, newId }: Needs): CircumstancesRoom {
  const sql = statements(store);
  const breakGlasses = (limit: number) => sql.glasses.all([limit]);
  const openGlass = () => breakGlasses(20).find((each) => now() >= each.fromAt && now() < each.untilAt);
  const glass = (id: string): BreakGlass => {
    const row = sql.glass.get([id]);
    if (!row) throw fail("APPROVAL_NOT_FOUND", { id });
    return row;
  };
  /** Whoever may not approve any more granted nothing that holds. */
  const mayApprove = (operatorId: string): boolean => {
    const operator = access.operator(operatorId);
    return operator?.active === true && grants(operator.roles, "approve");
  };
  const calendar = () => sql.calendar.all().map((row) => ({ ...row, isWeekly: row.isWeekly === 1 }));

  return {
    of(host, skill) {
      const holding = calendar().filter((entry) => scopeHolds(entry.scope, host) && entryHolds(entry, now()));
      const granted = skill === undefined ? [] : sql.grantsOf.all([skill.id]).filter((each) => each.revokedAt === null && each.untilAt > now() && each.version === skill.version && each.signer === skill.signer && scopeHolds(each.scope, host) && mayApprove(each.byId));
      return { inChangeWindow: holding.some(({ kind }) => kind === "window"), frozen: holding.some(({ kind }) => kind === "freeze"), breakGlass: openGlass() !== undefined, grantedBy: [...new Set(granted.map(({ byId }) => byId))] };
    },
    calendar,
    addToCalendar(entry) {
      if (!SCOPE.test(entry.scope) || entry.untilAt <= entry.fromAt) throw fail("GRANT_REFUSED", { detail: "it needs a scope and an end after its beginning" });
      const id = newId("cal");
      sql.addCalendar.run([id, entry.kind, entry.scope, entry.fromAt, entry.untilAt, entry.isWeekly ? 1 : 0, entry.reason]);
      return { id, ...entry };
    },
    removeFromCalendar: (id) => void sql.removeCalendar.run([id]),
    async breakGlass(by, reason, minutes) {
      if (reason.trim().length < 10 || minutes < 1 || minutes > MAX_BREAK_GLASS_MINUTES) throw fail("BREAK_GLASS_LIMIT", { minutes: MAX_BREAK_GLASS_MINUTES });
      const id = newId("bg");
      await ledger.append({ type: "decision", actor: actorOf(by), fields: { decision: "break-glass", glass: id, reason, minutes } });
      sql.addGlass.run([id, by.id, by.name, reason, now(), now() + minutes * 60_000]);
      return glass(id);
    },
    async closeBreakGlass(by) {
      const open = openGlass();
      if (!open) return;
      await ledger.append({ type: "decision", actor: actorOf(by), fields: { decision: "break-glass-closed", glass: open.id } });
      sql.closeGlass.run([now(), open.id]);
    },
    async reviewBreakGlass(id, by, review) {
      const before = glass(id);
      if (before.byId === by.id) throw fail("APPROVAL_NOT_YOURS", { say: "Whoever broke the glass may not review it." });
      await ledger.append({ type: "decision", actor: actorOf(by), fields: { decision: "break-glass-reviewed", glass: id, review } });
      sql.reviewGlass.run([by.name, now(), review, id]);
      return glass(id);
    },
    breakGlasses,
    openBreakGlass: openGlass,
    async grant(by, { skillId, version, signer, scope, untilAt }) {
      if (signer === "") throw fail("GRANT_REFUSED", { detail: "only a signed skill may run without being asked about" });
      if (!SCOPE.test(scope)) throw fail("GRANT_REFUSED", { detail: "it needs a scope: all, an environment or a host" });
      if (untilAt <= now() || untilAt > now() + MAX_GRANT_DAYS * DAY_MS) throw fail("GRANT_REFUSED", { detail: `it ends within ${MAX_GRANT_DAYS} days` });
      const id = newId("grant");
      await ledger.append({ type: "decision", actor: actorOf(by), fields: { decision: "grant", grant: id, skill: skillId, version, signer, scope, untilAt } });
      sql.addGrant.run([id, skillId, version, signer, scope, untilAt, by.id, by.name, now()]);
      return sql.grant.get([id]) as Grant;
    },
    async revokeGrant(id, by) {
      await ledger.append({ type: "decision", actor: actorOf(by), fields: { decision: "grant-revoked", grant: id } });
      sql.revokeGrant.run([now(), id]);
    },
    grants: () => sql.grants.all(),
    paneGate: () => sql.paneGate.all().map(({ environment }) => environment),
    setPaneGate: (environments) =>
      store.transaction(() => {
        sql.openPanes.run([]);
        for (const environment of new Set(environments)) sql.gatePane.run([environment]);
      }),
  };
}

const GRANT = "id, skill_id AS skillId, version, signer, scope, until_at AS untilAt, by_id AS byId, by_name AS byName, created_at AS createdAt, revoked_at AS revokedAt";
const GLASS = "id, by_id AS byId, by_name AS byName, reason, from_at AS fromAt, until_at AS untilAt, reviewed_by AS reviewedBy, reviewed_at AS reviewedAt, review";
const statements = (store: Store) => ({
  calendar: store.sql<Omit<CalendarEntry, "isWeekly"> & { isWeekly: number }>("calendar.all", "SELECT id, kind, scope, from_at AS fromAt, until_at AS untilAt, is_weekly AS isWeekly, reason FROM calendar ORDER BY from_at"),
  addCalendar: store.sql("calendar.add", "INSERT INTO calendar (id, kind, scope, from_at, until_at, is_weekly, reason) VALUES (?, ?, ?, ?, ?, ?, ?)"),
  removeCalendar: store.sql("calendar.remove", "DELETE FROM calendar WHERE id = ?"),
  glasses: store.sql<BreakGlass>("break-glass.newest", `SELECT ${GLASS} FROM break_glass ORDER BY from_at DESC LIMIT ?`),
  glass: store.sql<BreakGlass>("break-glass.one", `SELECT ${GLASS} FROM break_glass WHERE id = ?`),
  addGlass: store.sql("break-glass.add", "INSERT INTO break_glass (id, by_id, by_name, reason, from_at, until_at) VALUES (?, ?, ?, ?, ?, ?)"),
  closeGlass: store.sql("break-glass.close", "UPDATE break_glass SET until_at = ? WHERE id = ?"),
  reviewGlass: store.sql("break-glass.review", "UPDATE break_glass SET reviewed_by = ?, reviewed_at = ?, review = ? WHERE id = ?"),
  grantsOf: store.sql<Grant>("grants.of", `SELECT ${GRANT} FROM grants WHERE skill_id = ?`),
  grant: store.sql<Grant>("grants.one", `SELECT ${GRANT} FROM grants WHERE id = ?`),
  grants: store.sql<Grant>("grants.all", `SELECT ${GRANT} FROM grants ORDER BY created_at DESC LIMIT 500`),
  addGrant: store.sql("grants.add", "INSERT INTO grants (id, skill_id, version, signer, scope, until_at, by_id, by_name, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
  paneGate: store.sql<{ environment: Environment }>("pane-gate.all", "SELECT environment FROM pane_gate ORDER BY environment"),
  openPanes: store.sql("pane-gate.clear", "DELETE FROM pane_gate"),
  gatePane: store.sql("pane-gate.add", "INSERT INTO pane_gate (environment) VALUES (?)"),
  revokeGrant: store.sql("grants.revoke", "UPDATE grants SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"),
});
