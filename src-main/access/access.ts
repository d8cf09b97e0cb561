import { grants, ROLE_GRANTS, Role, type Permission } from "../contract/index.ts";
import { live, type Clock, type NewId } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import type { Store } from "../store/index.ts";
import { keyOfPassphrase, MIN_PASSPHRASE, PASSPHRASE_PARAMS, SALT_BYTES, seal, unseal, XAES_KEY_BYTES, XAES_NONCE_BYTES, type PassphraseParams, type VaultRoom } from "../vault/index.ts";
import { fail } from "./failures.ts";
import type { AccessRoom, AccessState, Delegation, OperatorEntry } from "./port.ts";
import type { SshAgent } from "./ssh-agent.ts";
import { assertApproverKey, provePossession } from "./approver-key.ts";
import { agentSignerOf, signerOf, type Signer } from "./signer.ts";
import { ACCESS_MIGRATIONS } from "./tables.ts";
import { createThrottle } from "./throttle.ts";

export type AccessNeeds = {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "append">;
  readonly vault: VaultRoom;
  /** A key kept in a file of this machine, readable by this account alone: what protects secrets until a passphrase is set. */
  readonly deviceKey: Uint8Array;
  readonly firstName: string;
  readonly now: Clock;
  readonly newId: NewId;
  readonly random: (into: Uint8Array<ArrayBuffer>) => Uint8Array;
  readonly idleLockMs: () => number;
  readonly agent: SshAgent;
  /** How much work a guess costs; the default is meant for people, tests take less. */
  readonly passphraseParams?: PassphraseParams;
  readonly every?: (ms: number, run: () => void) => Disposable;
};

type Kdf = PassphraseParams & { readonly salt: string };
type Row = { id: string; name: string; roles: string; active: number; public_key: string; is_remote: number; kdf: string; box: Uint8Array | null; created_at: number; agent_key: string };
type DelegationRow = { id: string; from_id: string; to_id: string; until_at: number; reason: string; revoked_at: number | null; created_at: number };
type Held = { readonly operatorId: string; readonly signer: Signer };

const SEED_BYTES = 32;
const IDLE_CHECK_MS = 5000;
const aadOf = (id: string) => Buffer.from(`sena-operator/v1/${id}`);

