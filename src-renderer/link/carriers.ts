import { CLOSE, type Transport } from "../../src-main/contract/link/index.ts";

type Ears = Parameters<Transport["receive"]>[0];
const DIAL_MS = 20_000;

/** In the station the page's own origin carries the link; in Electron the preload hands over a port. */
export const dialCore = (): Promise<Transport> => (document.documentElement.dataset["carrier"] === "port" ? dialPort() : dialSocket());

function dialSocket(): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${location.host}/link`);
    socket.binaryType = "arraybuffer";
    const refuse = () => reject(new Error("the station does not answer"));
    const timer = setTimeout(() => socket.close(), DIAL_MS);
    socket.addEventListener("close", refuse);
    socket.addEventListener("error", refuse);
    socket.addEventListener("open", () => {
      clearTimeout(timer);
      resolve(socketTransport(socket));
    });
  });
}

const socketTransport = (socket: WebSocket): Transport => ({
  send: (frame) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(frame instanceof Uint8Array ? (frame as Uint8Array<ArrayBuffer>) : JSON.stringify(frame));
  },
  receive(on) {
    socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => on.frame(typeof data === "string" ? JSON.parse(data) : new Uint8Array(data)));
    socket.addEventListener("close", ({ code, reason }) => on.close({ code, say: reason }));
  },
  close: (code = CLOSE.normal) => socket.close(code),
});

/** The preload keeps the newest port until the page says that it listens, so none is lost while the page still loads. */
function dialPort(): Promise<Transport> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent) => {
      if (event.source !== window || event.data !== "sena:port" || !event.ports[0]) return;
      window.removeEventListener("message", take);
      resolve(portTransport(event.ports[0]));
    };
    window.addEventListener("message", take);
    window.postMessage("sena:want-port", location.origin);
  });
}

function portTransport(port: MessagePort): Transport {
  let ears: Ears | undefined;
  const closed = (code: number) => {
    ears?.close({ code, say: "the port closed" });
    ears = undefined;
  };
  return {
    send: (frame) => port.postMessage(frame),
    receive(on) {
      ears = on;
      port.addEventListener("message", ({ data }: MessageEvent) => (data === "sena:closed" ? closed(CLOSE.coreDown) : on.frame(data)));
      port.addEventListener("close", () => closed(CLOSE.coreDown));
      port.start();
    },
    close: (code = CLOSE.normal) => {
      port.close();
      closed(code);
    },
  };
}
