import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Client, SenaContract, ShownKey } from "../../../src-main/contract/index.ts";
import { hostsUse } from "../../../src-main/shells/cli/commands/hosts.ts";

const PRINT = `SHA256:${"a".repeat(43)}`;
const CHANGED: ShownKey = { type: "ssh-ed25519", fingerprint: "", randomart: "", verdict: "changed", known: ["ssh-ed25519 SHA256:before"], mustBeSaid: true, askedBy: "", isAskedByYou: false, askedUntil: 0 };

/** `sena hosts trust web-01` where nobody sits at the terminal. */
async function trust(shown: ShownKey, args: readonly string[], isTrusted = true) {
  const said = { out: "", err: "" };
  const keep = (where: "out" | "err") => new Writable({ write: (chunk, _encoding, done) => ((said[where] += String(chunk)), done()) });
  const asked: unknown[] = [];
  const hosts = { find: async () => ({ host: { id: "h1", name: "web-01", environment: "prod" } }), lookAtKey: async () => shown, trust: async (of: unknown) => (asked.push(of), { isTrusted, say: "said." }) };
  const code = await hostsUse.run(["trust", "web-01", ...args], { io: { stdin: Readable.from([]), stdout: keep("out"), stderr: keep("err") }, home: "", core: async () => ({ hosts }) as unknown as Client<SenaContract> });
  return { code, asked, ...said };
}

describe("sena hosts trust, of a changed key on production", () => {
  it("replaces nothing without --replace, and nothing without the fingerprint", async () => {
    for (const args of [[], ["--fingerprint", PRINT], ["--replace"]]) {
      const { code, asked, err } = await trust(CHANGED, args);
      expect({ code, asked }, args.join(" ")).toEqual({ code: 1, asked: [] });
      expect(err).toContain("Ask its owner to read it on the host itself");
    }
  });
  it("passes on the fingerprint that was named, also out of a line of ssh-keygen", async () => {
    for (const named of [PRINT, `256 ${PRINT} root@web-01 (ED25519)`]) expect(await trust(CHANGED, ["--replace", "--fingerprint", named])).toMatchObject({ code: 0, out: "said.\n", asked: [{ id: "h1", fingerprint: PRINT, replaces: true }] });
  });
  it("ends with 2 while a second person is wanted", async () => {
    expect(await trust(CHANGED, ["--replace", "--fingerprint", PRINT], false)).toMatchObject({ code: 2, out: "" });
  });
});
