import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../src-main/contract/failure.ts";
import type { GuardRequest } from "../../../src-main/guard/index.ts";
import { DEV, fakeSsh, gateWorld, lastOf, PASS, PROD, type GateWorld } from "../../fakes/gate.ts";

// What the record, the request for an approval and the operator are told of a step: an auditor has nothing else to go by.

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const skill = { id: "web/touch", version: "2", signer: "vendor" };
const FULL: Partial<GuardRequest> = { taint: [{ token: "motd", from: "a log" }], checksAfter: ["it is there"], undo: "rm /etc/motd", ticket: "T-1", skill, stdin: Buffer.from("a file") };
const asBob = (world: GateWorld) => (id: string) => world.queue.approve(id, { operatorId: world.bob, passphrase: PASS.bob });

describe("the record of a step", () => {
  it("holds what was asked, by whom, of what, and what the gate made of it", async () => {
    const world = await gateWorld({ several: true });
    const request = world.request(FULL);
    await world.run(request, asBob(world));
    const common = { actor: request.actor, host: PROD.id, session: request.runId };
    const [intent] = world.ledger.of("intent");
    expect(intent).toMatchObject({ ...common, blobs: [{ role: "script", bytes: Buffer.from(request.script) }] });
    expect(intent!.fields).toEqual({
      step: request.stepId, title: "Touch it", why: "because", script: "touch /etc/motd", scriptHash: sha256("touch /etc/motd"), effect: "mutate", verdict: "ask", rule: "fake/touch", rules: ["prod-change-asks", "taint-asks", "prod-change-four-eyes"], policy: world.policies.hash,
      classifier: "fake-1", skill: "web/touch@2", taint: ["motd ← a log"], checks: ["it is there"], undo: "rm /etc/motd", ticket: "T-1",
    });
    const [start] = world.ledger.of("start");
    const { wire } = world.remote.sent[0]!;
    expect(start).toMatchObject({ ...common, refs: { intent: intent!.seq, approval: world.ledger.of("approval")[0]!.seq } });
    expect(start!.fields).toEqual({
      step: request.stepId, script: "touch /etc/motd", scriptHash: sha256("touch /etc/motd"), wire: sha256(wire), effect: "mutate", verdict: "ask", policy: world.policies.hash, user: "ops", hostKey: "SHA256:first",
      approval: expect.stringMatching(/./), by: ["bob"], spool: sha256(`step:${request.runId}/${request.stepId}`).slice(0, 32),
    });
    expect(world.ledger.of("outcome")[0]).toMatchObject({ ...common, refs: { start: start!.seq }, fields: { step: request.stepId, result: "ok", exitCode: 0, signal: null, elapsedMs: 3, cut: 0, reattached: false } });
  });
  it("says of what was not given that it was not, and of a look that nobody approved it", async () => {
    const world = await gateWorld({ ssh: fakeSsh(() => ({ says: [["stdout", "up"]], exitCode: 3, signal: "TERM", cut: { stdout: 5, stderr: 2 }, elapsedMs: 7.6, stderr: Buffer.from("odd") })) });
    const request = world.request({ script: "uptime" });
    await world.run(request);
    expect(world.ledger.of("intent")[0]!.fields).toMatchObject({ verdict: "allow", skill: "", taint: [], checks: [], undo: "", ticket: "" });
    expect(world.ledger.of("start")[0]!.fields).toMatchObject({ approval: "", by: [], spool: "" });
    expect(world.ledger.of("start")[0]!.refs).toEqual({ intent: world.ledger.of("intent")[0]!.seq });
    expect(world.ledger.of("outcome")[0]).toMatchObject({ fields: { result: "failed", exitCode: 3, signal: "TERM", elapsedMs: 8, cut: 7 }, blobs: [{ role: "stdout", bytes: Buffer.from("up") }, { role: "stderr", bytes: Buffer.from("odd") }] });
  });
  it("says that bytes nobody can read were denied, whatever a policy allows", async () => {
    const world = await gateWorld();
    const events = await world.run(world.request({ script: "forbidden" }));
    expect(events[0]).toEqual({ type: "judged", effect: "unknown", proved: false, rule: "fake/forbidden", verdict: "deny", why: "It holds bytes nobody can read.", policyRules: [] });
    expect(world.ledger.of("intent")[0]!.fields).toMatchObject({ verdict: "deny" });
    expect(world.ledger.of("decision")[0]).toMatchObject({ refs: { intent: world.ledger.of("intent")[0]!.seq }, fields: { decision: "refused", result: "bytes", say: "It holds bytes nobody can read." } });
  });
  it("keeps a script of four kibibytes whole in its fields, and one byte more by its hash", async () => {
    const world = await gateWorld();
    for (const [length, isWhole] of [[4096, true], [4097, false]] as const) {
      const script = `ls ${"a".repeat(length - 3)}`;
      await world.run(world.request({ script }));
      for (const type of ["intent", "start"] as const) expect(world.ledger.of(type).at(-1)!.fields["script"]).toBe(isWhole ? script : `sha256:${sha256(script)}`);
    }
  });
  it("names the check by its title, with how it ended and whose step it checked", async () => {
    const world = await gateWorld();
    const first = world.request({ script: "ls" });
    await world.run(first);
    await world.run(world.request({ script: "uptime", title: "Is it up?", checks: first.stepId }));
    const [start, by] = world.ledger.of("start");
    expect(world.ledger.of("check")).toEqual([expect.objectContaining({ refs: { start: start!.seq, by: by!.seq }, fields: expect.objectContaining({ title: "Is it up?", result: "ok", exitCode: 0 }) })]);
  });
  it("says that a step was interrupted, where nobody knows how it ended", async () => {
    const world = await gateWorld({ ssh: fakeSsh(() => ({ throws: new Error("gone") })) });
    await expect(world.run(world.request({ script: "ls" }))).rejects.toThrow("gone");
    expect(world.ledger.of("outcome-unknown")).toEqual([expect.objectContaining({ refs: { start: world.ledger.of("start")[0]!.seq }, fields: expect.objectContaining({ reason: "It was interrupted after it was started." }) })]);
  });
});

