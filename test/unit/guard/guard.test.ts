import { describe, expect, it, vi } from "vitest";
import { Failure } from "../../../src-main/contract/index.ts";
import type { GuardEvent } from "../../../src-main/guard/index.ts";
import { DEV, fakeSsh, gateWorld, lastOf, wordClassifier } from "../../fakes/gate.ts";

describe("what the guard lets through and what not", () => {
  it("runs a proved read without asking, without a spool, with what it said", async () => {
    const remote = fakeSsh(() => ({ says: [["stdout", "up 3 days"], ["stderr", "note"]], exitCode: 1 }));
    const world = await gateWorld({ ssh: remote });
    const events = await world.run(world.request({ script: "uptime", timeoutMs: 5000, stdin: Buffer.from("x"), undo: "none", ticket: "T1", checksAfter: ["c"], taint: [{ token: "web", from: "log" }], skill: { id: "s", version: "1", signer: "k" } }));
    expect(events.map(({ type }) => type)).toEqual(["judged", "started", "output", "output", "ended"]);
    expect(events[0]).toMatchObject({ verdict: "allow", proved: true, policyRules: ["proved-reads-run"] });
    expect(remote.sent[0]!.wire).not.toContain(".cache");
    expect(world.ledger.of("outcome")[0]!.fields).toMatchObject({ result: "failed", exitCode: 1 });
  });
  it("sends the exact line to a device, and no bootstrap", async () => {
    const world = await gateWorld();
    world.hosts.set("bmc", { ...DEV, id: "bmc", os: "idrac" });
    world.hosts.set("sw", { ...DEV, id: "sw", os: "cisco-ios" });
    const asked: unknown[] = [];
    const classify = wordClassifier();
    world.reader.classify = (command, options) => {
      asked.push(options?.dialect);
      return classify(command, options);
    };
    await world.run(world.request({ hostId: "bmc", script: "ls" }));
    expect(new Set(asked.splice(0))).toEqual(new Set(["racadm"]));
    await world.run(world.request({ hostId: "sw", script: "ls" }));
    expect(new Set(asked.splice(0))).toEqual(new Set(["cisco-ios"]));
    await world.run(world.request({ hostId: "sw", script: "ls", dialect: "posix" }));
    expect(new Set(asked)).toEqual(new Set(["posix"]));
    expect(world.remote.sent.map(({ wire }) => wire).slice(0, 2)).toEqual(["ls", "ls"]);
  });
  it.each([
    ["bytes nobody can read", { script: "forbidden \u0001" }, "bytes"],
    ["a script that does not fit into one command", { script: `touch ${"x".repeat(100_000)}` }, "bytes"],
    ["nobody at the screen", { attended: false }, "denied-by-policy"],
    ["somebody who is not an operator here", { actor: { kind: "operator" as const, id: "op_nobody", name: "n" } }, "denied-by-policy"],
    ["the system itself", { actor: { kind: "system" as const, id: "sena", name: "SENA" } }, "denied-by-policy"],
    ["a schedule with nobody there", { actor: { kind: "schedule" as const, id: "nightly", name: "n" }, attended: false }, "denied-by-policy"],
  ])("refuses %s, records it, and does not even connect", async (_name, more, reason) => {
    const world = await gateWorld();
    world.remote.state.identifyThrows = new Error("must not connect");
    expect(lastOf(await world.run(world.request(more)))).toMatchObject({ type: "refused", reason });
    expect(world.ledger.of("intent")).toHaveLength(1);
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ result: reason });
  });
  it("asks about what was proved when its bytes are odd, and about what a skill declares as worse than it reads", async () => {
    const world = await gateWorld();
    expect(await world.guard.preview(world.request({ script: "odd \u00e9" }))).toMatchObject({ verdict: "ask", proved: false });
    expect(await world.guard.preview(world.request({ script: "ls", declaredEffect: "destructive" }))).toMatchObject({ verdict: "ask", effect: "destructive", rule: "declared/destructive" });
    expect(await world.guard.preview(world.request({ script: "wipe /", declaredEffect: "pure" }))).toMatchObject({ effect: "destructive" });
    expect(world.ledger.of("intent")).toEqual([]);
    expect(world.guard.explain(world.request({ script: "ls" })).decision.verdict).toBe("allow");
  });
  it("puts before a person what a second opinion doubts, refuses it where nobody is there, and lets it forbid nothing and allow nothing else", async () => {
    const world = await gateWorld();
    const mustAsk = "A second opinion had a doubt.";
    const decided = (more: object) => world.guard.explain(world.request(more)).decision;
    expect(decided({ script: "ls" }).verdict).toBe("allow");
    expect(decided({ script: "ls", mustAsk })).toMatchObject({ verdict: "ask", why: mustAsk, approvers: { count: 1 } });
    expect(decided({ script: "wipe /", mustAsk })).toEqual(decided({ script: "wipe /" }));
    const skill = { id: "nginx/reload", version: "1.0.0", signer: "vendor" };
    await world.circumstances.grant({ id: world.ada, name: "ada" }, { skillId: skill.id, version: skill.version, signer: skill.signer, scope: "environment:dev", untilAt: world.clock.now + 86_400_000 });
    const nightly = { hostId: DEV.id, actor: { kind: "skill" as const, id: "nightly", name: "nightly" }, attended: false, script: "touch x", skill };
    expect(decided({ ...nightly, mustAsk })).toMatchObject({ verdict: "deny" });
  });
  it("runs a skill approved beforehand with nobody there, and not another version of it", async () => {
    const world = await gateWorld();
    const skill = { id: "nginx/reload", version: "1.0.0", signer: "vendor" };
    await world.circumstances.grant({ id: world.ada, name: "ada" }, { skillId: skill.id, version: skill.version, signer: skill.signer, scope: "environment:dev", untilAt: world.clock.now + 86_400_000 });
    const nightly = { hostId: DEV.id, actor: { kind: "skill" as const, id: "nightly", name: "nightly" }, attended: false, script: "touch x" };
    expect(lastOf(await world.run(world.request({ ...nightly, skill }))).type).toBe("ended");
    expect(lastOf(await world.run(world.request({ ...nightly, skill: { ...skill, version: "1.0.1" } })))).toMatchObject({ reason: "denied-by-policy" });
  });
  it("lets no schedule stand on what was granted to its runbook at large", async () => {
    const world = await gateWorld();
    const skill = { id: "nginx/reload", version: "1.0.0", signer: "vendor" };
    await world.circumstances.grant({ id: world.ada, name: "ada" }, { skillId: skill.id, version: skill.version, signer: skill.signer, scope: "environment:dev", untilAt: world.clock.now + 86_400_000 });
    const turn = { hostId: DEV.id, attended: false, script: "touch x", skill };
    expect(world.guard.explain(world.request({ ...turn, actor: { kind: "skill", id: "sched_1", name: "nightly" } })).question.context.preapproved).toBe(true);
    expect(world.guard.explain(world.request({ ...turn, actor: { kind: "schedule", id: "sched_1", name: "nightly" } })).question.context.preapproved).toBe(false);
    expect(lastOf(await world.run(world.request({ ...turn, actor: { kind: "schedule", id: "sched_1", name: "nightly" } })))).toMatchObject({ reason: "denied-by-policy" });
  });
  it("leaves no request waiting for a yes that nobody is there to give", async () => {
    const world = await gateWorld();
    const skill = { id: "nginx/reload", version: "1.0.0", signer: "vendor" };
    await world.circumstances.grant({ id: world.ada, name: "ada" }, { skillId: skill.id, version: skill.version, signer: skill.signer, scope: "environment:prod", untilAt: world.clock.now + 86_400_000 });
    const nightly = world.request({ actor: { kind: "skill", id: "nightly", name: "nightly" }, skill });
    expect(world.guard.explain(nightly).decision).toMatchObject({ verdict: "ask" });
    const last = lastOf(await world.run({ ...nightly, attended: false }));
    expect(last).toMatchObject({ type: "refused", reason: "denied-by-policy", say: expect.stringContaining("it needs a person") as string });
    expect(world.remote.sent).toEqual([]);
  });
  it("says there is no such host, and stops what was stopped before it began", async () => {
    const world = await gateWorld();
    await expect(world.run(world.request({ hostId: "nowhere" }))).rejects.toMatchObject({ code: "GUARD_NO_HOST" });
    expect(lastOf(await world.run(world.request({ script: "ls" }), undefined, AbortSignal.abort()))).toMatchObject({ reason: "cancelled" });
    const stop = new AbortController();
    world.remote.ssh.identify = async (hostId) => {
      stop.abort();
      return { hostId, ...world.remote.state.identity };
    };
    expect(lastOf(await world.run(world.request({ script: "ls" }), undefined, stop.signal))).toMatchObject({ reason: "cancelled" });
    expect(world.remote.sent).toEqual([]);
  });
  it("keeps a long script by its hash in the fields and whole beside them", async () => {
    const world = await gateWorld();
    const script = `ls ${"a".repeat(5000)}`;
    await world.run(world.request({ script }));
    const intent = world.ledger.of("intent")[0]!;
    expect(intent.fields["script"]).toMatch(/^sha256:/);
    expect(Buffer.from(intent.blobs![0]!.bytes).toString()).toBe(script);
  });
  it("records a check against the start of the step it checks", async () => {
    const world = await gateWorld();
    const first = world.request({ script: "ls" });
    await world.run(first);
    await world.run(world.request({ script: "uptime", checks: first.stepId }));
    await world.run(world.request({ script: "uptime", checks: "never-ran" }));
    expect(world.ledger.of("check").map(({ refs }) => refs?.["start"])).toEqual([world.ledger.of("start")[0]!.seq]);
  });
  it("says nothing against an outcome that is on record when the check it was cannot follow", async () => {
    const world = await gateWorld();
    const first = world.request({ script: "ls" });
    await world.run(first);
    const { append } = world.ledger;
    vi.spyOn(world.ledger, "append").mockImplementation((entry) => (entry.type === "check" ? Promise.reject(new Failure("LEDGER_FULL", "The disk is full.")) : append(entry)));
    expect(lastOf(await world.run(world.request({ script: "uptime", checks: first.stepId })))).toMatchObject({ type: "ended", seq: world.ledger.of("outcome").at(-1)!.seq });
    expect([world.ledger.of("outcome").length, world.ledger.of("outcome-unknown").length, world.ledger.of("check").length]).toEqual([2, 0, 0]);
  });
  it("asks on Sundays as on any day: the day is a number policies can use", async () => {
    const world = await gateWorld();
    for (const [day, number] of [[21, 6], [22, 7], [23, 1]] as const) {
      world.clock.now = new Date(2026, 10, day, 12).getTime();
      expect(world.guard.explain(world.request()).question.context.dayOfWeek).toBe(number);
    }
  });
});

