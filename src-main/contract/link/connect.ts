import type { BytePipe, CallOptions, Client, Contract, Procedure } from "../define.ts";
import { Failure, LINK_FAILURES, failer } from "../failure.ts";
import { PipeEnd } from "./pipe-end.ts";
import { PROTOCOL_VERSION, sendBytes, unpackBytes, type Offers, type ServerFrame, type Transport, type WireFailure } from "./wire.ts";

const fail = failer(LINK_FAILURES);
const FEED_CREDIT_EVERY = 16;

type Pending = {
  ok?(out: unknown): void;
  item?(out: unknown): void;
  end?(): void;
  fail(failure: unknown): void;
  readonly pipe?: PipeEnd;
};

export type Connection<C extends Contract> = {
  readonly client: Client<C>;
  readonly offers: Offers;
  readonly closed: Promise<{ readonly code: number; readonly say: string }>;
  close(): void;
};

const failureOf = (wire: WireFailure): Failure => new Failure(wire.code, wire.message, { data: wire.data, retryable: wire.retryable });

/**
 * One connection over one carrier. It does not reconnect: whoever owns the carrier dials again and calls this again.
 * The type says what the asking end was built for; what there really is to ask comes with the welcome.
 */
export async function connect<C extends Contract>(transport: Transport): Promise<Connection<C>> {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let isOpen = true;
  const greeted = Promise.withResolvers<Offers>();
  const closed = Promise.withResolvers<{ readonly code: number; readonly say: string }>();

  transport.receive({
    frame(raw) {
      if (raw instanceof Uint8Array) {
        const bytes = unpackBytes(raw);
        if (bytes) pending.get(bytes.id)?.pipe?.receive(bytes.payload);
        return;
      }
      const frame = raw as ServerFrame;
      if (frame.t === "welcome") return frame.v === PROTOCOL_VERSION ? greeted.resolve(frame.offers) : greeted.reject(new Failure("VERSION", "The screen and the core are of different versions. Reload the window."));
      const it = pending.get(frame.id);
      if (!it) return; // late frame of something already cancelled
      switch (frame.t) {
        case "ok":
          return it.ok?.(frame.out);
        case "item":
          return it.item?.(frame.out);
        case "credit":
          return it.pipe?.credit(frame.n);
        case "end":
          return it.end?.();
        case "err":
          return it.fail(failureOf(frame.error));
        default:
          frame satisfies never;
      }
    },
    close(reason) {
      isOpen = false;
      const failure = fail("DISCONNECTED");
      greeted.reject(failure);
      for (const it of [...pending.values()]) it.fail(failure);
      pending.clear();
      closed.resolve(reason);
    },
  });
  transport.send({ t: "hello", v: PROTOCOL_VERSION });
  const offers = await greeted.promise;

  /** Registers under a fresh id and sends the start; whatever ends it first removes it. */
  function start(op: string, input: unknown, it: (id: number) => Pending, signal: AbortSignal | undefined): number {
    signal?.throwIfAborted();
    if (!isOpen) throw fail("DISCONNECTED");
    const id = nextId++;
    const abort = () => {
      transport.send({ t: "cancel", id });
      live.fail(signal?.reason instanceof Failure ? signal.reason : fail("CANCELLED"));
    };
    const forget = () => {
      pending.delete(id);
      signal?.removeEventListener("abort", abort);
    };
    const own = it(id);
    const live: Pending = {
      ...own,
      ok: (out) => (forget(), own.ok?.(out)),
      end: () => (forget(), own.end?.()),
      fail: (failure) => (forget(), own.fail(failure)),
    };
    pending.set(id, live);
    signal?.addEventListener("abort", abort, { once: true });
    transport.send({ t: "start", id, op, in: input });
    return id;
  }

  const call = (op: string) => (input: unknown, options?: CallOptions): Promise<unknown> =>
    new Promise((ok, reject) => {
      try {
        start(op, input, () => ({ ok, fail: reject }), options?.signal);
      } catch (failure) {
        reject(failure as Error);
      }
    });

  const feed = (op: string) => (input: unknown, options?: CallOptions): AsyncIterable<unknown> => ({
    async *[Symbol.asyncIterator]() {
      const queue: unknown[] = [];
      let ended: { readonly failure?: unknown } | undefined;
      let wake = () => {};
      let taken = 0;
      const id = start(
        op,
        input,
        () => ({
          item: (out) => (queue.push(out), wake()),
          end: () => ((ended = {}), wake()),
          fail: (failure) => ((ended = { failure }), wake()),
        }),
        options?.signal,
      );
      try {
        for (;;) {
          while (queue.length > 0) {
            yield queue.shift();
            taken += 1;
            if (taken === FEED_CREDIT_EVERY && pending.has(id)) {
              transport.send({ t: "credit", id, n: taken });
              taken = 0;
            }
          }
          if (ended) {
            if (ended.failure) throw ended.failure;
            return;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        if (pending.delete(id) && isOpen) transport.send({ t: "cancel", id });
      }
    },
  });

  const pipe = (op: string) => (input: unknown, options?: CallOptions): BytePipe => {
    let made: PipeEnd | undefined;
    start(
      op,
      input,
      (id) => {
        const end = new PipeEnd({
          bytes: (chunk) => isOpen && sendBytes(transport, id, chunk),
          credit: (n) => isOpen && pending.has(id) && transport.send({ t: "credit", id, n }),
          close: () => pending.delete(id) && isOpen && transport.send({ t: "cancel", id }),
        });
        made = end;
        return { end: () => end.settle(), fail: (failure) => end.settle(failure), pipe: end };
      },
      options?.signal,
    );
    return made as PipeEnd;
  };

  const makers: { readonly [K in Procedure["kind"]]: (op: string) => unknown } = { call, feed, pipe };
  const client: Record<string, Record<string, unknown>> = {};
  for (const [group, procedures] of Object.entries(offers)) {
    client[group] = Object.fromEntries(Object.entries(procedures).map(([name, kind]) => [name, makers[kind](`${group}.${name}`)]));
  }
  return { client: client as Client<C>, offers, closed: closed.promise, close: () => transport.close(1000) };
}
