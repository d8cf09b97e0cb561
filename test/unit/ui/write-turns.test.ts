import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeTurns } from "../../../src-renderer/features/terminals/term/write-turns.ts";

/** A page with a clock in hand: reading a KiB takes an eighth of a millisecond; turns come when told. */
const page = () => {
  let now = 0;
  let next: (() => void) | undefined;
  let rest: { until: number; over: () => void } | undefined;
  const read: string[] = [];
  const join = writeTurns({ now: () => now, later: (then) => (next = then), wait: (ms, then) => (rest = { until: now + ms, over: then }) });
  return {
    read,
    clock: () => now,
    terminal(name: string) {
      const got: number[] = [];
      const writer = join((bytes) => {
        now += bytes.byteLength / 8192;
        read.push(name);
        got.push(...bytes);
      });
      return { ...writer, got };
    },
    turn() {
      if (next === undefined && rest !== undefined) now = Math.max(now, rest.until);
      if (rest !== undefined && now >= rest.until) {
        const { over } = rest;
        rest = undefined;
        over();
      }
      const asked = next;
      next = undefined;
      asked?.();
      return asked !== undefined;
    },
  };
};
const flood = new Uint8Array(64 * 1024);
const nothing = () => {};

describe("terminals that take turns", () => {
  it("read every byte once and in order, and say done for each part after its last byte", () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 50_000, size: "max" }), { maxLength: 6 }), (parts) => {
      const { terminal, turn } = page();
      const one = terminal("one");
      const done: number[] = [];
      for (const part of parts) one.push(part, () => done.push(one.got.length));
      while (turn());
      expect(Buffer.from(one.got).equals(Buffer.concat(parts))).toBe(true);
      let sum = 0;
      expect(done).toEqual(parts.map((part) => (sum += part.byteLength)));
    }), { numRuns: 30 });
  });

  it("read at once what a key brings, also while another one floods", () => {
    const { terminal } = page();
    const [loud, quiet] = [terminal("loud"), terminal("quiet")];
    loud.push(flood, nothing);
    let isDone = false;
    quiet.push(Uint8Array.of(120), () => (isDone = true));
    expect(quiet.got).toEqual([120]);
    expect(isDone).toBe(true);
  });

  it("let what is small wait behind what the same terminal still has to read", () => {
    const { terminal, turn } = page();
    const one = terminal("one");
    one.push(Uint8Array.from({ length: 40_000 }, () => 1), nothing);
    one.push(Uint8Array.of(2), nothing);
    expect(one.got).toEqual([]);
    while (turn());
    expect(one.got.indexOf(2)).toBe(40_000);
  });

  it("share a turn, and give the page back after a few milliseconds", () => {
    const { terminal, turn, read } = page();
    const [one, two] = [terminal("one"), terminal("two")];
    one.push(flood, nothing);
    two.push(flood, nothing);
    turn();
    expect(read).toEqual(["one"]);
    turn();
    expect(read).toEqual(["one", "two"]);
    turn();
    expect(read).toEqual(["one", "two", "one"]);
  });

  it("rest between their slices while somebody types in another, and read on when that is over", () => {
    const { terminal, turn, clock } = page();
    const [loud, quiet] = [terminal("loud"), terminal("quiet")];
    const speed = () => {
      const [from, had] = [clock(), loud.got.length];
      for (let n = 0; n < 8; n += 1) turn();
      return (loud.got.length - had) / (clock() - from);
    };
    for (let n = 0; n < 60; n += 1) loud.push(flood, nothing);
    const alone = speed();
    quiet.typed();
    const typed = speed();
    expect(typed / alone).toBeLessThan(0.2);
    expect(typed / alone).toBeGreaterThan(0.1);
    while (clock() < 600) turn();
    expect(speed()).toBeCloseTo(alone, 1);
  });

  it("rest not at all in the one that is typed in, nor does what it brings wait for the rest of another", () => {
    const { terminal, turn, read } = page();
    const [loud, typed] = [terminal("loud"), terminal("typed")];
    loud.push(flood, nothing);
    typed.typed();
    turn();
    typed.push(flood, nothing);
    turn();
    turn();
    turn();
    expect(read).toEqual(["loud", "typed", "typed", "typed"]);
    expect(typed.got.length).toBe(48 * 1024);
  });

  it("stand in the row once, also when reading one part brings the next", () => {
    const { terminal, turn, read } = page();
    const [one, two] = [terminal("one"), terminal("two")];
    const part = new Uint8Array(16 * 1024);
    let more = 20;
    const again = (): void => {
      if ((more -= 1) > 0) one.push(part, again);
    };
    one.push(part, again);
    two.push(flood, nothing);
    for (let n = 0; n < 8; n += 1) turn();
    expect(read).toEqual(["one", "two", "one", "two", "one", "two", "one", "two"]);
  });

  it("read nothing more of one that left, and hold nobody's credit", () => {
    const { terminal, turn } = page();
    const one = terminal("one");
    let done = 0;
    one.push(flood, () => (done += 1));
    one.push(flood, () => (done += 1));
    turn();
    const before = one.got.length;
    one.leave();
    while (turn());
    expect(one.got.length).toBe(before);
    expect(done).toBe(2);
  });

  it("go on when one of them cannot read, and that one holds nobody's credit", () => {
    let now = 0;
    const due: (() => void)[] = [];
    const join = writeTurns({ now: () => (now += 1), later: (then) => due.push(then), wait: () => {} });
    const broken = join(() => {
      throw new Error("no terminal reads this");
    });
    let got = 0;
    const sound = join((bytes) => (got += bytes.byteLength));
    let done = 0;
    broken.push(flood, () => (done += 1));
    broken.push(flood, () => (done += 1));
    sound.push(flood, nothing);
    expect(() => due.shift()?.()).toThrow("no terminal reads this");
    while (due.length > 0) due.shift()?.();
    expect({ done, got }).toEqual({ done: 2, got: flood.byteLength });
    expect(() => broken.push(Uint8Array.of(120), () => (done += 1))).toThrow("no terminal reads this");
    expect(done).toBe(3);
  });

  it("is what this xterm.js can do: it reads at once after a key", () => {
    const source = readFileSync(createRequire(import.meta.url).resolve("@xterm/xterm"), "utf8");
    for (const word of ["_writeBuffer", "handleUserInput", "_didUserInput"]) expect(source).toContain(word);
  });
});
