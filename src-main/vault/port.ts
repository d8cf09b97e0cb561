/** Secrets by name. Values leave the vault only towards the SSH room and the model providers, never to a screen or a log. */
export interface Vault {
  readonly unlocked: boolean;
  reveal(name: string, use: { readonly for: string }): Promise<string>;
  put(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
  list(): readonly { readonly name: string; readonly createdAt: number; readonly lastUsedAt: number | null }[];
}
