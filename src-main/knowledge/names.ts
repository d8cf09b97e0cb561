import { isUtf8 } from "node:buffer";
import { join } from "node:path";

/** Where something lies: text, or the bytes themselves where they are no text. */
export type Place = string | Uint8Array;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** A name as a person can read it and no screen obeys it: what cannot be seen, or turns the writing round, is named. */
export const visible = (name: string): string => name.replace(UNSEEN, (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`);

/** Unix keeps names as bytes; one that is no UTF-8 is shown by its bytes and opened by them. */
export const shown = (name: Buffer): string => (isUtf8(name) ? visible(name.toString()) : visible(name.toString("latin1").replace(/[\u0080-\u00ff]/g, (byte) => `<${byte.charCodeAt(0).toString(16).toUpperCase()}>`)));

export const below = (folder: Place, name: Buffer): Place => (typeof folder === "string" && isUtf8(name) ? join(folder, name.toString()) : Buffer.concat([Buffer.from(folder as string), Buffer.from("/"), name]));

/** A place that came over a thread's channel is no Buffer any more, which is what the file system asks for. */
export const opened = (place: Place): string | Buffer => (typeof place === "string" ? place : Buffer.from(place));
