import { existsSync } from "node:fs";
import { createConnection } from "node:net";
import type { Duplex } from "node:stream";
import type { SenaContract } from "../../contract/index.ts";
import { connect, type Connection, type Transport } from "../../contract/link/index.ts";
import { socketPath } from "../process/home.ts";
import { coreCommand } from "../process/core-command.ts";
import { KIND, openChannel } from "../process/channel.ts";
import { HomeTaken, supervise, untilReady } from "../process/supervise.ts";

/** The core of a window or station that is just coming up, or up again: it is there within seconds. */
const COMING_UP_MS = 15_000;
const LOOK_EVERY_MS = 200;

/** The core that already runs for this home, or one started for as long as the command lasts. */
export async function coreOf(home: string, stack: AsyncDisposableStack): Promise<Connection<SenaContract>> {
  const running = await dial(socketPath(home, "core"));
  if (running) {
    stack.defer(() => void running.end());
    return connect<SenaContract>(streamTransport(running));
  }
  const supervisor = stack.use(supervise({ command: coreCommand({ home, lab: false, isPassing: true }), onLog: () => {} }));
  try {
    await untilReady(supervisor);
  } catch (error) {
    if (!(error instanceof HomeTaken)) throw error;
    const late = await comingUp(home);
    if (late === undefined) throw error;
    stack.defer(() => void late.end());
    return connect<SenaContract>(streamTransport(late));
  }
  return connect<SenaContract>(supervisedTransport(supervisor));
}

async function comingUp(home: string): Promise<Duplex | undefined> {
  for (const until = performance.now() + COMING_UP_MS; performance.now() < until; ) {
    const running = await dial(socketPath(home, "core"));
    if (running) return running;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return undefined;
}

async function dial(path: string): Promise<Duplex | undefined> {
  if (process.platform !== "win32" && !existsSync(path)) return undefined;
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined)); // a socket file left by a killed core
  });
}

function streamTransport(stream: Duplex): Transport {
  const CONNECTION = 1;
  let on: Parameters<Transport["receive"]>[0] | undefined;
  const channel = openChannel(stream, {
    frame(kind, connection, payload) {
      if (connection !== CONNECTION) return;
      if (kind === KIND.close) return on?.close({ code: Number(payload.toString()) || 1000, say: "closed" });
      on?.frame(kind === KIND.bytes ? payload : JSON.parse(payload.toString("utf8")));
    },
    close: () => on?.close({ code: 4100, say: "the core went away" }),
  });
  channel.send(KIND.open, CONNECTION);
  return {
    send: (frame) => (frame instanceof Uint8Array ? channel.send(KIND.bytes, CONNECTION, frame) : channel.send(KIND.text, CONNECTION, JSON.stringify(frame))),
    receive: (ears) => {
      on = ears;
    },
    close: () => channel.end(),
  };
}

function supervisedTransport(supervisor: ReturnType<typeof supervise>): Transport {
  let on: Parameters<Transport["receive"]>[0] | undefined;
  const line = supervisor.open({
    frame: (kind, payload) => on?.frame(kind === KIND.bytes ? payload : JSON.parse(payload.toString("utf8"))),
    close: (code) => on?.close({ code, say: "the core went away" }),
  });
  if (!line) throw new Error("The core stopped right after it started. Its log lies in the logs folder of SENA's home.");
  return {
    send: (frame) => (frame instanceof Uint8Array ? line.send(KIND.bytes, frame) : line.send(KIND.text, JSON.stringify(frame))),
    receive: (ears) => {
      on = ears;
    },
    close: () => line.close(),
  };
}