describe("the request for an approval", () => {
  it("shows the whole command, what it was judged by, and every fact that must still hold", async () => {
    const world = await gateWorld({ several: true });
    const request = world.request(FULL);
    await world.run(request, (id) => {
      const { object, shown } = world.queue.get(id);
      expect(object).toMatchObject({ script: sha256(request.script), stdin: sha256(Buffer.from("a file")), dialect: "posix", cwd: "~", effect: "mutate", classifier: "fake-1", policy: world.policies.hash, rules: ["prod-change-asks", "taint-asks", "prod-change-four-eyes"], checks: ["it is there"], undo: "rm /etc/motd", ticket: "T-1" });
      expect(object).toMatchObject({ title: "Touch it", hosts: [{ id: PROD.id, name: PROD.name, environment: "prod", user: "ops", fingerprint: "SHA256:first" }] });
      expect(shown).toMatchObject({ script: request.script, rule: "fake/touch", whyEffect: "touch is mutate", reasons: "because", reasonsFrom: "skill web/touch 2", taint: [{ token: "motd", from: "a log" }], segments: [expect.objectContaining({ rule: "fake/touch" })] });
      expect(shown.whyAsked).toMatch(/^Asked: /);
      return asBob(world)(id);
    });
    expect(lastOf(world.ledger.of("outcome") as never)).toBeDefined();
    expect(world.remote.sent.map(({ stdin }) => stdin && Buffer.from(stdin).toString())).toEqual(["a file"]);
  });
  it("says of what was not given that there is none, and whose words stand beside it", async () => {
    const world = await gateWorld({ several: true });
    const stop = new AbortController();
    await world.run(world.request(), (id) => {
      const { object, shown } = world.queue.get(id);
      expect(object).toMatchObject({ stdin: null, checks: [], undo: null, ticket: null });
      expect(shown).toMatchObject({ reasonsFrom: "operator", taint: [] });
      stop.abort();
    }, stop.signal);
  });
  it("is made in the name of the person at the screen, when it is no person who asks", async () => {
    const world = await gateWorld({ several: true });
    const ask = async (more: Partial<GuardRequest>) => {
      const stop = new AbortController();
      let person: unknown;
      await world.run(world.request(more), (id) => {
        person = world.queue.get(id).object.requester;
        stop.abort();
      }, stop.signal);
      return person;
    };
    expect(JSON.stringify(await ask({ actor: { kind: "operator", id: world.cyd, name: "cyd" } }))).toContain(world.cyd);
    expect(JSON.stringify(await ask({ actor: { kind: "model", id: world.cyd, name: "a model, for cyd" } }))).toContain("model");
  });
});

