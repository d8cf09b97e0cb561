import { describe, expect, it } from "vitest";
import { APPROVAL_FAILURES } from "../../../src-main/approvals/failures.ts";
import { createForeign, DENIAL_NAMESPACE, fatigueOf, judgeApproval, mayDecide, objectBytes, verifySsh, type ApprovalObject } from "../../../src-main/approvals/index.ts";
import { lifetime } from "../../../src-main/approvals/judge.ts";
import { ApprovalObject as Shape } from "../../../src-main/approvals/object.ts";
import { APPROVAL_NAMESPACE } from "../../../src-main/approvals/sshsig.ts";
import { askOf, gateWorld, PASS, sha256, wordClassifier } from "../../fakes/gate.ts";

// What the record says of every decision, which words people get, and where each limit lies exactly.

const { shown: _shown, ...asked } = askOf();
const object = (more: Partial<ApprovalObject> = {}): ApprovalObject => ({ ...asked, v: 1, id: "appr_1", nonce: "n".repeat(32), head: { size: 1, root: "r" }, created_at: 1000, not_after: 901_000, max_uses: 1, ...more }) as ApprovalObject;
const bob = { operatorId: "bob", name: "bob", isGood: true, isActive: true, mayApprove: true };
const at = { now: 2000, aliveMs: 1000 };
const factsOf = ({ script, wire, stdin, dialect, hosts, effect, classifier, policy }: ApprovalObject) => ({ script, wire, stdin, dialect, hosts, effect, classifier, policy });

describe("a failure", () => {
  it("may be tried again only where the same person can do better", () => {
    expect(Object.entries(APPROVAL_FAILURES).filter(([, { retryable }]) => retryable).map(([code]) => code)).toEqual(["APPROVAL_BAD_SIGNATURE"]);
  });
  it.each([
    ["APPROVAL_NOT_FOUND", "id"], ["APPROVAL_DECIDED", "state"], ["APPROVAL_NOT_YOURS", "say"], ["APPROVAL_TWICE", "name"], ["APPROVAL_KEY_COPIED", "name"], ["APPROVAL_BAD_FILE", "detail"], ["BREAK_GLASS_LIMIT", "minutes"], ["GRANT_REFUSED", "detail"], ["POLICY_NOT_PROPOSED", "n"], ["POLICY_OVERTAKEN", "base"],
  ] as const)("%s names its %s", (code, detail) => {
    expect(APPROVAL_FAILURES[code].say({ [detail]: "⟨this⟩" })).toContain("⟨this⟩");
  });
});

describe("an object", () => {
  it("is one as it stands", () => expect(Shape.safeParse(object()).success).toBe(true));
  it.each<[string, object]>([
    ["with more than a hash", { script: `${"a".repeat(64)}b` }], ["with words before a hash", { wire: `x${"a".repeat(64)}` }], ["with a hash in capitals", { policy: "A".repeat(64) }], ["of another version", { v: 2 }], ["that may be used twice", { max_uses: 2 }],
    ["without a host", { hosts: [] }], ["that asks nobody", { approvals: 0 }], ["that asks three", { approvals: 3 }], ["with a short nonce", { nonce: "n".repeat(21) }], ["with a long nonce", { nonce: "n".repeat(65) }], ["with half a millisecond", { not_after: 1.5 }], ["with a word more", { more: 1 }],
    ["for an unknown device", { dialect: "zsh" }], ["with a host that says more", { hosts: [{ ...asked.hosts[0], more: 1 }] }],
  ])("%s is none", (_name, more) => expect(Shape.safeParse({ ...object(), ...more }).success).toBe(false));
  it.each([22, 64])("takes a nonce of %i", (length) => expect(Shape.safeParse(object({ nonce: "n".repeat(length) })).success).toBe(true));
});

