import { createSecretKey } from "node:crypto";
import type { Client } from "ssh2";

// ssh2 makes a cipher (or a MAC) for every packet from the bytes of the session key. Node finds out anew each time that
// these are bytes and no key object, and that costs 37 µs of a packet of 4 KiB, ten times what deciphering it takes. Handed over as
// a key object once per key exchange, it is 3 µs. These members of ssh2 are not in its documentation (exact version
// pinned); where one is missing, everything works as before, slower, and the test of this file says so.

const KEYS = ["_encKey", "_encKeyMain", "_encKeyPktLen", "_decipherKey", "_decKeyMain", "_decKeyPktLen", "_macKey"] as const;
type Side = { [K in (typeof KEYS)[number]]?: unknown };
type Inner = { readonly _protocol?: { readonly _cipher?: Side; readonly _decipher?: Side } };

/** From the next key exchange on, and after each. */
export function holdSessionKeys(client: Client): void {
  client.on("handshake", () => {
    const { _cipher, _decipher } = (client as unknown as Inner)._protocol ?? {};
    for (const side of [_cipher, _decipher]) if (side !== undefined) for (const name of KEYS) if (Buffer.isBuffer(side[name])) side[name] = createSecretKey(side[name]);
  });
}
