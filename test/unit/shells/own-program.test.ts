import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { followOwnProgram } from "../../../src-main/shells/process/own-program.ts";

describe("the program a process was started from", () => {
  let folder: string;
  let closing: AbortController;
  const file = () => join(folder, "core.mjs");
  /** As a package manager puts a file in place: whole, under its name at once. */
  const put = (text: string) => {
    writeFileSync(`${file()}.new`, text);
    renameSync(`${file()}.new`, file());
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sena-program-"));
    closing = new AbortController();
    put('import "./chunks/a-1.mjs";');
  });
  afterEach(() => {
    closing.abort();
    rmSync(folder, { recursive: true, force: true });
  });
  const looks = () => new Promise((resolve) => setTimeout(resolve, 60));

  it("is told as replaced once its bytes are others, and stays so", async () => {
    const replaced = followOwnProgram(file(), closing.signal, 5);
    expect(replaced.value).toBe(false);
    put('import "./chunks/a-2.mjs";');
    await expect.poll(() => replaced.value).toBe(true);
    put('import "./chunks/a-1.mjs";');
    await looks();
    expect(replaced.value).toBe(true);
  });
  it("is still itself when the same was installed again, and while it is away", async () => {
    const replaced = followOwnProgram(file(), closing.signal, 5);
    put('import "./chunks/a-1.mjs";');
    await looks();
    rmSync(file());
    await looks();
    expect(replaced.value).toBe(false);
    put("another");
    await expect.poll(() => replaced.value).toBe(true);
  });
});
