import { describe, expect, it } from "vitest";
import { Failure } from "../../../src-main/contract/failure.ts";
import { execute, reattached } from "../../../src-main/guard/execute.ts";
import { spoolFollowWire, spoolStateWire, spoolStopWire, wireOf } from "../../../src-main/guard/wire.ts";
import type { ExecOptions, ExecResult } from "../../../src-main/ssh/port.ts";
import { DEV, gateWorld, lastOf, PASS, PROD } from "../../fakes/gate.ts";

// What goes to a host and when: the command, the questions about it afterwards, the order to stop.

const WIRE = "the command";
const SPOOL = "0".repeat(32);
const BROKEN = Object.assign(new Error("connection lost"), { code: "SSH_BROKEN" });
const result = (stdout = ""): ExecResult => ({ stdout: Buffer.from(stdout), stderr: new Uint8Array(), exitCode: 0, signal: null, cut: { stdout: 0, stderr: 0 }, elapsedMs: 1 });

/** A way that answers each call in turn; what was called, and how long it was waited in between. */
function way(...answers: readonly (ExecResult | Error | ((options: ExecOptions) => ExecResult | Error))[]) {
  const called: { readonly hostId: string; readonly options: ExecOptions }[] = [];
  const waited: number[] = [];
  const exec = async (hostId: string, options: ExecOptions): Promise<ExecResult> => {
    const answer = answers[Math.min(called.push({ hostId, options }) - 1, answers.length - 1)]!;
    const end = typeof answer === "function" ? answer(options) : answer;
    if (end instanceof Error) throw end;
    return end;
  };
  return { called, waited, needs: { ssh: { exec }, sleep: async (ms: number) => void waited.push(ms) } };
}
const of = (more: object = {}) => ({ request: { hostId: "h" }, wire: WIRE, spoolId: SPOOL as string | undefined, timeoutMs: undefined as number | undefined, stdin: undefined as Uint8Array | undefined, ...more });
const told = (source: AsyncIterable<{ readonly type: string }>) => Array.fromAsync(source).then((events) => events.at(-1) as { readonly type: string; readonly say?: string });