describe("the last look", () => {
  it.each([
    ["script", "0", "the command"], ["wire", "0", "what would be sent"], ["stdin", "0", "the file that goes with it"], ["dialect", "racadm", "the kind of device"], ["effect", "destructive", "what it was found to do"], ["classifier", "2", "the version of the reader"], ["policy", "0", "the policy"],
    ["hosts", [{ ...asked.hosts[0], fingerprint: "SHA256:second" }], "the host, its key or its user"],
  ])("says that the %s changed", (fact, other, words) => {
    expect(judgeApproval(object(), [bob], { ...factsOf(object()), [fact]: other } as never, at)).toEqual({ ok: false, reason: "changed", say: `After it was approved, ${words} changed. It was not run; look at it again and ask anew.` });
  });
  it.each<[string, Partial<typeof bob>, RegExp]>([
    ["does not belong", { isGood: false }, /^The signature of bob does not belong to this request\. It was not run\.$/],
    ["is of somebody gone", { isActive: false }, /^bob, who approved it, does not work here any more\. It was not run\.$/],
    ["is of somebody without the role", { mayApprove: false }, /^The approval of bob does not count: Approving needs the approver role\. It was not run\.$/],
  ])("says whose signature %s", (_name, more, words) => {
    expect(judgeApproval(object(), [{ ...bob, ...more }], factsOf(object()), at)).toEqual({ ok: false, reason: "changed", say: expect.stringMatching(words) as string });
  });
  it("names everyone who said yes, and counts how many are missing", () => {
    const dan = { ...bob, operatorId: "dan", name: "dan" };
    expect(judgeApproval(object({ approvals: 2 }), [bob, dan], factsOf(object()), at)).toEqual({ ok: true, by: ["bob", "dan"] });
    expect(judgeApproval(object({ approvals: 2 }), [bob], factsOf(object()), at)).toEqual({ ok: false, reason: "changed", say: "It has 1 of 2 approvals. It was not run." });
    expect(judgeApproval(object(), [bob], factsOf(object()), { now: 901_001, aliveMs: 0 })).toEqual({ ok: false, reason: "expired", say: "The approval has expired. It was not run; ask again." });
  });
  it.each([[{ now: 1000, aliveMs: 0 }, "alive"], [{ now: 999, aliveMs: 0 }, "expired"], [{ now: 901_000, aliveMs: 900_000 }, "alive"], [{ now: 901_001, aliveMs: 1 }, "expired"], [{ now: 901_000, aliveMs: 900_001 }, "expired"]] as const)("at %j it is %s", (when, is) => expect(lifetime(object(), when)).toBe(is));
  it("says why somebody may not", () => {
    const of = (more: Partial<ApprovalObject>, who: string, isApprover: boolean) => mayDecide(object(more), who, isApprover);
    expect(of({ person: "ada" }, "ada", true)).toEqual({ ok: false, say: "Whoever asked for this may not approve it: a second person is needed." });
    expect(of({ approvers: ["bob"] }, "dan", true)).toEqual({ ok: false, say: "Only the people named for this step may approve it." });
    expect(of({}, "dan", false)).toEqual({ ok: false, say: "Approving needs the approver role." });
    expect(of({ approvers: ["bob"] }, "bob", true)).toEqual({ ok: true, say: "" });
    expect(of({ person: "ada", own: true, approvers: ["ada"] }, "ada", false)).toEqual({ ok: true, say: "" });
  });
});

