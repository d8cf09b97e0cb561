import { createConnection } from "node:net";
import { fail } from "./failures.ts";

// The SSH agent's protocol (draft-ietf-sshm-ssh-agent): list the keys, sign with one. The agent does what the key needs:
// asks for a touch of a security key, its PIN, or a confirmation (`ssh-add -c`). Keys never come here.

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const MAX_ANSWER = 256 * 1024;
const LIST_TIMEOUT_MS = 5000;
/** A person has to find the key and touch it. */
const SIGN_TIMEOUT_MS = 60_000;
/** What can sign an approval, and whether it needs a touch. */
export const APPROVER_KEY_TYPES: Readonly<Record<string, { readonly isSecurityKey: boolean }>> = {
  "ssh-ed25519": { isSecurityKey: false },
  "ecdsa-sha2-nistp256": { isSecurityKey: false },
  "sk-ssh-ed25519@openssh.com": { isSecurityKey: true },
  "sk-ecdsa-sha2-nistp256@openssh.com": { isSecurityKey: true },
};

export type AgentKey = { readonly publicKey: string; readonly type: string; readonly comment: string; readonly isSecurityKey: boolean };
export interface SshAgent {
  keys(): Promise<readonly AgentKey[]>;
  /** An SSH signature by the key of this line. */
  sign(publicKey: string, message: Uint8Array): Promise<Uint8Array>;
}

const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
};
const str = (bytes: Uint8Array): Buffer => Buffer.concat([u32(bytes.length), bytes]);

/** `socket` is SSH_AUTH_SOCK at the moment of asking: agents are restarted. */
export function createSshAgent(socket: () => string | undefined): SshAgent {
  async function ask(message: Buffer, timeoutMs: number): Promise<Buffer> {
    const path = socket();
    if (path === undefined || path === "") throw fail("ACCESS_NO_AGENT", { detail: "SSH_AUTH_SOCK is not set" });
    return new Promise((resolve, reject) => {
      const connection = createConnection(path);
      const timer = setTimeout(() => end(fail("ACCESS_NO_AGENT", { detail: "it did not answer in time; a security key waits for a touch" })), timeoutMs);
      let got = Buffer.alloc(0);
      const end = (outcome: Buffer | Error): void => {
        clearTimeout(timer);
        connection.destroy();
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      connection.once("error", (error: NodeJS.ErrnoException) => end(fail("ACCESS_NO_AGENT", { detail: error.code ?? "it cannot be reached" }, error)));
      connection.once("close", () => end(fail("ACCESS_NO_AGENT", { detail: "it hung up" })));
      connection.on("data", (bytes) => {
        got = Buffer.concat([got, bytes]);
        if (got.length < 4) return;
        const length = got.readUInt32BE();
        if (length > MAX_ANSWER) end(fail("ACCESS_NO_AGENT", { detail: "its answer is too long" }));
        else if (got.length >= 4 + length) end(got.subarray(4, 4 + length));
      });
      connection.write(Buffer.concat([u32(message.length), message]));
    });
  }
  return {
    async keys() {
      const answer = await ask(Buffer.from([REQUEST_IDENTITIES]), LIST_TIMEOUT_MS);
      if (answer[0] !== IDENTITIES_ANSWER) throw fail("ACCESS_NO_AGENT", { detail: "it does not list its keys" });
      const read = reader(answer.subarray(1));
      return Array.from({ length: read.u32() }, () => ({ blob: read.str(), comment: read.str().toString() })).flatMap(({ blob, comment }): readonly AgentKey[] => {
        const type = reader(blob).str().toString();
        const known = Object.hasOwn(APPROVER_KEY_TYPES, type) ? APPROVER_KEY_TYPES[type] : undefined;
        return known ? [{ publicKey: `${type} ${blob.toString("base64")}`, type, comment, ...known }] : [];
      });
    },
    async sign(publicKey, message) {
      const blob = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
      const answer = await ask(Buffer.concat([Buffer.from([SIGN_REQUEST]), str(blob), str(message), u32(0)]), SIGN_TIMEOUT_MS);
      if (answer[0] !== SIGN_RESPONSE) throw fail("ACCESS_AGENT_REFUSED");
      return reader(answer.subarray(1)).str();
    },
  };
}

function reader(bytes: Buffer) {
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw fail("ACCESS_NO_AGENT", { detail: "its answer was cut short" });
    at += length;
    return bytes.subarray(at - length, at);
  };
  const u32 = (): number => take(4).readUInt32BE();
  return { u32, str: () => take(u32()) };
}