describe("after the start", () => {
  const approved = (world: Awaited<ReturnType<typeof gateWorld>>) => (id: string) => world.queue.approve(id, { operatorId: world.ada });
  const broken = (code = "SSH_BROKEN") => Object.assign(new Error("connection lost"), { code });

  it("takes up the output where a broken connection left it, and tells nothing twice", async () => {
    let call = 0;
    const remote = fakeSsh(() => {
      call += 1;
      if (call === 1) return { says: [["stdout", "one\n"]], throws: broken() };
      if (call === 2) return { throws: broken() };
      if (call === 3) return { says: [["stdout", "what?"]] };
      if (call === 4) return { stdout: Buffer.from("running\n") };
      return { says: [["stdout", "on"], ["stdout", "e\ntwo\n"], ["stderr", "e"]], exitCode: 0 };
    });
    const world = await gateWorld({ ssh: remote });
    const events = await world.run(world.request(), approved(world));
    const said = events.flatMap((event) => (event.type === "output" && event.stream === "stdout" ? [Buffer.from(event.bytes).toString()] : [])).join("");
    expect(said).toBe("one\ntwo\n");
    expect(lastOf(events).type).toBe("ended");
    expect(world.ledger.of("start")).toHaveLength(1);
  });
  it.each([["absent", "no trace"], ["dead", "cut off"]])("says unknown when the host's spool is %s", async (state, words) => {
    let call = 0;
    const world = await gateWorld({ ssh: fakeSsh(() => ((call += 1) === 1 ? { throws: broken() } : { stdout: Buffer.from(state) })) });
    expect(lastOf(await world.run(world.request(), approved(world)))).toMatchObject({ type: "unknown", say: expect.stringContaining(words) });
    expect(world.ledger.of("outcome-unknown")).toEqual([expect.objectContaining({ refs: { start: world.ledger.of("start")[0]!.seq }, fields: expect.objectContaining({ reason: expect.stringContaining(words) }) })]);
  });
  it("says unknown when the host never comes back", async () => {
    const world = await gateWorld({ ssh: fakeSsh(() => ({ throws: broken() })) });
    expect(lastOf(await world.run(world.request(), approved(world)))).toMatchObject({ type: "unknown", say: expect.stringContaining("connection lost") });
    const mute = await gateWorld({ ssh: fakeSsh(() => ({ throws: "no error" as never })) });
    expect(lastOf(await mute.run(mute.request(), approved(mute)))).toMatchObject({ say: expect.stringContaining("no answer") });
  });
  it("stops the command on the host when it is stopped or takes too long, and records that its end is unknown", async () => {
    for (const how of ["stop", "timeout", "timeout-while-following"] as const) {
      let call = 0;
      const stop = new AbortController();
      const remote = fakeSsh(() => {
        call += 1;
        if (call > 1 && how !== "timeout-while-following") return {};
        if (how === "stop") return { holds: new Promise<void>(() => {}) };
        if (how === "timeout") return { throws: broken("SSH_TIMEOUT") };
        return call === 1 ? { throws: broken() } : call === 2 ? { stdout: Buffer.from("running") } : call === 3 ? { throws: new DOMException("too long", "TimeoutError") } : { throws: broken() };
      });
      const world = await gateWorld({ ssh: remote });
      const events: GuardEvent[] = [];
      const request = world.request({ timeoutMs: 50 });
      await expect((async () => {
        for await (const event of world.guard.run(request, stop.signal)) {
          events.push(event);
          if (event.type === "waiting") await approved(world)(event.approvalId);
          if (event.type === "started" && how === "stop") setImmediate(() => stop.abort());
        }
      })()).rejects.toThrow();
      expect(lastOf(events).type).toBe("started");
      expect(Buffer.from(/sena (\S+) /.exec(remote.sent.at(-1)!.wire)![1]!, "base64").toString()).toContain("kill -TERM");
      expect(world.ledger.of("outcome-unknown")).toHaveLength(1);
    }
  });
  it("passes on what broke a read that has no spool", async () => {
    const world = await gateWorld({ ssh: fakeSsh(() => ({ throws: broken() })) });
    await expect(world.run(world.request({ script: "ls" }))).rejects.toThrow("connection lost");
    expect(world.remote.sent).toHaveLength(1);
    expect(world.ledger.of("outcome-unknown")).toHaveLength(1);
  });
  it.each([
    [{}, "it ended with status 0"],
    [{ exitCode: null }, "it ended without a status"],
  ])("does not claim it ended when the outcome cannot be recorded, nor that nothing was run: %j", async (result, how) => {
    const remote = fakeSsh(() => {
      world.ledger.breakWith(new Failure("LEDGER_FULL", "The disk is full, so nothing was executed."));
      return result;
    });
    const world = await gateWorld({ ssh: remote });
    const last = (await world.run(world.request({ script: "ls" }))).at(-1) as { type: string; say: string };
    expect(last).toMatchObject({ type: "unknown", say: expect.stringContaining(`WAS run on the host and ${how}, but that could not be recorded`) as string });
    expect(last.say).not.toContain("nothing was executed");
    expect([world.ledger.of("start").length, world.ledger.of("outcome").length]).toEqual([1, 0]);
  });
  it("tells what broke it, or that nobody knows, also where that cannot be recorded either", async () => {
    const world = await gateWorld({ ssh: fakeSsh(() => (world.ledger.breakWith(new Failure("LEDGER_FULL", "The disk is full, so nothing was executed.")), { throws: broken() })) });
    await expect(world.run(world.request({ script: "ls" }))).rejects.toThrow("connection lost");
    world.ledger.mend();
    expect(lastOf(await world.run(world.request(), approved(world)))).toMatchObject({ type: "unknown", say: expect.stringMatching(/may still be running there\. The record cannot be written just now/) as string });
    expect(world.ledger.of("outcome-unknown")).toEqual([]);
  });
  it("runs nothing where not even the decision can be kept", async () => {
    const world = await gateWorld();
    world.store.raw.pragma("query_only = ON");
    expect(await world.run(world.request({ script: "ls" }))).toMatchObject([{ type: "judged" }, { type: "refused", reason: "ledger", say: "The record cannot be written, so nothing was run." }]);
    expect(world.remote.sent).toEqual([]);
  });
});

