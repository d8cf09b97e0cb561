import type { Duplex } from "node:stream";
import ssh2, { type Client } from "ssh2";
import type { Host } from "../inventory/index.ts";
import { algorithmsFor } from "./algorithms.ts";
import { authMethods, inOrder, type CredentialNeeds } from "./credentials.ts";
import { fail } from "./failures.ts";
import type { HostKeys } from "./host-keys.ts";
import { fingerprintOf, keyTypeOf } from "./known-hosts.ts";
import type { HostIdentity } from "./port.ts";

export type ConnectNeeds = CredentialNeeds & { readonly hostKeys: HostKeys };
export type Connection = { readonly client: Client; readonly identity: HostIdentity; readonly closed: Promise<string> };

const READY_MS = 20_000;
const KEEP_ALIVE_MS = 15_000;
const KEEP_ALIVE_MISSES = 3;

/** One connection, over the given socket when it leads through a jump host. Never before the host key was accepted. */
export async function connect(needs: ConnectNeeds, host: Host, sock: Duplex | undefined, signal: AbortSignal): Promise<Connection> {
  const { methods, tried } = await authMethods(needs, host, signal);
  const client = new ssh2.Client();
  const ready = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<string>();
  let keyFailure: unknown;
  let hostKey: Buffer | undefined;
  let why = "closed";
  const abort = () => client.destroy();
  signal.addEventListener("abort", abort, { once: true });
  client.once("ready", () => ready.resolve());
  client.on("error", (error: Error & { level?: string; code?: string }) => {
    why = error.code ?? error.message;
    if (keyFailure) return ready.reject(keyFailure);
    ready.reject(error.level === "client-authentication" ? fail("SSH_AUTH_FAILED", { host: host.name, user: host.user, tried }, error) : fail("SSH_UNREACHABLE", { host: host.name, why }, error));
  });
  client.once("close", () => {
    ready.reject(keyFailure ?? fail("SSH_UNREACHABLE", { host: host.name, why }));
    closed.resolve(why);
  });

  try {
    client.connect({
      ...(sock ? { sock } : { host: host.address, port: host.port }),
      username: host.user,
      authHandler: inOrder(methods),
      algorithms: algorithmsFor(host.legacyAlgorithms, needs.hostKeys.preferredTypes(host)),
      readyTimeout: READY_MS,
      keepaliveInterval: KEEP_ALIVE_MS,
      keepaliveCountMax: KEEP_ALIVE_MISSES,
      agentForward: false,
      hostVerifier: (key: Buffer, verify: (isTrusted: boolean) => void) => {
        hostKey = key;
        needs.hostKeys.verify(host, key, signal).then(
          () => verify(true),
          (error: unknown) => {
            keyFailure = error;
            verify(false);
          },
        );
      },
    });
    await ready.promise;
  } catch (error) {
    client.destroy();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
  if (!hostKey) throw fail("SSH_UNREACHABLE", { host: host.name, why: "it showed no host key" });
  return { client, identity: { hostId: host.id, user: host.user, fingerprint: fingerprintOf(hostKey), keyType: keyTypeOf(hostKey) ?? "" }, closed: closed.promise };
}
