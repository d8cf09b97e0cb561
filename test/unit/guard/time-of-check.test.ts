import { describe, expect, it } from "vitest";
import { objectBytes, signSsh } from "../../../src-main/approvals/index.ts";
import type { GuardRequest } from "../../../src-main/guard/index.ts";
import { askOf, DEFAULT_POLICY, fakeSsh, gateWorld, lastOf, PASS, PROD, sha256, wordClassifier, type GateWorld } from "../../fakes/gate.ts";

// Each attack between the approval and the run, and beside it the same path without the attack, which must go through.

/** Cyd asks, bob approves, ada is unlocked at the screen; a file goes with the command. */
async function attackedWorld() {
  const world = await gateWorld({ several: true });
  const asked = world.request({ actor: { kind: "operator", id: world.cyd, name: "cyd" }, stdin: Buffer.from("the file") }) as { -readonly [K in keyof GuardRequest]: GuardRequest[K] };
  return { ...world, asked, tamper: (change: Partial<GuardRequest>) => void Object.assign(asked, change) };
}
type AttackedWorld = Awaited<ReturnType<typeof attackedWorld>>;

const approveAsBob = (world: GateWorld) => (id: string) => world.queue.approve(id, { operatorId: world.bob, passphrase: PASS.bob });

describe("what was approved is what runs", () => {
  it("runs an approved change, once, and records intent, request, approval, start and outcome in this order", async () => {
    const world = await gateWorld({ several: true });
    const events = await world.run(world.request(), approveAsBob(world));
    expect(events.map(({ type }) => type)).toEqual(["judged", "waiting", "approved", "started", "ended"]);
    expect(world.remote.sent).toHaveLength(1);
    const types = world.ledger.entries.map(({ type }) => type).filter((type) => ["intent", "approval-request", "approval", "start", "outcome"].includes(type));
    expect(types).toEqual(["intent", "approval-request", "approval", "start", "outcome"]);
    const start = world.ledger.of("start")[0]!;
    expect(start.refs).toEqual({ intent: world.ledger.of("intent")[0]!.seq, approval: world.ledger.of("approval")[0]!.seq });
    expect(world.ledger.of("outcome")[0]!.refs).toEqual({ start: start.seq });
  });

  /** Beside each attack stands its twin: as near to it as may be, and nothing to refuse. */
  const twins: readonly [string, (world: AttackedWorld, id: string) => unknown][] = [
    ["the host's key, asked for again and the same", (world) => (world.remote.state.identity = { ...world.remote.state.identity })],
    ["another host's key", (world) => world.hosts.set("web-02", { ...PROD, id: "web-02", name: "web-02" })],
    ["the host's tags", (world) => world.hosts.set(PROD.id, { ...PROD, tags: ["nginx"] })],
    ["a policy that was proposed and not confirmed", (world) => world.policies.propose(`${DEFAULT_POLICY}\n// later`, { id: world.ada, name: "ada" }, "a change")],
    ["another operator, who was removed", async (world) => world.access.change((await world.access.add({ name: "dan", roles: ["approver"], passphrase: "seven tall windows" })).id, { active: false })],
    ["the approver's role, to one that still may", (world) => world.access.change(world.bob, { roles: ["admin"] })],
    ["the approver's passphrase", (world) => world.access.setPassphrase(world.bob, "another long passphrase", PASS.bob)],
    ["a freeze of other hosts", (world) => world.circumstances.addToCalendar({ kind: "freeze", scope: "environment:dev", fromAt: 0, untilAt: world.clock.now + 1e9, isWeekly: false, reason: "year end" })],
    ["the time, all but the last second", (world) => world.pass(15 * 60_000 - 1000)],
    ["the clock, set back to a moment after the request", (world) => { world.pass(60_000); world.clock.now -= 30_000; }],
    ["the user, and back again", (world) => { const { identity } = world.remote.state; world.remote.state.identity = { ...identity, user: "root" }; world.remote.state.identity = identity; }],
    ["the approver, sent away and taken back", async (world) => { await world.access.change(world.bob, { active: false }); await world.access.change(world.bob, { active: true }); }],
    ["the stored signature, written again as it was", (world, id) => world.store.raw.prepare("UPDATE approval_decisions SET signature = signature WHERE request_id = ?").run(id)],
    ["the command, put back as it was", (world) => { world.tamper({ script: "touch /etc/passwd" }); world.tamper({ script: "touch /etc/motd" }); }],
    ["the file, replaced by the same bytes", (world) => world.tamper({ stdin: Buffer.from("the file") })],
    ["another request, decided and used", async (world) => {
      const other = await world.queue.request(askOf({ person: world.cyd }));
      await approveAsBob(world)(other.id);
      world.queue.used(other.id);
    }],
  ];
  it.each(twins)("runs when, after the approval, something else changed: %s", async (_name, change) => {
    const world = await attackedWorld();
    const events = await world.run(world.asked, async (id) => {
      await approveAsBob(world)(id);
      await change(world, id);
    });
    expect(lastOf(events).type).toBe("ended");
    expect(world.remote.sent).toHaveLength(1);
    expect(Buffer.from(world.remote.sent[0]!.stdin!).toString()).toBe("the file");
  });

  it("sends the bytes that were approved, also when they change in its hands while it starts", async () => {
    const world = await attackedWorld();
    const events: string[] = [];
    for await (const event of world.guard.run(world.asked)) {
      events.push(event.type);
      if (event.type === "waiting") await approveAsBob(world)(event.approvalId);
      if (event.type === "started") world.asked.stdin!.fill(0);
    }
    expect(events.at(-1)).toBe("ended");
    expect(Buffer.from(world.remote.sent[0]!.stdin!).toString()).toBe("the file");
  });

  it("refuses the requester's own yes, given under a broken glass, once the glass is closed; while it is open it counts", async () => {
    for (const isClosed of [true, false]) {
      const world = await gateWorld({ several: true });
      await world.circumstances.breakGlass({ id: world.ada, name: "ada" }, "Payroll is down, nobody answers", 10);
      const events = await world.run(world.request(), async (id) => {
        await world.queue.approve(id, { operatorId: world.ada });
        if (isClosed) await world.circumstances.closeBreakGlass({ id: world.ada, name: "ada" });
      });
      if (isClosed) expect(lastOf(events)).toMatchObject({ type: "refused", reason: "changed", say: expect.stringContaining("needs more people") as string });
      else expect(lastOf(events).type).toBe("ended");
      expect(world.remote.sent).toHaveLength(isClosed ? 0 : 1);
    }
  });
  it("refuses one person's yes to destruction once the glass that made it suffice is closed", async () => {
    const world = await gateWorld({ several: true });
    await world.circumstances.breakGlass({ id: world.ada, name: "ada" }, "Payroll is down, nobody answers", 10);
    const events = await world.run(world.request({ script: "wipe /srv" }), async (id) => {
      await approveAsBob(world)(id);
      world.pass(11 * 60_000);
    });
    expect(lastOf(events)).toMatchObject({ type: "refused", reason: "changed" });
  });
  it("refuses a stand-in's yes once they stand in no more; while they do, it counts", async () => {
    for (const change of ["none", "ended", "lender removed", "lender demoted"] as const) {
      const world = await gateWorld({ several: true });
      const dan = await world.access.add({ name: "dan", roles: ["operator"], passphrase: "seven tall windows" });
      const lent = await world.access.delegate({ fromId: world.bob, toId: dan.id, untilAt: world.clock.now + 1e7, reason: "on leave" });
      const events = await world.run(world.request(), async (id) => {
        await world.queue.approve(id, { operatorId: dan.id, passphrase: "seven tall windows" });
        if (change === "ended") await world.access.revokeDelegation(lent.id);
        if (change === "lender removed") await world.access.change(world.bob, { active: false });
        if (change === "lender demoted") await world.access.change(world.bob, { roles: ["operator"] });
      });
      if (change === "none") expect(lastOf(events).type).toBe("ended");
      else expect(lastOf(events), change).toMatchObject({ type: "refused", reason: "changed" });
    }
  });
  it("counts a right that is lent once, never for what its lender asked, and the record names the lender", async () => {
    const world = await gateWorld({ several: true });
    const words = "seven tall windows";
    const dan = await world.access.add({ name: "dan", roles: ["operator"], passphrase: words });
    const asDan = (id: string) => world.queue.approve(id, { operatorId: dan.id, passphrase: words });
    const asBob = (id: string) => approveAsBob(world)(id);
    const untilAt = world.clock.now + 1e7;
    // Ada asks, and lends her own right to whom she likes: that is approving her own.
    await world.access.delegate({ fromId: world.ada, toId: dan.id, untilAt, reason: "convenient" });
    const own = await world.run(world.request(), async (id) => {
      expect(world.queue.mayApprove(id, dan.id).ok).toBe(false);
      await expect(asDan(id)).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS", message: expect.stringContaining("by way of a stand-in") as string });
      await asBob(id);
    });
    expect(lastOf(own).type).toBe("ended");
    // Two approvals are needed: Bob's, and that of whoever stands in for Bob, are one.
    await world.access.delegate({ fromId: world.bob, toId: dan.id, untilAt, reason: "on leave" });
    for (const [first, second] of [[asBob, asDan], [asDan, asBob]] as const) {
      const events = await world.run(world.request({ script: "wipe /srv" }), async (id) => {
        await first(id);
        await expect(second(id)).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS", message: expect.stringContaining("one right counts once") as string });
        await world.queue.deny(id, { operatorId: world.ada });
      });
      expect(lastOf(events).type).toBe("refused");
    }
    const lent = await world.run(world.request(), async (id) => expect((await asDan(id)).decisions).toMatchObject([{ name: "dan", inPlaceOf: "bob" }]));
    expect(lastOf(lent).type).toBe("ended");
    expect(world.ledger.of("approval").at(-1)?.fields).toMatchObject({ inPlaceOf: "bob" });
  });
  it("refuses one signature standing in for two people", async () => {
    const world = await gateWorld({ several: true });
    const dan = await world.access.add({ name: "dan", roles: ["approver"], passphrase: "seven tall windows" });
    const events = await world.run(world.request({ script: "wipe /srv" }), async (id) => {
      await approveAsBob(world)(id);
      world.store.raw.prepare("INSERT INTO approval_decisions (request_id, operator_id, name, decision, at, note, source, key_blob, signature, seq) SELECT request_id, ?, 'dan', decision, at, note, source, key_blob, signature, seq FROM approval_decisions WHERE request_id = ?").run(dan.id, id);
      world.store.raw.prepare("UPDATE approval_requests SET state = 'approved' WHERE id = ?").run(id);
      world.nudge();
    });
    expect(lastOf(events)).toMatchObject({ type: "refused", reason: "changed", say: expect.stringContaining("signature of dan") as string });
  });
  it("refuses a request that was marked approved with nobody's approval", async () => {
    const world = await gateWorld({ several: true });
    const events = await world.run(world.request(), (id) => {
      world.store.raw.prepare("UPDATE approval_requests SET state = 'approved' WHERE id = ?").run(id);
      world.nudge();
    });
    expect(lastOf(events)).toMatchObject({ type: "refused", reason: "changed", say: expect.stringContaining("0 of 1") as string });
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused", result: "changed" });
  });

  const attacks: readonly [string, (world: AttackedWorld, id: string) => unknown, string][] = [
    ["the host's key", (world) => (world.remote.state.identity = { ...world.remote.state.identity, fingerprint: "SHA256:second" }), "changed"],
    ["the user", (world) => (world.remote.state.identity = { ...world.remote.state.identity, user: "root" }), "changed"],
    ["the host's environment", (world) => world.hosts.set("web-01", { ...PROD, environment: "staging" }), "changed"],
    ["the reader's version", (world) => (world.reader.classify = wordClassifier("fake-2")), "changed"],
    ["the policy", async (world) => {
      const { n } = await world.policies.propose(`${DEFAULT_POLICY}\n@id("x") @says("x") forbid (principal, action == Action::"run-unasked", resource) when { context.hourOfDay == 3 };`, { id: world.ada, name: "ada" }, "a change");
      await world.policies.confirm(n, { id: world.bob, name: "bob" });
    }, "changed"],
    ["the approver, who was removed", (world) => world.access.change(world.bob, { active: false }), "changed"],
    ["the approver's role", (world) => world.access.change(world.bob, { roles: ["viewer"] }), "changed"],
    ["a freeze", (world) => world.circumstances.addToCalendar({ kind: "freeze", scope: "all", fromAt: 0, untilAt: world.clock.now + 1e9, isWeekly: false, reason: "year end" }), "denied-by-policy"],
    ["the clock, set back before the request", (world) => (world.clock.now -= 3600_000), "expired"],
    ["the clock, set back while time passed", (world) => { world.clock.mono += 16 * 60_000; }, "expired"],
    ["the time, which ran out", (world) => world.pass(16 * 60_000), "expired"],
    ["the stored signature", (world, id) => world.store.raw.prepare("UPDATE approval_decisions SET signature = replace(signature, 'U1NI', 'U1NJ') WHERE request_id = ?").run(id), "changed"],
    ["the stored object", (world, id) => world.store.raw.prepare("UPDATE approval_requests SET object = replace(object, '\"approvals\":1', '\"approvals\":1,\"title\":\"other\"') WHERE id = ?").run(id), "changed"],
    ["the stored decision, made another's", (world, id) => world.store.raw.prepare("UPDATE approval_decisions SET operator_id = ? WHERE request_id = ?").run(world.ada, id), "changed"],
    ["the command, in the hands of whoever asked", (world) => world.tamper({ script: "touch /etc/passwd" }), "changed"],
    ["the file that goes with it", (world) => world.tamper({ stdin: Buffer.from("other bytes") }), "changed"],
    ["a byte of the file that goes with it", (world) => void (world.asked.stdin![0]! ^= 1), "changed"],
    ["the host, which is not in the inventory any more", (world) => world.hosts.delete(PROD.id), "cancelled"],
    ["the role of whoever asked", (world) => world.access.change(world.cyd, { roles: ["viewer"] }), "denied-by-policy"],
    ["whoever asked, who was removed", (world) => world.access.change(world.cyd, { active: false }), "denied-by-policy"],
    ["the approver's key", (world) => world.store.raw.prepare("UPDATE operators SET public_key = (SELECT public_key FROM operators WHERE id = ?) WHERE id = ?").run(world.ada, world.bob), "changed"],
    ["the signature, forged by whoever asked", async (world, id) => {
      const cyd = await world.access.signer(world.cyd, PASS.cyd);
      world.store.raw.prepare("UPDATE approval_decisions SET signature = ? WHERE request_id = ?").run(await signSsh(objectBytes(world.queue.objectOf(id)), cyd.publicKey, cyd.sign), id);
    }, "changed"],
    ["the signature, replayed from another request", async (world, id) => {
      const other = await world.queue.request(askOf({ person: world.cyd, script: sha256("other") }));
      await approveAsBob(world)(other.id);
      world.store.raw.prepare("UPDATE approval_decisions SET signature = (SELECT signature FROM approval_decisions WHERE request_id = ?) WHERE request_id = ?").run(other.id, id);
    }, "changed"],
    ["a denial, relabelled as a yes", (world, id) => world.store.raw.prepare("UPDATE approval_decisions SET signature = '' WHERE request_id = ?").run(id), "changed"],
    ["the script's bytes, now unreadable", (world) => (world.reader.classify = (command) => ({ ...wordClassifier()(command), refused: "no", denied: true })), "bytes"],
  ];
  it.each(attacks)("refuses and records when, after the approval, something changed: %s", async (_name, attack, reason) => {
    const world = await attackedWorld();
    const run = world.run(world.asked, async (id) => {
      await approveAsBob(world)(id);
      await attack(world, id);
    });
    // A host that is gone is a fault of the way there: told as one, and on the record as not run.
    if (reason === "cancelled") await expect(run).rejects.toMatchObject({ code: "GUARD_NO_HOST" });
    else expect(lastOf(await run)).toMatchObject({ type: "refused", reason });
    expect(world.remote.sent).toEqual([]);
    expect(world.ledger.of("start")).toEqual([]);
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused", result: reason });
  });

  it("refuses a command that was allowed and would have to be asked about now", async () => {
    const world = await gateWorld();
    let readings = 0;
    world.reader.classify = (command) => (readings++ === 0 ? wordClassifier()("ls") : wordClassifier()(command));
    expect(lastOf(await world.run(world.request({ script: "touch x" })))).toMatchObject({ type: "refused", reason: "changed" });
    expect(world.remote.sent).toEqual([]);
  });

  it("refuses when policy changed from ask to allow without the facts staying the same", async () => {
    const world = await gateWorld({ several: true });
    const events = await world.run(world.request(), async (id) => {
      await approveAsBob(world)(id);
      world.reader.classify = () => wordClassifier()("ls");
    });
    expect(lastOf(events)).toMatchObject({ reason: "changed" });
  });
});

