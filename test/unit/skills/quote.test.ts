import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseInput } from "../../../src-main/skills/inputs.ts";
import { plainArgv, quoteArgv, quoteWord } from "../../../src-main/skills/quote.ts";

describe("words become shell in one place", () => {
  test("what a shell reads back is what was quoted, whatever it holds", () => {
    const nasty = ["$(id)", "`id`", "a;b", "it's", "'", "''", "a b", "*", "~", "~root", "\\", "$HOME", "!x", "{a,b}", "a=b", "=x", "-n", "é", "\t", "#x", "&", "|", "<x", ">x", "\"", "%s", "\\n"];
    const read = execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${quoteArgv(["x", ...nasty])}`]).toString().split("\0").slice(1, -1);
    expect(read).toEqual(nasty);
  });
  test("never lets a line break or NUL through", () => {
    for (const word of ["a\nb", "a\rb", "a\0b"]) expect(() => quoteWord(word)).toThrow("line breaks");
  });
  test("an assignment in front of a command is quoted away", () => expect(quoteArgv(["LD_PRELOAD=x", "ls"])).toBe("'LD_PRELOAD=x' ls"));
  test("a device's command line takes plain words only", () => {
    expect(plainArgv(["racadm", "getsel", "-c", "20"])).toBe("racadm getsel -c 20");
    for (const word of ["a b", "a;b", "a|b", "$(x)", "a\nb"]) expect(() => plainArgv(["show", word])).toThrow("cannot be sent");
  });
  test("quoting is never longer than it must be for plain words", () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z0-9/._-]{1,20}$/), (word) => quoteWord(word) === word));
  });
});

describe("typed inputs", () => {
  const rule = (type: Parameters<typeof normaliseInput>[0]["type"]) => ({ type, choices: [] });
  test.each([["path", "/var/log/", "/var/log"], ["path", "/", "/"], ["size", "2 GB", String(2 * 1024 ** 3)], ["size", "500M", String(500 * 1024 ** 2)], ["duration", "2 hours", "7200"], ["port", "0443", "443"], ["service", "nginx.service", "nginx.service"], ["time", "2026-01-31 18:00", "2026-01-31 18:00"]] as const)("%s takes %s as %s", (type, text, value) => {
    expect(normaliseInput(rule(type), text)).toEqual({ ok: true, value });
  });
  test.each([["path", "var/log"], ["path", "/etc/../shadow"], ["path", "-rf"], ["service", "nginx; id"], ["service", "-x"], ["service", "$(id)"], ["port", "70000"], ["integer", "1e3"], ["user", "al ice"], ["text", "--help"], ["text", "a\u202eb"], ["package", "a b"], ["domain", "a b"], ["size", "lots"], ["duration", "a while"], ["time", "yesterday"]] as const)("%s refuses %s", (type, text) => {
    expect(normaliseInput(rule(type), text).ok).toBe(false);
  });
});
