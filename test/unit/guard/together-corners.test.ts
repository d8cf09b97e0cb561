import { describe, expect, it, vi } from "vitest";
import { createBatch, type PartEvent } from "../../../src-main/guard/together.ts";
import type { GuardEvent } from "../../../src-main/guard/index.ts";
import type { ExecOptions } from "../../../src-main/ssh/port.ts";
import { fakeSsh, gateWorld } from "../../fakes/gate.ts";

// Steps that share a way, when the way or one of them fails.

const MANY = 1024 * 1024;
const batchOf = (exec: (options: ExecOptions) => Promise<unknown>, size = 2) => createBatch({ ssh: { exec: ((_host: string, options: ExecOptions) => exec(options)) as never }, hostId: "h", nonce: "N", size, signal: undefined });
const all = async (events: AsyncIterable<PartEvent>) => Array.fromAsync(events).then((list) => list.at(-1), (error: { code?: string }) => error.code);
async function joined(batch: ReturnType<typeof batchOf>, timeouts: readonly (number | undefined)[]) {
  await Promise.all(timeouts.map((timeoutMs) => batch.join({ script: "ls", timeoutMs })));
  return timeouts.map((_, place) => all(batch.events(place)));
}

describe("one command for several", () => {
  it("that takes too long is told of the step that took it, and as cut of those behind it", async () => {
    const batch = batchOf((options) => (options.onOpened?.(), new Promise((_, reject) => options.signal?.addEventListener("abort", () => reject(options.signal?.reason)))));
    const told = await joined(batch, [5, 5]);
    batch.begun(true);
    batch.begun(true);
    expect(await Promise.all(told)).toEqual(["GUARD_TOO_LONG", "GUARD_TOGETHER_CUT"]);
  });
  it("of which one was not started is not sent at all", async () => {
    let isSent = false;
    const batch = batchOf(async () => (isSent = true));
    const told = await joined(batch, [undefined, undefined]);
    batch.begun(true);
    batch.begun(false);
    expect(await Promise.all(told)).toEqual(["GUARD_TOGETHER_CUT", "GUARD_TOGETHER_CUT"]);
    expect(isSent).toBe(false);
  });
  it("keeps a mebibyte of each, says what it cut, and takes no status for one that is no number", async () => {
    const big = Buffer.alloc(MANY, 97);
    const batch = batchOf(async (options) => {
      for (const piece of [big, Buffer.from("b".repeat(10)), Buffer.from("c".repeat(10)), Buffer.from("N:abc\nN:0\n")]) options.onOutput?.("stdout", piece);
      options.onOutput?.("stderr", Buffer.from("N:\nN:\n"));
    });
    const told = await joined(batch, [undefined, undefined]);
    batch.begun(true);
    batch.begun(true);
    const [first, second] = await Promise.all(told);
    expect(first).toMatchObject({ type: "result", result: { exitCode: null, cut: { stdout: 20, stderr: 0 } } });
    expect((first as Extract<PartEvent, { type: "result" }>).result.stdout).toHaveLength(MANY);
    expect(second).toMatchObject({ type: "result", result: { exitCode: 0, cut: { stdout: 0 } } });
  });
});