describe("an approval is used once", () => {
  it("refuses a second run of the same step", async () => {
    const world = await gateWorld();
    const request = world.request({ script: "ls" });
    expect(lastOf(await world.run(request)).type).toBe("ended");
    expect(lastOf(await world.run(request))).toMatchObject({ type: "refused", reason: "changed" });
    expect(world.remote.sent).toHaveLength(1);
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused", result: "changed" });
    expect(lastOf(await world.run(world.request({ script: "ls" }))).type).toBe("ended");
  });
  it("refuses a nonce that another start spent already", async () => {
    const world = await gateWorld({ several: true });
    const events = await world.run(world.request(), async (id) => {
      await approveAsBob(world)(id);
      await world.ledger.append({ type: "start", actor: { kind: "system", id: "x", name: "x" }, fields: {}, once: [`approval:${world.queue.objectOf(id).nonce}`] });
    });
    expect(lastOf(events)).toMatchObject({ type: "refused", reason: "changed" });
    expect(world.remote.sent).toEqual([]);
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused", result: "changed" });
  });
  it("refuses an approval that was used, and says so", async () => {
    const world = await gateWorld({ several: true });
    let approval = "";
    await world.run(world.request(), async (id) => {
      approval = id;
      await approveAsBob(world)(id);
    });
    expect(world.queue.get(approval).state).toBe("used");
    expect(world.queue.usable(approval, {} as never)).toMatchObject({ ok: false, reason: "changed" });
    await expect(world.queue.settled(approval)).resolves.toMatchObject({ state: "cancelled" });
  });
});

