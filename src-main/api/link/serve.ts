import { Failure, LINK_FAILURES, failer, type Principal } from "../../contract/index.ts";
import { CLOSE, FEED_WINDOW_ITEMS, MAX_LIVE, PROTOCOL_VERSION, PipeEnd, readClientFrame, sendBytes, unpackBytes, type Transport } from "../../contract/link/index.ts";
import type { Dispatch } from "../dispatch.ts";

const fail = failer(LINK_FAILURES);

type Live = { readonly abort: AbortController; pipe?: PipeEnd; credit: number; wake?: () => void };

/** Serves one connection. The principal is asked for anew at each start: an operator may lock or change meanwhile. */
export function serveLink(dispatch: Dispatch, transport: Transport, principal: () => Principal): void {
  const live = new Map<number, Live>();
  let isOpen = true;

  const endAll = () => {
    isOpen = false;
    for (const it of live.values()) {
      it.abort.abort(fail("DISCONNECTED"));
      it.pipe?.settle(fail("DISCONNECTED"));
      it.wake?.();
    }
    live.clear();
  };

  transport.receive({
    frame(raw) {
      if (raw instanceof Uint8Array) {
        const bytes = unpackBytes(raw);
        if (!bytes) return transport.close(CLOSE.badFrame);
        return live.get(bytes.id)?.pipe?.receive(bytes.payload);
      }
      const frame = readClientFrame(raw);
      if (!frame) return transport.close(CLOSE.badFrame);
      switch (frame.t) {
        case "hello":
          if (frame.v !== PROTOCOL_VERSION) return transport.close(CLOSE.badFrame);
          return transport.send({ t: "welcome", v: PROTOCOL_VERSION, offers: dispatch.offers });
        case "cancel": {
          const it = live.get(frame.id);
          it?.abort.abort(fail("CANCELLED"));
          it?.pipe?.settle();
          return it?.wake?.();
        }
        case "credit": {
          const it = live.get(frame.id);
          if (!it) return;
          if (it.pipe) return it.pipe.credit(frame.n);
          it.credit = Math.min(FEED_WINDOW_ITEMS, it.credit + frame.n);
          return it.wake?.();
        }
        case "start":
          return void run(frame.id, frame.op, frame.in);
        default:
          frame satisfies never;
      }
    },
    close: endAll,
  });

  async function run(id: number, path: string, input: unknown): Promise<void> {
    const it: Live = { abort: new AbortController(), credit: FEED_WINDOW_ITEMS };
    try {
      if (live.has(id)) throw fail("BAD_INPUT", { detail: "this id is in use on the connection" });
      if (live.size >= MAX_LIVE) throw fail("TOO_MANY");
      live.set(id, it);
      const request = { path, input, principal: principal(), signal: it.abort.signal };
      switch (dispatch.kindOf(path)) {
        case "feed":
          await runFeed(id, it, dispatch.feed(request));
          break;
        case "pipe":
          await runPipe(id, it, (pipe) => dispatch.pipe(request, pipe));
          break;
        default: {
          const out = await dispatch.call(request);
          if (isOpen) transport.send({ t: "ok", id, out });
        }
      }
    } catch (error) {
      const { code, message, data, retryable } = it.abort.signal.reason instanceof Failure ? it.abort.signal.reason : dispatch.failureOf(error);
      it.pipe?.settle();
      if (isOpen) transport.send({ t: "err", id, error: { code, message, data, retryable } });
    } finally {
      if (live.get(id) === it) live.delete(id);
    }
  }

  async function runFeed(id: number, it: Live, items: AsyncIterable<unknown>): Promise<void> {
    for await (const out of items) {
      while (it.credit === 0 && !it.abort.signal.aborted) {
        await new Promise<void>((resolve) => {
          it.wake = resolve;
        });
      }
      it.abort.signal.throwIfAborted();
      it.credit -= 1;
      transport.send({ t: "item", id, out });
    }
    if (isOpen) transport.send({ t: "end", id });
  }

  async function runPipe(id: number, it: Live, handle: (pipe: PipeEnd) => Promise<void>): Promise<void> {
    const end = new PipeEnd({
      bytes: (chunk) => isOpen && sendBytes(transport, id, chunk),
      credit: (n) => isOpen && transport.send({ t: "credit", id, n }),
      close: () => {},
    });
    it.pipe = end;
    await handle(end);
    end.settle();
    if (isOpen) transport.send({ t: "end", id });
  }
}
