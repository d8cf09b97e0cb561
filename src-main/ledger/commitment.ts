import { hash } from "node:crypto";
import { canonicalJson } from "../kernel/index.ts";
import type { Json } from "./port.ts";

/**
 * A leaf never holds a value, only base64url(SHA-256(JCS([salt, name, value]))). The salt is 128 fresh random bits per
 * field, because a bare hash of something guessable (a user name, `reboot`) is as good as the thing itself.
 */
export const SALT_BYTES = 16;

/** The committed text: exactly what is hashed, and exactly what a disclosure shows. */
export function openingText(salt: string, name: string, value: Json): string {
  // As canonicalJson([salt, name, value]), which a test compares it with: base64url needs no escapes, names come again.
  return `["${salt}",${quotedText(name)},${canonicalJson(value)}]`;
}

const MAX_QUOTED = 4096;
const quoted = new Map<string, string>();

/** A string as JCS writes it. Names of fields, hosts and people come again and again; what does not is forgotten with the rest. */
export function quotedText(name: string): string {
  let text = quoted.get(name);
  if (text === undefined) {
    text = canonicalJson(name);
    if (quoted.size >= MAX_QUOTED) quoted.clear();
    quoted.set(name, text);
  }
  return text;
}

/** 32 bytes in base64url, without padding. */
export const COMMITMENT_CHARS = 43;
export const commitmentOf = (opening: string): string => hash("sha256", opening, "base64url");

/** A blob is committed by its name, place and SHA-256, so that an opening stays small whatever the blob weighs. */
export const blobName = (place: number, role: string): string => `blob:${place}:${role}`;

export type Opening = { readonly salt: string; readonly name: string; readonly value: Json };

export function parseOpening(value: unknown): Opening | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [salt, name, opened] = value as [unknown, unknown, Json];
  return typeof salt === "string" && typeof name === "string" && opened !== undefined ? { salt, name, value: opened } : undefined;
}
