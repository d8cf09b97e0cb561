import type { AccessRoom } from "../access/index.ts";
import { Failure } from "../contract/failure.ts";
import type { Timetable } from "../contract/schedules.ts";
import { actorOf, grants, SYSTEM, type Actor } from "../contract/terms.ts";
import type { Host } from "../inventory/port.ts";
import { canonicalJson, utf8, type Clock, type NewId } from "../kernel/index.ts";
import type { Ledger, NewEntry } from "../ledger/port.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import { sha256Hex } from "./queue.ts";
import { keyBlobOf, signSsh, verifySsh } from "./sshsig.ts";

// What runs with nobody at the screen was approved beforehand: one decision of one approver, signed, for exactly one runbook in one
// version, its values, its hosts and its timetable, until a day. It is looked at again, whole, for every command.

/** Signed under a name of its own: no signature over one command can be turned into one over many turns, nor back. */
const STANDING_NAMESPACE = "sena-standing@v1";
const MAX_STANDING_DAYS = 366;
const DAY_MS = 86_400_000;

/** Where a command goes, as whom, and what decides which commands a runbook has there. */
export type StandingHost = Pick<Host, "id" | "name" | "environment" | "address" | "port" | "user" | "os">;
export const standingHost = ({ id, name, environment, address, port, user, os }: StandingHost): StandingHost => ({ id, name, environment, address, port, user, os });
/** What the yes is about. Any other value of any of these is another subject. */
export type StandingSubject = {
  readonly schedule: string;
  readonly owner: string;
  readonly skill: { readonly id: string; readonly version: string; readonly signer: string; readonly digest: string };
  readonly inputs: Readonly<Record<string, string>>;
  /** As they were named; `on` is whom those names stood for. */
  readonly hosts: readonly string[];
  readonly timetable: Timetable;
  readonly catchesUp: boolean;
};
type StandingObject = StandingSubject & { readonly v: 1; readonly id: string; readonly on: readonly StandingHost[]; readonly created_at: number; readonly not_after: number };

export type StandingApproval = { readonly id: string; readonly digest: string; readonly on: readonly StandingHost[]; readonly byId: string; readonly byName: string; readonly createdAt: number; readonly untilAt: number; readonly revokedAt: number | null; readonly say: string };
type Row = { id: string; schedule_id: string; object: string; signature: string; by_id: string; by_name: string; revoked_at: number | null; say: string };
type Person = { readonly id: string; readonly name: string };
type SkillName = { readonly id: string; readonly version: string; readonly signer: string };

export interface StandingRoom {
  /** Signed and recorded before it counts. The approver must be the one who is unlocked. */
  approve(by: Person, subject: StandingSubject, on: readonly StandingHost[], days: number): Promise<StandingApproval>;
  /** The newest one of a schedule, whatever became of it. */
  of(scheduleId: string): StandingApproval | undefined;
  revoke(scheduleId: string, by: Actor | undefined, why: string): Promise<void>;
  /** Why it does not hold at this moment; nothing where it does. */
  problemOf(scheduleId: string): string | undefined;
  /** For the gate: this schedule may run this runbook on this host now, without anybody being asked. */
  covers(scheduleId: string, host: StandingHost, skill: SkillName | undefined): boolean;
}

/** With `on`, of the very hosts that were shown: a name may stand for others by then. */
export const standingDigest = (subject: StandingSubject, on?: readonly StandingHost[]): string => sha256Hex(canonicalJson(on === undefined ? subject : { subject, on }));

export type StandingNeeds = {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "append" | "spentBy">;
  readonly access: Pick<AccessRoom, "operator" | "operators" | "signer">;
  readonly now: Clock;
  readonly newId: NewId;
};

