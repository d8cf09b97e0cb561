import { describe, expect, it } from "vitest";
import { filesHandlers } from "../../../src-main/api/files.ts";
import type { BytePipe, HandlerContext } from "../../../src-main/contract/index.ts";
import { mayReadBy } from "../../../src-main/shells/core/hosts.ts";
import { DEV, gateWorld, wordClassifier } from "../../fakes/gate.ts";

/** The gate with a reader that knows one secret, and a host that gives every file away. */
async function desk(policy?: (text: string) => string) {
  const world = await gateWorld({ several: true });
  if (policy) await world.policies.propose(policy(world.policies.active.value.source.text), { id: world.ada, name: "ada" }, "n").then(({ n }) => world.policies.confirm(n, { id: world.bob, name: "bob" }));
  const scripts: string[] = [];
  const reads: string[] = [];
  const plain = wordClassifier();
  world.reader.classify = (script, options) => {
    scripts.push(script);
    if (script.includes("odd")) return { ...plain("touch x", options), effect: "unknown" };
    return script.includes("shadow") ? { ...plain("ls", options), effect: "read-secret", proved: false, why: "It reads secrets." } : plain("ls", options);
  };
  const files = { readText: async (_host: string, path: string) => (reads.push(path), { text: "t", sha256: "s", mode: 0, size: 1 }), read: async (_host: string, path: string) => (reads.push(path), { size: 0, chunks: (async function* () {})() }) };
  const handlers = filesHandlers({ files: files as never, forwards: {} as never, inventory: { get: (id) => world.hosts.get(id) }, ledger: world.ledger, mayWrite: async () => ({ isAllowed: true, why: "" }), mayRead: mayReadBy(world.guard), now: () => 0, newId: world.newId });
  const context: HandlerContext = { principal: { id: world.cyd, name: "cyd", permissions: ["view", "operate"] }, signal: new AbortController().signal };
  const pipe = { close() {}, write: async () => {} } as unknown as BytePipe;
  const open = (path: string) => handlers.open({ hostId: DEV.id, path }, context);
  const download = (path: string) => handlers.download({ hostId: DEV.id, path, from: 0 }, context, pipe);
  return { world, scripts, reads, open, download };
}

describe("a file that is read by hand", () => {
  it("is had, and recorded, where the command that prints it would run", async () => {
    const { open, download, reads, scripts, world } = await desk();
    await open("/etc/hosts");
    await download("/var/log/a b");
    expect([reads, new Set(scripts)]).toEqual([["/etc/hosts", "/var/log/a b"], new Set(["cat -- '/etc/hosts'", "cat -- '/var/log/a b'"])]);
    expect(world.ledger.of("outcome")).toHaveLength(2);
  });
  it("is not had without asking where that would be asked about as a secret, whichever way its path is written", async () => {
    const { open, download, reads, world } = await desk();
    for (const path of ["/etc/shadow", "/etc/x/../shadow"]) for (const read of [open, download]) await expect(read(path)).rejects.toMatchObject({ code: "FILE_NOT_READ", data: { path, host: "dev-01" }, message: expect.stringContaining("Nothing of it was read") });
    expect([reads, world.ledger.of("start")]).toEqual([[], []]);
  });
  it("is had under a name that only a person can read", async () => {
    const { open, reads } = await desk();
    await open("/srv/odd");
    expect(reads).toEqual(["/srv/odd"]);
  });
  it("is not had where policies let nothing run at all", async () => {
    const { open, reads } = await desk((text) => `${text}\n@id("hands-off") @says("hands off")\nforbid (principal, action == Action::"run", resource);`);
    await expect(open("/etc/hosts")).rejects.toMatchObject({ code: "FILE_NOT_READ", message: expect.stringContaining("hands off") });
    expect(reads).toEqual([]);
  });
});
