import type pg from "pg";
import { newSecret, sha256 } from "../sealing.ts";

export type Rows = <T extends pg.QueryResultRow>(sql: string, params?: readonly unknown[]) => Promise<T[]>;

const LIFETIME_MS = 10 * 60_000;
/** `provider`: at its end only the browser that began it is missing. `saml`: an answer to it may come by a form. */
type Kind = "passkey-add" | "passkey" | "provider" | "saml";

/** Something that begins here, goes elsewhere and comes back: it is found by a secret only, for ten minutes or less, and once. */
export function createCeremonies({ rows, now }: { readonly rows: Rows; readonly now: () => number }) {
  return {
    async begin(kind: Kind, detail: Readonly<Record<string, unknown>>, secret = newSecret(), lifetimeMs = LIFETIME_MS): Promise<string> {
      await rows("DELETE FROM ceremonies WHERE expires_at < $1", [now()]);
      await rows("INSERT INTO ceremonies (secret_hash, kind, detail, expires_at) VALUES ($1, $2, $3, $4)", [sha256(secret), kind, JSON.stringify(detail), now() + lifetimeMs]);
      return secret;
    },
    /** Whoever comes second finds nothing, also at the same moment. */
    take: async <T>(kind: Kind, secret: string): Promise<T | undefined> =>
      (await rows<{ detail: T }>("DELETE FROM ceremonies WHERE secret_hash = $1 AND kind = $2 AND expires_at >= $3 RETURNING detail", [sha256(secret), kind, now()]))[0]?.detail,
  };
}
export type Ceremonies = ReturnType<typeof createCeremonies>;
