import { createHash } from "node:crypto";
import type { AccessRoom, Verified } from "../access/index.ts";
import { actorOf, grants, SYSTEM, type Actor } from "../contract/terms.ts";
import { live, type Clock, type NewId } from "../kernel/index.ts";
import type { Json, Ledger } from "../ledger/port.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import { createKeyCounters, touchWords } from "./key-counters.ts";
import { judgeApproval, lifetime, mayDecide, standingOf, type Signature, type Standing } from "./judge.ts";
import { ApprovalObject, objectBytes } from "./object.ts";
import type { ApprovalAsk, ApprovalRequest, Approvals, ApprovalState, DecidedBy, Decision, Settled, Shown } from "./port.ts";
import { APPROVAL_NAMESPACE, DENIAL_NAMESPACE, keyBlobOf, signSsh, verifySsh } from "./sshsig.ts";

export const MAX_LIFETIME_MS = 15 * 60_000;
const CHECK_EVERY_MS = 1000;
const GONE = "This operator does not work here.";

export type QueueNeeds = {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "append" | "head">;
  readonly access: Pick<AccessRoom, "operator" | "operators" | "principal" | "signer" | "lendersOf">;
  readonly now: Clock;
  /** The clock nobody can set. */
  readonly monotonicMs: () => number;
  readonly newId: NewId;
  readonly random: (into: Uint8Array<ArrayBuffer>) => Uint8Array;
  readonly every?: (ms: number, run: () => void) => Disposable;
};

type Row = { id: string; state: ApprovalState; object: string; shown: string; say: string; request_seq: number; created_at: number; not_after: number };
type DecisionRow = { request_id: string; operator_id: string; name: string; decision: "approve" | "deny"; at: number; note: string; source: "here" | "file"; key_blob: string; signature: string; seq: number; in_place_of: string };

export interface Queue extends Approvals, Disposable {
  /** A decision made elsewhere, with its signature, by somebody whose key is known here. */
  accept(id: string, of: { readonly decision: "approve" | "deny"; readonly signature: string; readonly note: string }): Promise<ApprovalRequest>;
  objectOf(id: string): ApprovalObject;
  /** Whether this person's yes would count for it now, and if not, why. */
  mayApprove(id: string, operatorId: string): { readonly ok: boolean; readonly say: string };
  expireDue(): Promise<void>;
  /** Something beside the requests changed that whoever follows them has to see. */
  touched(): void;
}

/** The requests that wait, and what became of them. Every change is recorded before it counts. */
type Named = { readonly id: string; readonly name: string };

