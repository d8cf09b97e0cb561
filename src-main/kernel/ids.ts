/** Handed in, so that tests are deterministic and no room has its own idea of time. */
export type Clock = () => number;
export type NewId = (prefix: string) => string;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford: nothing that reads as something else

/** `run_01jd…`: time first, so that ids sort by birth; 80 random bits after it. */
export const idMaker =
  (now: Clock, random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): NewId =>
  (prefix) => {
    let time = now();
    let head = "";
    for (let i = 0; i < 10; i += 1) {
      head = ALPHABET[time % 32] + head;
      time = Math.floor(time / 32);
    }
    let tail = "";
    for (const byte of random(new Uint8Array(16))) tail += ALPHABET[byte % 32];
    return `${prefix}_${head}${tail}`;
  };
