import type { Http } from "./http.ts";

/** A document as its system lists it; `version` changes whenever its content does. */
export type Item = {
  readonly id: string;
  /** Where it stands in its system, readable: "OPS/Backups/Restore". Its extension says how the bytes are read. */
  readonly path: string;
  readonly version: string;
  readonly url: string;
  readonly modifiedAt: number;
  /** Undefined: it is gone since it was listed, or unchanged after all. */
  fetch(): Promise<Uint8Array | undefined>;
};
export type Step = {
  readonly items: readonly Item[];
  /** Ids of documents that were taken away. */
  readonly gone: readonly string[];
  /** From here on the next time, once this step is kept; undefined keeps what was. */
  readonly cursor: string | undefined;
  /** Set on the last step of a whole listing: what was not listed is gone. */
  readonly isWhole?: boolean;
};
/** What is known already, by id: its version. */
export type KnownVersions = ReadonlyMap<string, string>;
export type Changes = { readonly cursor: string; readonly known: KnownVersions; /** List everything, to find what was taken away. */ readonly isWhole: boolean };
export interface Connector {
  changes(from: Changes): AsyncIterable<Step>;
}
export type ConnectorNeeds = { readonly http: Http; /** From the vault, for this run only. */ readonly secret: () => Promise<string>; readonly now: () => number };