export function createQueue(needs: QueueNeeds): Queue {
  const { store, ledger, access, now, monotonicMs, newId } = needs;
  const sql = statements(store);
  const counters = createKeyCounters(store);
  const version = live(0);
  // A lifetime is counted on the clock that nobody can set, from this process's start of the request.
  const bornAt = new Map<string, number>();
  const moved = () => version.update((n) => n + 1);

  // Whoever waited for these is gone with the last process, and so is the clock they were measured by.
  sql.abandon.run(["SENA was started anew before it was decided. Nothing was run; ask again."]);

  const rowOf = (id: string): Row => {
    const row = sql.request.get([id]);
    if (!row) throw fail("APPROVAL_NOT_FOUND", { id });
    return row;
  };
  const objectOf = (row: Row): ApprovalObject => JSON.parse(row.object) as ApprovalObject;
  const aliveMs = (id: string): number => monotonicMs() - (bornAt.get(id) ?? Number.NEGATIVE_INFINITY);
  const isAlive = (row: Row): boolean => lifetime(objectOf(row), { now: now(), aliveMs: aliveMs(row.id) }) === "alive";
  const view = (row: Row): ApprovalRequest => ({ id: row.id, state: row.state, object: objectOf(row), shown: JSON.parse(row.shown) as Shown, decisions: sql.decisions.all([row.id]).map((each) => decisionOf(each, access.operator(each.in_place_of)?.name)), say: row.say });
  const worksHere = (operatorId: string): boolean => access.operator(operatorId)?.active === true;
  const mayApprove = (operatorId: string): boolean => {
    const operator = access.operator(operatorId);
    return operator?.active === true && grants(operator.roles, "approve");
  };

  const standing = (row: Row, operatorId: string): Standing =>
    standingOf(objectOf(row), { operatorId, hasRole: mayApprove(operatorId), lenders: access.lendersOf(operatorId) }, sql.decisions.all([row.id]).filter(({ decision }) => decision === "approve").map((each) => ({ operatorId: each.operator_id, inPlaceOf: each.in_place_of })));
  /** Their role, their part in the request, and with whose right they would say yes. */
  const mayApproveThis = (row: Row, operatorId: string): { readonly ok: boolean; readonly say: string } => {
    // Their own request needs no role: that somebody is gone is asked apart from what they may.
    if (!worksHere(operatorId)) return { ok: false, say: GONE };
    const may = mayDecide(objectOf(row), operatorId, mayApprove(operatorId));
    const own = standing(row, operatorId);
    return !may.ok || own.ok ? may : own;
  };

  async function end(row: Row, state: "denied" | "expired" | "cancelled", say: string, actor: Actor): Promise<void> {
    const object = objectOf(row);
    // The state first: a request that is ending must not be approved meanwhile, even if its record fails.
    if (sql.move.run({ id: row.id, from: "waiting", from2: "approved", to: state, say }).changes === 0) return;
    moved();
    await ledger.append({ type: "decision", actor, session: object.run, host: hostOf(object), fields: { approval: row.id, decision: state, say }, refs: { request: row.request_seq } });
  }
  /** The row while it may still be decided. Whoever comes too late, or a second time, is on the record. */
  async function openRow(id: string, who: Named, act: string): Promise<Row> {
    const row = rowOf(id);
    if (row.state !== "waiting") await recordRefusal(row, who, act, row.state === "expired" ? "It had expired." : `It was ${row.state} already.`);
    if (row.state === "expired") throw fail("APPROVAL_EXPIRED");
    if (row.state !== "waiting") throw fail("APPROVAL_DECIDED", { state: row.state });
    if (!isAlive(row)) {
      await end(row, "expired", "Nobody decided in time. It was not run.", SYSTEM);
      throw fail("APPROVAL_EXPIRED");
    }
    return row;
  }
  const recordRefusal = ({ id, object, request_seq: request }: Row, { id: operatorId, name }: Named, act: string, say: string) =>
    ledger.append({ type: "decision", actor: { kind: "operator", id: operatorId, name }, session: (JSON.parse(object) as ApprovalObject).run, fields: { approval: id, decision: `refused-${act}`, say }, refs: { request } });
  const refuse = async (row: Row, operator: Named, act: string, say: string): Promise<never> => {
    await recordRefusal(row, operator, act, say);
    throw fail("APPROVAL_NOT_YOURS", { say });
  };

  /** Recorded, then counted; with enough of them the request is approved. */
  async function count(row: Row, operator: Named, of: { readonly decision: "approve" | "deny"; readonly signature: string; readonly keyLine: string; readonly note: string; readonly source: "here" | "file"; readonly verified: Verified }): Promise<ApprovalRequest> {
    const keyBlob = keyBlobOf(of.keyLine);
    if (!counters.isFresh(keyBlob, of.verified, of.source)) {
      await recordRefusal(row, operator, of.decision, "The security key counted backwards.");
      throw fail("APPROVAL_KEY_COPIED", { name: operator.name });
    }
    if (sql.decisions.all([row.id]).some((each) => each.operator_id === operator.id)) {
      await recordRefusal(row, operator, of.decision, "They had decided already.");
      throw fail("APPROVAL_TWICE", { name: operator.name });
    }
    const object = objectOf(row);
    const actor = actorOf(operator);
    const fields: Record<string, Json> = { approval: row.id, decision: of.decision, note: of.note, source: of.source, signer: `${principalName(operator.name)} ${of.keyLine.split(" ").slice(0, 2).join(" ")}`, touch: touchWords(of.verified) };
    const own = of.decision === "approve" ? standing(row, operator.id) : { ok: true as const, inPlaceOf: "" };
    if (!own.ok) return refuse(row, operator, of.decision, own.say);
    if (own.inPlaceOf !== "") fields["inPlaceOf"] = access.operator(own.inPlaceOf)?.name ?? own.inPlaceOf;
    const common = { actor, session: object.run, host: hostOf(object), refs: { request: row.request_seq } };
    const { seq } =
      of.decision === "approve"
        ? await ledger.append({ ...common, type: "approval", fields, blobs: [{ role: "approval", bytes: objectBytes(object) }, { role: "approval.sig", bytes: Buffer.from(of.signature) }] })
        : await ledger.append({ ...common, type: "decision", fields });
    store.transaction(() => {
      if (rowOf(row.id).state !== "waiting") throw fail("APPROVAL_DECIDED", { state: rowOf(row.id).state });
      if (sql.decisions.all([row.id]).some((each) => each.operator_id === operator.id)) throw fail("APPROVAL_TWICE", { name: operator.name });
      // While it was recorded the lender may have approved too, or another stand-in.
      if (of.decision === "approve" && !sameStanding(standing(row, operator.id), own.inPlaceOf)) throw fail("APPROVAL_NOT_YOURS", { say: "In whose place they would approve has approved it already: one right counts once." });
      sql.decide.run([row.id, operator.id, operator.name, of.decision, now(), of.note, of.source, keyBlob, of.signature, seq, own.inPlaceOf]);
      counters.note(keyBlob, of.verified);
      const approvals = sql.decisions.all([row.id]).filter((each) => each.decision === "approve").length;
      if (of.decision === "deny") sql.move.run({ id: row.id, from: "waiting", from2: "waiting", to: "denied", say: `${operator.name} said no${of.note ? `: “${of.note.trim()}”` : ""}. It was not run.` });
      else if (approvals >= object.approvals) sql.move.run({ id: row.id, from: "waiting", from2: "waiting", to: "approved", say: "" });
    });
    moved();
    return view(rowOf(row.id));
  }

  async function decide(id: string, by: DecidedBy, decision: "approve" | "deny"): Promise<ApprovalRequest> {
    const operator = access.operator(by.operatorId);
    const who = operator ?? { id: by.operatorId, name: "" };
    const row = await openRow(id, who, decision);
    const object = objectOf(row);
    if (!operator?.active) return refuse(row, who, decision, GONE);
    const isRequester = operator.id === object.person;
    const may = decision === "approve" ? mayApproveThis(row, operator.id) : { ok: isRequester || mayApprove(operator.id), say: "Denying needs the approver role." };
    if (!may.ok) return refuse(row, operator, decision, may.say);
    const signer = await access.signer(operator.id, by.passphrase);
    const common = { keyLine: signer.publicKey, note: by.note ?? "", source: "here" as const };
    // A no is a no at once: it waits for no touch of a key. It may have been decided or have expired while Argon2 worked.
    if (decision === "deny") return count(await openRow(id, operator, decision), operator, { ...common, decision, signature: "", verified: {} });
    const signature = await signSsh(objectBytes(object), signer.publicKey, signer.sign);
    const verified = verifySsh(objectBytes(object), signature);
    // An agent is another program, and a security key may be set not to ask for a touch.
    if (verified?.keyBlob !== keyBlobOf(signer.publicKey)) {
      await recordRefusal(row, operator, decision, "The signature was not one over this request.");
      throw fail("APPROVAL_BAD_SIGNATURE");
    }
    return count(await openRow(id, operator, decision), operator, { ...common, decision, signature, verified });
  }

  async function expireDue(): Promise<void> {
    for (const row of sql.open.all()) if (!isAlive(row)) await end(row, "expired", "Nobody decided in time. It was not run.", SYSTEM);
  }
  const ticking = (needs.every ?? everyMs)(CHECK_EVERY_MS, () => void expireDue().catch(() => {}));

  return {
    async request({ shown, lifetimeMs = MAX_LIFETIME_MS, ...of }: ApprovalAsk) {
      const id = newId("appr");
      const { size, root } = ledger.head();
      const at = now();
      const object = ApprovalObject.parse({
        ...of, v: 1, id, nonce: Buffer.from(needs.random(new Uint8Array(24))).toString("base64url"), head: { size, root },
        created_at: at, not_after: at + Math.min(MAX_LIFETIME_MS, Math.max(1, lifetimeMs)), max_uses: 1,
      });
      const { seq } = await ledger.append({
        type: "approval-request", actor: object.requester, session: object.run, host: hostOf(object),
        fields: { approval: id, script: shown.script.length <= 4096 ? shown.script : object.script, effect: object.effect, title: object.title, rules: object.rules, approvals: object.approvals, own: object.own, notAfter: object.not_after },
        blobs: [{ role: "object", bytes: objectBytes(object) }, { role: "script", bytes: Buffer.from(shown.script) }],
      });
      bornAt.set(id, monotonicMs());
      sql.insert.run([id, JSON.stringify(object), JSON.stringify(shown), seq, object.created_at, object.not_after]);
      moved();
      return view(rowOf(id));
    },
    async settled(id, signal): Promise<Settled> {
      const ended = new AbortController();
      const until = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
      for await (const _ of version.follow(until)) {
        // Each change of any request wakes all who wait for theirs, hundreds for a fleet: most of them have nothing to read.
        if (sql.state.get([id])?.state === "waiting") continue;
        const { state, decisions, say } = view(rowOf(id));
        if (state === "approved") return { state, by: decisions.map(({ name }) => name) };
        if (state === "denied" || state === "expired" || state === "cancelled") return { state, say };
        return { state: "cancelled", say: "It was used already." };
      }
      until.throwIfAborted();
      throw fail("APPROVAL_NOT_FOUND", { id });
    },
    approve: (id, by) => decide(id, by, "approve"),
    deny: (id, by) => decide(id, by, "deny"),
    async cancel(id, by, why) {
      const row = rowOf(id);
      if (row.state === "waiting" || row.state === "approved") await end(row, "cancelled", why, by);
    },
    async accept(id, { decision, signature, note }) {
      const carrier = access.principal();
      const row = await openRow(id, carrier, `file-${decision}`);
      const object = objectOf(row);
      const good = verifySsh(objectBytes(object), signature, decision === "approve" ? APPROVAL_NAMESPACE : DENIAL_NAMESPACE);
      const operator = good && access.operators().find((each) => keyBlobOf(each.publicKey) === good.keyBlob);
      if (!good || !operator?.active) {
        const detail = good ? "its key belongs to nobody who works here" : "its signature is not one over this request";
        await recordRefusal(row, carrier, `file-${decision}`, detail);
        throw fail("APPROVAL_BAD_FILE", { detail });
      }
      const may = decision === "approve" ? mayApproveThis(row, operator.id) : mayDecide(object, operator.id, mayApprove(operator.id));
      if (!may.ok) return refuse(row, operator, decision, may.say);
      return count(row, operator, { decision, signature, keyLine: operator.publicKey, note, source: "file", verified: good });
    },
    get: (id) => view(rowOf(id)),
    objectOf: (id) => objectOf(rowOf(id)),
    mayApprove: (id, operatorId) => mayApproveThis(rowOf(id), operatorId),
    list: ({ open, limit }) => (open ? sql.open.all() : sql.newest.all([limit])).slice(0, limit).map(view),
    waiting: () => (sql.count.get() as { n: number }).n,
    changes: (signal) => version.follow(signal),
    usable(id, facts) {
      const row = rowOf(id);
      if (row.state !== "approved") return { ok: false, reason: row.state === "expired" ? "expired" : "changed", say: row.state === "used" ? "This approval was used once already. It was not run again." : `This request is ${row.state}. It was not run.` };
      const object = objectOf(row);
      const decisions = sql.decisions.all([id]).filter((each) => each.decision === "approve");
      const signatures = decisions.map((each): Signature => {
        const operator = access.operators().find((known) => known.id === each.operator_id);
        const good = verifySsh(objectBytes(object), each.signature);
        return { operatorId: each.operator_id, name: each.name, isGood: good !== undefined && operator !== undefined && good.keyBlob === keyBlobOf(operator.publicKey), isActive: operator?.active ?? false, mayApprove: mayApprove(each.operator_id) && stillStands(access.lendersOf(each.operator_id), each.in_place_of) };
      });
      const judged = judgeApproval(object, signatures, facts, { now: now(), aliveMs: aliveMs(id) });
      return judged.ok ? { ok: true, by: judged.by, nonce: object.nonce, approvalSeq: Math.max(...decisions.map((each) => each.seq)) } : judged;
    },
    used(id) {
      sql.move.run({ id, from: "approved", from2: "approved", to: "used", say: "" });
      moved();
    },
    expireDue,
    touched: moved,
    [Symbol.dispose]: () => ticking[Symbol.dispose](),
  };
}

