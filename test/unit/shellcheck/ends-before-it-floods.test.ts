import { describe, expect, it } from "vitest";
import { classify } from "../../../src-main/shellcheck/index.ts";

const read = (script: string) => classify(script, { dialect: "posix" });

describe("what prints without end", () => {
  it.each(["yes | head", "yes | head -3", "yes | head -n 3", "yes | head -c3", "yes | head -n 3 | cat"])("is a look where it plainly ends soon: %s", (script) => {
    expect(read(script)).toMatchObject({ effect: "read", proved: true });
  });
  it.each(["yes", "yes | cat", "yes | cat | head", "yes | head -n 999999", "yes | head /etc/hostname", "yes | head a=b", "yes | head -n 3 2>/dev/null", "yes | head 2>/dev/null -n 3", "yes | (head)", "yes | $head"])("is none where somebody would have to end it, or that cannot be read plainly: %s", (script) => {
    expect(read(script).proved).toBe(false);
    expect(read(script).segments[0]).toMatchObject({ rule: "programs/yes", proved: false });
  });
});

describe("a line that goes on behind a dollar", () => {
  it("is not read, and what would run inside it is named all the same", () => {
    const inside = read('ls "$\\\n(touch x)"');
    expect(inside.proved).toBe(false);
    expect(inside.segments.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["words/continued", "coreutils/touch"]));
  });
  it("is read where no dollar stands before it", () => expect(read("ls /srv \\\n/tmp")).toMatchObject({ effect: "read", proved: true }));
});
