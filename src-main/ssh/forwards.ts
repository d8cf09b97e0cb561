import { createServer, type AddressInfo, type Server } from "node:net";
import { failer } from "../contract/failure.ts";
import type { Inventory } from "../inventory/port.ts";
import { live, type Clock, type Live, type NewId } from "../kernel/index.ts";
import { prohibited, type Connections } from "./connections.ts";
import { SSH_FAILURES } from "./failures.ts";

const fail = failer(SSH_FAILURES);

export type OpenForward = { readonly id: string; readonly hostId: string; readonly listenPort: number; readonly toHost: string; readonly toPort: number; readonly connections: number; readonly bytes: number; readonly openedAt: number; /** Why the last connection went nowhere; empty after one that did. */ readonly refused: string };

export interface Forwards extends AsyncDisposable {
  readonly open: Live<readonly OpenForward[]>;
  /** Listens on loopback only; the host's key and sign-in are settled before the port opens. */
  start(of: { readonly hostId: string; readonly listenPort: number; readonly toHost: string; readonly toPort: number }, signal?: AbortSignal): Promise<OpenForward>;
  stop(id: string): Promise<boolean>;
}

export function createForwards({ connections, inventory, newId, now }: { readonly connections: Connections; readonly inventory: Pick<Inventory, "get">; readonly newId: NewId; readonly now: Clock }): Forwards {
  const open = live<readonly OpenForward[]>([]);
  const servers = new Map<string, { readonly server: Server; readonly sockets: Set<{ destroy(): void }> }>();
  const change = (id: string, to: (before: OpenForward) => OpenForward): void => open.update((all) => all.map((one) => (one.id === id ? to(one) : one)));

  async function stop(id: string): Promise<boolean> {
    const one = servers.get(id);
    servers.delete(id);
    open.update((all) => all.filter((forward) => forward.id !== id));
    if (!one) return false;
    for (const socket of one.sockets) socket.destroy();
    await new Promise<void>((resolve) => one.server.close(() => resolve()));
    return true;
  }

  return {
    open,
    stop,
    async start({ hostId, listenPort, toHost, toPort }, signal) {
      const host = inventory.get(hostId);
      if (host?.transport === "system") throw fail("FORWARD_NOT_HERE", { host: host.name });
      const name = host?.name ?? hostId;
      await connections.get(hostId, signal);
      const id = newId("fwd");
      const sockets = new Set<{ destroy(): void }>();
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket)).on("error", () => {});
        connections
          .channel(hostId, undefined, ({ client, host }) => new Promise<NodeJS.ReadWriteStream & { destroy(): void }>((resolve, reject) => client.forwardOut("127.0.0.1", socket.remotePort ?? 0, toHost, toPort, (error, channel) => (error ? reject(prohibited(error, host, `${toHost}:${toPort}`) ?? error) : resolve(channel)))))
          .then(
            ({ opened: channel }) => {
              change(id, (one) => ({ ...one, connections: one.connections + 1, refused: "" }));
              channel.on("error", () => socket.destroy()).on("close", () => socket.destroy());
              socket.on("close", () => {
                change(id, (one) => ({ ...one, connections: Math.max(0, one.connections - 1), bytes: one.bytes + socket.bytesRead + socket.bytesWritten }));
                channel.destroy();
              });
              socket.pipe(channel).pipe(socket);
            },
            (error: Error) => {
              socket.destroy(); // the far side refused: so do we, at once
              change(id, (one) => ({ ...one, refused: error.message.slice(0, 400) }));
            },
          );
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => reject(fail("FORWARD_FAILED", { host: name, why: error.code === "EADDRINUSE" ? `port ${listenPort} is taken on this machine` : error.code === "EACCES" ? `port ${listenPort} is reserved on this machine` : error.message }, error)));
        server.listen(listenPort, "127.0.0.1", () => resolve());
      });
      server.on("error", () => {});
      const made: OpenForward = { id, hostId, listenPort: (server.address() as AddressInfo).port, toHost, toPort, connections: 0, bytes: 0, openedAt: now(), refused: "" };
      servers.set(id, { server, sockets });
      open.update((all) => [...all, made]);
      return made;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...servers.keys()].map(stop));
    },
  };
}