export const sha256Hex = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
/** An object without a host is none. */
const hostOf = ({ hosts }: ApprovalObject): string => (hosts[0] as ApprovalObject["hosts"][number]).id;
/** allowed_signers principals have no blanks and no wildcards. */
const principalName = (name: string): string => name.replaceAll(/[^\w.@-]/g, "-");

const sameStanding = (standing: Standing, inPlaceOf: string): boolean => standing.ok && standing.inPlaceOf === inPlaceOf;
/** Approved by their own role, they still have it; approved in somebody's place, that one still lends it, or they have the role themselves now. */
const stillStands = (lenders: readonly string[], inPlaceOf: string): boolean => lenders.length === 0 || lenders.includes(inPlaceOf);

const decisionOf = (row: DecisionRow, inPlaceOf: string | undefined): Decision => ({ operatorId: row.operator_id, name: row.name, decision: row.decision, at: row.at, note: row.note, from: row.source, ...(inPlaceOf !== undefined && { inPlaceOf }) });

function everyMs(ms: number, run: () => void): Disposable {
  const timer = setInterval(run, ms);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const statements = (store: Store) => ({
  request: store.sql<Row>("approvals.request", "SELECT * FROM approval_requests WHERE id = ?"),
  state: store.sql<{ state: ApprovalState }>("approvals.state", "SELECT state FROM approval_requests WHERE id = ?"),
  open: store.sql<Row>("approvals.open", "SELECT * FROM approval_requests WHERE state = 'waiting' ORDER BY created_at"),
  newest: store.sql<Row>("approvals.newest", "SELECT * FROM approval_requests ORDER BY created_at DESC, id DESC LIMIT ?"),
  count: store.sql<{ n: number }>("approvals.count", "SELECT count(*) AS n FROM approval_requests WHERE state = 'waiting'"),
  insert: store.sql("approvals.insert", "INSERT INTO approval_requests (id, state, object, shown, request_seq, created_at, not_after) VALUES (?, 'waiting', ?, ?, ?, ?, ?)"),
  move: store.sql("approvals.move", "UPDATE approval_requests SET state = :to, say = :say WHERE id = :id AND state IN (:from, :from2)"),
  abandon: store.sql("approvals.abandon", "UPDATE approval_requests SET state = 'cancelled', say = ? WHERE state IN ('waiting', 'approved')"),
  decisions: store.sql<DecisionRow>("approvals.decisions", "SELECT * FROM approval_decisions WHERE request_id = ? ORDER BY n"),
  decide: store.sql("approvals.decide", "INSERT INTO approval_decisions (request_id, operator_id, name, decision, at, note, source, key_blob, signature, seq, in_place_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
});