describe("a command on its way", () => {
  it("takes with it what was handed in and the time it may take, and nothing that was not given", async () => {
    const plain = way(result());
    await told(execute(plain.needs, of(), undefined));
    expect(Object.keys(plain.called[0]!.options).toSorted()).toEqual(["onOutput", "wire"]);
    const whole = way(result());
    const { signal } = new AbortController();
    await told(execute(whole.needs, of({ timeoutMs: 7000, stdin: Buffer.from("a file") }), signal));
    expect(whole.called).toEqual([{ hostId: "h", options: expect.objectContaining({ wire: WIRE, timeoutMs: 7000, stdin: Buffer.from("a file"), signal }) }]);
  });
  it("is asked about when the way breaks, and followed with what it may take, but nothing is handed in or sent again", async () => {
    const broken = way(BROKEN, result("running\n"), result());
    const { signal } = new AbortController();
    expect(await told(execute(broken.needs, of({ timeoutMs: 7000, stdin: Buffer.from("a file") }), signal))).toMatchObject({ type: "result" });
    expect(broken.called.map(({ options }) => options.wire)).toEqual([WIRE, spoolStateWire(SPOOL), spoolFollowWire(SPOOL)]);
    expect(broken.called[1]!.options).toEqual({ wire: spoolStateWire(SPOOL), timeoutMs: 15_000, signal });
    expect(broken.called[2]!.options).toMatchObject({ timeoutMs: 7000, signal });
    expect(broken.called[2]!.options).not.toHaveProperty("stdin");
    const untimed = way(BROKEN, result("ended"), result());
    await told(execute(untimed.needs, of(), undefined));
    expect(Object.keys(untimed.called[1]!.options).toSorted()).toEqual(["timeoutMs", "wire"]);
    expect(Object.keys(untimed.called[2]!.options).toSorted()).toEqual(["onOutput", "wire"]);
  });
  it("is asked about at once and then ever more seldom, for a minute, before nobody knows", async () => {
    const gone = way(BROKEN);
    expect(await told(execute(gone.needs, of(), undefined))).toEqual({ type: "unknown", say: "The connection to the host broke and could not be taken up again (connection lost). The command may still be running there." });
    expect(gone.called).toHaveLength(9);
    expect(gone.waited).toEqual(gone.waited.toSorted((a, b) => a - b));
    expect([gone.waited.length, gone.waited.reduce((sum, ms) => sum + ms, 0)]).toEqual([7, 60_500]);
  });
  it("is not believed ended by a host that answers something else", async () => {
    const odd = way(BROKEN, result("Welcome!"));
    expect((await told(execute(odd.needs, of(), undefined))).say).toContain("(the host answered something else)");
    expect(odd.called.every(({ options }) => options.wire !== spoolFollowWire(SPOOL))).toBe(true);
  });
  it.each([["SSH_TIMEOUT", Object.assign(new Error("late"), { code: "SSH_TIMEOUT" }), true], ["a TimeoutError", new DOMException("late", "TimeoutError"), true], ["another error", Object.assign(new Error("late"), { code: "SSH_LATE" }), false]])("is stopped on the host by %s and by no other", async (_name, error, isStopped) => {
    const late = way(error as Error, result("ended"), result());
    const end = await told(execute(late.needs, of({ timeoutMs: 1 }), undefined)).catch((thrown: unknown) => thrown);
    if (isStopped) expect(end).toBe(error);
    else expect(end).toMatchObject({ type: "result" });
    expect(late.called[1]!.options).toEqual({ wire: isStopped ? spoolStopWire(SPOOL) : spoolStateWire(SPOOL), timeoutMs: 15_000 });
  });
  it("is reported as stopped although the host cannot be told", async () => {
    const stop = new AbortController();
    const mute = way(() => (stop.abort(), BROKEN), new Error("no way there"));
    await expect(told(execute(mute.needs, of(), stop.signal))).rejects.toBe(BROKEN);
    expect(mute.called.map(({ options }) => options.wire)).toEqual([WIRE, spoolStopWire(SPOOL)]);
  });
  it("that has no spool is neither asked about nor stopped", async () => {
    const broken = way(BROKEN);
    await expect(told(execute(broken.needs, of({ spoolId: undefined }), undefined))).rejects.toBe(BROKEN);
    expect(broken.called).toHaveLength(1);
    expect(await told(reattached(broken.needs, { hostId: "h", spoolId: undefined, timeoutMs: undefined }, undefined))).toEqual({ type: "unknown", say: "It was sent before SENA stopped, and its answer was lost with the connection." });
  });
  it("is told what was said on either stream once, though both are sent again from their beginning", async () => {
    const says = (...parts: readonly (readonly ["stdout" | "stderr", string])[]) => ({ onOutput }: ExecOptions) => parts.forEach(([stream, text]) => onOutput?.(stream, Buffer.from(text)));
    const broken = way((options) => (says(["stdout", "abc"], ["stderr", "x"])(options), BROKEN), result("running"), (options) => (says(["stdout", "ab"], ["stdout", "cde"], ["stderr", "xyz"])(options), result()));
    const events = await Array.fromAsync(execute(broken.needs, of(), undefined));
    const said = (name: string) => events.flatMap((event) => (event.type === "output" && event.stream === name ? [Buffer.from(event.bytes).toString()] : []));
    expect([said("stdout"), said("stderr")]).toEqual([["abc", "de"], ["x", "yz"]]);
  });
  it("is told while it is said, not when it ends", async () => {
    const live = execute({ ssh: { exec: (_host, { onOutput }) => (setImmediate(() => onOutput?.("stdout", Buffer.from("a line"))), new Promise<never>(() => {})) }, sleep: async () => {} }, of(), undefined);
    expect((await live.next()).value).toMatchObject({ type: "output", stream: "stdout" });
  });
});

