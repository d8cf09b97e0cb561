import type { Algorithms, ServerHostKeyAlgorithm } from "ssh2";

const HOST_KEYS: readonly ServerHostKeyAlgorithm[] = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256"];
const MODERN: Algorithms = {
  kex: ["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha256"],
  cipher: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr"],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
  compress: ["none"],
};
/** For devices that know nothing newer; chosen per host, said on every screen that shows the host. */
const LEGACY: Algorithms = {
  kex: [...(MODERN.kex as []), "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1"] as NonNullable<Algorithms["kex"]>,
  cipher: [...(MODERN.cipher as []), "aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"] as NonNullable<Algorithms["cipher"]>,
  hmac: [...(MODERN.hmac as []), "hmac-sha1-etm@openssh.com", "hmac-sha1"] as NonNullable<Algorithms["hmac"]>,
  compress: ["none"],
};

/** Types already on file first: a known host must show the key it is known by. */
export function algorithmsFor(isLegacy: boolean, knownTypes: readonly string[]): Algorithms {
  const offered: ServerHostKeyAlgorithm[] = [...HOST_KEYS, ...(isLegacy ? (["ssh-rsa", "ssh-dss"] as const) : [])];
  const isKnown = (algorithm: string) => knownTypes.includes(algorithm.startsWith("rsa-sha2") ? "ssh-rsa" : algorithm);
  return { ...(isLegacy ? LEGACY : MODERN), serverHostKey: [...offered.filter(isKnown), ...offered.filter((algorithm) => !isKnown(algorithm))] };
}
