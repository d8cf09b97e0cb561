import type { Algorithms, ServerHostKeyAlgorithm } from "ssh2";

// Modern by default; per host the old ones may be let in, and the host then says so wherever it appears.

const HOST_KEYS: readonly ServerHostKeyAlgorithm[] = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256"];
const MODERN = {
  kex: ["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha256"],
  // GCM first: with AES instructions it is the fastest by far in OpenSSL, and the floods of a pane go through here.
  cipher: ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr"],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
  compress: ["none"],
} satisfies Algorithms;
const OLD = {
  kex: ["diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1"],
  cipher: ["aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"],
  hmac: ["hmac-sha1-etm@openssh.com", "hmac-sha1"],
  hostKeys: ["ssh-rsa", "ssh-dss"],
} as const;

export function algorithmsFor({ isLegacy, knownTypes }: { readonly isLegacy: boolean; readonly knownTypes: readonly string[] }): Algorithms {
  const offered = isLegacy ? [...HOST_KEYS, ...OLD.hostKeys] : HOST_KEYS;
  const isKnown = (algorithm: string): boolean => knownTypes.includes(algorithm) || (/^(rsa-sha2-|ssh-rsa)/.test(algorithm) && knownTypes.includes("ssh-rsa"));
  const serverHostKey = [...offered.filter(isKnown), ...offered.filter((algorithm) => !isKnown(algorithm))] as ServerHostKeyAlgorithm[];
  if (!isLegacy) return { ...MODERN, serverHostKey } as Algorithms;
  return { kex: [...MODERN.kex, ...OLD.kex], cipher: [...MODERN.cipher, ...OLD.cipher], hmac: [...MODERN.hmac, ...OLD.hmac], compress: MODERN.compress, serverHostKey } as Algorithms;
}

/** True when what was agreed would not have been without the switch. */
export const isOldAlgorithm = (name: string): boolean => [...OLD.kex, ...OLD.cipher, ...OLD.hmac, ...OLD.hostKeys].includes(name as never);
