import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:net";

// FAKES, in software: a security key as PROTOCOL.u2f describes what one signs, and an SSH agent that holds some. Stock
// ssh-keygen verifies what the fake key signs; no hardware is imitated beyond that.

export const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
};
export const str = (bytes: Uint8Array | string): Buffer => Buffer.concat([u32(Buffer.from(bytes as string).length), Buffer.from(bytes as string)]);
const sha256 = (bytes: Uint8Array | string): Buffer => createHash("sha256").update(bytes).digest();
const mpint = (digits: Buffer): Buffer => {
  let from = 0;
  while (from < digits.length - 1 && digits[from] === 0) from += 1;
  const short = digits.subarray(from);
  return str((short[0] as number) & 0x80 ? Buffer.concat([Buffer.from([0]), short]) : short);
};

export type FakeKey = { readonly line: string; readonly blob: Buffer; sign(message: Uint8Array): Buffer };

/** `touch.flags`: 1 touched, 4 with PIN; `touch.counter` counts up with every signature. */
export function securityKey(kind: "ed25519" | "ecdsa", touch: { flags: number; counter: number }, application = "ssh:"): FakeKey {
  const type = kind === "ed25519" ? "sk-ssh-ed25519@openssh.com" : "sk-ecdsa-sha2-nistp256@openssh.com";
  const pair = kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = pair.publicKey.export({ format: "jwk" }) as { x: string; y?: string };
  const x = Buffer.from(jwk.x, "base64url");
  const point = kind === "ed25519" ? str(x) : Buffer.concat([str("nistp256"), str(Buffer.concat([Buffer.from([4]), x, Buffer.from(jwk.y as string, "base64url")]))]);
  const blob = Buffer.concat([str(type), point, str(application)]);
  return {
    line: `${type} ${blob.toString("base64")}`,
    blob,
    sign(message) {
      touch.counter += 1;
      const tail = Buffer.concat([Buffer.from([touch.flags]), u32(touch.counter)]);
      const data = Buffer.concat([sha256(application), tail, sha256(message)]);
      if (kind === "ed25519") return Buffer.concat([str(type), str(sign(null, data, pair.privateKey)), tail]);
      const rs = sign("sha256", data, { key: pair.privateKey, dsaEncoding: "ieee-p1363" });
      return Buffer.concat([str(type), str(Buffer.concat([mpint(rs.subarray(0, 32)), mpint(rs.subarray(32))])), tail]);
    },
  };
}

/** Speaks the agent's protocol on a socket; `answers` may replace what it says to a request. */
export async function fakeAgent(path: string, keys: readonly FakeKey[], answers: (request: Buffer) => Buffer | "silence" | "hang-up" | undefined = () => undefined): Promise<AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      const request = bytes.subarray(4);
      const said = answers(request) ?? reply(request);
      if (said === "hang-up") socket.destroy();
      else if (said !== "silence") socket.write(Buffer.concat([u32(said.length), said]));
    });
  });
  const reply = (request: Buffer): Buffer => {
    if (request[0] === 11) return Buffer.concat([Buffer.from([12]), u32(keys.length), ...keys.map(({ blob }) => Buffer.concat([str(blob), str("fake key")]))]);
    const length = request.readUInt32BE(1);
    const key = keys.find(({ blob }) => blob.equals(request.subarray(5, 5 + length)));
    const at = 5 + length;
    return key ? Buffer.concat([Buffer.from([14]), str(key.sign(request.subarray(at + 4, at + 4 + request.readUInt32BE(at))))]) : Buffer.from([5]);
  };
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
}