describe("words for what was not run", () => {
  const NOTHING = /\bnot run\b|nothing was run|before it was run/i;
  const says = async (how: (world: GateWorld) => { readonly more?: Partial<GuardRequest>; readonly waiting?: (id: string) => unknown; readonly signal?: AbortSignal } | Promise<{ readonly more?: Partial<GuardRequest>; readonly waiting?: (id: string) => unknown; readonly signal?: AbortSignal }>) => {
    const world = await gateWorld({ several: true });
    const { more = {}, waiting = asBob(world), signal } = await how(world);
    const last = lastOf(await world.run(world.request(more), waiting, signal));
    expect(world.remote.sent).toEqual([]);
    return `${last.reason}: ${last.say}`;
  };
  it("say so wherever it was stopped", async () => {
    const late = new AbortController();
    expect(await says(() => ({ signal: AbortSignal.abort() }))).toMatch(NOTHING);
    expect(await says(() => ({ waiting: () => late.abort(), signal: late.signal }))).toBe("cancelled: Stopped while it waited for an approval. It was not run.");
    const stop = new AbortController();
    expect(await says((world) => {
      const { identify } = world.remote.ssh;
      world.remote.ssh.identify = async (hostId) => (stop.abort(), identify(hostId));
      return { more: { script: "ls" }, signal: stop.signal };
    })).toBe("cancelled: Stopped before it was run.");
  });
  it("tell the approver's queue who stopped it, and that it is not waited for any more", async () => {
    const world = await gateWorld({ several: true });
    const stop = new AbortController();
    let asked = "";
    await world.run(world.request(), (id) => {
      asked = id;
      stop.abort();
    }, stop.signal);
    expect(world.queue.get(asked).state).toBe("cancelled");
    expect(JSON.stringify(world.ledger.entries)).toContain("Whoever asked stopped it.");
  });
  it("say so when the ground moved, and what to do next", async () => {
    const moved = await says((world) => ({ waiting: async (id) => {
      await asBob(world)(id);
      world.remote.state.identity = { ...world.remote.state.identity, fingerprint: "SHA256:second" };
    } }));
    expect(moved).toMatch(/^changed: The host, its key, .*not run; look at it again and ask anew\.$/);
    const more = await says((world) => ({ waiting: (id) => world.queue.deny(id, { operatorId: world.bob, passphrase: PASS.bob, note: "no" }) }));
    expect(more).toMatch(/^denied-by-person: .*no/);
  });
  it("say so of a step that was sent before", async () => {
    const world = await gateWorld();
    const request = world.request({ script: "ls" });
    await world.run(request);
    expect(lastOf(await world.run(request))).toMatchObject({ reason: "changed", say: "This step, or its approval, was used once already. It was not run again." });
    expect(world.remote.sent).toHaveLength(1);
  });
  it("say so where the record cannot be written, in the record's own words where it has any", async () => {
    expect(await says((world) => (world.ledger.breakWith(new Failure("LEDGER_FULL", "The disk is full.")), {}))).toBe("ledger: The disk is full.");
    expect(await says((world) => (world.ledger.breakWith(new Error("odd") as never), {}))).toBe("ledger: The record cannot be written, so nothing was run.");
  });
  it("are kept with the step, also for a fault that is no answer", async () => {
    for (const [error, say] of [[new Failure("SSH_UNREACHABLE", "No route."), "No route."], [new Error("bug"), "Something failed before it was run."]] as const) {
      const world = await gateWorld();
      world.remote.state.identifyThrows = error;
      await expect(world.run(world.request({ script: "ls" }))).rejects.toBe(error);
      expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused", result: "cancelled", say });
    }
  });
});

