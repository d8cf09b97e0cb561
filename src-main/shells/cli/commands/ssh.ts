import type { Client, Pane, SenaContract } from "../../../contract/index.ts";
import { USAGE, type Command, type CommandUse, type Io } from "../io.ts";

const LOST = 255; // as OpenSSH says it
const CTRL_D = 4;
/** What this terminal answers by itself to a program's questions. The core's own has answered already. */
// oxlint-disable-next-line no-control-regex -- ESC is what is looked for
const OWN_REPLIES = /\u001b\[(?:\??\d{1,4};\d{1,4}R|0n|[?>][\d;]{1,20}c|\??\d{1,5};\d\$y)/g;

type Tty = { readonly columns?: number; readonly rows?: number; on(event: "resize", heard: () => void): unknown; off(event: "resize", heard: () => void): unknown };

const HELP = "sena ssh HOST   a shell on it, in this terminal; HOST is a name or id in the inventory.\nIt is recorded. Enter ~ . closes it.\n";

/** `sena ssh HOST`: a recorded shell in this terminal, the same pane the screens show. `~.` behind Enter closes it. */
export const sshCommand: Command = async ([host = "", ...rest], { io, core }) => {
  if (host === "" || host.startsWith("-") || rest.length > 0) {
    io.stderr.write(HELP);
    return USAGE;
  }
  const client = await core();
  const tty = io.stdout as unknown as Tty;
  const size = () => ({ cols: tty.columns || 80, rows: tty.rows || 24 });
  const { pane } = await client.terminals.open({ host, ...size() });
  const over = new AbortController();
  // Told to go, it takes its pane along: nobody else knows of it.
  const opened = Promise.withResolvers<void>();
  const told = Promise.withResolvers<number>();
  const go = () => told.resolve(LOST);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, go);
  try {
    return await Promise.race([told.promise, follow(client, pane.id, io, over.signal, opened.resolve), carry({ client, paneId: pane.id, opened: opened.promise }, io, tty, size, over.signal)]);
  } finally {
    over.abort();
    for (const signal of ["SIGTERM", "SIGHUP"] as const) process.off(signal, go);
    await client.terminals.close({ paneId: pane.id }).catch(() => undefined);
  }
};

export const sshUse: CommandUse = { help: HELP, run: sshCommand };

/** Resolves with the exit code once the pane cannot go on by itself. */
async function follow(client: Client<SenaContract>, paneId: string, io: Io, signal: AbortSignal, onOpen: () => void): Promise<number> {
  let told = "";
  for await (const { panes } of client.terminals.desk({}, { signal })) {
    const pane = panes.find(({ id }) => id === paneId);
    if (pane === undefined) return LOST;
    const words = wordsOf(pane);
    if (words !== "" && words !== told) io.stderr.write(`sena: ${words}\r\n`);
    told = words;
    if (pane.state.is === "open") onOpen();
    if (pane.state.is === "ended") return pane.state.status ?? LOST;
    if (pane.state.is === "lost" && pane.state.retryAt === null) return LOST;
  }
  return LOST;
}

const wordsOf = ({ state, readOnly }: Pane): string => (state.is === "lost" ? state.why : state.is === "open" && readOnly !== "" ? `nothing is typed: ${readOnly}` : "");

/** What is typed before the shell is there waits for it. */
async function carry({ client, paneId, opened }: { client: Client<SenaContract>; paneId: string; opened: Promise<void> }, io: Io, tty: Tty, size: () => { cols: number; rows: number }, signal: AbortSignal): Promise<number> {
  const pipe = client.terminals.attach({ paneId, ...size() }, { signal });
  pipe.onChunk((bytes, done) => void (io.stdout.write(bytes) ? done() : io.stdout.once("drain", done)));
  const resized = () => void client.terminals.resize({ paneId, ...size() }).catch(() => undefined);
  const keyboard = io.stdin as unknown as { isTTY?: boolean; setRawMode?(isRaw: boolean): void };
  tty.on("resize", resized);
  if (keyboard.isTTY) keyboard.setRawMode?.(true);
  try {
    const closed = pipe.closed.then(() => LOST, () => LOST);
    return await Promise.race([closed, opened.then(() => type(pipe, io, closed))]);
  } finally {
    tty.off("resize", resized);
    if (keyboard.isTTY) keyboard.setRawMode?.(false);
    io.stdin.pause();
  }
}

async function type(pipe: { write(bytes: Uint8Array): Promise<void> }, io: Io, closed: Promise<number>): Promise<number> {
  let last = "\r";
  for await (const chunk of io.stdin as AsyncIterable<Buffer>) {
    const text = chunk.toString("latin1").replace(OWN_REPLIES, "");
    // OpenSSH's own way out, for a host that does not answer any more.
    if (`${last}${text}`.includes("\r~.")) return 0;
    if (text === "") continue;
    last = `${last}${text}`.slice(-2);
    await pipe.write(Buffer.from(text, "latin1"));
  }
  // No more input, as in `echo ls | sena ssh HOST`: a terminal's way to say so, and the shell ends in its own time. Said
  // again, because a shell that only starts throws away what was typed before it read.
  let isOver = false;
  void closed.then(() => (isOver = true));
  while (!isOver) {
    await pipe.write(Uint8Array.of(CTRL_D)).catch(() => undefined); // it closes under our hands when the shell has heard
    await Promise.race([closed, new Promise((wake) => setTimeout(wake, 1000).unref())]);
  }
  return closed;
}
