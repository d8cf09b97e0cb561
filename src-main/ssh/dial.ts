import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import ssh2, { type Client, type ClientErrorExtensions } from "ssh2";
import { Failure, failer } from "../contract/failure.ts";
import { networkWords } from "../kernel/index.ts";
import type { Host } from "../inventory/port.ts";
import { algorithmsFor, isOldAlgorithm } from "./algorithms.ts";
import { speakCertificates } from "./certificate.ts";
import { SSH_FAILURES } from "./failures.ts";
import { artTitle, fingerprintOf, randomart } from "./fingerprint.ts";
import type { HostKeys } from "./host-keys.ts";
import { keyTypeOf } from "./known-hosts.ts";
import type { HostIdentity } from "./port.ts";
import type { Prompter } from "./prompts.ts";
import { holdSessionKeys } from "./session-keys.ts";
import { signIn, type SignInNeeds } from "./sign-in.ts";

const fail = failer(SSH_FAILURES);

export type DialNeeds = SignInNeeds & {
  readonly hostKeys: HostKeys;
  readonly prompter: Prompter;
  /** TCP and handshake, not counting the time a person takes to answer. */
  readonly handshakeMs: number;
  readonly keepAliveMs: number;
};

export type Dialled = {
  readonly client: Client;
  readonly identity: HostIdentity;
  /** Old algorithms that were agreed on because the host's switch allows them. */
  readonly oldAlgorithms: readonly string[];
  readonly banner: string;
  /** What the host says comes in here, whatever it is about. */
  readonly wire: Duplex;
};

/** One SSH connection to one host, over TCP or over a channel of the hop before. The host key is judged before anything is sent. */
export async function dial(host: Host, through: Duplex | undefined, needs: DialNeeds, signal: AbortSignal): Promise<Dialled> {
  signal.throwIfAborted();
  const authority = needs.hostKeys.isCertificateOnly(host);
  if (authority) throw fail("SSH_HOST_CERTIFICATE", { host: host.name, file: authority.file });
  const socket = through ?? (await tcp(host, needs.handshakeMs, signal));
  const client = new ssh2.Client();
  const over = new AbortController();
  const clock = handshakeClock(needs.handshakeMs, () => settle.reject(fail("SSH_HANDSHAKE_TIMEOUT", { host: host.name, seconds: needs.handshakeMs / 1000 })));
  const settle = Promise.withResolvers<void>();
  const stop = (): void => settle.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const auth = signIn(host, needs, AbortSignal.any([signal, over.signal]), clock.pausing);

  let identity: HostIdentity | undefined;
  let refused: Failure | undefined;
  let banner = "";
  let old: readonly string[] = [];
  client.on("banner", (text) => (banner = text.slice(0, 4096)));
  client.on("handshake", ({ kex, serverHostKey, cs, sc }) => (old = [kex, serverHostKey, cs.cipher, sc.cipher, cs.mac, sc.mac].filter((name) => typeof name === "string" && isOldAlgorithm(name))));
  holdSessionKeys(client);
  client.on("ready", () => settle.resolve());
  client.on("error", (error) => {
    // ssh2 goes on to the next way of signing in after these; the end of the list tells.
    if ((error as ClientErrorExtensions).level === "agent") return;
    settle.reject(refused ?? auth.trouble ?? wordsFor(error, host, auth.tried));
  });
  client.on("close", () => settle.reject(refused ?? auth.trouble ?? fail("SSH_HANDSHAKE_CLOSED", { host: host.name })));

  try {
    client.connect({
      sock: socket,
      username: host.user,
      readyTimeout: 0,
      keepaliveInterval: needs.keepAliveMs,
      keepaliveCountMax: 3,
      algorithms: algorithmsFor({ isLegacy: host.legacyAlgorithms, knownTypes: needs.hostKeys.types(host) }),
      ...(auth.agent !== undefined && { agent: auth.agent }),
      authHandler: auth.handler,
      hostVerifier: (key: Buffer, verify: (isTrusted: boolean) => void) => {
        const copy = new Uint8Array(key);
        checkKey(host, copy, needs, AbortSignal.any([signal, over.signal]), clock.pausing).then(
          () => {
            identity = { hostId: host.id, user: host.user, fingerprint: fingerprintOf(copy), keyType: keyTypeOf(copy) ?? "" };
            verify(true);
          },
          (error: unknown) => {
            refused = error as Failure;
            settle.reject(error);
            verify(false);
          },
        );
      },
    });
    speakCertificates(client);
    await settle.promise;
    if (!identity) throw fail("SSH_HANDSHAKE", { host: host.name, why: "no host key was shown" });
    return { client, identity, oldAlgorithms: old, banner, wire: socket };
  } catch (error) {
    client.on("error", () => {}); // what it still says while it goes
    client.destroy();
    socket.destroy();
    throw error;
  } finally {
    over.abort();
    clock.stop();
    signal.removeEventListener("abort", stop);
  }
}

