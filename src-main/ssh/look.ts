import type { Duplex } from "node:stream";
import { connect } from "node:net";
import ssh2 from "ssh2";
import { failer } from "../contract/failure.ts";
import { networkWords } from "../kernel/index.ts";
import type { Host } from "../inventory/port.ts";
import { algorithmsFor } from "./algorithms.ts";
import { SSH_FAILURES } from "./failures.ts";

const fail = failer(SSH_FAILURES);

/**
 * The key a host shows, and nothing else: the handshake is broken off before anything of ours is sent. `preferred` asks
 * for a type already on file first, as a real connection would.
 */
export async function lookAtKey(host: Host, through: Duplex | undefined, preferred: readonly string[], timeoutMs: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const socket = through ?? connect({ host: host.address, port: host.port, noDelay: true });
  const client = new ssh2.Client();
  const unreachable = (why: string, cause?: unknown) => fail("SSH_UNREACHABLE", { host: host.name, address: `${host.address}:${host.port}`, why }, cause);
  const stop = (): void => reject(signal?.reason);
  const timer = setTimeout(() => reject(unreachable(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  signal?.addEventListener("abort", stop, { once: true });
  socket.on("error", (error: NodeJS.ErrnoException) => reject(unreachable(networkWords(error.code) ?? error.message, error)));
  client.on("error", (error) => reject(fail("SSH_HANDSHAKE", { host: host.name, why: error.message.slice(0, 200) }, error)));
  client.on("close", () => reject(fail("SSH_HANDSHAKE", { host: host.name, why: "it closed the connection before it showed a key" })));
  try {
    client.connect({
      sock: socket,
      username: "sena-looks-at-the-key",
      readyTimeout: 0,
      algorithms: algorithmsFor({ isLegacy: host.legacyAlgorithms, knownTypes: preferred }),
      hostVerifier: (key: Buffer) => {
        resolve(new Uint8Array(key));
        return false;
      },
    });
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    client.destroy();
    socket.destroy();
  }
}