describe("the stream of one command for several", () => {
  type Host = (say: (stream: "stdout" | "stderr", text: string) => void, options: ExecOptions) => Promise<unknown>;
  const told = async (host: Host, size = 2) => {
    const batch = batchOf((options) => host((stream, text) => options.onOutput?.(stream, Buffer.from(text)), options), size);
    await Promise.all(Array.from({ length: size }, () => batch.join({ script: "ls", timeoutMs: undefined })));
    const ends = Array.from({ length: size }, (_, place) => Array.fromAsync(batch.events(place)).then((events) => events, (error: { code?: string; message: string }) => error.code ?? error.message));
    for (let at = 0; at < size; at += 1) batch.begun(true);
    return (await Promise.all(ends)).map((events) => (typeof events === "string" ? events : events.map((event) => (event.type === "output" ? `${event.stream} ${Buffer.from(event.bytes).toString()}` : event.result.exitCode))));
  };
  const WHOLE = "onetwoN:7\nthreeN:0\n";
  it("is cut at its boundaries wherever the network cuts it, and nothing is lost, added or mixed", async () => {
    for (let at = 0; at <= WHOLE.length; at += 1) {
      const ends = await told(async (say) => {
        say("stderr", "N:\nodd");
        for (const part of [WHOLE.slice(0, at), WHOLE.slice(at)]) say("stdout", part);
        say("stderr", "N:\n");
      });
      const said = ends.map((events) => (events as (string | number)[]).filter((event) => String(event).startsWith("stdout")).map((event) => String(event).slice(7)).join(""));
      expect([said, ends.map((events) => events.at(-1))]).toEqual([["onetwo", "three"], [7, 0]]);
      expect(ends.flat()).not.toContain("stdout ");
      expect((ends[1] as string[]).filter((event) => String(event).startsWith("stderr")).map((event) => event.slice(7)).join("")).toBe("odd");
    }
  });
  it("is told while it comes, not when it ends", async () => {
    const batch = batchOf(async ({ onOutput }) => (onOutput?.("stdout", Buffer.from("a line\n")), new Promise(() => {})), 1);
    const { place } = await batch.join({ script: "ls", timeoutMs: undefined });
    const events = batch.events(place)[Symbol.asyncIterator]();
    const first = events.next();
    batch.begun(true);
    expect((await first).value).toMatchObject({ type: "output", stream: "stdout" });
  });
  it.each([["on and on behind its boundary, without a line's end", "firstN:1234", null], ["a status as long as any may be", "firstN:255\n", 255], ["a longer one", "firstN:1000\n", null], ["no figure for a status", "firstN:x\n", null], ["none at all", "firstN:\n", null], ["a figure with something behind it", "firstN:0 \n", null]])("is ended by a host that says %s, and read no further than it goes", async (_name, text, status) => {
    const ends = await told(async (say) => {
      say("stderr", "N:\nN:\n");
      say("stdout", text);
      say("stdout", "secondN:0\n");
    });
    expect(ends[0]!.at(-1)).toBe(status);
    expect(ends[1]!.at(-1)).toBe(0);
    expect((ends[1] as string[]).join("")).toContain("stdout ");
  });
  it("waits for a status that may still come whole, and for both of its ends", async () => {
    const ends = await told(async (say) => {
      say("stdout", "aN:124");
      say("stdout", "\nN:0\n");
      say("stderr", "N:\n");
      throw new Error("the way broke");
    });
    expect(ends[0]!.at(-1)).toBe(124);
    expect(ends[1]).toBe("the way broke");
  });
  it("takes more ends than there were steps for noise", async () => {
    expect(await told(async (say) => (say("stdout", "N:0\nN:0\nN:9\nmoreN:9\n"), say("stderr", "N:\nN:\nN:\n")))).toEqual([[0], [0]]);
  });
});

describe("looks that were not answered together", () => {
  it("say whether they may be tried again: what was cut off may, what took too long may not", async () => {
    const batch = batchOf((options) => (options.onOpened?.(), new Promise((_, reject) => options.signal?.addEventListener("abort", () => reject(options.signal?.reason)))));
    await Promise.all([1, 2].map(() => batch.join({ script: "ls", timeoutMs: 1 })));
    const told = [0, 1].map((place) => Array.fromAsync(batch.events(place)).catch((error: unknown) => error));
    batch.begun(true);
    batch.begun(true);
    expect(await Promise.all(told)).toEqual([expect.objectContaining({ retryable: false, message: expect.stringContaining("longer than it may") }), expect.objectContaining({ retryable: true, message: expect.stringContaining("broke off before its turn") })]);
  });
  it("do not wait for a look that somebody has to say yes to first", async () => {
    const world = await gateWorld({ ssh: fakeSsh((_host, { wire }) => {
      const nonce = /sena-[0-9a-f]{32}/.exec(wire)?.[0] ?? "";
      return { says: [["stdout", `${nonce}:0\n`], ["stderr", `${nonce}:\n`]] };
    }) });
    const stop = new AbortController();
    const [doubted, plain] = world.guard.runTogether([world.request({ script: "ls", mustAsk: "A doubt." }), world.request({ script: "uptime" })], stop.signal);
    const waits = Array.fromAsync(doubted!);
    expect((await Array.fromAsync(plain!)).at(-1)?.type).toBe("ended");
    stop.abort();
    expect((await waits).map(({ type }) => type)).toEqual(["judged", "waiting", "refused"]);
  });
});