describe("asking what became of a step", () => {
  const all = async (source: AsyncIterable<{ readonly type: string }>) => {
    const events: { readonly type: string; readonly say?: string }[] = [];
    for await (const event of source) events.push(event);
    return events;
  };
  it("says never-started when nothing was sent", async () => {
    const world = await gateWorld();
    expect((await all(world.guard.reattach(world.request()))).map(({ type }) => type)).toEqual(["never-started"]);
  });
  it("fetches the end of a change from the host's spool, sending no command of the step", async () => {
    let phase: "run" | "after" = "run";
    const remote = fakeSsh((_host, { wire }) => (phase === "run" ? { throws: Object.assign(new Error("gone")) } : wire.length > 0 && remote.sent.length % 2 === 0 ? { stdout: Buffer.from("ended") } : { says: [["stdout", "done"]], exitCode: 4 }));
    const world = await gateWorld({ ssh: remote });
    const request = world.request({ timeoutMs: 1000 });
    await world.run(request, (id) => world.queue.approve(id, { operatorId: world.ada }));
    phase = "after";
    if (remote.sent.length % 2 === 0) remote.sent.push({ hostId: "", wire: "", stdin: undefined });
    const script = Buffer.from(request.script).toString("base64");
    const before = remote.sent.length;
    const events = await all(world.guard.reattach(request, new AbortController().signal));
    expect(events.map(({ type }) => type)).toEqual(["judged", "started", "output", "ended"]);
    expect(remote.sent.slice(before).some(({ wire }) => wire.includes(script))).toBe(false);
    expect(world.ledger.of("outcome").at(-1)?.fields).toMatchObject({ exitCode: 4, reattached: true });
  });
  it("says unknown for a read, which has no spool and can be run again", async () => {
    const world = await gateWorld();
    const request = world.request({ script: "ls" });
    await world.run(request);
    expect((await all(world.guard.reattach(request))).at(-1)).toMatchObject({ type: "unknown" });
  });
  it("stops taking up when it is stopped", async () => {
    const world = await gateWorld({ ssh: fakeSsh(() => ({ throws: Object.assign(new Error("gone")) })) });
    const request = world.request();
    await world.run(request, (id) => world.queue.approve(id, { operatorId: world.ada }));
    await expect(all(world.guard.reattach(request, AbortSignal.abort(new Error("stop"))))).rejects.toThrow("stop");
  });
});