describe("steps that are asked for together", () => {
  it("of which one is refused, do not wait for it; it has no part in what is sent", async () => {
    const world = await gateWorld();
    const streams = world.guard.runTogether([world.request({ script: "ls" }), world.request({ script: "forbidden" })]);
    const ends = (await Promise.allSettled(streams.map((stream) => Array.fromAsync(stream)))).map((end) => (end.status === "fulfilled" ? end.value.at(-1)?.type : "thrown"));
    expect(ends[1]).toBe("refused");
    expect(world.remote.sent).toHaveLength(1);
  });
  it("are sent as they are when there is one of them, and not at all when there is none", async () => {
    const world = await gateWorld();
    expect(world.guard.runTogether([])).toEqual([]);
    const [only] = world.guard.runTogether([world.request({ script: "ls" })]);
    expect(lastOf(await Array.fromAsync(only!)).type).toBe("ended");
    expect(world.remote.sent.map(({ wire }) => wire)).toEqual([wireOf("ls", "posix")]);
  });
});

describe("what a step leaves behind", () => {
  it("is its decision, with all it was made from, for what-if", async () => {
    const world = await gateWorld();
    const request = world.request({ script: "ls", title: "Look" });
    await world.run(request);
    expect(world.policies.past(5)).toEqual([expect.objectContaining({ at: world.clock.now, title: "Look", verdict: "allow", rules: ["proved-reads-run"], question: world.guard.explain(request).question })]);
  });
  it("is a used approval where there was one, and none where nobody was asked", async () => {
    const world = await gateWorld({ several: true });
    const used: unknown[] = [];
    const { used: really } = world.queue;
    world.queue.used = (id) => (used.push(id), really(id));
    await world.run(world.request({ script: "ls" }));
    expect(used).toEqual([]);
    let asked = "";
    await world.run(world.request(), (id) => ((asked = id), world.queue.approve(id, { operatorId: world.bob, passphrase: PASS.bob })));
    expect(used).toEqual([asked]);
  });
  it("is told with both reasons, when it began, and which host there is none of", async () => {
    const world = await gateWorld();
    const [judged, started] = await world.run(world.request({ script: "ls" }));
    expect(judged).toMatchObject({ why: expect.stringMatching(/^Runs without asking: .*\. ls is read$/) });
    expect(started).toEqual({ type: "started", seq: world.ledger.of("start")[0]!.seq, at: world.clock.now });
    await expect(world.run(world.request({ hostId: "nowhere" }))).rejects.toMatchObject({ message: 'The host "nowhere" is not in the inventory. Nothing was run.' });
  });
  it("is told with one reason where there is but one", async () => {
    const world = await gateWorld();
    const plain = world.reader.classify;
    world.reader.classify = (script, options) => ({ ...plain(script, options), why: "" });
    expect((await world.guard.preview(world.request({ script: "ls" }))).why).toMatch(/^Runs without asking: .*\.$/);
  });
  it("can be asked for again by the place it has on the host, and only there", async () => {
    const world = await gateWorld();
    const never = await Array.fromAsync(world.guard.reattach(world.request()));
    expect(never).toEqual([{ type: "never-started", say: "Nothing had been sent to the host." }]);
    const request = world.request({ hostId: DEV.id });
    await world.run(request, (id) => world.queue.approve(id, { operatorId: world.ada }));
    await Array.fromAsync(world.guard.reattach(request));
    const spool = String(world.ledger.of("start")[0]!.fields["spool"]);
    expect(world.remote.sent[0]!.wire).toBe(wireOf(request.script, "posix", spool));
    expect(world.remote.sent[1]).toMatchObject({ hostId: DEV.id, wire: spoolStateWire(spool) });
  });
  it("is no place on a device, and none of a look", async () => {
    const world = await gateWorld();
    world.hosts.set("sw", { ...PROD, id: "sw", os: "cisco-ios", environment: "dev" });
    await world.run(world.request({ hostId: "sw" }), (id) => world.queue.approve(id, { operatorId: world.ada }));
    await world.run(world.request({ script: "ls" }));
    expect(world.ledger.of("start").map(({ fields }) => fields["spool"])).toEqual(["", ""]);
  });
});