/** Known: go on. Revoked, changed: never, and recorded. New: a person decides, with the fingerprint before them. */
async function checkKey(host: Host, key: Uint8Array, needs: DialNeeds, signal: AbortSignal, pausing: <T>(work: Promise<T>) => Promise<T>): Promise<void> {
  const { hostKeys } = needs;
  const fingerprint = fingerprintOf(key);
  const type = keyTypeOf(key) ?? "unknown";
  const verdict = hostKeys.judge(host, key);
  switch (verdict.is) {
    case "known":
      return;
    case "revoked":
      await hostKeys.noteRefusal(host, key, "revoked");
      throw fail("SSH_HOST_KEY_REVOKED", { host: host.name, fingerprint, file: verdict.line.file });
    case "changed":
      await hostKeys.noteRefusal(host, key, "changed");
      throw fail("SSH_HOST_KEY_CHANGED", { host: host.name, hostId: host.id, known: verdict.known.map((line) => fingerprintOf(line.key)).join(", "), type, ...(!hostKeys.isStrict(host) && { fingerprint }) });
    case "certificate-only":
      throw fail("SSH_HOST_CERTIFICATE", { host: host.name, file: verdict.line.file });
    case "unknown": {
      const asked = pausing(
        needs.prompter.ask({ hostId: host.id, host: host.name, kind: "host-key", keyType: type, fingerprint, randomart: randomart(key, artTitle(type, key)), environment: host.environment, otherTypes: verdict.otherTypes.map((line) => `${line.type} ${fingerprintOf(line.key)}`) }, signal),
      );
      const answer = await asked.catch((error: unknown) => {
        throw error instanceof Failure && error.code === "SSH_NOBODY_TO_ASK" ? fail("SSH_HOST_KEY_UNKNOWN", { host: host.name, hostId: host.id, type, fingerprint }, error) : error;
      });
      // The answer repeats the fingerprint it was given for: a stale dialog can never trust another key.
      if (answer.values[0] !== fingerprint) throw fail("SSH_HOST_KEY_DECLINED", { host: host.name, type, fingerprint });
      // While it was asked about here another key may have been trusted elsewhere, or this one: a yes to a first key replaces none.
      if (hostKeys.judge(host, key).is !== "unknown") return checkKey(host, key, needs, signal, pausing);
      return hostKeys.trust(host, key, answer.actor, "first-use");
    }
    default:
      return verdict satisfies never;
  }
}

function tcp(host: Host, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  const address = `${host.address}:${host.port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: host.address, port: host.port, noDelay: true, keepAlive: true });
    const give = (error: unknown): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.destroy();
      reject(error);
    };
    const stop = (): void => give(signal.reason);
    const timer = setTimeout(() => give(fail("SSH_UNREACHABLE", { host: host.name, address, why: `no answer within ${timeoutMs / 1000} s` })), timeoutMs);
    signal.addEventListener("abort", stop, { once: true });
    socket.once("error", (error: NodeJS.ErrnoException) => give(fail("SSH_UNREACHABLE", { host: host.name, address, why: networkWords(error.code) ?? (error.code || error.message) }, error)));
    socket.once("connect", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

function wordsFor(error: Error & ClientErrorExtensions, host: Host, tried: readonly string[]): Failure {
  const { level = "" } = error;
  if (level === "client-authentication") return fail("SSH_AUTH_FAILED", { host: host.name, user: host.user, tried: [...new Set(tried)].join(", then ") || "nothing the server accepts" }, error);
  const mismatch = /no matching (.*)$/i.exec(error.message);
  if (level === "handshake" && mismatch) return fail(host.legacyAlgorithms ? "SSH_HANDSHAKE" : "SSH_ALGORITHMS", { host: host.name, why: `no matching ${mismatch[1]}` }, error);
  if (level === "client-socket") return fail("SSH_UNREACHABLE", { host: host.name, address: `${host.address}:${host.port}`, why: networkWords((error as NodeJS.ErrnoException).code) ?? error.message }, error);
  return fail("SSH_HANDSHAKE", { host: host.name, why: error.message.slice(0, 200) }, error);
}

/** Counts only the time the machine takes; stands still while a person reads. */
function handshakeClock(ms: number, ring: () => void): { pausing<T>(work: Promise<T>): Promise<T>; stop(): void } {
  let left = ms;
  let from = performance.now();
  let timer = setTimeout(ring, left);
  let asking = 0;
  let isOver = false;
  return {
    async pausing(work) {
      if ((asking += 1) === 1) {
        clearTimeout(timer);
        left -= performance.now() - from;
      }
      try {
        return await work;
      } finally {
        if ((asking -= 1) === 0 && !isOver) {
          from = performance.now();
          timer = setTimeout(ring, Math.max(1000, left));
        }
      }
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