describe("who may approve", () => {
  it("refuses and records the requester's own yes on prod, and lets a second person's through", async () => {
    const world = await gateWorld({ several: true });
    const events = await world.run(world.request(), async (id) => {
      await expect(world.queue.approve(id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
      expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused-approve" });
      await approveAsBob(world)(id);
    });
    expect(lastOf(events).type).toBe("ended");
  });
  it("does not let the person at the screen approve what a model asked in their name", async () => {
    const world = await gateWorld({ several: true });
    const events = await world.run(world.request({ actor: { kind: "model", id: world.cyd, name: "a model, for cyd" } }), async (id) => {
      await expect(world.queue.approve(id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
      await approveAsBob(world)(id);
    });
    expect(lastOf(events).type).toBe("ended");
  });
  it("needs two different people for destruction on prod", async () => {
    const world = await gateWorld({ several: true });
    const dan = await world.access.add({ name: "dan", roles: ["approver"], passphrase: "seven tall windows" });
    const events = await world.run(world.request({ script: "wipe /srv" }), async (id) => {
      expect((await approveAsBob(world)(id)).state).toBe("waiting");
      await expect(approveAsBob(world)(id)).rejects.toMatchObject({ code: "APPROVAL_TWICE" });
      expect((await world.queue.approve(id, { operatorId: dan.id, passphrase: "seven tall windows" })).state).toBe("approved");
    });
    expect(events.find(({ type }) => type === "approved")).toMatchObject({ by: ["bob", "dan"] });
  });
  it("lets one person who works alone approve, and says on the record that four eyes were not to be had", async () => {
    const world = await gateWorld();
    const events = await world.run(world.request(), (id) => world.queue.approve(id, { operatorId: world.ada }));
    expect(lastOf(events).type).toBe("ended");
    expect(world.policies.past(1)[0]?.question.context.singleOperator).toBe(true);
  });
  it("only takes the people named for a step", async () => {
    const world = await gateWorld({ several: true });
    const dan = await world.access.add({ name: "dan", roles: ["approver"], passphrase: "seven tall windows" });
    const events = await world.run(world.request({ approvers: [dan.id] }), async (id) => {
      await expect(approveAsBob(world)(id)).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
      await world.queue.approve(id, { operatorId: dan.id, passphrase: "seven tall windows" });
    });
    expect(lastOf(events).type).toBe("ended");
  });
});

describe("what ends a wait", () => {
  it("tells denied from expired from stopped", async () => {
    const world = await gateWorld({ several: true });
    expect(lastOf(await world.run(world.request(), (id) => world.queue.deny(id, { operatorId: world.bob, passphrase: PASS.bob, note: "not today" })))).toMatchObject({ reason: "denied-by-person", say: expect.stringContaining("not today") });
    expect(lastOf(await world.run(world.request(), async () => {
      world.pass(16 * 60_000);
      await world.queue.expireDue();
    }))).toMatchObject({ reason: "expired" });
    const stop = new AbortController();
    expect(lastOf(await world.run(world.request(), () => stop.abort(), stop.signal))).toMatchObject({ reason: "cancelled" });
    expect(lastOf(await world.run(world.request(), (id) => world.queue.cancel(id, { kind: "operator", id: world.ada, name: "ada" }, "taken back")))).toMatchObject({ reason: "cancelled" });
    expect(world.remote.sent).toEqual([]);
    expect(world.queue.waiting()).toBe(0);
  });
});

describe("the record before the act", () => {
  it("runs nothing when the intent, the request or the start cannot be recorded", async () => {
    const { Failure } = await import("../../../src-main/contract/index.ts");
    const full = new Failure("LEDGER_FULL", "The disk is full.");
    const world = await gateWorld({ several: true });
    world.ledger.breakWith(full);
    expect(lastOf(await world.run(world.request({ script: "ls" })))).toMatchObject({ reason: "ledger", say: "The disk is full." });
    world.ledger.mend();
    const events = await world.run(world.request(), async (id) => {
      await approveAsBob(world)(id);
      world.ledger.breakWith(full);
    });
    expect(lastOf(events)).toMatchObject({ reason: "ledger" });
    world.ledger.breakWith(new Error("not a failure") as never);
    expect(lastOf(await world.run(world.request({ script: "ls" })))).toMatchObject({ reason: "ledger", say: expect.stringContaining("nothing was run") });
    world.ledger.mend();
    world.remote.ssh.identify = async (hostId) => {
      world.ledger.breakWith(full);
      return { hostId, ...world.remote.state.identity };
    };
    expect(lastOf(await world.run(world.request()))).toMatchObject({ reason: "ledger" });
    expect(world.remote.sent).toEqual([]);
  });
});

describe("a host that cannot be reached", () => {
  it("says locked when the vault is, and throws what else went wrong before anything was run", async () => {
    const { Failure } = await import("../../../src-main/contract/index.ts");
    const remote = fakeSsh();
    const world = await gateWorld({ ssh: remote });
    remote.state.identifyThrows = new Failure("VAULT_LOCKED", "The secrets are locked.");
    expect(lastOf(await world.run(world.request({ script: "ls" })))).toMatchObject({ reason: "locked" });
    for (const error of [new Failure("SSH_UNREACHABLE", "No route."), new Error("bug")]) {
      remote.state.identifyThrows = error;
      await expect(world.run(world.request({ script: "ls" }))).rejects.toBe(error);
      expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused" });
    }
  });
});
