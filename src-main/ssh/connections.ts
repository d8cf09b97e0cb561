import type { Duplex } from "node:stream";
import type { ClientChannel } from "ssh2";
import { Failure, failer } from "../contract/failure.ts";
import type { Host, Inventory } from "../inventory/port.ts";
import { live, type Live } from "../kernel/index.ts";
import type { Dialled, DialNeeds } from "./dial.ts";
import { SSH_FAILURES } from "./failures.ts";
import { createHearing, type QuietHost } from "./hearing.ts";

const fail = failer(SSH_FAILURES);

/** A live connection with its way back through the hops before it. */
export type Connection = Dialled & {
  readonly host: Host;
  readonly closed: Promise<string>;
  /** Channels open now; a connection without any goes after a while. */
  channels: number;
  /** Set once the server refused another channel: a new one opens beside this connection. */
  isFull: boolean;
  end(): void;
};

export type ConnectionsNeeds = DialNeeds & { readonly inventory: Inventory; readonly idleMs: number };

export interface Connections extends Disposable {
  /** The host's live connection, or a new one; callers at the same moment share one sign-in. */
  get(hostId: string, signal?: AbortSignal): Promise<Connection>;
  /** Opens a channel on it; when the server allows no more (MaxSessions) on a further connection. */
  channel<T extends ClientChannel | object>(hostId: string, signal: AbortSignal | undefined, open: (connection: Connection) => Promise<T>): Promise<{ readonly connection: Connection; readonly opened: T }>;
  drop(hostId: string): void;
  /** A stream to the host's SSH port through its jump hosts; undefined when it is reached directly. Not a sign-in to the host itself. */
  tunnel(host: Host, signal?: AbortSignal): Promise<Duplex | undefined>;
  readonly connected: Live<readonly string[]>;
  /** Hosts that do not answer on a connection that is not given up yet, or was just given up. */
  readonly quiet: Live<readonly QuietHost[]>;
}

const WAY = " → ";
const SILENT = "it stopped answering";
const wayOf = ({ address, port, user, jumps, credential, legacyAlgorithms }: Host): string => JSON.stringify([address, port, user, jumps, credential, legacyAlgorithms]);
const MOST_JUMPS = 8;
const MOST_PER_HOST = 4;

