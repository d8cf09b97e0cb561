import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Client, PackView, SenaContract } from "../../../src-main/contract/index.ts";
import { skillCommand } from "../../../src-main/shells/cli/commands/skill.ts";

const PACK: PackView = { id: "demo", version: "1.0.0", title: "Demo", summary: "", origin: "installed", trust: "unsigned", signer: "", isActive: false, skills: 1, problems: [], place: "demo/1.0.0" };
const RAW = /[\u001b\u202e\u200b\u0007]/u;

describe("sena skill", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "sena-skill-cli-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function told(argv: readonly string[], packs: readonly PackView[] = [], title = "A thing"): Promise<string> {
    let said = "";
    const keep = () => new Writable({ write: (chunk, _encoding, done) => { said += String(chunk); done(); } });
    const skills = {
      list: async () => ({ skills: [{ id: "demo.thing", title, kind: "look", effect: "read" }], digest: "" }),
      async *packs() { yield { packs }; },
    };
    await skillCommand(argv, { io: { stdin: Readable.from([]), stdout: keep(), stderr: keep() }, home: folder, core: async () => ({ skills }) as unknown as Client<SenaContract> });
    return said;
  }

  it("names what a pack hides in its title, its folder and its problems, and leaves plain words alone", async () => {
    const bad = { ...PACK, id: "bad\u202ename", version: "", problems: [{ severity: "error" as const, file: "pack.yaml", line: 3, where: "", message: 'must be a text, and is "\u001b[31m\u200b"' }] };
    const said = await told(["list"], [PACK, bad], "Safe \u202egnp.exe\u0007");
    expect(said).not.toMatch(RAW);
    expect(said).toContain("Safe <U+202E>gnp.exe<U+0007>\n");
    expect(said).toContain("not in use: demo 1.0.0 (unsigned)\n");
    expect(said).toContain('not in use: bad<U+202E>name (cannot be read): pack.yaml:3: must be a text, and is "<U+001B>[31m<U+200B>"\n');
  });

  it("says of a file of bytes that it is not text, and nothing of what is in it", async () => {
    mkdirSync(join(folder, "x"));
    writeFileSync(join(folder, "x", "pack.yaml"), Buffer.from([0x73, 0x65, 0x6e, 0x61, 0x1b, 0x5b, 0xff, 0xfe]));
    writeFileSync(join(folder, "x", "zeros.txt"), Buffer.from([0, 0]));
    const said = await told(["lint", join(folder, "x")]);
    expect(said.match(/(pack\.yaml|zeros\.txt):1: error: is not text/g)).toHaveLength(2);
    expect(said).not.toMatch(RAW);
  });

  it("lints a title of many alphabets without a word", async () => {
    writeFileSync(join(folder, "pack.yaml"), "sena: 1\nid: demo\nversion: 1.0.0\ntitle: Größe — 大きさ\nsummary: Für Tests.\n");
    expect(await told(["lint", folder])).toBe(`${folder}: fit for use\n`);
  });
});
