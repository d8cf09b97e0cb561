import type { Duplex } from "node:stream";
import { live, type Live } from "../kernel/index.ts";
import type { Host, Inventory } from "../inventory/index.ts";
import { connect, type ConnectNeeds, type Connection } from "./connect.ts";
import { exec } from "./exec.ts";
import { fail } from "./failures.ts";
import type { Ssh } from "./port.ts";
import { openShell } from "./shell.ts";

export type SshNeeds = ConnectNeeds & { readonly inventory: Pick<Inventory, "get"> };
export type SshRoom = Ssh & AsyncDisposable & {
  readonly connectedHosts: Live<readonly string[]>;
  /** The live connection, made when there is none: for what lies in this room beside exec and shell (SFTP, forwarding). */
  connection(hostId: string, signal?: AbortSignal): Promise<Connection>;
};

type Entry = { readonly host: Host; readonly opening: Promise<Connection>; readonly abort: AbortController; waiting: number };
const never = new AbortController().signal;

/** One connection per host, shared by panes, commands and transfers, so that a second factor is asked for once. */
export function createSsh(needs: SshNeeds): SshRoom {
  const entries = new Map<string, Entry>();
  const connectedHosts = live<readonly string[]>([]);

  const hostOf = (hostId: string): Host => {
    const host = needs.inventory.get(hostId);
    if (!host) throw fail("SSH_NO_SUCH_HOST", { host: hostId });
    return host;
  };
  /** A host whose address, account or credential changed is another host as far as a live connection goes. */
  const isSame = (a: Host, b: Host) => JSON.stringify([a.address, a.port, a.user, a.jumps, a.credential, a.legacyAlgorithms]) === JSON.stringify([b.address, b.port, b.user, b.jumps, b.credential, b.legacyAlgorithms]);

  const connection = async (hostId: string, signal: AbortSignal = never): Promise<Connection> => {
    const host = hostOf(hostId);
    const entry = entries.get(hostId);
    if (entry && !isSame(entry.host, host)) disconnect(hostId);
    return reach(hostId, host, signal);
  };

  /** `key` is the host's id, or the id with the hops before it when it is itself a hop of somebody's own chain. */
  function reach(key: string, host: Host, signal: AbortSignal): Promise<Connection> {
    const entry = entries.get(key);
    if (entry) return awaitWith(entry, signal);
    // Several may wait for one opening; it is given up only when the last of them has gone.
    const abort = new AbortController();
    const own: Entry = { host, abort, waiting: 0, opening: open(host, abort.signal) };
    entries.set(key, own);
    const forget = () => {
      if (entries.get(key) === own) entries.delete(key);
      connectedHosts.update((before) => before.filter((id) => id !== key));
    };
    own.opening.then((made) => {
      connectedHosts.update((before) => [...before, key]);
      void made.closed.then(forget);
    }, forget);
    return awaitWith(own, signal);
  }

  async function open(host: Host, signal: AbortSignal): Promise<Connection> {
    const nearest = host.jumps.at(-1);
    if (nearest === undefined) return connect(needs, host, undefined, signal);
    const hops = host.jumps.slice(0, -1);
    // A single hop is reached the way it says itself; a longer chain says the way of each of its hops.
    const hop = hops.length === 0 ? hostOf(nearest) : { ...hostOf(nearest), jumps: hops };
    const jump = await reach(hops.length === 0 ? nearest : [...host.jumps].join(" → "), hop, signal);
    const sock = await new Promise<Duplex>((resolve, reject) => {
      jump.client.forwardOut("127.0.0.1", 0, host.address, host.port, (error, stream) => (error ? reject(fail("SSH_UNREACHABLE", { host: host.name, why: `${hop.name} could not reach it: ${error.message}` }, error)) : resolve(stream)));
    });
    return connect(needs, host, sock, signal);
  }

  function disconnect(hostId: string): void {
    const entry = entries.get(hostId);
    entries.delete(hostId);
    entry?.abort.abort(new Error("disconnected"));
    entry?.opening.then(({ client }) => client.end(), () => {});
  }

  return {
    connection,
    connectedHosts,
    connected: () => connectedHosts.value,
    disconnect,
    identify: async (hostId, signal) => (await connection(hostId, signal)).identity,
    exec: async (hostId, options) => exec(await connection(hostId, options.signal), hostOf(hostId).name, options),
    shell: async (hostId, options) => openShell(await connection(hostId, options.signal), hostOf(hostId).name, options),
    async [Symbol.asyncDispose]() {
      const open = [...entries.values()];
      for (const hostId of [...entries.keys()]) disconnect(hostId);
      await Promise.all(open.map(({ opening }) => opening.then(({ closed, client }) => (setTimeout(() => client.destroy(), 1000).unref(), closed), () => {})));
    },
  };
}

function awaitWith(entry: Entry, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  entry.waiting += 1;
  return new Promise<Connection>((resolve, reject) => {
    const stop = () => {
      entry.waiting -= 1;
      if (entry.waiting === 0) entry.abort.abort(signal.reason);
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", stop, { once: true });
    entry.opening.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
