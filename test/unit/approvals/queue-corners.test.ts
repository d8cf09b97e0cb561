import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { APPROVAL_FAILURES } from "../../../src-main/approvals/failures.ts";
import { createQueue } from "../../../src-main/approvals/index.ts";
import { createKeyCounters, touchWords } from "../../../src-main/approvals/key-counters.ts";
import { standingOf } from "../../../src-main/approvals/judge.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { countedStore } from "../../fakes/counted-store.ts";
import { askOf, DEFAULT_POLICY, gateWorld, PASS, sha256 } from "../../fakes/gate.ts";

// What happens between two steps of one decision, and what a key says of itself.

const SYSTEM = { kind: "system", id: "x", name: "x" } as const;
const u32 = (n: number) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n]);
const str = (bytes: Uint8Array | string) => Buffer.concat([u32(Buffer.from(bytes as string).length), Buffer.from(bytes as string)]);
const hash = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();

describe("the counts of a security key", async () => {
  const { store } = await gateWorld();
  const counters = createKeyCounters(store);
  const said = (counter: number, isVerified = false) => ({ securityKey: { counter, isVerified } });

  it("go only forward where the key is in front of us, and are new where a file brings them", () => {
    for (const source of ["here", "file"] as const) expect([counters.isFresh("k", {}, source), counters.isFresh("k", said(0), source), counters.isFresh("k", said(1), source)]).toEqual([true, true, true]);
    counters.note("k", said(7));
    counters.note("k", said(7));
    counters.note("k", said(0));
    counters.note("k", {});
    expect([6, 7, 8].map((counter) => counters.isFresh("k", said(counter), "here"))).toEqual([false, false, true]);
    expect([6, 7, 8].map((counter) => counters.isFresh("k", said(counter), "file"))).toEqual([true, false, true]);
    expect(counters.isFresh("other", said(1), "here")).toBe(true);
  });
  it("are said in words", () => {
    expect([touchWords({}), touchWords(said(3)), touchWords(said(4, true))]).toEqual(["none", "touched, count 3", "touched, with PIN or fingerprint, count 4"]);
  });
});

describe("every way an approval can fail", () => {
  it("tells what happened in a whole sentence", () => {
    for (const { say } of Object.values(APPROVAL_FAILURES)) expect(say({ id: "1", state: "denied", say: "No.", name: "ada", detail: "x", n: 1 })).toMatch(/^\S.* .*\.$/s);
  });
});

/** A queue whose signer is a key made here: what it signs, and how often it says it was touched, is the test's to choose. */
async function withKey(counter: () => number, of: { readonly signsOther?: boolean } = {}) {
  const world = await gateWorld();
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from((publicKey.export({ format: "jwk" }) as { x: string }).x, "base64url");
  const type = "sk-ssh-ed25519@openssh.com";
  const line = `${type} ${Buffer.concat([str(type), str(raw), str("ssh:")]).toString("base64")} ada`;
  const signer = {
    publicKey: line,
    sign: async (data: Uint8Array) => {
      const tail = Buffer.concat([Buffer.from([1]), u32(counter())]);
      return Buffer.concat([str(type), str(sign(null, Buffer.concat([hash("ssh:"), tail, hash(of.signsOther === true ? "other" : data)]), privateKey)), tail]);
    },
  };
  const access = { ...world.queueNeeds.access, operator: world.access.operator, operators: world.access.operators, principal: world.access.principal, signer: async () => signer };
  return { world, queue: createQueue({ ...world.queueNeeds, access: access as never }) };
}

