import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { AddressInfo } from "node:net";
import ssh2 from "ssh2";
import { describe, expect, it } from "vitest";
import { holdSessionKeys } from "../../../src-main/ssh/session-keys.ts";

const hostKey = generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding: { type: "pkcs1", format: "pem" }, privateKeyEncoding: { type: "pkcs1", format: "pem" } }).privateKey;
/** The keys ssh2 makes ciphers and MACs from, packet by packet, as this client holds them now. */
const keysOf = (client: ssh2.Client): unknown[] => {
  const { _cipher, _decipher } = (client as unknown as { _protocol: Record<"_cipher" | "_decipher", Record<string, unknown>> })._protocol;
  return [_cipher, _decipher].flatMap((side) => Object.entries(side).filter(([name]) => /^_(enc|dec|decipher|mac)Key/.test(name)).map(([, key]) => key));
};

describe("the keys of an SSH session", () => {
  it.each([["aes256-gcm@openssh.com", 2], ["chacha20-poly1305@openssh.com", 4], ["aes256-ctr", 2]] as const)("are held as key objects with %s, and again after a new key exchange, and open what comes", async (cipher, count) => {
    const flood = Buffer.alloc(300_000, "flood of bytes ");
    let rekey = () => {};
    const server = new ssh2.Server({ hostKeys: [hostKey], algorithms: { cipher: [cipher] } }, (peer) => {
      rekey = () => (peer as unknown as { rekey(): void }).rekey();
      peer.on("authentication", (asked) => asked.accept()).on("session", (accept) => accept().on("exec", (take) => take().end(flood))).on("error", () => {});
    });
    await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
    const client = new ssh2.Client();
    holdSessionKeys(client);
    try {
      await new Promise((go, stop) => client.once("ready", () => go(undefined)).once("error", stop).connect({ host: "127.0.0.1", port: (server.address() as AddressInfo).port, username: "x", password: "x", algorithms: { cipher: [cipher] } }));
      const got = async (): Promise<Buffer> => {
        const channel = await new Promise<ssh2.ClientChannel>((go, stop) => void client.exec("x", (error, opened) => (error ? stop(error) : go(opened))));
        const parts: Buffer[] = [];
        for await (const part of channel) parts.push(part as Buffer);
        return Buffer.concat(parts);
      };
      expect((await got()).equals(flood)).toBe(true);
      const first = keysOf(client);
      expect(first.map((key) => (key as KeyObject).type)).toEqual(Array(count).fill("secret"));
      const again = new Promise((go) => client.once("handshake", go));
      rekey();
      await again;
      expect((await got()).equals(flood)).toBe(true);
      const second = keysOf(client) as KeyObject[];
      expect(second.map(({ type }) => type)).toEqual(Array(count).fill("secret"));
      expect(second.some((key, i) => key.equals(first[i] as KeyObject))).toBe(false);
    } finally {
      client.end();
      await new Promise((go) => server.close(go));
    }
  });
});