/** Who works here, how they prove it, and what they may do. */
export async function openAccess(needs: AccessNeeds): Promise<AccessRoom> {
  const { store, ledger, vault, now, newId, random } = needs;
  store.migrate("access", ACCESS_MIGRATIONS);
  const sql = statements(store);
  const bytes = (length: number) => random(new Uint8Array(length));
  const throttle = createThrottle(now);
  let held: Held | undefined;
  let lastTouch = now();
  let lastTick = now();

  const rowOf = (id: string): Row => {
    const row = sql.operator.get([id]);
    if (!row) throw fail("ACCESS_NO_OPERATOR", { id });
    return row;
  };
  const activeRow = (id: string): Row => {
    const row = rowOf(id);
    if (row.active === 0) throw fail("ACCESS_NO_OPERATOR", { id });
    return row;
  };
  const mode = (): "single" | "several" => sql.mode.get()?.mode ?? "single";
  const record = (type: "login" | "key", row: Pick<Row, "id" | "name">, fields: Record<string, string | readonly string[]>) => ledger.append({ type, actor: { kind: "operator", id: row.id, name: row.name }, fields });

  /** The box holds the vault's root and the operator's signing seed; its key is a passphrase, or the device's. */
  async function openBox(row: Row, passphrase: string | undefined): Promise<{ root: Buffer; seed: Buffer } | undefined> {
    if (row.box === null) return undefined;
    let key = needs.deviceKey;
    if (row.kdf !== "") {
      if (passphrase === undefined) return undefined;
      const { salt, ...params } = JSON.parse(row.kdf) as Kdf;
      key = await keyOfPassphrase(passphrase, Buffer.from(salt, "base64"), params);
    }
    const plain = unseal(key, row.box, aadOf(row.id));
    return plain && { root: plain.subarray(0, XAES_KEY_BYTES), seed: plain.subarray(XAES_KEY_BYTES) };
  }
  async function sealBox(id: string, root: Uint8Array, seed: Uint8Array, passphrase: string | undefined): Promise<{ kdf: string; box: Uint8Array }> {
    const plain = Buffer.concat([root, seed]);
    if (passphrase === undefined) return { kdf: "", box: seal(needs.deviceKey, bytes(XAES_NONCE_BYTES), plain, aadOf(id)) };
    if (passphrase.length < MIN_PASSPHRASE) throw fail("ACCESS_WEAK_PASSPHRASE", { min: MIN_PASSPHRASE });
    const salt = bytes(SALT_BYTES);
    const params = needs.passphraseParams ?? PASSPHRASE_PARAMS;
    const key = await keyOfPassphrase(passphrase, salt, params);
    const box = seal(key, bytes(XAES_NONCE_BYTES), plain, aadOf(id));
    key.fill(0);
    plain.fill(0);
    return { kdf: JSON.stringify({ ...params, salt: Buffer.from(salt).toString("base64") }), box };
  }
  /** Proves a passphrase, slowly after several wrong ones; each attempt is in the record. */
  async function prove(row: Row, passphrase: string, act: string): Promise<{ root: Buffer; seed: Buffer }> {
    const waitMs = throttle.waitMs(row.id);
    if (waitMs > 0) throw fail("ACCESS_WAIT", { seconds: Math.ceil(waitMs / 1000) });
    const box = await openBox(row, passphrase);
    if (box) {
      throttle.right(row.id);
      return box;
    }
    throttle.wrong(row.id);
    await record("login", row, { act, result: "wrong-passphrase" });
    throw fail("ACCESS_WRONG_PASSPHRASE");
  }

  const entryOf = (row: Row): OperatorEntry => ({ id: row.id, name: row.name, roles: JSON.parse(row.roles) as Role[], active: row.active === 1, publicKey: row.agent_key === "" ? row.public_key : row.agent_key, isAgentKey: row.agent_key !== "", isRemote: row.is_remote === 1, hasPassphrase: row.kdf !== "", createdAt: row.created_at });
  /** By their own role, at this moment: nobody lends what was lent to them. */
  const mayByOwnRole = (id: string): boolean => {
    const row = sql.operator.get([id]);
    return row?.active === 1 && grants(JSON.parse(row.roles) as Role[], "approve");
  };
  const holds = (row: DelegationRow): boolean => row.revoked_at === null && row.until_at > now() && mayByOwnRole(row.from_id) && sql.operator.get([row.to_id])?.active === 1;
  const delegationOf = (row: DelegationRow): Delegation => ({ id: row.id, fromId: row.from_id, toId: row.to_id, untilAt: row.until_at, reason: row.reason, revokedAt: row.revoked_at, createdAt: row.created_at, holds: holds(row) });
  /** One key is one person, also of those who are retired: they may come back. */
  const assertOwnKey = (publicKey: string, of?: string): void => {
    const words = keyWords(publicKey);
    const taken = sql.operators.all().find((row) => row.id !== of && (keyWords(row.public_key) === words || keyWords(row.agent_key) === words));
    if (taken) throw fail("ACCESS_KEY_TAKEN", { name: taken.name });
  };
  const stateNow = (): AccessState => {
    const row = held && sql.operator.get([held.operatorId]);
    const canLock = sql.operators.all().some((each) => each.active === 1 && each.is_remote === 0 && each.kdf !== "");
    return { mode: mode(), locked: held === undefined, canLock, operator: row && { id: row.id, name: row.name }, since: lastTouch };
  };

  async function insert(name: string, roles: readonly Role[], passphrase: string | undefined, root: Uint8Array): Promise<OperatorEntry> {
    if (sql.byName.get([name])) throw fail("ACCESS_NAME_TAKEN", { name });
    const id = newId("op");
    const seed = bytes(SEED_BYTES);
    const sealed = await sealBox(id, root, seed, passphrase);
    const { publicKey } = signerOf(id, seed, name);
    seed.fill(0);
    await record("key", { id, name }, { act: "approver-key", key: publicKey });
    sql.insert.run([id, name, JSON.stringify(roles), publicKey, 0, sealed.kdf, sealed.box, now()]);
    return entryOf(rowOf(id));
  }
  const signerFor = (row: Row, seed: Uint8Array): Signer => (row.agent_key === "" ? signerOf(row.id, seed, row.name) : agentSignerOf(row.id, row.agent_key, needs.agent));
  async function hold(row: Row, box: { root: Buffer; seed: Buffer }): Promise<void> {
    await record("login", row, { act: "unlock", result: "ok", with: row.kdf === "" ? "device" : "passphrase" });
    vault.unlock(box.root);
    held = { operatorId: row.id, signer: signerFor(row, box.seed) };
    box.root.fill(0);
    box.seed.fill(0);
    lastTouch = now();
    sql.openSession.run([row.id, now()]);
    state.set(stateNow());
  }

  const state = live<AccessState>({ mode: mode(), locked: true, canLock: false, operator: undefined, since: now() });
  if (sql.operators.all().length === 0) {
    sql.setMode.run(["single"]);
    await insert(needs.firstName, ["admin"], undefined, vault.newRoot());
  }
  sql.closeSessions.run([now()]);
  // Until somebody sets a passphrase there is nothing a lock could ask for: the account of this machine is the proof.
  const alone = sql.operators.all().filter((row) => row.is_remote === 0 && row.active === 1);
  if (alone.length === 1 && alone[0]?.kdf === "") {
    const box = await openBox(alone[0], undefined);
    if (box) await hold(alone[0], box);
  }
  state.set(stateNow());

  const room: AccessRoom = {
    state,
    get locked() {
      return held === undefined;
    },
    get singleOperator() {
      return mode() === "single";
    },
    principal() {
      const row = held && sql.operator.get([held.operatorId]);
      if (!row || row.active === 0) return { id: "nobody", name: "Nobody", permissions: ["public"] };
      return { id: row.id, name: row.name, permissions: permissionsOf(room.rolesOf(row.id)) };
    },
    operator(id) {
      const row = sql.operator.get([id]);
      return row && { id: row.id, name: row.name, roles: room.rolesOf(id), active: row.active === 1 };
    },
    operators: () => sql.operators.all().map(entryOf),
    rolesOf(id) {
      const row = sql.operator.get([id]);
      if (!row || row.active === 0) return [];
      const own = JSON.parse(row.roles) as Role[];
      return room.lendersOf(id).length > 0 ? [...own, "approver"] : own;
    },
    lendersOf: (id) => (mayByOwnRole(id) ? [] : sql.delegationsTo.all([id]).filter(holds).map(({ from_id: from }) => from)),
    async unlock(id, passphrase) {
      const row = activeRow(id);
      if (row.is_remote === 1) throw fail("ACCESS_NO_OPERATOR", { id });
      const box = await prove(row, passphrase, "unlock");
      if (held) await room.lock("asked");
      await hold(row, box);
    },
    async lock(reason) {
      const row = held && sql.operator.get([held.operatorId]);
      if (!row || (reason !== "closing" && row.kdf === "")) return;
      held = undefined;
      vault.lock();
      sql.closeSession.run([now(), reason, row.id]);
      state.set(stateNow());
      await record("login", row, { act: "lock", result: reason });
    },
    touch() {
      lastTouch = now();
    },
    async signer(id, passphrase) {
      const row = activeRow(id);
      if (held?.operatorId === id && passphrase === undefined) return held.signer;
      if (row.kdf === "" || row.is_remote === 1) throw fail("ACCESS_NEEDS_PASSPHRASE", { name: row.name });
      const box = await prove(row, passphrase ?? "", "sign");
      box.root.fill(0);
      const signer = signerFor(row, box.seed);
      box.seed.fill(0);
      return signer;
    },
    agentKeys: () => needs.agent.keys(),
    async useAgentKey(id, publicKey, passphrase) {
      const row = activeRow(id);
      if (row.is_remote === 1) throw fail("ACCESS_NO_OPERATOR", { id });
      const box = row.kdf === "" ? await openBox(row, undefined) : await prove(row, passphrase ?? "", "approver-key");
      if (!box) throw fail("ACCESS_NO_OPERATOR", { id });
      if (publicKey !== undefined) {
        assertApproverKey(publicKey);
        assertOwnKey(publicKey, id);
        await provePossession(needs.agent, publicKey, bytes(SEED_BYTES));
      }
      await record("key", row, { act: "approver-key", key: publicKey ?? row.public_key, kept: publicKey === undefined ? "here" : "agent" });
      sql.useKey.run([publicKey ?? "", id]);
      if (held?.operatorId === id) held = { operatorId: id, signer: signerFor(rowOf(id), box.seed) };
      box.root.fill(0);
      box.seed.fill(0);
      return entryOf(rowOf(id));
    },
    async add({ name, roles, passphrase }) {
      if (mode() === "single") throw fail("ACCESS_SINGLE");
      if (!held) throw fail("ACCESS_LOCKED");
      const entry = await insert(name, roles, passphrase, vault.rootForSealing());
      state.set(stateNow());
      return entry;
    },
    async addRemote({ name, roles, publicKey }) {
      assertApproverKey(publicKey.trim());
      assertOwnKey(publicKey);
      if (sql.byName.get([name])) throw fail("ACCESS_NAME_TAKEN", { name });
      const id = newId("op");
      await record("key", { id, name }, { act: "remote-approver-key", key: publicKey.trim() });
      sql.insert.run([id, name, JSON.stringify(roles.filter((role) => role === "approver" || role === "auditor" || role === "viewer")), publicKey.trim(), 1, "", null, now()]);
      return entryOf(rowOf(id));
    },
    async change(id, to) {
      const row = rowOf(id);
      const before = entryOf(row);
      const after = { name: to.name ?? before.name, roles: to.roles ?? before.roles, active: to.active ?? before.active };
      const taken = sql.byName.get([after.name]);
      if (taken && taken.id !== id) throw fail("ACCESS_NAME_TAKEN", { name: after.name });
      const otherAdmin = sql.operators.all().map(entryOf).some((each) => each.id !== id && each.active && !each.isRemote && each.roles.includes("admin"));
      if (!otherAdmin && before.roles.includes("admin") && (!after.active || !after.roles.includes("admin"))) throw fail("ACCESS_LAST_ADMIN");
      sql.change.run([after.name, JSON.stringify(after.roles), after.active ? 1 : 0, id]);
      if (!after.active && held?.operatorId === id) await room.lock("asked");
      state.set(stateNow());
      return entryOf(rowOf(id));
    },
    async setPassphrase(id, next, before) {
      const row = activeRow(id);
      const box = row.kdf === "" ? await openBox(row, undefined) : await prove(row, before ?? "", "change-passphrase");
      if (!box) throw fail("ACCESS_NO_OPERATOR", { id });
      const sealed = await sealBox(id, box.root, box.seed, next);
      await record("key", row, { act: "passphrase-set" });
      sql.reseal.run([sealed.kdf, sealed.box, id]);
      state.set(stateNow());
    },
    async setMode(next) {
      const own = sql.operators.all().filter((row) => row.active === 1 && row.is_remote === 0);
      const bare = own.find((row) => row.kdf === "");
      if (next === "several" && bare) throw fail("ACCESS_NEEDS_PASSPHRASE", { name: bare.name });
      if (next === "single" && own.length > 1) throw fail("ACCESS_SEVERAL");
      sql.setMode.run([next]);
      state.set(stateNow());
    },
    sessions: (limit) => sql.sessions.all([limit]),
    async delegate({ fromId, toId, untilAt, reason }) {
      const from = activeRow(fromId);
      const to = activeRow(toId);
      const detail = standInProblem({ from: from.name, to: to.name, isSelf: fromId === toId, mayLend: mayByOwnRole(fromId), needsNone: mayByOwnRole(toId), lastsMs: untilAt - now() });
      if (detail !== undefined) throw fail("ACCESS_STAND_IN", { detail });
      const id = newId("dlg");
      sql.delegate.run([id, fromId, toId, untilAt, reason, now()]);
      state.set(stateNow());
      return delegationOf(sql.delegation.get([id]) as DelegationRow);
    },
    async revokeDelegation(id) {
      sql.revoke.run([now(), id]);
      state.set(stateNow());
    },
    delegations: () => sql.delegations.all().map(delegationOf),
    [Symbol.dispose]() {
      ticking[Symbol.dispose]();
      held = undefined;
      vault.lock();
    },
  };
  const ticking = (needs.every ?? everyMs)(IDLE_CHECK_MS, () => {
    // A right that was lent ends by itself: whoever looks at a request must not go on seeing a button that does nothing.
    if (sql.endedSince.get([lastTick, now()])?.n) state.set(stateNow());
    lastTick = now();
    const idleMs = needs.idleLockMs();
    if (held && idleMs > 0 && now() - lastTouch >= idleMs) void room.lock("idle").catch(() => {});
  });
  return room;
}

