import { createHash } from "node:crypto";

export const fingerprintOf = (key: Uint8Array): string => `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

const SYMBOLS = " .o+=*BOX@%&#/^SE";
const WIDTH = 17;
const HEIGHT = 9;

/** OpenSSH's picture of a key ("drunken bishop"), as `ssh-keygen -lv` draws it, so that the two can be laid side by side. */
export function randomart(key: Uint8Array, title: string): string {
  const digest = createHash("sha256").update(key).digest();
  const field = new Uint8Array(WIDTH * HEIGHT);
  let [x, y] = [Math.floor(WIDTH / 2), Math.floor(HEIGHT / 2)];
  const start = y * WIDTH + x;
  for (const byte of digest) {
    for (let pair = 0; pair < 4; pair += 1) {
      const step = (byte >> (2 * pair)) & 3;
      x = Math.min(WIDTH - 1, Math.max(0, x + (step & 1 ? 1 : -1)));
      y = Math.min(HEIGHT - 1, Math.max(0, y + (step & 2 ? 1 : -1)));
      const at = y * WIDTH + x;
      if ((field[at] ?? 0) < SYMBOLS.length - 3) field[at] = (field[at] ?? 0) + 1;
    }
  }
  field[start] = SYMBOLS.length - 2;
  field[y * WIDTH + x] = SYMBOLS.length - 1;
  const frame = (text: string): string => {
    const label = `[${text}]`;
    const left = Math.floor((WIDTH - label.length) / 2);
    return `+${"-".repeat(left)}${label}${"-".repeat(WIDTH - label.length - left)}+`;
  };
  const rows = Array.from({ length: HEIGHT }, (_, row) => `|${Array.from({ length: WIDTH }, (_, column) => SYMBOLS[field[row * WIDTH + column] ?? 0]).join("")}|`);
  return [frame(title), ...rows, frame("SHA256")].join("\n");
}

/** `ED25519 256` as the frame of the picture has it. */
export function artTitle(type: string, key: Uint8Array): string {
  if (type === "ssh-ed25519") return "ED25519 256";
  const curve = /nistp(\d+)/.exec(type)?.[1];
  if (curve !== undefined) return `ECDSA ${curve}`;
  return type.includes("rsa") ? `RSA ${rsaBits(key)}` : type.toUpperCase();
}

function rsaBits(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  let at = 4 + view.getUint32(0);
  at += 4 + view.getUint32(at);
  const length = view.getUint32(at);
  const first = key[at + 4] ?? 0;
  return first === 0 ? (length - 1) * 8 : length * 8 - Math.clz32(first) + 24;
}
