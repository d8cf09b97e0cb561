import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSync } from "../../../src-main/central-link/index.ts";
import { readCollection } from "../../../src-main/knowledge/collection.ts";
import { readGguf } from "../../../src-main/models/gguf.ts";
import { readSmall } from "../../../src-main/models/lists.ts";
import { readBrought } from "../../../src-main/store/index.ts";
import { throwawayFolders } from "../../harness/folders.ts";

const newFolder = throwawayFolders("sena-brought-");

/** As they lie on a stick of somebody else: what never ends, what never comes, and what is somewhere else. */
function stick(): { readonly endless: string; readonly pipe: string; readonly folder: string; readonly file: string } {
  const root = newFolder();
  const at = (name: string): string => join(root, name);
  symlinkSync("/dev/zero", at("endless"));
  execFileSync("mkfifo", [at("pipe")]);
  mkdirSync(at("folder"));
  writeFileSync(at("file"), "twelve bytes");
  return { endless: at("endless"), pipe: at("pipe"), folder: at("folder"), file: at("file") };
}

describe.skipIf(process.platform === "win32")("what somebody brings", () => {
  it("is read whole where it is a plain file that is no larger than its kind, by a link too", () => {
    const { file, endless, pipe, folder } = stick();
    expect(readBrought(file, 12).toString()).toBe("twelve bytes");
    symlinkSync(file, `${file}-by-link`);
    expect(readBrought(`${file}-by-link`, 12).toString()).toBe("twelve bytes");
    expect(() => readBrought(file, 11)).toThrow(/larger than any/);
    for (const path of [endless, pipe]) expect(() => readBrought(path, 1 << 30)).toThrow(/not a plain file/);
    expect(() => readBrought(folder, 1 << 30)).toThrow(/is a folder/);
  });

  it.each<[string, (path: string) => unknown, RegExp]>([
    ["a list of models", (path) => readSmall(path, 1 << 30), /not a plain file/],
    ["a model", (path) => readGguf(path), /not a plain file/],
    ["a collection of documents", (path) => readCollection(path, []), /no collection/],
    ["a server's answer", (path) => createSync({ folder: newFolder() } as unknown as Parameters<typeof createSync>[0]).import(path), /not a plain file/],
  ])("holds nobody up in the place of %s, where it never ends or never comes", async (_, read, why) => {
    const { endless, pipe } = stick();
    for (const path of [endless, pipe]) await expect((async () => read(path))()).rejects.toThrow(why);
  });
});
