import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeCore, type Core } from "../../../src-main/shells/core/compose.ts";

// What each role may do is asked of the whole core, as a screen, a script or the command line would ask it.

const PASS = { admin: "admin long passphrase", ops: "ops long passphrase", view: "view long passphrase" };

describe("a desk where several people work", () => {
  let home: string;
  let core: Core;
  const ids: Record<string, string> = {};
  const ask = async (path: string, input: unknown = {}): Promise<Record<string, unknown>> => (await core.dispatch.call({ path, input, principal: core.principal(), signal: new AbortController().signal })) as Record<string, unknown>;
  const refused = async (path: string, input: unknown): Promise<string> => ask(path, input).then(() => "done", (error: { code: string }) => error.code);
  const as = (who: keyof typeof PASS): Promise<unknown> => ask("access.unlock", { operatorId: ids[who], passphrase: PASS[who] });
  const host = (over: object = {}) => ({ name: "web-01", address: "10.0.0.1", port: 22, user: "ops", environment: "prod", criticality: "normal", groups: [], tags: ["pci"], os: "linux", jumps: [], credential: { kind: "agent" }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, ...over });
  let prod: string;
  let dev: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "sena-home-"));
    core = await composeCore({ home, lab: false });
    ids["admin"] = core.principal().id;
    await ask("access.setPassphrase", { next: PASS.admin });
    await ask("access.setMode", { mode: "several" });
    for (const [who, role] of [["ops", "operator"], ["view", "viewer"]] as const) ids[who] = String((await ask("access.add", { name: who, roles: [role], passphrase: PASS[who] }))["id"]);
    prod = String((await ask("hosts.add", host()))["id"]);
    dev = String((await ask("hosts.add", host({ name: "dev-01", address: "10.0.0.9", environment: "dev" })))["id"]);
  });
  afterAll(async () => {
    await core[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
  });

  it("no operator makes less of a production host, whichever way; an admin does", async () => {
    const preview = async () => String((await ask("hosts.previewImport", { kind: "csv", path: "hosts.csv", text: "name,address,environment\nother,10.0.0.1,dev\n", defaults: { environment: "dev", user: "ops", tags: [] } }))["id"]);
    const ways = async (): Promise<[string, object][]> => [
      ["hosts.change", { id: prod, to: { environment: "dev" } }],
      ["hosts.changeMany", { ids: [dev, prod], change: { removeTags: ["pci"] } }],
      ["hosts.remove", { ids: [prod] }],
      ["hosts.add", host({ name: "web-01-again", environment: "dev" })],
      ["hosts.applyImport", { id: await preview(), skip: [], removeGone: false }],
    ];
    await as("ops");
    const before = await ask("hosts.get", { id: prod });
    for (const [path, input] of await ways()) expect(`${path} ${await refused(path, input)}`).toBe(`${path} HOST_NEEDS_ADMIN`);
    expect(await ask("hosts.get", { id: prod })).toEqual(before);
    await as("admin");
    expect(await refused("hosts.applyImport", { id: await preview(), skip: [], removeGone: false })).toBe("done");
    expect(await refused("hosts.change", { id: prod, to: { environment: "dev" } })).toBe("done");
  });

  it("an operator goes on adding hosts and changing what is not production", async () => {
    await as("ops");
    for (const [path, input] of [["hosts.add", host({ name: "web-02", address: "10.0.0.2" })], ["hosts.change", { id: dev, to: { address: "10.0.0.10", environment: "staging" } }]] as const) expect(await refused(path, input)).toBe("done");
  });

  it("who only looks opens no network and lengthens no lock, and still chooses a theme", async () => {
    await as("view");
    for (const some of [{ network: "lan" }, { idleLockMinutes: 0 }, { theme: "dark", network: "lan" }]) expect(await refused("app.changeSettings", some)).toBe("FORBIDDEN");
    await expect(ask("app.changeSettings", { theme: "dark", network: "sealed", idleLockMinutes: 15 })).resolves.toMatchObject({ theme: "dark", network: "sealed", idleLockMinutes: 15 });
    await as("admin");
    await expect(ask("app.changeSettings", { network: "lan", idleLockMinutes: 30 })).resolves.toMatchObject({ theme: "dark", network: "lan", idleLockMinutes: 30 });
  });
});