export function createConnections(needs: ConnectionsNeeds): Connections {
  const { inventory, idleMs } = needs;
  const lanes = new Map<string, Connection[]>();
  const dialling = new Map<string, { readonly connection: Promise<Connection>; waiters: number; readonly abort: AbortController }>();
  const hearing = createHearing(needs);
  const connected = live<readonly string[]>([]);
  const refresh = (): void => connected.set([...lanes.keys()].filter((key) => !key.includes(WAY)));

  const hostOf = (id: string): Host => {
    const host = inventory.get(id);
    if (!host) throw new Failure("NOT_FOUND", `There is no host "${id}" in the inventory. It may have been removed.`, { status: 404, data: { what: "host", id } });
    return host;
  };

  const viaOf = (host: Host): { readonly hop: Host; readonly key: string } | undefined => {
    const nearest = host.jumps.at(-1);
    if (nearest === undefined) return undefined;
    const hop = inventory.get(nearest);
    if (!hop || host.jumps.length > MOST_JUMPS) throw fail("SSH_JUMPS", { host: host.name, chain: [...host.jumps, host.id].join(WAY) });
    // A single hop is reached the way it says itself; a longer chain says the way of each of its hops.
    const before = host.jumps.slice(0, -1);
    return before.length === 0 ? { hop, key: nearest } : { hop: { ...hop, jumps: before }, key: host.jumps.join(WAY) };
  };

  // The SSH library is a good part of a small core's memory and start: it comes with the first connection.
  const dialled = async (host: Host, through: Duplex | undefined, signal: AbortSignal): Promise<Dialled> => (await import("./dial.ts")).dial(host, through, needs, signal);

  async function make(key: string, host: Host, seen: readonly string[], signal: AbortSignal): Promise<Connection> {
    if (seen.includes(key) || seen.length > MOST_JUMPS) throw fail("SSH_JUMPS", { host: host.name, chain: [...seen, key].join(WAY) });
    const via = viaOf(host);
    if (!via) return hold(key, host, await dialled(host, undefined, signal), () => {});
    // The hop is a connection like any other: shared, kept, and not ended while something runs through it.
    const hop = await reach(via.key, via.hop, [...seen, key], signal);
    hop.channels += 1;
    try {
      const tunnel = await forward(hop, host);
      return hold(key, host, await dialled(host, tunnel, signal), () => release(hop));
    } catch (error) {
      release(hop);
      throw error;
    }
  }

  function hold(key: string, host: Host, dialled: Dialled, onGone: () => void): Connection {
    const { promise: closed, resolve } = Promise.withResolvers<string>();
    let why = "the host closed it";
    const connection: Connection = { ...dialled, host, closed, channels: 0, isFull: false, end: () => (forget(), dialled.client.end()) };
    // From the moment it is told to end nobody is given it any more: the peer's goodbye may take its time.
    const forget = (): void => {
      const rest = (lanes.get(key) ?? []).filter((one) => one !== connection);
      if (rest.length > 0) lanes.set(key, rest);
      else lanes.delete(key);
      refresh();
    };
    const over = hearing.listen(host.id, dialled.wire);
    dialled.client.removeAllListeners("error").removeAllListeners("close");
    dialled.client.on("error", (error) => (why = /keepalive/i.test(error.message) ? SILENT : error.message));
    dialled.client.on("close", () => {
      over(why === SILENT ? "gave-up" : "ended");
      forget();
      onGone();
      resolve(why);
    });
    lanes.set(key, [...(lanes.get(key) ?? []), connection]);
    refresh();
    return connection;
  }

  function release(connection: Connection): void {
    connection.channels -= 1;
    connection.isFull = false;
    if (connection.channels > 0) return;
    const timer = setTimeout(() => connection.channels === 0 && connection.end(), idleMs);
    timer.unref();
  }

  /** `key` is the host's id, or the way to it when it is a hop of somebody's own chain. */
  async function reach(key: string, host: Host, seen: readonly string[], signal: AbortSignal | undefined): Promise<Connection> {
    signal?.throwIfAborted();
    const usable = lanes.get(key)?.find((one) => !one.isFull);
    if (usable) return usable;
    let one = dialling.get(key);
    if (!one) {
      const abort = new AbortController();
      const connection = make(key, host, seen, abort.signal).finally(() => dialling.delete(key));
      connection.catch(() => {});
      one = { connection, waiters: 0, abort };
      dialling.set(key, one);
    }
    const { connection, abort } = one;
    one.waiters += 1;
    try {
      return signal ? await Promise.race([connection, rejection(signal)]) : await connection;
    } finally {
      one.waiters -= 1;
      // The last one who wanted it went away: let the server not wait for an answer nobody will give.
      if (one.waiters === 0 && dialling.get(key) === one) abort.abort(signal?.reason);
    }
  }

  async function get(hostId: string, signal?: AbortSignal): Promise<Connection> {
    const host = hostOf(hostId);
    // A host whose address, account or credential changed is another host as far as a live connection goes.
    for (const one of lanes.get(hostId) ?? []) if (wayOf(one.host) !== wayOf(host)) one.end();
    return reach(hostId, host, [], signal);
  }

  return {
    get,
    async channel(hostId, signal, open) {
      for (let tries = 1; ; tries += 1) {
        const connection = await get(hostId, signal);
        connection.channels += 1;
        try {
          const opened = await open(connection);
          const channel = opened as { once?(event: "close", listener: () => void): void };
          channel.once?.("close", () => release(connection));
          return { connection, opened };
        } catch (error) {
          release(connection);
          const isRefused = error instanceof Error && !(error instanceof Failure) && (/open failed/i.test(error.message) || (error as { reason?: number }).reason !== undefined);
          if (!isRefused) throw error;
          if (tries >= MOST_PER_HOST || connection.channels === 0) throw fail("SSH_CHANNEL_REFUSED", { host: connection.host.name, why: error.message.slice(0, 200) }, error);
          connection.isFull = true;
        }
      }
    },
    async tunnel(host, signal) {
      const via = viaOf(host);
      if (!via) return undefined;
      const hop = await reach(via.key, via.hop, [host.id], signal);
      return forward(hop, host);
    },
    drop(hostId) {
      for (const connection of lanes.get(hostId) ?? []) connection.end();
      dialling.get(hostId)?.abort.abort(fail("SSH_AUTH_CANCELLED", { host: inventory.get(hostId)?.name ?? hostId }));
    },
    connected,
    quiet: hearing.quiet,
    [Symbol.dispose]() {
      hearing[Symbol.dispose]();
      for (const one of dialling.values()) one.abort.abort(fail("SSH_AUTH_CANCELLED", { host: "the host" }));
      for (const connection of [...lanes.values()].flat()) {
        connection.client.end();
        // `end` waits for the peer's close; the core does not.
        setTimeout(() => connection.client.destroy(), 500).unref();
      }
    },
  };
}

/** "Administratively prohibited" (RFC 4254, 5.1): the host in between answers and does not want to; no network is at fault. */
export function prohibited(error: Error & { readonly reason?: unknown }, { name: host, user, credential }: Host, to: string): Failure | undefined {
  if (error.reason !== 1) return undefined;
  return fail("SSH_NO_WAY_THROUGH", { host, user, to, ...(credential.kind === "certificate" && { role: credential.role, source: credential.source }) }, error);
}

const forward = (hop: Connection, to: Host): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    hop.client.forwardOut("127.0.0.1", 0, to.address, to.port, (error, channel) => (error ? reject(prohibited(error, hop.host, to.name) ?? fail("SSH_UNREACHABLE", { host: to.name, address: `${to.address}:${to.port} through ${hop.host.name}`, why: error.message })) : resolve(channel)));
  });

const rejection = (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
