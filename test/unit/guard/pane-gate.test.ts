import { describe, expect, it } from "vitest";
import { createPaneGate } from "../../../src-main/api/pane-gate.ts";
import type { Environment } from "../../../src-main/contract/index.ts";
import { classify } from "../../../src-main/shellcheck/index.ts";
import { DEFAULT_POLICY, DEV, gateWorld, PASS } from "../../fakes/gate.ts";

/** The default policies, but an unproved read passes outside of production. */
const LOOSER = DEFAULT_POLICY.replace("when { context.proved && [", 'when { (context.proved || resource.environment != "prod") && [').replace('contains(context.effect) && !context.proved }', 'contains(context.effect) && !context.proved && resource.environment == "prod" }');

async function paneWorld(...gated: Environment[]) {
  const world = await gateWorld({ several: true, policy: LOOSER });
  world.circumstances.setPaneGate(gated);
  const gate = createPaneGate({ guard: world.guard, circumstances: world.circumstances, newId: world.newId });
  const typed: string[] = [];
  const paste = (text: string, { id, environment }: { id: string; environment: Environment } = { id: "web-01", environment: "prod" }, type = async () => void typed.push(text)) => gate({ pane: { hostId: id, hostName: id, environment }, text, principal: { id: world.ada, name: "ada", permissions: [] }, signal: new AbortController().signal }, type);
  const settle = async () => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...world, typed, paste, settle };
}

describe("a pasted line", () => {
  it("is typed at once where panes are not gated, and no request is made", async () => {
    const world = await paneWorld("staging");
    await world.paste("touch /etc/motd\n");
    expect(world.typed).toEqual(["touch /etc/motd\n"]);
    expect(world.ledger.of("intent")).toEqual([]);
  });
  it("is typed at once where the policies allow it without a proof, with intent, start and outcome on the record, and nothing is sent beside the pane", async () => {
    const world = await paneWorld("dev");
    await world.paste("ls /srv", DEV);
    expect(world.typed).toEqual(["ls /srv"]);
    expect(world.remote.sent).toEqual([]);
    expect(world.ledger.of("start")).toHaveLength(1);
    expect(world.ledger.of("outcome").at(-1)).toMatchObject({ fields: { result: "typed" }, refs: { start: world.ledger.of("start").at(-1)?.seq } });
  });
  it.each(["ls /srv", "uptime", "ls !!", "echo !rm", "systemctl status nginx", "journalctl -u nginx", "date", "ls ~-", "ls $x"])("waits for an approval although %s by itself is read as a read: history, aliases, variables and the pager are the pane's", async (line) => {
    const world = await paneWorld("prod");
    world.reader.classify = classify;
    const alone = await world.guard.preview({ hostId: "web-01", script: line, actor: { kind: "operator", id: world.ada, name: "ada" }, attended: true });
    expect(alone).toMatchObject({ verdict: "allow" });
    await expect(world.paste(line)).rejects.toMatchObject({ code: "GUARD_LINE_WAITS", message: expect.stringContaining("the pane decides what its words mean") as string });
    expect(world.typed).toEqual([]);
    const [intent] = world.ledger.of("intent");
    expect(intent?.fields).toMatchObject({ effect: classify(line, { dialect: "posix" }).effect, verdict: "ask" });
  });
  it("waits for an approval when it changes something, and is typed once it has it, exactly as it was shown", async () => {
    const world = await paneWorld("prod");
    await expect(world.paste("touch /etc/motd")).rejects.toMatchObject({ code: "GUARD_LINE_WAITS" });
    expect(world.typed).toEqual([]);
    const [request] = world.queue.list({ open: true, limit: 5 });
    expect(request?.shown.script).toBe("touch /etc/motd");
    await expect(world.queue.approve(request!.id, { operatorId: world.ada })).rejects.toMatchObject({ code: "APPROVAL_NOT_YOURS" });
    await world.queue.approve(request!.id, { operatorId: world.bob, passphrase: PASS.bob });
    await world.settle();
    expect(world.typed).toEqual(["touch /etc/motd"]);
    expect(world.queue.get(request!.id).state).toBe("used");
  });
  it("is never typed when it was denied, when it is refused outright, or when the host's key changed meanwhile", async () => {
    const world = await paneWorld("prod");
    await expect(world.paste("touch /etc/motd")).rejects.toMatchObject({ code: "GUARD_LINE_WAITS" });
    await world.queue.deny(world.queue.list({ open: true, limit: 1 })[0]!.id, { operatorId: world.bob, passphrase: PASS.bob });
    await expect(world.paste("forbidden")).rejects.toMatchObject({ code: "GUARD_LINE_REFUSED", message: "This was not typed: It holds bytes nobody can read." });
    await expect(world.paste("touch /etc/issue")).rejects.toMatchObject({ code: "GUARD_LINE_WAITS" });
    world.remote.state.identity = { ...world.remote.state.identity, fingerprint: "SHA256:second" };
    await world.queue.approve(world.queue.list({ open: true, limit: 1 })[0]!.id, { operatorId: world.bob, passphrase: PASS.bob });
    await world.settle();
    expect(world.typed).toEqual([]);
    expect(world.ledger.of("start")).toEqual([]);
  });
  it("has no outcome on the record when its pane was gone by the time it was approved", async () => {
    const world = await paneWorld("prod");
    await expect(world.paste("touch /etc/motd", undefined, () => Promise.reject(new Error("the pane is closed")))).rejects.toMatchObject({ code: "GUARD_LINE_WAITS" });
    await world.queue.approve(world.queue.list({ open: true, limit: 1 })[0]!.id, { operatorId: world.bob, passphrase: PASS.bob });
    await world.settle();
    expect(world.ledger.of("start")).toHaveLength(1);
    expect(world.ledger.of("outcome")).toEqual([]);
  });
});
