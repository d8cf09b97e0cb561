import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileCommand } from "../../../src-main/api/file-command.ts";
import type { FileChange } from "../../../src-main/contract/index.ts";

const sum = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

// Each command is given to a real bash: what matters is the file it leaves.
describe("a change of a file as a command", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sena-file-command-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const bash = (script: string) => spawnSync("bash", ["-c", script], { encoding: "utf8", cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } });
  const command = (change: FileChange) => {
    const made = fileCommand(change);
    if (made === undefined) throw new Error("no command");
    return made;
  };

  it("leaves exactly the text that was saved, whatever it holds, and its undo leaves what was there", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0") && text.isWellFormed()), fc.constantFrom("plain.conf", "it's $HOME.conf", "-rf", "a;b `id`"), fc.boolean(), (typed, name, endsLine) => {
        const text = endsLine ? `${typed}\nEND_OF_FILE\n` : typed;
        writeFileSync(at(name), "as it was\n");
        const { script, undo } = command({ is: "save", path: at(name), text, expected: sum("as it was\n") });
        expect(bash(script).stderr).toBe("");
        expect(readFileSync(at(name), "utf8")).toBe(text);
        expect(bash(undo).status).toBe(0);
        expect(readFileSync(at(name), "utf8")).toBe("as it was\n");
      }),
      { numRuns: 40 },
    );
  });
  it("saves nothing over a file that is no longer the one that was opened", () => {
    writeFileSync(at("moved-on"), "another text\n");
    const { status, stderr } = bash(command({ is: "save", path: at("moved-on"), text: "mine\n", expected: sum("the text that was opened\n") }).script);
    expect([status, stderr, readFileSync(at("moved-on"), "utf8")]).toEqual([1, "it is not the file that was opened\n", "another text\n"]);
  });
  it("keeps the rights of a saved file, and copies over no link that waits where the old text is kept", () => {
    writeFileSync(at("secret"), "old\n", { mode: 0o600 });
    writeFileSync(at("elsewhere"), "untouched\n");
    bash(`ln -s ${at("elsewhere")} ${at("secret.sena-before")}`);
    expect(bash(command({ is: "save", path: at("secret"), text: "new\n", expected: sum("old\n") }).script).status).toBe(0);
    expect([statSync(at("secret")).mode & 0o777, readFileSync(at("elsewhere"), "utf8"), readFileSync(at("secret.sena-before"), "utf8")]).toEqual([0o600, "untouched\n", "old\n"]);
  });
  it("uploads beside nothing that is there, and over it only when told", () => {
    writeFileSync(at("there"), "first\n");
    expect(bash(command({ is: "upload", path: at("there"), text: "second\n", isReplacing: false }).script).status).not.toBe(0);
    expect(readFileSync(at("there"), "utf8")).toBe("first\n");
    expect(bash(command({ is: "upload", path: at("there"), text: "second\n", isReplacing: true }).script).status).toBe(0);
    expect(readFileSync(at("there"), "utf8")).toBe("second\n");
    expect(bash(command({ is: "upload", path: at("fresh"), text: "third", isReplacing: false }).script).status).toBe(0);
    expect(readFileSync(at("fresh"), "utf8")).toBe("third");
  });
  it("makes, renames and removes, and moves nothing over what is there", () => {
    expect(bash(command({ is: "makeFolder", path: at("a folder") }).script).status).toBe(0);
    expect(bash(command({ is: "rename", path: at("a folder"), to: at("renamed") }).script).status).toBe(0);
    mkdirSync(at("taken"));
    expect(bash(command({ is: "rename", path: at("renamed"), to: at("taken") }).script).status).toBe(1);
    expect([existsSync(at("renamed")), existsSync(at("taken/renamed"))]).toEqual([true, false]);
    expect(bash(command({ is: "remove", path: at("renamed"), isFolder: true }).script).status).toBe(0);
    expect(existsSync(at("renamed"))).toBe(false);
  });
  it("is none where a name or a text could not be read for what it is", () => {
    expect(fileCommand({ is: "remove", path: "/tmp/a\nb", isFolder: false })).toBeUndefined();
    expect(fileCommand({ is: "rename", path: "/tmp/a", to: "/tmp/a\rb" })).toBeUndefined();
    expect(fileCommand({ is: "upload", path: "/tmp/a", text: "a\0b", isReplacing: false })).toBeUndefined();
  });
});