describe("the time of one command for several", () => {
  const MINUTE = 60_000;
  /** Plays a host by a clock that is turned by hand, and tells what each of two steps heard. */
  const played = async (timeouts: readonly (number | undefined)[], play: (host: { readonly say: (stream: "stdout" | "stderr", text: string) => void; readonly opened: () => void; readonly pass: (ms: number) => Promise<unknown> }) => Promise<void>, stop = new AbortController()) => {
    vi.useFakeTimers();
    try {
      let given: ExecOptions | undefined;
      const batch = createBatch({ ssh: { exec: ((_host: string, options: ExecOptions) => ((given = options), new Promise((_, reject) => options.signal?.addEventListener("abort", () => reject(options.signal?.reason))))) as never }, hostId: "h", nonce: "N", size: timeouts.length, signal: stop.signal });
      await Promise.all(timeouts.map((timeoutMs) => batch.join({ script: "ls", timeoutMs })));
      const heard: unknown[] = timeouts.map(() => "waits");
      timeouts.forEach((_, place) => void Array.fromAsync(batch.events(place)).then((events) => (heard[place] = (events.at(-1) as Extract<PartEvent, { type: "result" }>).result.elapsedMs), (error: { code?: unknown; name: string }) => (heard[place] = typeof error.code === "string" ? error.code : error.name)));
      timeouts.forEach(() => batch.begun(true));
      await vi.advanceTimersByTimeAsync(0);
      await play({ say: (stream, text) => given?.onOutput?.(stream, Buffer.from(text)), opened: () => given?.onOpened?.(), pass: (ms) => vi.advanceTimersByTimeAsync(ms) });
      await vi.advanceTimersByTimeAsync(0);
      return heard;
    } finally {
      vi.useRealTimers();
    }
  };
  it("is counted for each from the end of the one before it, and the first from when the host took it", async () => {
    expect(await played([MINUTE, MINUTE], async ({ say, opened, pass }) => {
      await pass(700);
      opened();
      await pass(200);
      say("stdout", "N:0\n");
      await pass(30);
      say("stdout", "N:0\n");
      say("stderr", "N:\nN:\n");
    })).toEqual([200, 30]);
  });
  it("ends the second by its own limit, and not before", async () => {
    const until = (ms: number) => played([MINUTE, 5000], async ({ say, opened, pass }) => {
      opened();
      await pass(50_000);
      say("stdout", "N:0\n");
      say("stderr", "N:\n");
      await pass(ms);
    });
    expect(await until(4999)).toEqual([50_000, "waits"]);
    expect(await until(5000)).toEqual([50_000, "GUARD_TOO_LONG"]);
  });
  it("is ten minutes where none was named", async () => {
    const until = (ms: number) => played([undefined], async ({ opened, pass }) => (opened(), void (await pass(ms))));
    expect(await until(10 * MINUTE - 1)).toEqual(["waits"]);
    expect(await until(10 * MINUTE)).toEqual(["GUARD_TOO_LONG"]);
  });
  it("runs out too for a host that says every status and never the last end", async () => {
    expect(await played([5000, 5000], async ({ say, opened, pass }) => {
      opened();
      say("stdout", "N:0\nN:0\n");
      say("stderr", "N:\n");
      await pass(5000);
    })).toEqual([0, "GUARD_TOO_LONG"]);
  });
  it("is not what ended it when a person stopped it", async () => {
    const stop = new AbortController();
    expect(await played([MINUTE, MINUTE], async ({ opened, pass }) => {
      opened();
      stop.abort();
      await pass(2 * MINUTE);
    }, stop)).toEqual(["AbortError", "AbortError"]);
  });
});

describe("a step that fails after it joined", () => {
  const twoLooks = async (onIdentify: (nth: number, world: Awaited<ReturnType<typeof gateWorld>>) => void) => {
    const remote = fakeSsh();
    const world = await gateWorld({ ssh: remote });
    const identify = remote.ssh.identify.bind(remote.ssh);
    let nth = 0;
    remote.ssh.identify = async (hostId) => (onIdentify((nth += 1), world), identify(hostId));
    const streams = world.guard.runTogether([world.request({ stepId: "a", script: "ls" }), world.request({ stepId: "b", script: "uptime" })]);
    const ends = await Promise.all(streams.map((stream) => Array.fromAsync(stream).then((events): GuardEvent["type"] | undefined => events.at(-1)?.type, () => "thrown" as const)));
    return { ends, sent: remote.sent.length, starts: world.ledger.of("start").length };
  };
  it("takes the others with it: nothing is sent that one of them is not on record for", async () => {
    const { ends, sent } = await twoLooks((nth) => {
      if (nth === 4) throw new Error("gone");
    });
    expect(ends).toContain("thrown");
    expect(sent).toBe(0);
  });
  it("tells its batch once, though its refusal cannot be written down either", async () => {
    const { ends, sent, starts } = await twoLooks((nth, world) => {
      if (nth === 3) world.ledger.breakWith(new Error("full") as never);
    });
    expect([sent, starts]).toEqual([0, 0]);
    expect(ends.every((end) => end === "thrown" || end === "refused")).toBe(true);
  });
});
