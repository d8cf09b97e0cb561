import { readFileSync } from "node:fs";
import { Client, type ClientChannel } from "ssh2";
import type { Ssh, SshShell } from "../../../src-main/ssh/port.ts";

const WINDOW_BYTES = 256 * 1024;
type Inside = { _protocol: { session: (channel: number, window: number, packet: number) => void; channelWindowAdjust: (channel: number, by: number) => void } };

/** ssh2 with nothing around it but a window of its own, for benches of the terminal alone. */
export function directSsh(to: { port: number; user: string; keyFile: string }): Pick<Ssh, "shell"> & { readonly mostPending: number } {
  let connected: Promise<Client> | undefined;
  let mostPending = 0;
  const dial = () =>
    (connected ??= new Promise<Client>((resolve, reject) => {
      const client = new Client();
      client.once("ready", () => resolve(client)).once("error", reject);
      client.connect({ host: "127.0.0.1", port: to.port, username: to.user, privateKey: readFileSync(to.keyFile), algorithms: { cipher: ["aes128-gcm@openssh.com"] } });
    }));
  return {
    get mostPending() {
      return mostPending;
    },
    async shell(hostId, { cols, rows, term, command }): Promise<SshShell> {
      const client = await dial();
      const { _protocol: protocol } = client as unknown as Inside;
      const own = protocol.session;
      protocol.session = (channel, _window, packet) => own.call(protocol, channel, WINDOW_BYTES, packet);
      const channel = await new Promise<ClientChannel>((resolve, reject) => {
        const done = (error: Error | undefined, opened: ClientChannel) => (error ? reject(error) : resolve(opened));
        if (command === undefined) client.shell({ cols, rows, term }, {}, done);
        else client.exec(command, { pty: { cols, rows, term } }, done);
      });
      protocol.session = own;
      const inner = channel as unknown as { incoming: { window: number }; outgoing: { id: number } };
      const ended = new Promise<{ status: number | null; reason: string }>((resolve) => {
        let status: number | null = null;
        channel.on("exit", (code: number | null) => (status = code));
        channel.on("close", () => resolve({ status, reason: status === null ? "the connection ended" : "" }));
      });
      return {
        identity: { hostId, user: to.user, fingerprint: "SHA256:bench", keyType: "ssh-ed25519" },
        output: {
          async *[Symbol.asyncIterator]() {
            let taken = 0;
            for await (const chunk of channel as AsyncIterable<Buffer>) {
              mostPending = Math.max(mostPending, chunk.byteLength + channel.readableLength);
              yield chunk;
              taken += chunk.byteLength;
              // Credit for what was consumed, and only then: what the far end may send is what we may hold.
              if (taken >= WINDOW_BYTES / 2) {
                inner.incoming.window += taken;
                protocol.channelWindowAdjust(inner.outgoing.id, taken);
                taken = 0;
              }
            }
          },
        },
        write: (bytes) => new Promise((resolve, reject) => channel.write(Buffer.from(bytes), (error?: Error | null) => (error ? reject(error) : resolve()))),
        resize: (toCols, toRows) => channel.setWindow(toRows, toCols, 0, 0),
        ended,
        close: () => channel.destroy(),
      };
    },
  };
}
