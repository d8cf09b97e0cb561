import type { ClientChannel } from "ssh2";
import type { Connection, Connections } from "./connections.ts";
import type { SshShell } from "./port.ts";
import { narrow, withSmallWindow } from "./small-window.ts";

export type ShellOptions = { readonly cols: number; readonly rows: number; readonly term: string; readonly signal?: AbortSignal; readonly command?: string };

export async function shell(connections: Connections, hostId: string, options: ShellOptions): Promise<SshShell> {
  const { promise: ended, resolve } = Promise.withResolvers<{ status: number | null; reason: string }>();
  let exit: { status: number | null; reason: string } | undefined;
  let isClosed = false;
  let lost = "";
  // A command that ends at once may say so in the packet that opens the channel: listen before anything else runs.
  const listen = (to: ClientChannel): void => {
    to.on("exit", (code: number | null, name?: string) => (exit = code === null ? { status: null, reason: `ended by signal ${name ?? "unknown"}` } : { status: code, reason: "" }));
    to.on("error", () => {}); // the end tells
    to.stderr.on("data", () => {}); // a PTY has one stream; whatever comes here must not stall the window
    to.once("close", () => {
      isClosed = true;
      // After the connection's own "close", which comes right behind, the reason is known.
      setImmediate(() => resolve(exit ?? { status: null, reason: lost || "the connection was lost" }));
    });
  };
  const { connection, opened: channel } = await connections.channel(hostId, options.signal, (on) => openShell(on, options, listen));
  void connection.closed.then((why) => (lost = why));
  if (options.signal?.aborted) channel.close(); // while it opened

  async function* output(): AsyncGenerator<Uint8Array> {
    // The stream's own iterator pulls: nothing is read from the window until the next chunk is asked for.
    try {
      for await (const bytes of channel) yield bytes as Uint8Array;
    } catch {
      // a connection that broke in the middle: what came before was given out, `ended` has the reason
    }
  }

  return {
    identity: connection.identity,
    output: output(),
    ended,
    write: (bytes) =>
      new Promise((done, reject) => {
        if (isClosed || !channel.writable) return reject(new Error("the shell has ended"));
        return void channel.write(bytes, (error) => (error ? reject(error) : done()));
      }),
    resize: (cols, rows) => void (isClosed || channel.setWindow(rows, cols, 0, 0)),
    close: () => {
      if (isClosed) return;
      channel.close();
      channel.resume(); // whatever is still in the window: "close" comes only after it
    },
  };
}

const openShell = ({ client }: Connection, { cols, rows, term, command }: ShellOptions, listen: (channel: ClientChannel) => void): Promise<ClientChannel> => {
  const pty = { cols, rows, term, width: 0, height: 0 };
  return withSmallWindow(
    client,
    () =>
      new Promise((resolve, reject) => {
        const done = (error: Error | undefined, channel: ClientChannel): void => {
          if (error) return reject(error);
          narrow(channel);
          listen(channel);
          return resolve(channel);
        };
        try {
          if (command === undefined) client.shell(pty, done);
          else client.exec(command, { pty }, done);
        } catch (error) {
          reject(error as Error);
        }
      }),
  );
};