describe("who asks", () => {
  it("is the operator who asks, not the one at the screen, who may say yes for another", async () => {
    const world = await gateWorld({ several: true });
    const cyd = { kind: "operator" as const, id: world.cyd, name: "cyd" };
    const byAda = (id: string) => world.queue.approve(id, { operatorId: world.ada, passphrase: PASS.ada });
    expect(lastOf(await world.run(world.request({ actor: cyd }), byAda)).type).toBe("ended");
    const stop = new AbortController();
    const own = await world.run(world.request(), async (id) => {
      await expect(byAda(id)).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
      stop.abort();
    }, stop.signal);
    expect(lastOf(own)).toMatchObject({ reason: "cancelled" });
  });
  it("is no remembered skill where the bytes are odd, though the skill is remembered", async () => {
    const world = await gateWorld();
    const skill = { id: "web/look", version: "1", signer: "vendor" };
    await world.circumstances.grant({ id: world.ada, name: "ada" }, { skillId: skill.id, version: skill.version, signer: skill.signer, scope: "environment:dev", untilAt: world.clock.now + 1e7 });
    const preapproved = (script: string) => world.guard.explain(world.request({ hostId: DEV.id, script, skill })).question.context.preapproved;
    expect(["touch x", "odd x"].map(preapproved)).toEqual([true, false]);
  });
  it("is no model of somebody who may not ask any more, whoever came to the screen since", async () => {
    const world = await gateWorld({ several: true });
    const asked = () => world.guard.explain(world.request({ script: "ls", actor: { kind: "model", id: world.cyd, name: "a model, for cyd" } })).decision.verdict;
    expect([world.access.principal().id, asked()]).toEqual([world.ada, "allow"]);
    await world.access.change(world.cyd, { active: false });
    expect(asked()).toBe("deny");
  });
  it("is nobody for whom their own grant is the second person's yes", async () => {
    const world = await gateWorld({ several: true });
    const skill = { id: "web/touch", version: "1", signer: "vendor" };
    const until = world.clock.now + 1e7;
    const grant = (id: string, name: string) => world.circumstances.grant({ id, name }, { skillId: skill.id, version: skill.version, signer: skill.signer, scope: "all", untilAt: until });
    const asked = (id: string, hostId: string, kind: "operator" | "model" = "operator") => world.guard.explain(world.request({ hostId, script: "touch x", skill, actor: { kind, id, name: "who" } })).decision.verdict;
    world.circumstances.addToCalendar({ kind: "window", scope: "all", fromAt: world.clock.now - 1, untilAt: until, isWeekly: false, reason: "patching" });
    await grant(world.bob, "bob");
    const all = () => [world.bob, world.cyd].map((id) => asked(id, PROD.id));
    expect(all()).toEqual(["ask", "allow"]);
    expect(asked(world.bob, DEV.id)).toBe("allow"); // there their yes alone would do
    expect(asked(world.cyd, PROD.id, "model")).toBe("allow");
    await world.access.unlock(world.bob, PASS.bob);
    expect(asked(world.cyd, PROD.id, "model")).toBe("ask"); // what acts for bob is bob
    await grant(world.ada, "ada");
    expect(all()).toEqual(["allow", "allow"]);
    // Whoever may not approve any more granted nothing that holds.
    await world.access.change(world.bob, { roles: ["operator"] });
    expect(asked(world.ada, PROD.id)).toBe("ask");
    await world.access.change(world.bob, { roles: ["approver"], active: false });
    expect(asked(world.ada, PROD.id)).toBe("ask");
    await world.access.change(world.bob, { active: true });
    expect(asked(world.ada, PROD.id)).toBe("allow");
  });
});

describe("what stops a step before it begins", () => {
  it.each([
    [new Failure("VAULT_LOCKED", "Locked."), "locked", "Locked."],
    [new Failure("LEDGER_FULL", "Full."), "ledger", "Full."],
  ])("is an answer where it is one: %s", async (error, reason, say) => {
    const world = await gateWorld();
    world.remote.state.identifyThrows = error;
    expect(lastOf(await world.run(world.request({ script: "ls" })))).toEqual({ type: "refused", reason, say });
  });
  it.each([new Failure("NO_LEDGER_FULL", "Odd."), new Failure("SSH_LEDGER_", "Odd."), Object.assign(new Error("odd"), { code: "VAULT_LOCKED" })])("is a fault where it is none: %s", async (error) => {
    const world = await gateWorld();
    world.remote.state.identifyThrows = error;
    await expect(world.run(world.request({ script: "ls" }))).rejects.toBe(error);
  });
});
