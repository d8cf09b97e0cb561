import type { Place } from "./names.ts";

/** What the core and the index thread say to each other; the index thread and its reading thread use the same words. */
export type Ask = { readonly id: number; readonly method: string; readonly args: readonly unknown[] };
export type Answer = { readonly id: number; readonly value?: unknown; readonly failure?: { readonly code: string; readonly message: string; readonly data: Readonly<Record<string, string | number | boolean>> } } | { readonly event: "sources" } | Need;
export type IndexData = { readonly role: "index"; readonly dbPath: string; readonly embeddingFile: string; readonly entry: string };
export type ReadData = { readonly role: "read"; readonly embeddingFile: string };
export type ReadJob = { readonly path: Place; readonly name: string; /** Documents of other systems come as bytes. */ readonly bytes?: Uint8Array; readonly modifiedAt?: number };
/** What the index thread asks of the core: secrets lie there, and so does the word on what may be reached. */
export type Need = { readonly need: number } & NeedWhat;
export type NeedWhat = { readonly what: "secret"; readonly name: string; readonly host: string } | { readonly what: "reach"; readonly host: string } | { readonly what: "embed"; readonly texts: readonly string[] };
export type Gave = { readonly gave: number; readonly value?: unknown; readonly problem?: string };