describe("the queue's record", () => {
  it("of a request says what was asked, by whom, where, and until when, with the bytes beside it", async () => {
    const { queue, ledger, clock } = await gateWorld();
    const { id, object: made } = await queue.request(askOf({ rules: ["r1"], run: "run_9" }));
    expect(ledger.of("approval-request")).toMatchObject([
      {
        actor: { kind: "operator", id: "op_x", name: "x" }, session: "run_9", host: "web-01",
        fields: { approval: id, script: "touch /etc/motd", effect: "mutate", title: "Touch it", rules: ["r1"], approvals: 1, own: false, notAfter: clock.now + 900_000 },
        blobs: [{ role: "object", bytes: objectBytes(made) }, { role: "script", bytes: Buffer.from("touch /etc/motd") }],
      },
    ]);
    expect(made).toMatchObject({ v: 1, max_uses: 1, created_at: clock.now, nonce: expect.stringMatching(/^[\w-]{32}$/) as string });
  });
  it("of a yes holds the signed bytes and names who signed; of a no, why", async () => {
    const { queue, ledger, ada, access } = await gateWorld();
    const first = await queue.request(askOf());
    const yes = await queue.approve(first.id, { operatorId: ada, note: "fine" });
    expect(yes).toMatchObject({ state: "approved", say: "", decisions: [{ operatorId: ada, name: "ada", decision: "approve", note: "fine", from: "here" }] });
    expect(ledger.of("approval")).toMatchObject([
      {
        actor: { kind: "operator", id: ada, name: "ada" }, session: "run_1", host: "web-01", refs: { request: ledger.of("approval-request")[0]!.seq },
        fields: { approval: first.id, decision: "approve", note: "fine", source: "here", touch: "none", signer: `ada ${access.operators()[0]!.publicKey.split(" ").slice(0, 2).join(" ")}` },
        blobs: [{ role: "approval", bytes: objectBytes(first.object) }, { role: "approval.sig" }],
      },
    ]);
    const second = await queue.request(askOf());
    const no = await queue.deny(second.id, { operatorId: ada, note: " not on Fridays " });
    expect(no).toMatchObject({ state: "denied", say: "ada said no: “not on Fridays”. It was not run." });
    expect(await queue.settled(second.id)).toEqual({ state: "denied", say: no.say });
    expect((await queue.deny((await queue.request(askOf())).id, { operatorId: ada })).say).toBe("ada said no. It was not run.");
    expect(ledger.of("decision")[0]).toMatchObject({ actor: { id: ada }, session: "run_1", host: "web-01", fields: { approval: second.id, decision: "deny", note: " not on Fridays ", source: "here" } });
  });
  it("of whoever was refused says who tried what, and why not", async () => {
    const world = await gateWorld({ several: true });
    const { queue, ledger, ada, bob: second, cyd } = world;
    const { id } = await queue.request(askOf({ person: ada, requester: { kind: "operator", id: ada, name: "ada" } }));
    await queue.approve(id, { operatorId: ada, passphrase: PASS.ada }).catch(() => {});
    await queue.approve(id, { operatorId: cyd, passphrase: PASS.cyd }).catch(() => {});
    await queue.deny(id, { operatorId: cyd, passphrase: PASS.cyd }).catch(() => {});
    await queue.approve(id, { operatorId: "nobody" }).catch(() => {});
    await queue.approve(id, { operatorId: second, passphrase: PASS.bob });
    await queue.approve(id, { operatorId: second, passphrase: PASS.bob }).catch(() => {});
    expect(ledger.of("decision").map(({ actor, session, refs, fields }) => [actor.kind, actor.name, session, refs?.["request"], fields["approval"], fields["decision"], fields["say"]])).toEqual(
      ([
        ["ada", "refused-approve", "Whoever asked for this may not approve it: a second person is needed."],
        ["cyd", "refused-approve", "Approving needs the approver role."],
        ["cyd", "refused-deny", "Denying needs the approver role."],
        ["", "refused-approve", "This operator does not work here."],
        ["bob", "refused-approve", "It was approved already."],
      ] as const).map(([name, act, say]) => ["operator", name, "run_1", ledger.of("approval-request")[0]?.seq, id, act, say]),
    );
  });
  it("of a second yes by the same person says so, and of two people keeps the order", async () => {
    const { queue, ledger, ada, bob: second } = await gateWorld({ several: true });
    const { id } = await queue.request(askOf({ approvals: 2 }));
    expect((await queue.approve(id, { operatorId: ada, passphrase: PASS.ada })).state).toBe("waiting");
    await expect(queue.approve(id, { operatorId: ada, passphrase: PASS.ada })).rejects.toMatchObject({ code: "APPROVAL_TWICE", message: expect.stringContaining("ada has approved") as string });
    expect(ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "refused-approve", say: "They had decided already." });
    await queue.approve(id, { operatorId: second, passphrase: PASS.bob });
    expect(await queue.settled(id)).toEqual({ state: "approved", by: ["ada", "bob"] });
    const usable = queue.usable(id, factsOf(queue.objectOf(id)));
    expect(usable).toMatchObject({ ok: true, by: ["ada", "bob"], nonce: queue.objectOf(id).nonce, approvalSeq: Math.max(...ledger.of("approval").map(({ seq }) => seq)) });
    queue.used(id);
    expect(queue.usable(id, factsOf(queue.objectOf(id)))).toEqual({ ok: false, reason: "changed", say: "This approval was used once already. It was not run again." });
    expect(await queue.settled(id)).toEqual({ state: "cancelled", say: "It was used already." });
  });
  it("of an end in time, or by whoever asked, says that nothing was run", async () => {
    const { queue, ledger, pass, ada } = await gateWorld();
    const [late, stopped] = [await queue.request(askOf()), await queue.request(askOf())];
    const by = { kind: "operator", id: ada, name: "ada" } as const;
    await queue.cancel(stopped.id, by, "No longer needed.");
    expect(queue.usable(stopped.id, factsOf(stopped.object))).toEqual({ ok: false, reason: "changed", say: "This request is cancelled. It was not run." });
    pass(900_001);
    await expect(queue.approve(late.id, { operatorId: ada })).rejects.toMatchObject({ code: "APPROVAL_EXPIRED" });
    await expect(queue.approve(late.id, { operatorId: ada })).rejects.toMatchObject({ code: "APPROVAL_EXPIRED" });
    await expect(queue.approve(stopped.id, { operatorId: ada })).rejects.toMatchObject({ code: "APPROVAL_DECIDED", message: expect.stringContaining("it is cancelled") as string });
    expect(queue.get(late.id).say).toBe("Nobody decided in time. It was not run.");
    expect(ledger.of("decision").map(({ actor, host, fields }) => [actor.kind, actor.name, host, fields["decision"], fields["say"]])).toEqual([
      ["operator", "ada", "web-01", "cancelled", "No longer needed."],
      ["system", "SENA", "web-01", "expired", "Nobody decided in time. It was not run."],
      ["operator", "ada", undefined, "refused-approve", "It had expired."],
      ["operator", "ada", undefined, "refused-approve", "It was cancelled already."],
    ]);
  });
  it("lists what is open first come, and the newest of all", async () => {
    const { queue, pass, ada } = await gateWorld();
    const ids: string[] = [];
    for (const _n of [1, 2, 3]) (ids.push((await queue.request(askOf())).id), pass(1));
    await queue.deny(ids[1] as string, { operatorId: ada });
    expect(queue.list({ open: true, limit: 9 }).map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    expect(queue.list({ open: true, limit: 1 }).map(({ id }) => id)).toEqual([ids[0]]);
    expect(queue.list({ open: false, limit: 2 }).map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(queue.waiting()).toBe(2);
  });
});

describe("circumstances", () => {
  const host = { id: "h", environment: "prod" };
  const entry = { fromAt: 0, untilAt: 9e15, isWeekly: false, reason: "because" };
  it.each(["all", "environment:dev", "environment:staging", "environment:prod", "host:h", `host:${"h".repeat(64)}`, "host:0_-"])("take the scope %s", async (scope) => {
    const { circumstances } = await gateWorld();
    expect(circumstances.addToCalendar({ ...entry, kind: "freeze", scope })).toMatchObject({ ...entry, scope });
    expect(circumstances.calendar()).toMatchObject([{ ...entry, kind: "freeze", scope }]);
  });
  it.each(["xall", "all ", "environment:test", "environment:", "host:", "host:H", "host:-h", `host:${"h".repeat(65)}`, "host:h,x", ""])("take no scope %j", async (scope) => {
    const { circumstances, clock } = await gateWorld();
    expect(() => circumstances.addToCalendar({ ...entry, kind: "freeze", scope })).toThrow(/a scope and an end/);
    await expect(circumstances.grant({ id: "a", name: "a" }, { skillId: "s", version: "1", signer: "k", scope, untilAt: clock.now + 1 })).rejects.toThrow(/needs a scope/);
  });
  it("tell a window from a freeze, and both from what is elsewhere", async () => {
    const { circumstances } = await gateWorld();
    const seen = () => {
      const { inChangeWindow, frozen } = circumstances.of(host, undefined);
      return [inChangeWindow, frozen];
    };
    expect(seen()).toEqual([false, false]);
    const { id } = circumstances.addToCalendar({ ...entry, kind: "window", scope: "host:h" });
    expect(seen()).toEqual([true, false]);
    circumstances.addToCalendar({ ...entry, kind: "freeze", scope: "environment:dev" });
    expect(seen()).toEqual([true, false]);
    circumstances.addToCalendar({ ...entry, kind: "freeze", scope: "environment:prod" });
    expect(seen()).toEqual([true, true]);
    circumstances.removeFromCalendar(id);
    expect(seen()).toEqual([false, true]);
    expect(() => circumstances.addToCalendar({ ...entry, kind: "window", scope: "all", fromAt: 5, untilAt: 5 })).toThrow();
  });
  it("open a glass within exact limits, on the record, and close it at its time", async () => {
    const { circumstances, clock, ada, ledger } = await gateWorld();
    const by = { id: ada, name: "ada" };
    for (const [reason, minutes, goes] of [["123456789 ", 1, false], ["1234567890", 1, true], ["1234567890", 60, true], ["1234567890", 61, false], ["1234567890", 0, false]] as const) {
      const opened = circumstances.breakGlass(by, reason, minutes);
      if (goes) expect(await opened).toMatchObject({ byId: ada, byName: "ada", reason, fromAt: clock.now, untilAt: clock.now + minutes * 60_000, reviewedAt: null, review: "" });
      else await expect(opened).rejects.toMatchObject({ code: "BREAK_GLASS_LIMIT" });
    }
    expect(ledger.of("decision")).toMatchObject([{ actor: { kind: "operator", id: ada, name: "ada" }, fields: { decision: "break-glass", reason: "1234567890", minutes: 1 } }, { fields: { minutes: 60 } }]);
    clock.now += 60 * 60_000 - 1;
    expect(circumstances.openBreakGlass()).toBeDefined();
    clock.now += 1;
    expect([circumstances.openBreakGlass(), circumstances.of(host, undefined).breakGlass]).toEqual([undefined, false]);
    const [newest] = circumstances.breakGlasses(1);
    await circumstances.reviewBreakGlass(newest!.id, { id: "bob", name: "bob" }, "seen");
    expect(circumstances.breakGlasses(9).map(({ reviewedBy, review }) => [reviewedBy, review])).toContainEqual(["bob", "seen"]);
    expect(ledger.of("decision").at(-1)).toMatchObject({ actor: { kind: "operator", id: "bob", name: "bob" }, fields: { decision: "break-glass-reviewed", glass: newest!.id, review: "seen" } });
    await expect(circumstances.reviewBreakGlass(newest!.id, by, "mine")).rejects.toThrow(/broke the glass may not review/);
  });
  it("remember a skill within exact limits, on the record, until its end or until it is taken back", async () => {
    const { circumstances, clock, ledger, ada } = await gateWorld();
    const by = { id: ada, name: "ann" };
    const of = { skillId: "s", version: "1", signer: "k", scope: "host:h" };
    const day = 86_400_000;
    await expect(circumstances.grant(by, { ...of, untilAt: clock.now })).rejects.toThrow(/ends within 366 days/);
    await expect(circumstances.grant(by, { ...of, untilAt: clock.now + 366 * day + 1 })).rejects.toThrow(/ends within 366 days/);
    await expect(circumstances.grant(by, { ...of, signer: "", untilAt: clock.now + 1 })).rejects.toThrow(/only a signed skill/);
    const made = await circumstances.grant(by, { ...of, untilAt: clock.now + 366 * day });
    expect(made).toMatchObject({ ...of, byId: ada, byName: "ann", createdAt: clock.now, revokedAt: null });
    expect(ledger.of("decision")).toMatchObject([{ actor: { kind: "operator", id: ada, name: "ann" }, fields: { decision: "grant", grant: made.id, skill: "s", version: "1", signer: "k", scope: "host:h", untilAt: made.untilAt } }]);
    const runs = (skill = { id: "s", version: "1", signer: "k" }, on = host) => circumstances.of(on, skill).grantedBy.length > 0;
    expect([runs(), runs({ id: "t", version: "1", signer: "k" }), runs({ id: "s", version: "2", signer: "k" }), runs({ id: "s", version: "1", signer: "z" }), runs(undefined, { ...host, id: "x" })]).toEqual([true, false, false, false, false]);
    clock.now = made.untilAt;
    expect(runs()).toBe(false);
    clock.now -= 1;
    expect(runs()).toBe(true);
    await circumstances.revokeGrant(made.id, { id: "b", name: "bob" });
    expect([runs(), circumstances.grants()[0]?.revokedAt]).toEqual([false, clock.now]);
    clock.now += 1;
    await circumstances.revokeGrant(made.id, by);
    expect(circumstances.grants()[0]?.revokedAt).toBe(clock.now - 1);
    expect(ledger.of("decision")[1]).toMatchObject({ actor: { name: "bob" }, fields: { decision: "grant-revoked", grant: made.id } });
  });
  it("gate the panes of the environments that were chosen, and of no others", async () => {
    const { circumstances } = await gateWorld();
    expect(circumstances.paneGate()).toEqual([]);
    circumstances.setPaneGate(["prod", "dev", "prod"]);
    expect(circumstances.paneGate()).toEqual(["dev", "prod"]);
    circumstances.setPaneGate(["staging"]);
    expect(circumstances.paneGate()).toEqual(["staging"]);
  });
});

describe("fatigue", () => {
  const hour = (count: number, tookMs: number, approved = count) => fatigueOf(Array.from({ length: count }, (_, n) => ({ approved: n < approved, tookMs })));
  it("says exactly where reading ends and haste begins", () => {
    expect(hour(5, 2999, 4)).toEqual({ decided: 5, approved: 4, medianMs: 2999, level: "hasty", say: "4 of 5 approved in the last hour, half of them within 3.0 s. That is faster than reading." });
    expect(hour(5, 3000)).toEqual({ decided: 5, approved: 5, medianMs: 3000, level: "calm", say: "" });
    expect(hour(12, 3000)).toMatchObject({ level: "many", say: "12 decisions in the last hour. A signed skill, remembered for a while, asks less often." });
    expect(fatigueOf([9000, 1, 2000].map((tookMs) => ({ approved: true, tookMs }))).medianMs).toBe(2000);
    expect(hour(0, 0)).toEqual({ decided: 0, approved: 0, medianMs: 0, level: "calm", say: "" });
  });
});

describe("a file from elsewhere", () => {
  async function two() {
    const home = await gateWorld();
    const away = await gateWorld();
    const of = (world: typeof home) => createForeign({ queue: world.queue, access: world.access, ledger: world.ledger, classify: wordClassifier(), now: () => world.clock.now });
    await home.access.addRemote({ name: "eve", roles: ["approver"], publicKey: away.access.operators()[0]!.publicKey });
    const { id } = await home.queue.request(askOf());
    return { home, away, id, here: of(home), there: of(away) };
  }
  it("shows the words of the other side, and its own reading of the command", async () => {
    const { id, here, there } = await two();
    expect(there.read(here.write(id))).toMatchObject({ ownEffect: "mutate", isScriptTrue: true, warnings: [], shown: { script: "touch /etc/motd", rule: "fake/touch", whyEffect: "touch is mutate", reasons: "", reasonsFrom: "", whyAsked: "", taint: [] } });
    expect(there.read(here.write(id)).shown.segments).toHaveLength(1);
  });
  it.each([
    ["reasons", "x".repeat(8000), true], ["reasons", "x".repeat(8001), false], ["reasonsFrom", "x".repeat(200), true], ["reasonsFrom", "x".repeat(201), false], ["whyAsked", "x".repeat(4000), true], ["whyAsked", "x".repeat(4001), false],
    ["taint", Array.from({ length: 200 }, () => ({ token: "t".repeat(500), from: "f".repeat(500) })), true], ["taint", Array.from({ length: 201 }, () => ({ token: "t", from: "f" })), false], ["taint", [{ token: "t".repeat(501), from: "" }], false], ["taint", [{ token: "", from: "f".repeat(501) }], false],
  ])("with %s of another length is one or is none", async (field, value, isOne) => {
    const { id, here, there } = await two();
    const file = JSON.parse(here.write(id)) as { words: object };
    const text = JSON.stringify({ ...file, words: { ...file.words, [field]: value } });
    if (isOne) expect(there.read(text).isScriptTrue).toBe(true);
    else expect(() => there.read(text)).toThrow(/it is not a request written by SENA/);
  });
  it("of another kind, with more in it, or with a longer command is none", async () => {
    const { id, here, there } = await two();
    const file = JSON.parse(here.write(id)) as object;
    for (const more of [{ kind: "x" }, { kind: "sena-approval-response/v1" }, { more: 1 }, { script: "x".repeat(65_537) }]) expect(() => there.read(JSON.stringify({ ...file, ...more }))).toThrow(/not a request/);
    expect(there.read(JSON.stringify({ ...file, script: "x".repeat(65_536) })).warnings[0]).toMatch(/^The command in this file is not the one/);
  });
  it("with an answer is taken as far as the answer's own limits, and what stands in it is on the record", async () => {
    const { home, away, id, here, there } = await two();
    const text = await there.sign(here.write(id), { decision: "deny", note: "n".repeat(500), operatorId: away.ada });
    expect(away.ledger.of("decision").at(-1)).toMatchObject({ actor: { kind: "operator", id: away.ada, name: "ada" }, fields: { decision: "deny-elsewhere", approval: id, requester: "x", headRoot: home.queue.objectOf(id).head.root, effect: "mutate" }, blobs: [{ role: "object" }, { role: "script", bytes: Buffer.from("touch /etc/motd") }, { role: "object.sig" }] });
    const answer = JSON.parse(text) as object;
    for (const more of [{ note: "n".repeat(501) }, { sig: "s".repeat(4001) }, { id: "i".repeat(65) }, { decision: "maybe" }, { kind: "x" }, { more: 1 }]) expect(() => here.accept(JSON.stringify({ ...answer, ...more }))).toThrow(/not a decision written by SENA/);
    await expect(here.accept(JSON.stringify({ ...answer, sig: "s".repeat(4000) }))).rejects.toThrow(/its signature is not one over this request/);
    expect(home.ledger.of("decision").at(-1)).toMatchObject({ actor: { name: "ada" }, fields: { decision: "refused-file-deny", say: "its signature is not one over this request" } });
    expect(await here.accept(text)).toMatchObject({ state: "denied", decisions: [{ name: "eve", from: "file", note: "n".repeat(500) }] });
    expect(home.ledger.of("decision").at(-1)?.fields).toMatchObject({ decision: "deny", source: "file" });
    await expect(here.accept(text)).rejects.toMatchObject({ code: "APPROVAL_DECIDED" });
  });
  it("may still be denied when it is late or not what it says, and is signed by nobody who left", async () => {
    const { away, id, here, there } = await two();
    const file = here.write(id);
    const swapped = file.replace("touch /etc/motd", "ls /etc/motd");
    await expect(there.sign(swapped, { decision: "approve", note: "", operatorId: away.ada })).rejects.toThrow(/the command in it is not the one/);
    expect(JSON.parse(await there.sign(swapped, { decision: "deny", note: "", operatorId: away.ada }))).toMatchObject({ kind: "sena-approval-response/v1", id, decision: "deny" });
    await expect(there.sign(file, { decision: "deny", note: "", operatorId: "op_none" })).rejects.toThrow(/does not work here/);
    away.clock.now = (JSON.parse(file) as { object: ApprovalObject }).object.not_after;
    expect(there.read(file).warnings).toEqual([]);
    away.clock.now += 1;
    expect(there.read(file).warnings).toEqual(["This request has expired."]);
    expect(JSON.parse(await there.sign(file, { decision: "deny", note: "", operatorId: away.ada }))).toMatchObject({ decision: "deny" });
  });
  it("is refused by a key that belongs to nobody who works here, in these words", async () => {
    const { home, away, id, here, there } = await two();
    const stranger = await gateWorld();
    const text = await createForeign({ queue: stranger.queue, access: stranger.access, ledger: stranger.ledger, classify: wordClassifier(), now: () => away.clock.now }).sign(here.write(id), { decision: "approve", note: "", operatorId: stranger.ada });
    await expect(here.accept(text)).rejects.toThrow(/its key belongs to nobody who works here/);
    expect(home.queue.get(id).state).toBe("waiting");
    expect(sha256(here.write(id))).not.toBe(sha256(text));
    expect(there.read(here.write(id)).object.id).toBe(id);
  });
});

describe("what carries a decision", () => {
  it("is a signature under a name of its own, with nothing around it", async () => {
    expect([APPROVAL_NAMESPACE, DENIAL_NAMESPACE]).toEqual(["sena-approval@v1", "sena-denial@v1"]);
    const { queue, store, ada } = await gateWorld();
    const { id, object: made } = await queue.request(askOf());
    await queue.approve(id, { operatorId: ada });
    const { signature } = store.raw.prepare("SELECT signature FROM approval_decisions WHERE request_id = ?").get(id) as { signature: string };
    expect(verifySsh(objectBytes(made), signature)).toBeDefined();
    expect(verifySsh(objectBytes(made), `${signature}\n\n`)).toBeDefined();
    for (const text of [`x${signature}`, `${signature}x`, signature.replace("BEGIN", "BEGUN")]) expect(verifySsh(objectBytes(made), text)).toBeUndefined();
    expect(JSON.parse(createForeign({ queue, access: {} as never, ledger: {} as never, classify: wordClassifier(), now: () => 0 }).write(id))).toMatchObject({ kind: "sena-approval-request/v1", script: "touch /etc/motd" });
  });
  it("may be signed up to the last moment, and not after", async () => {
    const { queue, access, ledger, ada, clock } = await gateWorld();
    const { id, object: made } = await queue.request(askOf());
    const there = createForeign({ queue, access, ledger, classify: wordClassifier(), now: () => clock.now });
    const file = there.write(id);
    clock.now = made.not_after;
    expect(JSON.parse(await there.sign(file, { decision: "approve", note: "", operatorId: ada }))).toMatchObject({ decision: "approve" });
    clock.now += 1;
    await expect(there.sign(file, { decision: "approve", note: "", operatorId: ada })).rejects.toMatchObject({ code: "APPROVAL_EXPIRED" });
  });
  it("tells whoever waits that it was stopped, and moves a number for whoever looks on", async () => {
    const { queue, ada } = await gateWorld();
    const { id } = await queue.request(askOf());
    const ended = new AbortController();
    const seen: number[] = [];
    const looking = (async () => {
      for await (const version of queue.changes(ended.signal)) if (seen.push(version) === 2) ended.abort();
    })();
    await Promise.resolve();
    await queue.cancel(id, { kind: "operator", id: ada, name: "ada" }, "Stopped.");
    await looking.catch(() => {});
    expect(seen[1]).toBe((seen[0] as number) + 1);
    expect(await queue.settled(id)).toEqual({ state: "cancelled", say: "Stopped." });
  });
});
