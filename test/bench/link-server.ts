import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { serveLink } from "../../src-main/api/link/serve.ts";
import { demoDispatch, somebody, wsTransport } from "../fakes/carriers.ts";
import { demoContract, demoHandlers } from "../fakes/demo-contract.ts";

// The far end of the link bench, in a process of its own as the core is.
// 32 KiB: what an SSH channel delivers at once.
const CHUNK = new Uint8Array(32 * 1024).fill(7);
const dispatch = demoDispatch(demoContract, demoHandlers({ aborted: [], feedReturned: 0, flooded: 0, produced: 0 }));
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (ws, request) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
  if (pathname === "/link") return serveLink(dispatch, wsTransport(ws), () => somebody);
  if (pathname === "/echo") return void ws.on("message", (data, isBinary) => ws.send(data, { binary: isBinary }));
  ws.once("message", () => {
    let left = Number(searchParams.get("bytes"));
    const more = () => {
      while (left > 0 && ws.bufferedAmount < 256 * 1024) {
        left -= CHUNK.byteLength;
        ws.send(CHUNK);
      }
      if (left > 0) setImmediate(more);
    };
    more();
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
