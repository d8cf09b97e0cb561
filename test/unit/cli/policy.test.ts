import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { policyHandlers } from "../../../src-main/api/policy.ts";
import { policyCommand } from "../../../src-main/shells/cli/commands/policy.ts";
import { DEFAULT_POLICY, gateWorld, sha256 } from "../../fakes/gate.ts";

/** The policies of one installation, reached as whoever is named, as the command line reaches them. */
async function desk() {
  const world = await gateWorld({ several: true });
  const handlers = policyHandlers({ book: world.policies, questionOf: () => undefined });
  const sena = async (who: { id: string; name: string }, args: readonly string[], input = "") => {
    let said = "";
    const out = new Writable({ write: (chunk: Buffer, _encoding, done) => ((said += chunk.toString()), done()) });
    const client = { policy: Object.fromEntries(Object.entries(handlers).map(([name, call]) => [name, (of: never) => call(of, { principal: { ...who, permissions: [] } } as never)])) };
    const code = await policyCommand(args, { io: { stdin: Readable.from([Buffer.from(input)]), stdout: out, stderr: out }, home: "", core: async () => client } as never);
    return { code, said };
  };
  return { world, sena, ada: { id: world.ada, name: "ada" }, bob: { id: world.bob, name: "bob" } };
}

describe("sena policy", () => {
  it("shows what a version would change before anybody else puts it in force, and takes no yes from whoever wrote it", async () => {
    const { world, sena, ada, bob } = await desk();
    expect(await sena(ada, ["propose", "-", "stricter"], `${DEFAULT_POLICY}\n// a line more\u202e`)).toEqual({ code: 0, said: "version 2: proposed\n" });
    const looked = await sena(bob, ["confirm", "2"]);
    expect(looked.code).toBe(2);
    expect(looked.said).toContain("+ // a line more⟦U+202E⟧");
    expect(looked.said).toContain("Nothing was put in force.");
    expect(world.policies.hash).toBe(sha256(DEFAULT_POLICY));
    await expect(sena(ada, ["confirm", "2", "--yes"])).rejects.toMatchObject({ code: "POLICY_NEEDS_SECOND" });
    expect(await sena(bob, ["confirm", "2", "--yes"])).toMatchObject({ code: 0, said: expect.stringContaining("version 2: active\n") as string });
    expect((await sena(bob, ["versions"])).said).toMatch(/^2 {2}active .* ada, confirmed by bob {2}stricter\n1 {2}past /);
  });
  it("turns a proposed version down, and refuses a number that is none and a word it does not know", async () => {
    const { sena, ada, bob } = await desk();
    await sena(ada, ["propose", "-", "stricter"], `${DEFAULT_POLICY}\n// a line more`);
    expect(await sena(bob, ["reject", "2"])).toEqual({ code: 0, said: "version 2: rejected\n" });
    expect((await sena(bob, ["confirm", "two"])).code).toBe(64);
    await expect(sena(bob, ["confirm", "2", "--as", "cyd"])).rejects.toThrow("--as");
    await expect(sena(bob, ["confirm", "2", "--yes"])).rejects.toMatchObject({ code: "POLICY_NOT_PROPOSED" });
  });
});
