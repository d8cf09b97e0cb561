import { APPROVER_KEY_TYPES, type SshAgent } from "./ssh-agent.ts";
import { fail } from "./failures.ts";
import { reader, verifyBlob } from "./ssh-verify.ts";

const LINE = /^([a-z0-9@.-]+) ([A-Za-z0-9+/]{40,1000}={0,2})( .{0,100})?$/;

/** An OpenSSH public key line whose bytes are of the type that it names, and of a type that can sign approvals. */
export function assertApproverKey(line: string): void {
  const [, type = "", base64 = ""] = LINE.exec(line) ?? [];
  if (!Object.hasOwn(APPROVER_KEY_TYPES, type) || typeOf(Buffer.from(base64, "base64")) !== type) throw fail("ACCESS_BAD_KEY");
}
function typeOf(blob: Buffer): string | undefined {
  try {
    return reader(blob).str().toString();
  } catch {
    return undefined;
  }
}

/** A key that cannot sign now would lock its owner out of approving; one of somebody else would sign for them. */
export async function provePossession(agent: SshAgent, publicKey: string, challenge: Uint8Array): Promise<void> {
  const message = Buffer.concat([Buffer.from("sena-approver-key/v1\n"), challenge]);
  const signature = Buffer.from(await agent.sign(publicKey, message));
  if (!isGood(Buffer.from(publicKey.split(" ")[1] as string, "base64"), signature, message)) throw fail("ACCESS_AGENT_REFUSED");
}
function isGood(key: Buffer, signature: Buffer, message: Buffer): boolean {
  try {
    return verifyBlob(key, signature, message) !== undefined;
  } catch {
    return false; // cut short: what cannot be checked is not good
  }
}
