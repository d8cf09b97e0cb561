import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { muxFolder, socketPath } from "../../../src-main/shells/process/home.ts";

const DEEP = join(tmpdir(), `sena-deep-${process.pid}-${"x".repeat(100)}`);
const folder = dirname(socketPath(DEEP, "core"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the sockets of a home with a long path", () => {
  it("lie in a folder of this account alone", () => {
    expect([socketPath(DEEP, "core"), socketPath(DEEP, "station")]).toEqual([join(folder, "core.sock"), join(folder, "station.sock")]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
  it("never in one that others can write to, nor behind a link", () => {
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    expect(() => socketPath(DEEP, "core")).toThrow(/not this account's alone/);
    rmSync(folder, { recursive: true });
    symlinkSync(tmpdir(), folder);
    expect(() => socketPath(DEEP, "core")).toThrow(/not this account's alone/);
  });
  it("lie where they lay when a core starts again, those of OpenSSH too", () => {
    expect(muxFolder(DEEP)).toBe(join(folder, "mux"));
    expect(Buffer.byteLength(muxFolder(DEEP))).toBeLessThan(100 - 22 - 17);
  });
  it("a short one keeps them itself", () => {
    expect(socketPath("/home/ada/sena", "core")).toBe("/home/ada/sena/core.sock");
    expect(muxFolder("/home/ada/sena")).toBe("/home/ada/sena/mux");
  });
});