describe("what may go wrong beside the way", () => {
  it("names the skill whose words are shown beside the command", async () => {
    const world = await gateWorld();
    await world.run(world.request({ skill: { id: "nginx.reload", version: "1.2.0", signer: "SENA" } }), async (id) => {
      expect(world.queue.get(id).shown.reasonsFrom).toBe("skill nginx.reload 1.2.0");
      await world.queue.approve(id, { operatorId: world.ada });
    });
  });
  it("passes on what broke the wait, and records that nothing was run", async () => {
    const world = await gateWorld();
    const broken = new Error("the queue is broken");
    world.queue.settled = () => Promise.reject(broken);
    await expect(world.run(world.request())).rejects.toBe(broken);
    expect(world.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused" });
    expect(world.remote.sent).toEqual([]);
  });
  it("does not run what a remembered runbook allowed when it was forgotten on the way; remembered still, it runs", async () => {
    for (const isForgotten of [true, false]) {
      const world = await gateWorld();
      const skill = { id: "nginx.reload", version: "1.2.0", signer: "SENA" };
      const grant = await world.circumstances.grant({ id: world.ada, name: "ada" }, { skillId: skill.id, version: skill.version, signer: skill.signer, scope: "environment:dev", untilAt: world.clock.now + 1e7 });
      const { identify } = world.remote.ssh;
      world.remote.ssh.identify = async (hostId) => {
        if (isForgotten) await world.circumstances.revokeGrant(grant.id, { id: world.ada, name: "ada" });
        return identify(hostId);
      };
      const events = await world.run(world.request({ hostId: "dev-01", skill }));
      if (isForgotten) expect(events.at(-1)).toMatchObject({ type: "refused", reason: "changed" });
      else expect(events.at(-1)?.type).toBe("ended");
      expect(world.remote.sent).toHaveLength(isForgotten ? 0 : 1);
    }
  });
  it("records a check that failed as failed", async () => {
    const world = await gateWorld({ ssh: fakeSsh((_host, { wire }) => ({ exitCode: wire.includes(Buffer.from("uptime").toString("base64")) ? 1 : 0 })) });
    const first = world.request({ script: "ls" });
    await world.run(first);
    await world.run(world.request({ script: "uptime", checks: first.stepId }));
    expect(world.ledger.of("check").at(-1)?.fields).toMatchObject({ result: "failed", exitCode: 1 });
  });
  it("records nothing twice when whoever listens fails after the end was told", async () => {
    const world = await gateWorld();
    const events = world.guard.run(world.request({ script: "ls" }))[Symbol.asyncIterator]() as AsyncGenerator<GuardEvent>;
    for (let event = await events.next(); event.value?.type !== "ended"; event = await events.next());
    await expect(events.throw(new Error("the listener failed"))).rejects.toThrow("the listener failed");
    expect(world.ledger.of("outcome")).toHaveLength(1);
    expect(world.ledger.of("outcome-unknown")).toEqual([]);
  });
  it("has words of its own for bytes that nobody can read, where the reader gave none", async () => {
    const world = await gateWorld();
    world.reader.classify = (command) => ({ ...wordClassifier()(command), denied: true });
    expect((await world.run(world.request())).at(-1)).toMatchObject({ type: "refused", reason: "bytes", say: "It cannot be read." });
  });
});
