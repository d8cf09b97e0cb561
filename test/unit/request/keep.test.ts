import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileKeep } from "../../../src-main/request/index.ts";

describe("what was learned, kept as files", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sena-keep-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("comes back as it was kept, and of many the last few stay", () => {
    const keep = fileKeep(join(folder, "cache"));
    for (const key of ["a", "b", "c", "d"]) keep.save(key, Buffer.from(key));
    expect(keep.load("d")).toEqual(Buffer.from("d"));
    expect(readdirSync(join(folder, "cache"))).toHaveLength(3);
  });

  it("is learned again where it cannot be read", () => {
    mkdirSync(join(folder, "request-a.bin"));
    expect(fileKeep(folder).load("a")).toBeUndefined();
  });

  it("is learned again next time where it cannot be kept, and nothing half written stays", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => fileKeep(join(folder, "file")).save("a", Buffer.from("a"))).not.toThrow();
    mkdirSync(join(folder, "request-b.bin"));
    fileKeep(folder).save("b", Buffer.from("b"));
    expect(readdirSync(folder).sort()).toEqual(["file", "request-b.bin"]);
  });
});
