import type { Client, ClientChannel } from "ssh2";

// ssh2 opens every channel with a window of 2 MiB and no option to ask for less: a flooding pane that nobody reads would
// hold as much in memory, per pane. This narrows the window of one channel from the outside. It touches four members of
// ssh2 that are not in its documentation (exact version pinned); when one is missing the channel keeps its wide window,
// and a test on the memory held says so.

export const SMALL_WINDOW_BYTES = 256 * 1024;
const WIDE_BYTES = 2 * 1024 * 1024;

type Protocol = { session(id: number, window: number, packet: number): void; channelWindowAdjust(id: number, amount: number): void };
type Inner = { _protocol?: Protocol };
type InnerChannel = { incoming: { window: number }; outgoing: { id: number }; _readableState?: { highWaterMark: number } };

const narrowed = new WeakMap<Protocol, Map<number, InnerChannel>>();

function watch(protocol: Protocol): Map<number, InnerChannel> {
  const known = narrowed.get(protocol);
  if (known) return known;
  const channels = new Map<number, InnerChannel>();
  narrowed.set(protocol, channels);
  const adjust = protocol.channelWindowAdjust.bind(protocol);
  protocol.channelWindowAdjust = (id, amount) => {
    const channel = channels.get(id);
    if (!channel) return adjust(id, amount);
    // ssh2 has just filled its own count up to the wide window: take it back to what the peer may really still send.
    const open = WIDE_BYTES - amount;
    const grant = SMALL_WINDOW_BYTES - open; // asked only while less than the high-water mark lies unread: the two together are the bound
    const isWorthIt = grant >= SMALL_WINDOW_BYTES / 4;
    channel.incoming.window = open + (isWorthIt ? grant : 0);
    if (isWorthIt) adjust(id, grant);
  };
  return channels;
}

/** Opens a channel with the small window: `open` starts it synchronously and calls back when the server agreed. */
export async function withSmallWindow(client: Client, open: () => Promise<ClientChannel>): Promise<ClientChannel> {
  const protocol = (client as unknown as Inner)._protocol;
  if (!protocol || typeof protocol.session !== "function" || typeof protocol.channelWindowAdjust !== "function") return open();
  const channels = watch(protocol);
  const session = protocol.session;
  let opening: Promise<ClientChannel>;
  protocol.session = (id, _window, packet) => session.call(protocol, id, SMALL_WINDOW_BYTES, packet);
  try {
    opening = open();
  } finally {
    protocol.session = session;
  }
  const channel = await opening;
  const inner = channel as unknown as InnerChannel;
  channels.set(inner.outgoing.id, inner);
  channel.once("close", () => channels.delete(inner.outgoing.id));
  return channel;
}

/** To be called in the open callback itself, before the first byte can arrive. */
export function narrow(channel: ClientChannel): void {
  const inner = channel as unknown as InnerChannel;
  inner.incoming.window = SMALL_WINDOW_BYTES;
  if (inner._readableState) inner._readableState.highWaterMark = SMALL_WINDOW_BYTES / 4;
}
