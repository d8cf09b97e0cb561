/** Secrets by name. A value leaves the vault only as a credential of what somebody named it for (hosts, providers, sources, forwarders), never to a screen or a log. */
export interface Vault {
  readonly unlocked: boolean;
  /** `name` is a record of the local vault, or `<source>:<path>` of a configured source. Each use is logged with `for`. */
  reveal(name: string, use: { readonly for: string }): Promise<string>;
  put(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
  list(): readonly SecretEntry[];
}

export type SecretEntry = {
  readonly name: string;
  readonly version: number;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly lastUsedAt: number | null;
  /** After so many days a reminder stands beside it; 0 is never. */
  readonly rotateDays: number;
  readonly isDue: boolean;
};

export type SecretUse = { readonly at: number; readonly name: string; readonly for: string };

/** Where else secrets may live. Loaded only when configured; what it returns is never kept on disk. */
export interface SecretSource {
  readonly id: string;
  read(path: string, signal: AbortSignal): Promise<string>;
  /** Tells whether the source answers, in a sentence. */
  check(signal: AbortSignal): Promise<string>;
}
