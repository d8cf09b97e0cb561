import type { Duplex } from "node:stream";
import { serveLink } from "../../api/link/serve.ts";
import { CLOSE, MAX_TEXT_BYTES, type Transport } from "../../contract/link/index.ts";
import { KIND, openChannel, type Channel } from "../process/channel.ts";
import { serveRequest } from "./serve-request.ts";
import type { Core } from "./compose.ts";

export type ServedChannel = { readonly channel: Channel; readonly closed: Promise<void> };

/** The core's end of a framed channel: each connection on it is one link, or one request from the REST door. */
export function serveChannel(core: Core, stream: Duplex, onShutdown: () => void): ServedChannel {
  const connections = new Map<number, { frame(frame: unknown): void; close(reason: { code: number; say: string }): void }>();
  const closed = Promise.withResolvers<void>();

  const channel = openChannel(stream, {
    frame(kind, connection, payload) {
      switch (kind) {
        case KIND.open:
          if (payload.byteLength > 0) return request(connection, payload);
          return serveLink(core.dispatch, transportOf(connection), core.principal);
        case KIND.close:
          connections.get(connection)?.close({ code: CLOSE.normal, say: "closed" });
          connections.delete(connection);
          return;
        case KIND.text:
          return text(connection, payload);
        case KIND.bytes:
          return connections.get(connection)?.frame(payload);
        case KIND.ping:
          return channel.send(KIND.pong, 0);
        case KIND.shutdown:
          return onShutdown();
        default:
          return; // a newer shell may say more
      }
    },
    close() {
      for (const it of connections.values()) it.close({ code: CLOSE.normal, say: "the shell went away" });
      connections.clear();
      closed.resolve();
    },
  });

  function request(connection: number, payload: Buffer): void {
    const abort = new AbortController();
    connections.set(connection, { frame() {}, close: () => abort.abort() });
    void serveRequest(core, channel, connection, payload, abort.signal).finally(() => connections.delete(connection));
  }

  function text(connection: number, payload: Buffer): void {
    const it = connections.get(connection);
    if (!it) return;
    if (payload.byteLength > MAX_TEXT_BYTES) return drop(connection, CLOSE.tooLarge);
    let frame: unknown;
    try {
      frame = JSON.parse(payload.toString("utf8"));
    } catch {
      return drop(connection, CLOSE.badFrame);
    }
    it.frame(frame);
  }

  function drop(connection: number, code: number): void {
    connections.get(connection)?.close({ code, say: "refused" });
    connections.delete(connection);
    channel.send(KIND.close, connection, String(code));
  }

  const transportOf = (connection: number): Transport => ({
    send: (frame) => (frame instanceof Uint8Array ? channel.send(KIND.bytes, connection, frame) : channel.send(KIND.text, connection, JSON.stringify(frame))),
    sendBytes: (id, payload) => channel.sendBytes(connection, id, payload),
    receive: (on) => void connections.set(connection, on),
    close: (code = CLOSE.normal) => drop(connection, code),
  });

  return { channel, closed: closed.promise };
}
