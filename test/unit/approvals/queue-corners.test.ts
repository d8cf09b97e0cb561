import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { APPROVAL_FAILURES } from "../../../src-main/approvals/failures.ts";
import { createQueue } from "../../../src-main/approvals/index.ts";
import { createKeyCounters, touchWords } from "../../../src-main/approvals/key-counters.ts";
import { askOf, DEFAULT_POLICY, gateWorld, sha256 } from "../../fakes/gate.ts";

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

describe("between two steps", () => {
  it("a request that was cancelled while its yes was written down is not approved", async () => {
    const world = await gateWorld();
    const ledger: typeof world.ledger = { ...world.ledger, append: async (entry) => (entry.type === "approval" ? (await queue.cancel(id, SYSTEM, "stop"), world.ledger.append(entry)) : world.ledger.append(entry)) };
    const queue = createQueue({ ...world.queueNeeds, ledger });
    const { id } = await queue.request(askOf());
    await expect(queue.approve(id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_DECIDED" });
    expect(queue.get(id)).toMatchObject({ state: "cancelled", say: "stop", decisions: [] });
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
