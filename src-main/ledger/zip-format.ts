/**
 * The one way a bundle's zip is written: stored, UTF-8 names, a fixed date, no attributes. A reader that knows this can
 * demand every byte of the container, so a flipped bit between the files is found as surely as one inside them.
 * Layout: PKWARE APPNOTE 6.3, with the 64-bit records where sizes need them.
 */
export type ZipMember = { readonly name: string; readonly size: number; readonly crc: number; readonly offset: number };

export const MAX_32 = 0xffff_ffff;
export const MAX_16 = 0xffff;
const LOCAL = 0x0403_4b50;
const CENTRAL = 0x0201_4b50;
const END = 0x0605_4b50;
const END_64 = 0x0606_4b50;
const LOCATOR_64 = 0x0706_4b50;
const UTF8_FLAG = 0x0800;
/** 1980-01-01 00:00, the oldest date a zip can hold: when a bundle was made is said inside it, under a signature. */
const DATE = 0x0021;
const VERSION = 20;
const VERSION_64 = 45;

export function zipLocalHeader({ name, size, crc }: ZipMember): Buffer {
  const encoded = Buffer.from(name);
  const large = size >= MAX_32;
  const header = Buffer.alloc(30 + encoded.byteLength + (large ? 20 : 0));
  header.writeUInt32LE(LOCAL, 0);
  header.writeUInt16LE(large ? VERSION_64 : VERSION, 4);
  header.writeUInt16LE(UTF8_FLAG, 6);
  header.writeUInt16LE(DATE, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(large ? MAX_32 : size, 18);
  header.writeUInt32LE(large ? MAX_32 : size, 22);
  header.writeUInt16LE(encoded.byteLength, 26);
  header.writeUInt16LE(large ? 20 : 0, 28);
  header.set(encoded, 30);
  if (large) writeExtra64(header, 30 + encoded.byteLength, [size, size]);
  return header;
}

export function zipCentralHeader({ name, size, crc, offset }: ZipMember): Buffer {
  const encoded = Buffer.from(name);
  const wide = [...(size >= MAX_32 ? [size, size] : []), ...(offset >= MAX_32 ? [offset] : [])];
  const extra = wide.length === 0 ? 0 : 4 + 8 * wide.length;
  const header = Buffer.alloc(46 + encoded.byteLength + extra);
  header.writeUInt32LE(CENTRAL, 0);
  header.writeUInt16LE(VERSION_64, 4);
  header.writeUInt16LE(wide.length > 0 ? VERSION_64 : VERSION, 6);
  header.writeUInt16LE(UTF8_FLAG, 8);
  header.writeUInt16LE(DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(Math.min(size, MAX_32), 20);
  header.writeUInt32LE(Math.min(size, MAX_32), 24);
  header.writeUInt16LE(encoded.byteLength, 28);
  header.writeUInt16LE(extra, 30);
  header.writeUInt32LE(Math.min(offset, MAX_32), 42);
  header.set(encoded, 46);
  if (extra > 0) writeExtra64(header, 46 + encoded.byteLength, wide);
  return header;
}

export function zipEnd(count: number, start: number, length: number): Buffer {
  const wide = count >= MAX_16 || start >= MAX_32 || length >= MAX_32;
  const end = Buffer.alloc((wide ? 76 : 0) + 22);
  let at = 0;
  if (wide) {
    end.writeUInt32LE(END_64, 0);
    end.writeBigUInt64LE(44n, 4);
    end.writeUInt16LE(VERSION_64, 12);
    end.writeUInt16LE(VERSION_64, 14);
    end.writeBigUInt64LE(BigInt(count), 24);
    end.writeBigUInt64LE(BigInt(count), 32);
    end.writeBigUInt64LE(BigInt(length), 40);
    end.writeBigUInt64LE(BigInt(start), 48);
    end.writeUInt32LE(LOCATOR_64, 56);
    end.writeBigUInt64LE(BigInt(start + length), 64);
    end.writeUInt32LE(1, 72);
    at = 76;
  }
  end.writeUInt32LE(END, at);
  end.writeUInt16LE(Math.min(count, MAX_16), at + 8);
  end.writeUInt16LE(Math.min(count, MAX_16), at + 10);
  end.writeUInt32LE(Math.min(length, MAX_32), at + 12);
  end.writeUInt32LE(Math.min(start, MAX_32), at + 16);
  return end;
}

function writeExtra64(into: Buffer, at: number, values: readonly number[]): void {
  into.writeUInt16LE(0x0001, at);
  into.writeUInt16LE(8 * values.length, at + 2);
  values.forEach((value, n) => into.writeBigUInt64LE(BigInt(value), at + 4 + 8 * n));
}