export function createStanding({ store, ledger, access, now, newId }: StandingNeeds): StandingRoom {
  const sql = statements(store);
  const newest = (scheduleId: string): Row | undefined => sql.newest.get([scheduleId]);
  // Beside the table, in the record: a row that was changed, or comes back with an older file, takes nothing back.
  const isVoidOnRecord = (row: Row): boolean => ledger.spentBy(voidName(row)) !== undefined;
  const may = (operatorId: string, permission: "operate" | "approve"): boolean => {
    const operator = access.operator(operatorId);
    return operator?.active === true && grants(operator.roles, permission);
  };

  /** From this entry on every approval of the schedule that was given before it is void. */
  async function recordVoiding(scheduleId: string, entry: NewEntry): Promise<void> {
    const once = sql.all.all([scheduleId]).filter((row) => !isVoidOnRecord(row)).map(voidName);
    try {
      await ledger.append({ ...entry, once });
    } catch (error) {
      if (!(error instanceof Failure && error.code === "LEDGER_SPENT")) throw error;
      await recordVoiding(scheduleId, entry); // another was voided while this waited its turn
    }
  }

  function problem(row: Row): string | undefined {
    if (row.revoked_at !== null) return row.say;
    // The day, the schedule and the subject are read from what was signed: nothing says them a second time.
    const object = objectOf(row);
    if (isVoidOnRecord(row)) return "That it was taken back, or another given in its place, is on record; this installation's database says otherwise.";
    if (now() > object.not_after) return "Its approval has expired.";
    if (now() < object.created_at) return "This machine's clock stands before its approval.";
    if (!may(row.by_id, "approve")) return `${row.by_name}, who approved it, may not approve any more.`;
    if (object.schedule !== row.schedule_id) return "Its approval was given to another schedule.";
    if (!may(object.owner, "operate")) return "Its owner may not run commands any more.";
    const good = verifySsh(utf8(canonicalJson(object)), row.signature, STANDING_NAMESPACE);
    const isTheirs = access.operators().some(({ id, publicKey }) => id === row.by_id && good?.keyBlob === keyBlobOf(publicKey));
    return isTheirs ? undefined : `The signature of ${row.by_name} is not one over this approval.`;
  }

  const room: StandingRoom = {
    async approve(by, subject, on, days) {
      if (!may(by.id, "approve")) throw fail("APPROVAL_NOT_YOURS", { say: "Approving needs the approver role." });
      if (subject.skill.signer === "") throw fail("GRANT_REFUSED", { detail: "only a signed runbook may run with nobody there" });
      if (on.length === 0) throw fail("GRANT_REFUSED", { detail: "it names no host that is in the inventory" });
      if (days < 1 || days > MAX_STANDING_DAYS) throw fail("GRANT_REFUSED", { detail: `it ends within ${MAX_STANDING_DAYS} days` });
      const id = newId("stand");
      const object: StandingObject = { ...subject, v: 1, id, on, created_at: now(), not_after: now() + days * DAY_MS };
      const bytes = utf8(canonicalJson(object));
      const signer = await access.signer(by.id);
      const signature = await signSsh(bytes, signer.publicKey, signer.sign, STANDING_NAMESPACE);
      if (verifySsh(bytes, signature, STANDING_NAMESPACE)?.keyBlob !== keyBlobOf(signer.publicKey)) throw fail("APPROVAL_BAD_SIGNATURE");
      // The new yes stands in the place of those before it.
      await recordVoiding(subject.schedule, {
        type: "decision", actor: actorOf(by),
        fields: { decision: "standing-approval", standing: id, schedule: subject.schedule, skill: `${subject.skill.id}@${subject.skill.version}`, hosts: on.map((host) => host.id), untilAt: object.not_after, subject: standingDigest(subject) },
        blobs: [{ role: "standing-approval", bytes }, { role: "standing-approval.sig", bytes: Buffer.from(signature) }],
      });
      sql.add.run([id, subject.schedule, JSON.stringify(object), signature, by.id, by.name]);
      return viewOf(newest(subject.schedule) as Row);
    },
    of(scheduleId) {
      const row = newest(scheduleId);
      return row && viewOf(row);
    },
    async revoke(scheduleId, by, why) {
      const row = newest(scheduleId);
      if (row === undefined || isVoidOnRecord(row)) return;
      // Void first: were its record to fail, less runs and not more.
      sql.revoke.run([now(), why, scheduleId]);
      await recordVoiding(scheduleId, { type: "decision", actor: by ?? SYSTEM, fields: { decision: "standing-approval-void", standing: row.id, schedule: scheduleId, say: why } });
    },
    problemOf(scheduleId) {
      const row = newest(scheduleId);
      return row === undefined ? "Nobody has approved its turns." : problem(row);
    },
    covers(scheduleId, host, skill) {
      const row = newest(scheduleId);
      if (row === undefined || skill === undefined || problem(row) !== undefined) return false;
      const { skill: approved, on } = objectOf(row);
      const isSame = approved.id === skill.id && approved.version === skill.version && approved.signer === skill.signer;
      return isSame && on.some((each) => canonicalJson(each) === canonicalJson(standingHost(host)));
    },
  };
  return room;
}

const objectOf = (row: Row): StandingObject => JSON.parse(row.object) as StandingObject;
/** By the id that was signed: the one beside it is anybody's to change. */
const voidName = (row: Row): string => `standing-void:${objectOf(row).id}`;

function viewOf(row: Row): StandingApproval {
  const { v: _v, id, on, created_at: createdAt, not_after: untilAt, ...subject } = objectOf(row);
  return { id, digest: standingDigest(subject), on, byId: row.by_id, byName: row.by_name, createdAt, untilAt, revokedAt: row.revoked_at, say: row.say };
}

const statements = (store: Store) => ({
  newest: store.sql<Row>("standing.newest", "SELECT * FROM standing_approvals WHERE schedule_id = ? ORDER BY n DESC LIMIT 1"),
  all: store.sql<Row>("standing.all", "SELECT * FROM standing_approvals WHERE schedule_id = ?"),
  add: store.sql("standing.add", "INSERT INTO standing_approvals (id, schedule_id, object, signature, by_id, by_name) VALUES (?, ?, ?, ?, ?, ?)"),
  revoke: store.sql("standing.revoke", "UPDATE standing_approvals SET revoked_at = ?, say = ? WHERE schedule_id = ? AND revoked_at IS NULL"),
});