describe("what a command may be", () => {
  const LIMIT = 127 * 1024;
  it("is as long as the line it becomes may be, with its place on the host, and not a byte longer", async () => {
    const world = await gateWorld();
    const script = (length: number) => `touch ${"x".repeat(length - 6)}`;
    const isTooLong = (length: number) => world.guard.explain(world.request({ hostId: DEV.id, script: script(length) })).bytes !== undefined;
    let [fits, not] = [1000, LIMIT];
    while (not - fits > 1) {
      const middle = Math.floor((fits + not) / 2);
      if (isTooLong(middle)) not = middle;
      else fits = middle;
    }
    await world.run(world.request({ hostId: DEV.id, script: script(fits) }), (id) => world.queue.approve(id, { operatorId: world.ada }));
    const { length } = world.remote.sent[0]!.wire;
    expect(length).toBeLessThanOrEqual(LIMIT);
    expect(length).toBeGreaterThan(LIMIT - 8);
    expect(world.guard.explain(world.request({ script: script(not) })).bytes).toMatch(/too long.*split it/);
  });
  it("is doubted where its words come from untrusted data, and named by its signed skill and its ticket", async () => {
    const world = await gateWorld();
    const context = (more: Partial<GuardRequest>) => world.guard.explain(world.request(more)).question.context;
    expect(context({ taint: [{ token: "x", from: "y" }] }).tainted).toBe(true);
    for (const none of [{}, { taint: [] }]) expect(context(none).tainted).toBe(false);
    expect(context({ skill }).signedSkill).toBe("web/touch@2");
    for (const none of [{}, { skill: { ...skill, signer: "" } }]) expect(context(none)).not.toHaveProperty("signedSkill");
    expect(context({ ticket: "T-1" }).ticket).toBe("T-1");
    expect(context({})).not.toHaveProperty("ticket");
  });
  it("is explained by what it was declared as, or by what it reads as", async () => {
    const world = await gateWorld();
    const explained = (more: Partial<GuardRequest>) => world.guard.explain(world.request(more));
    expect(explained({ script: "ls", declaredEffect: "mutate" })).toMatchObject({ effect: "mutate", proved: false, rule: "declared/mutate", whyEffect: "It was declared as mutate; read by itself it is read." });
    expect(explained({ script: "ls", declaredEffect: "read" })).toMatchObject({ effect: "read", proved: true, rule: "fake/ls", whyEffect: "ls is read" });
    expect(explained({ script: "ls", isTyped: true })).toMatchObject({ proved: false, whyEffect: expect.stringContaining("the pane decides") });
    expect(explained({ script: "touch x", isTyped: true }).whyEffect).toBe("touch is mutate");
  });
  it("is asked about with the second opinion's own reason beside the rules", async () => {
    const world = await gateWorld();
    const doubted = world.guard.explain(world.request({ script: "ls", mustAsk: "A doubt." })).decision;
    expect(doubted).toMatchObject({ verdict: "ask", why: "A doubt.", rules: ["proved-reads-run", "second-opinion"], approvers: { count: 1, mayBeRequester: true } });
  });
});
