import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { fail } from "../failures.ts";

// How every connection to the database is made, and what it means when one is lost.

/** A database that was killed is back within about a second; one that is gone for longer is told to whoever asks. */
const RETURNS_WITHIN_MS = 3000;
const AGAIN_MS = 50;

/** PostgreSQL's class 08 and 57 and what the socket says: the database went away, the request itself was sound. */
export function isLost(error: unknown): boolean {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  return /^(08|57P)/.test(code) || /^(ECONN|EPIPE|ENOENT)/.test(code) || /terminat|Connection ended|not queryable|connection timeout/i.test(message);
}

export const databaseDown = (error: unknown): Error => fail("CENTRAL_DATABASE_DOWN", { detail: (error as Error).message }, error);

/** Nobody listens yet, or it says itself that it is starting (57P03). Nothing was asked of it, so asking again is safe. */
const isComingBack = (error: unknown): boolean => ["ECONNREFUSED", "ENOENT", "57P03"].includes((error as { code?: string }).code ?? "");

/**
 * A connection that is lost while somebody holds it tells its query, and then once more whoever listens: with nobody
 * listening that second telling would end the whole server. `onError` hears of those that were lost at rest.
 */
export function openPool(config: pg.PoolConfig, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on("error", onError);
  pool.on("connect", (client) => void client.on("error", () => {}));
  return pool;
}

/** A connection, waiting over the moment in which the database is started again; then a declared failure. */
export async function connectPatiently(pool: Pick<pg.Pool, "connect">, now: () => number = () => performance.now()): Promise<pg.PoolClient> {
  const until = now() + RETURNS_WITHIN_MS;
  for (;;) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!isComingBack(error) || now() > until) throw databaseDown(error);
      await sleep(AGAIN_MS);
    }
  }
}

/** As the account at `DATABASE_URL`: to migrate, to back up, to restore. Nothing that serves a request works as it. */
export async function connectAsOperator<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {}); // told by the query that meets it
  try {
    await client.connect().catch((error: unknown) => {
      throw databaseDown(error);
    });
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