export const permissionsOf = (roles: readonly Role[]): Permission[] => [...new Set<Permission>(["public", ...roles.flatMap((role) => ROLE_GRANTS[role])])];

/** A key line's very bytes: neither its comment nor another way to write them makes it another key. */
const keyWords = (line: string): string | undefined => (line === "" ? undefined : Buffer.from(line.trim().split(/\s+/)[1] ?? "", "base64").toString("base64"));

const LONGEST_STAND_IN_MS = 92 * 86_400_000;
function standInProblem({ from, to, isSelf, mayLend, needsNone, lastsMs }: { readonly from: string; readonly to: string; readonly isSelf: boolean; readonly mayLend: boolean; readonly needsNone: boolean; readonly lastsMs: number }): string | undefined {
  if (isSelf) return "somebody else has to be named";
  if (!mayLend) return `${from} may approve only in somebody else's place, and that is not lent on`;
  if (needsNone) return `${to} may approve by their own role`;
  if (lastsMs <= 0) return "its end has passed already";
  return lastsMs > LONGEST_STAND_IN_MS ? "it lasts three months at most; for longer an admin gives them the role" : undefined;
}

function everyMs(ms: number, run: () => void): Disposable {
  const timer = setInterval(run, ms);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const statements = (store: Store) => ({
  mode: store.sql<{ mode: "single" | "several" }>("access.mode", "SELECT mode FROM access_state WHERE id = 1"),
  setMode: store.sql("access.set-mode", "INSERT INTO access_state (id, mode) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET mode = excluded.mode"),
  operator: store.sql<Row>("access.operator", "SELECT * FROM operators WHERE id = ?"),
  byName: store.sql<Row>("access.by-name", "SELECT * FROM operators WHERE name = ?"),
  operators: store.sql<Row>("access.operators", "SELECT * FROM operators ORDER BY created_at, id"),
  insert: store.sql("access.insert", "INSERT INTO operators (id, name, roles, active, public_key, is_remote, kdf, box, created_at) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)"),
  change: store.sql("access.change", "UPDATE operators SET name = ?, roles = ?, active = ? WHERE id = ?"),
  useKey: store.sql("access.use-key", "UPDATE operators SET agent_key = ? WHERE id = ?"),
  reseal: store.sql("access.reseal", "UPDATE operators SET kdf = ?, box = ? WHERE id = ?"),
  openSession: store.sql("access.open-session", "INSERT INTO access_sessions (operator_id, from_at) VALUES (?, ?)"),
  closeSession: store.sql("access.close-session", "UPDATE access_sessions SET to_at = ?, ended = ? WHERE operator_id = ? AND to_at IS NULL"),
  closeSessions: store.sql("access.close-sessions", "UPDATE access_sessions SET to_at = ?, ended = 'stopped' WHERE to_at IS NULL"),
  sessions: store.sql<{ operatorId: string; name: string; from: number; to: number | null; ended: string }>("access.sessions", `SELECT operator_id AS operatorId, name, from_at AS "from", to_at AS "to", ended FROM access_sessions JOIN operators ON operators.id = operator_id ORDER BY n DESC LIMIT ?`),
  delegate: store.sql("access.delegate", "INSERT INTO delegations (id, from_id, to_id, until_at, reason, created_at) VALUES (?, ?, ?, ?, ?, ?)"),
  revoke: store.sql("access.revoke", "UPDATE delegations SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"),
  delegation: store.sql<DelegationRow>("access.delegation", "SELECT * FROM delegations WHERE id = ?"),
  delegations: store.sql<DelegationRow>("access.delegations", "SELECT * FROM delegations ORDER BY created_at DESC LIMIT 200"),
  endedSince: store.sql<{ n: number }>("access.ended-since", "SELECT count(*) AS n FROM delegations WHERE revoked_at IS NULL AND until_at > ? AND until_at <= ?"),
  delegationsTo: store.sql<DelegationRow>("access.delegations-to", "SELECT * FROM delegations WHERE to_id = ?"),
});
