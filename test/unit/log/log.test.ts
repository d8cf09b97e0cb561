import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLog } from "../../../src-main/log/index.ts";
import { redact, redactText } from "../../../src-main/log/redact.ts";

describe("redaction", () => {
  it.each([
    ["a private key", "x -----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY----- y", "abc"],
    ["a bearer token", "Authorization: Bearer abcdefgh12345678", "abcdefgh12345678"],
    ["an assignment", "login password=hunter2 ok", "hunter2"],
    ["a quoted assignment", 'token: "tok tok"', "tok tok"],
    ["a cloud key", "AKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNOP"],
  ])("removes %s from text", (_what, text, secret) => {
    expect(redactText(text)).not.toContain(secret);
    expect(redactText(text)).toContain("⟦redacted⟧");
  });
  it("leaves ordinary words alone", () => {
    const text = "nginx: [emerg] unknown directive in /etc/nginx/conf.d/intranet.conf:14 (key exchange done)";
    expect(redactText(text)).toBe(text);
  });
  it("removes fields by name at any depth, and keeps the others", () => {
    expect(redact({ user: "ops", auth: { password: "p", apiKey: "k", tries: 2 } })).toEqual({ user: "ops", auth: { password: "⟦redacted⟧", apiKey: "⟦redacted⟧", tries: 2 } });
  });
});

describe("the log", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sena-log-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const lines = (name = "sena.log") => readFileSync(join(folder, name), "utf8").trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

  it("writes one JSON object a line, in order, at once", () => {
    using log = openLog({ folder, now: () => 0 });
    log.write("info", "first", { n: 1 });
    log.write("warn", "second");
    expect(lines()).toEqual([{ at: "1970-01-01T00:00:00.000Z", level: "info", event: "first", n: 1 }, { at: "1970-01-01T00:00:00.000Z", level: "warn", event: "second" }]);
  });

  it("keeps an error's stack and causes under its reference", () => {
    using log = openLog({ folder, now: () => 0 });
    log.failure("ref-9", new Error("outer", { cause: new Error("inner password=hunter2") }));
    expect(JSON.stringify(lines())).toMatch(/ref-9.*outer.*inner/);
    expect(JSON.stringify(lines())).not.toContain("hunter2");
  });

  it("rotates by size, keeps the newest files and loses no line of them", () => {
    using log = openLog({ folder, now: () => 0, maxBytes: 400, keep: 3 });
    for (let n = 0; n < 40; n += 1) log.write("info", "tick", { n });
    expect(readdirSync(folder).sort()).toEqual(["sena.log", "sena.log.1", "sena.log.2", "sena.log.3"]);
    const kept = ["sena.log.3", "sena.log.2", "sena.log.1", "sena.log"].flatMap((name) => lines(name).map((line) => line["n"] as number));
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 40 - kept.length + i));
  });
});
