import type { ClientChannel, PseudoTtyOptions } from "ssh2";
import { fail } from "./failures.ts";
import type { Connection } from "./connect.ts";
import type { SshShell } from "./port.ts";

export type ShellOptions = { readonly cols: number; readonly rows: number; readonly term: string; readonly command?: string; readonly signal?: AbortSignal };

/** A PTY with a login shell (or one command of ours). Output is pulled: unread, the SSH window fills and the far side blocks. */
export async function openShell(connection: Connection, hostName: string, { cols, rows, term, command, signal }: ShellOptions): Promise<SshShell> {
  signal?.throwIfAborted();
  const pty: PseudoTtyOptions = { cols, rows, term, width: 0, height: 0 };
  const ended = Promise.withResolvers<{ status: number | null; reason: string }>();
  let status: number | null = null;
  let reason = "the connection closed";
  // A command that ends at once may say so in the packet that opens the channel: listen before anything else runs.
  const listen = (it: ClientChannel) => {
    it.on("exit", (code: number | null, name?: string) => {
      status = code;
      reason = name ? `ended by ${name}` : "the shell ended";
    });
    it.on("close", () => ended.resolve({ status, reason }));
    it.on("error", () => {});
  };
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    const opened = (error: Error | undefined, it: ClientChannel) => (error ? reject(fail("SSH_LOST", { host: hostName, why: error.message }, error)) : (listen(it), resolve(it)));
    void connection.closed.then((why) => reject(fail("SSH_LOST", { host: hostName, why })));
    if (command === undefined) connection.client.shell(pty, opened);
    else connection.client.exec(command, { pty }, opened);
  });
  void connection.closed.then((why) => {
    ended.resolve({ status, reason: status === null ? `the connection broke (${why})` : reason });
    channel.destroy();
  });
  const abort = () => channel.close();
  signal?.addEventListener("abort", abort, { once: true });
  void ended.promise.then(() => signal?.removeEventListener("abort", abort));

  return {
    identity: connection.identity,
    output: channel as AsyncIterable<Uint8Array>,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (channel.destroyed || !channel.writable) return reject(fail("SSH_LOST", { host: hostName, why: "the shell is over" }));
        channel.write(bytes, (error) => (error ? reject(fail("SSH_LOST", { host: hostName, why: error.message }, error)) : resolve()));
      }),
    resize: (toCols, toRows) => channel.setWindow(toRows, toCols, 0, 0),
    ended: ended.promise,
    close: () => channel.close(),
  };
}
