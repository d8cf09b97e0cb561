import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Client } from "../../../src-main/contract/index.ts";
import { PIPE_WINDOW_BYTES, PROTOCOL_VERSION, connect, packBytes, type Connection } from "../../../src-main/contract/link/index.ts";
import { MAX_FRAME_BYTES } from "../../../src-main/shells/process/channel.ts";
import { CARRIERS, demoDispatch, type Carrier } from "../../fakes/carriers.ts";
import { demoContract, demoHandlers, type DemoTrace } from "../../fakes/demo-contract.ts";

describe.each(Object.entries(CARRIERS))("the link over %s", (_name, carry) => {
  let carrier: Carrier;
  let connection: Connection<typeof demoContract>;
  let client: Client<typeof demoContract>;
  let trace: DemoTrace;
  let reported: unknown[];

  beforeEach(async () => {
    trace = { aborted: [], feedReturned: 0, flooded: 0, produced: 0 };
    reported = [];
    carrier = await carry(demoDispatch(demoContract, demoHandlers(trace), { report: (_ref, error) => void reported.push(error) }));
    connection = await connect<typeof demoContract>(await carrier.dial());
    client = connection.client;
  });
  afterEach(async () => {
    connection.close();
    await carrier.close();
  });

  it("answers a call", async () => {
    expect(await client.demo.echo({ text: "hä ⟦x⟧ 🙂" })).toEqual({ text: "hä ⟦x⟧ 🙂" });
  });

  it("answers many calls at once, each with its own answer", async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => client.demo.echo({ text: String(n) })));
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 200 }, (_, n) => String(n)));
  });

  it("strips what no schema names", async () => {
    expect(await client.demo.secretive({})).toEqual({ shown: "yes" });
  });

  it("refuses a wrong type with BAD_INPUT and the field's name", async () => {
    await expect(client.demo.echo({ text: 5 as unknown as string })).rejects.toMatchObject({ code: "BAD_INPUT", message: expect.stringContaining("text") });
  });

  it("refuses an unknown procedure, also one that every object has", async () => {
    const transport = await carrier.dial();
    const heard: unknown[] = [];
    transport.receive({ frame: (frame) => void heard.push(frame), close: () => {} });
    transport.send({ t: "hello", v: PROTOCOL_VERSION });
    for (const [id, op] of ["demo.nope", "demo.constructor", "constructor.name", "demo", "demo.echo.call", ""].entries()) {
      transport.send({ t: "start", id, op, in: { text: "" } });
      await vi.waitFor(() => expect(heard).toContainEqual(expect.objectContaining({ t: "err", id, error: expect.objectContaining({ code: "NO_SUCH_PROCEDURE" }) })));
    }
    transport.close();
    expect(Object.keys(client.demo).sort()).toEqual(Object.keys(demoContract.demo).sort());
    expect(connection.offers["demo"]).toMatchObject({ echo: "call" });
  });

  it("refuses what the caller has no permission for", async () => {
    await expect(client.demo.guarded({})).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("turns an unexpected error into a reference, without its message", async () => {
    const failure = await client.demo.crash({}).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: "INTERNAL", data: { ref: "ref-1" } });
    expect((failure as Error).message).not.toContain("/secret/place");
    expect(reported).toHaveLength(1);
  });

  it("reports an answer that does not fit its schema as our own mistake", async () => {
    await expect(client.demo.malformed({})).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("stops a call when its signal aborts, on both sides", async () => {
    const abort = new AbortController();
    const hanging = client.demo.hang({}, { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(hanging).rejects.toMatchObject({ code: "CANCELLED" });
    await vi.waitFor(() => expect(trace.aborted).toEqual(["hang"]));
  });

  it("delivers a feed in order, to its end", async () => {
    const seen: number[] = [];
    for await (const { n } of client.demo.count({ to: 500 })) seen.push(n);
    expect(seen).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  it("stops the feed's source when the reader leaves, and never runs ahead of its credit", async () => {
    for await (const { n } of client.demo.count({ to: 100_000 })) if (n === 5) break;
    await vi.waitFor(() => expect(trace.feedReturned).toBe(1));
    expect(trace.produced).toBeLessThan(200);
  });

  it("passes on the items before a feed's failure, then the failure", async () => {
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const { n } of client.demo.failing({})) seen.push(n);
      })(),
    ).rejects.toMatchObject({ code: "INTERNAL" });
    expect(seen).toEqual([1]);
  });

  it("echoes bytes unchanged through a pipe, more than a window of them", async () => {
    const sent = new Uint8Array(PIPE_WINDOW_BYTES * 3).map((_, i) => i % 251);
    const echo = client.demo.bytes({});
    const got: Uint8Array[] = [];
    let size = 0;
    const all = new Promise<void>((resolve) =>
      echo.onChunk((chunk, done) => {
        got.push(chunk.slice());
        size += chunk.byteLength;
        done();
        if (size === sent.length) resolve();
      }),
    );
    await echo.write(sent);
    await all;
    expect(Buffer.concat(got).equals(Buffer.from(sent))).toBe(true);
    echo.close();
  });

  it("holds a sender at 256 KiB while the reader does not return credit, and lets it go on after", async () => {
    const flood = client.demo.flood({ bytes: PIPE_WINDOW_BYTES * 4 });
    const held: (() => void)[] = [];
    let received = 0;
    flood.onChunk((chunk, done) => {
      received += chunk.byteLength;
      held.push(done);
    });
    await vi.waitFor(() => expect(received).toBe(PIPE_WINDOW_BYTES), { timeout: 10_000 });
    await new Promise((wake) => setTimeout(wake, 150)); // and there it stays
    expect(received).toBe(PIPE_WINDOW_BYTES);
    expect(trace.flooded).toBeLessThanOrEqual(PIPE_WINDOW_BYTES);
    const drain = setInterval(() => held.splice(0).forEach((done) => done()), 1);
    await flood.closed;
    clearInterval(drain);
    expect(received).toBe(PIPE_WINDOW_BYTES * 4);
  });

  it("fails everything that runs with DISCONNECTED when the carrier closes, and lets nothing hang", async () => {
    const hanging = client.demo.hang({});
    const echo = client.demo.bytes({});
    await client.demo.echo({ text: "settled" });
    connection.close();
    await expect(hanging).rejects.toMatchObject({ code: "DISCONNECTED", retryable: true });
    await expect(echo.closed).rejects.toMatchObject({ code: "DISCONNECTED" });
    await expect(client.demo.echo({ text: "late" })).rejects.toMatchObject({ code: "DISCONNECTED" });
    await vi.waitFor(() => expect(trace.aborted).toEqual(["hang"]));
  });
});