describe("a key that signs", () => {
  it("is believed when it counts on, and is a copy when it counts back", async () => {
    let count = 7;
    const { world, queue } = await withKey(() => count);
    const first = await queue.request(askOf());
    expect((await queue.approve(first.id, { operatorId: world.ada })).state).toBe("approved");
    const second = await queue.request(askOf());
    await expect(queue.approve(second.id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_KEY_COPIED" });
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused-approve", say: "The security key counted backwards." });
    count = 8;
    expect((await queue.approve(second.id, { operatorId: world.ada })).state).toBe("approved");
    expect(world.ledger.of("approval").map(({ fields }) => fields?.["touch"])).toEqual(["touched, count 7", "touched, count 8"]);
  });
  it("something else than the request is not believed, and is on the record", async () => {
    const { world, queue } = await withKey(() => 1, { signsOther: true });
    const { id } = await queue.request(askOf());
    await expect(queue.approve(id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_BAD_SIGNATURE" });
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused-approve" });
    expect(queue.get(id).state).toBe("waiting");
  });
});

describe("who could say yes", () => {
  it("is nobody who left: not by their role, and not to their own request, which needs none", async () => {
    const world = await gateWorld({ several: true });
    const own = await world.queue.request(askOf({ person: world.cyd, own: true }));
    const of = (operatorId: string) => world.queue.mayApprove(own.id, operatorId);
    expect([of(world.bob), of(world.cyd)]).toEqual([{ ok: true, say: "" }, { ok: true, say: "" }]);
    await world.access.change(world.bob, { active: false });
    await world.access.change(world.cyd, { active: false });
    const gone = { ok: false, say: "This operator does not work here." };
    expect([of(world.bob), of(world.cyd), of("op_none")]).toEqual([gone, gone, gone]);
  });
});

describe("with whose right somebody approves", () => {
  const asked = { person: "ada", requester: { kind: "operator", id: "ada", name: "ada" } as const, own: false };
  const standing = (lenders: readonly string[], approved: Parameters<typeof standingOf>[2] = [], more: { readonly hasRole?: boolean; readonly operatorId?: string; readonly own?: boolean } = {}) =>
    standingOf({ ...asked, own: more.own ?? false }, { operatorId: more.operatorId ?? "dan", hasRole: more.hasRole ?? true, lenders }, approved);

  it("is their own where nobody lent them one, and the first free lender's where somebody did", () => {
    expect(standing([])).toEqual({ ok: true, inPlaceOf: "" });
    expect(standing(["bob"], [], { hasRole: false })).toEqual({ ok: true, inPlaceOf: "" });
    expect(standing(["bob", "eve"])).toEqual({ ok: true, inPlaceOf: "bob" });
    expect(standing(["bob", "eve"], [{ operatorId: "bob", inPlaceOf: "" }])).toEqual({ ok: true, inPlaceOf: "eve" });
    expect(standing(["bob", "eve"], [{ operatorId: "cyd", inPlaceOf: "bob" }])).toEqual({ ok: true, inPlaceOf: "eve" });
  });
  it("is nobody's where the lender asked, unless one's own may be approved", () => {
    expect(standing(["ada"])).toMatchObject({ ok: false, say: expect.stringContaining("by way of a stand-in") });
    expect(standing(["ada"], [], { own: true })).toEqual({ ok: true, inPlaceOf: "ada" });
    expect(standing(["ada", "bob"])).toEqual({ ok: true, inPlaceOf: "bob" });
    expect(standingOf({ ...asked, person: "gil", requester: { ...asked.requester, id: "ada" } }, { operatorId: "dan", hasRole: true, lenders: ["ada"] }, []).ok).toBe(false);
  });
  it("is used up where it counted once, by the lender or in the lender's place", () => {
    expect(standing(["bob"], [{ operatorId: "bob", inPlaceOf: "" }])).toMatchObject({ ok: false, say: expect.stringContaining("one right counts once") });
    expect(standing(["bob"], [{ operatorId: "cyd", inPlaceOf: "bob" }])).toMatchObject({ ok: false });
    expect(standing([], [{ operatorId: "dan", inPlaceOf: "bob" }], { operatorId: "bob" })).toMatchObject({ ok: false, say: expect.stringContaining("in their place") });
  });

  /** Dan stands in for Bob; two have to approve. */
  async function standIn() {
    const world = await gateWorld({ several: true });
    const words = "seven tall windows";
    const dan = await world.access.add({ name: "dan", roles: ["operator"], passphrase: words });
    const lent = await world.access.delegate({ fromId: world.bob, toId: dan.id, untilAt: world.clock.now + 1e6, reason: "on leave" });
    const { id } = await world.queue.request(askOf({ approvals: 2 }));
    return { world, lent, id, dan: { operatorId: dan.id, passphrase: words }, bob: { operatorId: world.bob, passphrase: PASS.bob } };
  }
  it("is named on the record, by the lender's name", async () => {
    const { world, id, dan } = await standIn();
    expect((await world.queue.approve(id, dan)).decisions).toMatchObject([{ name: "dan", inPlaceOf: "bob" }]);
    expect(world.ledger.of("approval").at(-1)?.fields).toMatchObject({ inPlaceOf: "bob" });
  });
  it("is looked at again when the passphrase was tried and when the yes was written down", async () => {
    const { world, id, dan, bob } = await standIn();
    // Both at once: whichever is second finds the right used up, after it had been free a moment before.
    const answers = await Promise.allSettled([world.queue.approve(id, dan), world.queue.approve(id, bob)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(answers.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "APPROVAL_NOT_YOURS" } });
    expect(world.queue.get(id)).toMatchObject({ state: "waiting", decisions: [{ decision: "approve" }] });
  });
  it("is refused on the record when it was used up while they were at their key", async () => {
    const { world, dan, bob } = await standIn();
    const signer: typeof world.access.signer = async (operatorId, passphrase) => {
      if (operatorId === dan.operatorId) await queue.approve(id, bob);
      return world.access.signer(operatorId, passphrase);
    };
    const { operator, operators, principal, lendersOf } = world.access;
    const queue = createQueue({ ...world.queueNeeds, access: { ...world.queueNeeds.access, operator, operators, principal, lendersOf, signer } as never });
    const { id } = await queue.request(askOf({ approvals: 2 }));
    await expect(queue.approve(id, dan)).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused-approve", say: expect.stringContaining("one right counts once") });
    expect(queue.get(id).decisions).toHaveLength(1);
  });
  it("does not count when it ends while the yes is written down; where it goes on, it does", async () => {
    for (const ends of [true, false]) {
      const { world, dan, lent } = await standIn();
      const ledger: typeof world.ledger = { ...world.ledger, append: async (entry) => (entry.type === "approval" && ends ? (await world.access.revokeDelegation(lent.id), world.ledger.append(entry)) : world.ledger.append(entry)) };
      const queue = createQueue({ ...world.queueNeeds, ledger });
      const { id } = await queue.request(askOf({ approvals: 2 }));
      if (ends) await expect(queue.approve(id, dan)).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
      else expect((await queue.approve(id, dan)).decisions).toHaveLength(1);
    }
  });
  it("may be gone with the lender's name: the record keeps who it was", async () => {
    const { world, dan } = await standIn();
    const operator = (of: string) => (of === world.bob ? undefined : world.access.operator(of));
    const queue = createQueue({ ...world.queueNeeds, access: { ...world.queueNeeds.access, signer: world.access.signer, lendersOf: world.access.lendersOf, operators: world.access.operators, principal: world.access.principal, operator } as never });
    const { id } = await queue.request(askOf({ approvals: 2 }));
    await queue.approve(id, dan);
    expect(world.ledger.of("approval").at(-1)?.fields).toMatchObject({ inPlaceOf: world.bob });
  });
});

describe("between two steps", () => {
  it("a request that was cancelled while its yes was written down is not approved", async () => {
    const world = await gateWorld();
    const ledger: typeof world.ledger = { ...world.ledger, append: async (entry) => (entry.type === "approval" ? (await queue.cancel(id, SYSTEM, "stop"), world.ledger.append(entry)) : world.ledger.append(entry)) };
    const queue = createQueue({ ...world.queueNeeds, ledger });
    const { id } = await queue.request(askOf());
    await expect(queue.approve(id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_DECIDED" });
    expect(queue.get(id)).toMatchObject({ state: "cancelled", say: "stop", decisions: [] });
  });
  it("who says yes twice at once says it once", async () => {
    const world = await gateWorld({ several: true });
    const bob = { operatorId: world.bob, passphrase: PASS.bob };
    let isFirst = true;
    const ledger: typeof world.ledger = {
      ...world.ledger,
      append: async (entry) => {
        const second = entry.type === "approval" && isFirst;
        isFirst &&= !second;
        if (second) await queue.approve(id, bob);
        return world.ledger.append(entry);
      },
    };
    const queue = createQueue({ ...world.queueNeeds, ledger });
    const { id } = await queue.request(askOf({ approvals: 2 }));
    await expect(queue.approve(id, bob)).rejects.toMatchObject({ code: "APPROVAL_TWICE" });
    expect(queue.get(id)).toMatchObject({ state: "waiting", decisions: [{ name: "bob" }] });
  });
  it("one that ends twice ends once, and one that is still in time does not end", async () => {
    const world = await gateWorld();
    const [first, second] = [await world.queue.request(askOf()), await world.queue.request(askOf())];
    world.pass(16 * 60_000);
    const third = await world.queue.request(askOf());
    const due = world.queue.expireDue();
    await world.queue.cancel(second.id, SYSTEM, "stop");
    await due;
    expect([first, second, third].map(({ id }) => world.queue.get(id).state)).toEqual(["expired", "cancelled", "waiting"]);
    expect(world.ledger.of("decision").map(({ fields }) => fields["decision"])).toEqual(["expired", "cancelled"].toSorted((a) => (a === "expired" ? -1 : 1)));
  });
  it("time is looked at every second, and a record that fails is tried again", async () => {
    const world = await gateWorld();
    const ticks: [number, () => void][] = [];
    const queue = createQueue({ ...world.queueNeeds, every: (ms, run) => (ticks.push([ms, run]), { [Symbol.dispose]() {} }) });
    const { id } = await queue.request(askOf());
    expect(ticks.map(([ms]) => ms)).toEqual([1000]);
    ticks[0]?.[1]();
    expect(queue.get(id).state).toBe("waiting");
    world.pass(16 * 60_000);
    world.ledger.breakWith(new Error("full") as never);
    ticks[0]?.[1]();
    await Promise.resolve();
    expect(queue.get(id).state).toBe("expired");
  });
  it("whoever said yes and is gone from the list counts no more", async () => {
    const world = await gateWorld();
    const { id } = await world.queue.request(askOf());
    await world.queue.approve(id, { operatorId: world.ada });
    const { script, wire, stdin, dialect, hosts, effect, classifier, policy } = world.queue.objectOf(id);
    const facts = { script, wire, stdin, dialect, hosts, effect, classifier, policy };
    expect(world.queue.usable(id, facts)).toMatchObject({ ok: true, by: ["ada"] });
    world.store.raw.prepare("UPDATE approval_decisions SET operator_id = 'gone' WHERE request_id = ?").run(id);
    expect(world.queue.usable(id, facts)).toMatchObject({ ok: false });
  });
  it("a command too long for the record stands in it by its hash, and beside it whole", async () => {
    const world = await gateWorld();
    const long = "touch x\n".repeat(600);
    await world.queue.request(askOf({ script: sha256(long), shown: { ...askOf().shown, script: long } }));
    await world.queue.request(askOf());
    expect(world.ledger.of("approval-request").map(({ fields }) => fields["script"])).toEqual([sha256(long), "touch /etc/motd"]);
    expect(world.queue.waiting()).toBe(2);
  });
});

describe("what is not a request", () => {
  it("but stands beside them is told to whoever follows them", async () => {
    const world = await gateWorld();
    const ended = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const version of world.queue.changes(ended.signal)) if (seen.push(version) === 2) ended.abort();
    })();
    await Promise.resolve();
    world.queue.touched();
    await following.catch(() => {});
    expect(seen).toHaveLength(2);
  });
});

describe("the policies of the organisation", () => {
  it("are judged beside the desk's own; the stricter counts, and both are in the hash", async () => {
    const { policies, request, run } = await gateWorld();
    await run(request({ script: "ls" }));
    const { question } = policies.past(1)[0] as { question: Parameters<typeof policies.explain>[0] };
    const own = policies.hash;
    expect([policies.house(), policies.explain(question).verdict]).toEqual([undefined, "allow"]);
    policies.setHouse(`${DEFAULT_POLICY}\n@id("no-reads") @says("no reads") forbid (principal, action == Action::"run", resource) when { context.effect == "read" };`);
    expect(policies.explain(question)).toMatchObject({ verdict: "deny" });
    expect(policies.hash).toBe(sha256(`${own} ${policies.house()?.hash}`));
    expect(() => policies.setHouse("permit (")).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
    expect(policies.explain(question).verdict).toBe("deny");
    policies.setHouse(undefined);
    expect([policies.hash, policies.explain(question).verdict]).toEqual([own, "allow"]);
  });
});

describe("a fleet that waits for its approvals", () => {
  it("is woken by each change, and reads no request that still waits", async () => {
    const { store, asked } = countedStore(openStore({ path: ":memory:" }));
    const { queue, ada } = await gateWorld({ store });
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) ids.push((await queue.request(askOf())).id);
    const settled = ids.map((id) => queue.settled(id));
    await new Promise((wake) => setImmediate(wake));
    asked.clear();
    await queue.deny(ids[0]!, { operatorId: ada });
    expect(await settled[0]).toMatchObject({ state: "denied" });
    await new Promise((wake) => setImmediate(wake));
    const ofAll = asked.get("approvals.state")!.times;
    expect(ofAll).toBeGreaterThanOrEqual(20);
    // Whole ones are read of the one that was decided, however many wait beside it.
    expect(asked.get("approvals.request")!.times).toBeLessThan(10);
    for (const id of ids.slice(1)) await queue.cancel(id, SYSTEM, "over");
    await Promise.all(settled);
  });
});
