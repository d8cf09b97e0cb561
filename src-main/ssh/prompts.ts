/** What only a person can answer while a connection is made. Secrets go from the answer to the server, nowhere else. */
export type Question =
  | { readonly kind: "host-key"; readonly hostId: string; readonly fingerprint: string; readonly keyType: string; readonly key: Buffer }
  | { readonly kind: "secret"; readonly hostId: string; readonly what: "password" | "passphrase"; readonly for: string }
  | { readonly kind: "challenge"; readonly hostId: string; readonly title: string; readonly instructions: string; readonly fields: readonly { readonly label: string; readonly isShown: boolean }[] };

export type Answer = { readonly kind: "trust" } | { readonly kind: "values"; readonly values: readonly string[] };

/** undefined: nobody answered, or somebody said no. Both mean "do not go on". */
export type Prompter = { ask(question: Question, signal: AbortSignal): Promise<Answer | undefined> };

export const nobody: Prompter = { ask: async () => undefined };
