import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Duplex } from "node:stream";
import { MessageChannel } from "node:worker_threads";
import { WebSocket, WebSocketServer } from "ws";
import { createDispatch, type Dispatch } from "../../src-main/api/dispatch.ts";
import { serveLink } from "../../src-main/api/link/serve.ts";
import type { Contract, Handlers, Principal } from "../../src-main/contract/index.ts";
import { PIPE_PART_BYTES, type Transport } from "../../src-main/contract/link/index.ts";
import { memoryPair } from "../../src-main/contract/link/memory.ts";
import type { NewEntry } from "../../src-main/ledger/port.ts";
import { serveChannel } from "../../src-main/shells/core/serve-channel.ts";
import { relayPort } from "../../src-main/shells/electron/port-relay.ts";
import { KIND, openChannel, type Channel } from "../../src-main/shells/process/channel.ts";
import type { Ear, Line } from "../../src-main/shells/process/supervise.ts";

export const somebody: Principal = { id: "op1", name: "Ada", permissions: ["public", "view"] };

export function demoDispatch<C extends Contract>(contract: C, handlers: Handlers<C>, on: { record?: (entry: NewEntry) => Promise<unknown>; report?: (ref: string, error: unknown) => void; unlocked?: (signal: AbortSignal) => Promise<Principal> } = {}): Dispatch {
  return createDispatch({ contract, handlers: handlers as never, record: on.record ?? (async () => {}), report: on.report ?? (() => {}), newRef: () => "ref-1", ...(on.unlocked && { unlocked: on.unlocked }) });
}

export type Carrier = { readonly dial: () => Promise<Transport>; readonly close: () => Promise<void> };

/** The three ways frames travel, each with the code that ships between the two ends. */
export const CARRIERS: Readonly<Record<string, (dispatch: Dispatch) => Promise<Carrier>>> = {
  "in process": async (dispatch) => ({
    async dial() {
      const { near, far } = memoryPair();
      serveLink(dispatch, far, () => somebody);
      return near;
    },
    async close() {},
  }),

  "framed channel and message port": async (dispatch) => {
    const { near, far } = duplexPair();
    const served = serveChannel({ dispatch, principal: () => somebody } as never, far, () => {});
    const supervisor = channelClient(near);
    return {
      async dial() {
        const { port1, port2 } = new MessageChannel();
        const asMain = { on: (event: string, listener: (value?: unknown) => void) => port1.on(event as "message", (data) => listener(event === "message" ? { data } : undefined)), postMessage: (value: unknown) => port1.postMessage(value), start() {}, close: () => port1.close() };
        relayPort(asMain as never, supervisor);
        return {
          send: (frame) => port2.postMessage(frame),
          receive(on) {
            port2.on("message", (data) => (data === "sena:closed" ? on.close({ code: 4100, say: "" }) : on.frame(data)));
            port2.on("close", () => on.close({ code: 1000, say: "" }));
          },
          close: () => port2.close(),
        };
      },
      async close() {
        supervisor.end();
        served.channel.destroy();
      },
    };
  },

  "web socket": async (dispatch) => {
    const server = createServer();
    const sockets = new WebSocketServer({ server, maxPayload: 4 * 1024 * 1024, perMessageDeflate: false });
    sockets.on("connection", (ws) => serveLink(dispatch, wsTransport(ws), () => somebody));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
      async dial() {
        const ws = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
        await new Promise((resolve, reject) => ws.once("open", resolve).once("error", reject));
        return wsTransport(ws);
      },
      async close() {
        for (const ws of sockets.clients) ws.terminate();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};

/** Frames are joined in rooms used again once sent: a fresh buffer each costs more in collecting than the copy itself. */
const ROOM_BYTES = 4 + PIPE_PART_BYTES;
const rooms: Buffer[] = [];
export const wsTransport = (ws: WebSocket): Transport => ({
  send: (frame) => ws.readyState === ws.OPEN && ws.send(frame instanceof Uint8Array ? frame : JSON.stringify(frame)),
  sendBytes(id, payload) {
    if (ws.readyState !== ws.OPEN) return;
    const room = rooms.pop() ?? Buffer.allocUnsafeSlow(ROOM_BYTES);
    const frame = room.subarray(0, 4 + payload.byteLength);
    frame.writeUInt32BE(id);
    frame.set(payload, 4);
    ws.send(frame, () => rooms.push(room));
  },
  receive(on) {
    ws.on("message", (data: Buffer, isBinary) => on.frame(isBinary ? data : JSON.parse(data.toString())));
    ws.on("close", (code) => on.close({ code, say: "" }));
    ws.on("error", () => ws.terminate());
  },
  close: (code) => ws.close(code),
});

export function duplexPair(): { near: Duplex; far: Duplex } {
  const make = (other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          other().push(chunk);
          done();
        });
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const near: Duplex = make(() => far);
  const far: Duplex = make(() => near);
  return { near, far };
}

/** The supervisor's side of a channel, without a process behind it. */
export function channelClient(stream: Duplex): { open(ear: Ear): Line; end(): void; channel: Channel } {
  const ears = new Map<number, Ear>();
  let next = 1;
  const channel = openChannel(stream, {
    frame(kind, connection, payload) {
      if (kind === KIND.close) ears.get(connection)?.close(Number(payload.toString()) || 1000);
      else ears.get(connection)?.frame(kind, payload);
    },
    close() {
      for (const ear of ears.values()) ear.close(4100);
    },
  });
  return {
    channel,
    open(ear) {
      const id = next++;
      ears.set(id, ear);
      channel.send(KIND.open, id);
      return { send: (kind, payload) => channel.send(kind, id, payload), close: () => channel.send(KIND.close, id) };
    },
    end: () => channel.destroy(),
  };
}
