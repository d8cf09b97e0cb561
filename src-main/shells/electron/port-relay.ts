import { KIND } from "../process/channel.ts";
import type { Supervisor } from "../process/supervise.ts";

/** What Electron's MessagePortMain and Node's MessagePort share. */
export type RelayPort = {
  on(event: "message", listener: (message: { readonly data: unknown }) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  postMessage(value: unknown): void;
  start(): void;
  close(): void;
};

/** The word a screen hears when its core went away: the port stays usable until it is replaced by the next one. */
export const PORT_CLOSED = "sena:closed";

/** Carries one screen's frames between its port and the core. False when there is no core to carry to. */
export function relayPort(port: RelayPort, supervisor: Pick<Supervisor, "open">): boolean {
  let isOver = false;
  const over = () => {
    if (isOver) return;
    isOver = true;
    port.postMessage(PORT_CLOSED);
    port.close();
  };
  const line = supervisor.open({
    frame: (kind, payload) => port.postMessage(kind === KIND.bytes ? new Uint8Array(payload) : JSON.parse(payload.toString("utf8"))),
    close: over,
  });
  if (!line) return false;
  port.on("message", ({ data }) => {
    if (data instanceof Uint8Array) return line.send(KIND.bytes, data);
    try {
      if (typeof data === "object" && data !== null) return line.send(KIND.text, JSON.stringify(data));
    } catch {
      // Larger than a frame may be: this screen connects anew, and nobody else hears of it.
    }
    line.close();
    over();
  });
  port.on("close", () => line.close());
  port.start();
  return true;
}