describe.each(Object.entries(CARRIERS))("a broken or hostile peer over %s", (_name, carry) => {
  const raw = async (frames: readonly unknown[]) => {
    const carrier = await carry(demoDispatch(demoContract, demoHandlers({ aborted: [], feedReturned: 0, flooded: 0, produced: 0 })));
    const transport = await carrier.dial();
    const heard: unknown[] = [];
    const closed = Promise.withResolvers<number>();
    transport.receive({ frame: (frame) => void heard.push(frame), close: ({ code }) => closed.resolve(code) });
    for (const frame of frames) transport.send(frame as never);
    return { carrier, transport, heard, closed: closed.promise };
  };

  it.each([
    ["a frame of no known kind", { t: "zap" }],
    ["a start without an id", { t: "start", op: "demo.echo", in: {} }],
    ["an id that is no number", { t: "start", id: "__proto__", op: "demo.echo", in: {} }],
    ["a name of 10 000 letters", { t: "start", id: 1, op: "x".repeat(10_000), in: {} }],
    ["negative credit", { t: "credit", id: 1, n: -5 }],
    ["an array", [1, 2, 3]],
    ["another version", { t: "hello", v: 99 }],
    ["bytes too short for an id", new Uint8Array([1, 2])],
  ])("is closed for %s", async (_what, frame) => {
    const { closed, carrier } = await raw([frame]);
    expect(await closed).toBeGreaterThan(0);
    await carrier.close();
  });

  it("has a pipe ended that overruns its window", async () => {
    const { transport, heard, carrier } = await raw([{ t: "hello", v: PROTOCOL_VERSION }, { t: "start", id: 1, op: "demo.flood", in: { bytes: 1 } }]);
    await vi.waitFor(() => expect(heard).toContainEqual({ t: "end", id: 1 }));
    transport.send({ t: "start", id: 2, op: "demo.flood", in: { bytes: PIPE_WINDOW_BYTES * 8 } });
    for (let i = 0; i < 20; i += 1) transport.send(packBytes(2, new Uint8Array(32 * 1024)));
    await vi.waitFor(() => expect(heard.some((frame) => (frame as { t?: string; id?: number }).id === 2 && ["end", "err"].includes((frame as { t: string }).t))).toBe(true));
    await carrier.close();
  });

  it("is told TOO_MANY beyond 512 things at once, and the rest keeps working", async () => {
    const { heard, transport, carrier } = await raw([{ t: "hello", v: PROTOCOL_VERSION }]);
    for (let id = 1; id <= 513; id += 1) transport.send({ t: "start", id, op: "demo.hang", in: {} });
    await vi.waitFor(() => expect(heard).toContainEqual(expect.objectContaining({ t: "err", id: 513, error: expect.objectContaining({ code: "TOO_MANY" }) })));
    transport.send({ t: "cancel", id: 1 });
    await vi.waitFor(() => expect(heard).toContainEqual(expect.objectContaining({ t: "err", id: 1 })));
    transport.send({ t: "start", id: 600, op: "demo.echo", in: { text: "still here" } });
    await vi.waitFor(() => expect(heard).toContainEqual({ t: "ok", id: 600, out: { text: "still here" } }));
    await carrier.close();
  });
});

describe("more than one frame holds", () => {
  const served = async () => {
    const carry = CARRIERS["framed channel and message port"]!;
    return carry(demoDispatch(demoContract, demoHandlers({ aborted: [], feedReturned: 0, flooded: 0, produced: 0 })));
  };

  it("is refused by name as an answer, and whoever else is connected goes on", async () => {
    const carrier = await served();
    const [one, other] = [await connect<typeof demoContract>(await carrier.dial()), await connect<typeof demoContract>(await carrier.dial())];
    await expect(one.client.demo.large({ bytes: MAX_FRAME_BYTES })).rejects.toMatchObject({ code: "TOO_MUCH_AT_ONCE" });
    expect(await one.client.demo.echo({ text: "still here" })).toEqual({ text: "still here" });
    expect(await other.client.demo.echo({ text: "and I" })).toEqual({ text: "and I" });
    expect((await one.client.demo.large({ bytes: MAX_FRAME_BYTES - 1000 })).text).toHaveLength(MAX_FRAME_BYTES - 1000);
    await carrier.close();
  });

  it("ends only the connection that sent it", async () => {
    const carrier = await served();
    const [one, other] = [await connect<typeof demoContract>(await carrier.dial()), await connect<typeof demoContract>(await carrier.dial())];
    await expect(one.client.demo.echo({ text: "x".repeat(MAX_FRAME_BYTES) })).rejects.toMatchObject({ code: "DISCONNECTED" });
    expect(await other.client.demo.echo({ text: "and I" })).toEqual({ text: "and I" });
    await carrier.close();
  });
});
