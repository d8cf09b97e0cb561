import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHearing } from "../../../src-main/ssh/hearing.ts";

describe("a host that does not answer", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());
  const listening = () => {
    const hearing = createHearing({ now: Date.now, keepAliveMs: 15_000 });
    const wire = new EventEmitter();
    return { hearing, wire, over: hearing.listen("h1", wire), quiet: () => hearing.quiet.value };
  };

  it("is told once it left one keep-alive unanswered, with when it was last heard, and no longer once it says something", () => {
    const { wire, quiet } = listening();
    vi.advanceTimersByTime(4000);
    wire.emit("data");
    vi.advanceTimersByTime(19_000);
    expect(quiet()).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(quiet()).toEqual([{ id: "h1", since: 4000 }]);
    wire.emit("data");
    expect(quiet()).toEqual([]);
  });
  it("stays so when its connection is given up, until another comes about; not when it only ended", () => {
    const { hearing, over, quiet } = listening();
    vi.advanceTimersByTime(45_000);
    over("gave-up");
    expect(quiet()).toEqual([{ id: "h1", since: 0 }]);
    const ended = hearing.listen("h1", new EventEmitter());
    expect(quiet()).toEqual([]);
    vi.advanceTimersByTime(45_000);
    ended("ended");
    expect(quiet()).toEqual([]);
  });
  it("is forgotten after a while if nobody asks it any more, and is not quiet while another connection to it is heard", () => {
    const { hearing, over, quiet } = listening();
    const other = new EventEmitter();
    hearing.listen("h1", other);
    vi.advanceTimersByTime(19_000);
    other.emit("data");
    vi.advanceTimersByTime(2000);
    expect(quiet()).toEqual([]);
    over("gave-up");
    expect(quiet()).toEqual([]);
    const alone = listening();
    alone.over("gave-up");
    expect(alone.quiet()).toHaveLength(1);
    vi.advanceTimersByTime(10 * 60_000);
    expect(alone.quiet()).toEqual([]);
  });
});
