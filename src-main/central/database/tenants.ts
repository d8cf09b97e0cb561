import pg from "pg";
import { fail } from "../failures.ts";
import { connectPatiently, databaseDown, isLost, openPool } from "./connect.ts";

// The one way to a tenant's rows. The pool stays in here: whoever has it could read without a tenant, or leave one behind.

export type Tx = {
  rows<T>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  one<T>(sql: string, params?: readonly unknown[]): Promise<T | undefined>;
  /** How many rows it touched. */
  run(sql: string, params?: readonly unknown[]): Promise<number>;
};
export type ActorId = string;

export interface Tenants extends AsyncDisposable {
  /** Everything inside sees this organisation's rows and no others; all of it happens or none. */
  withOrg<T>(orgId: string, actor: ActorId, work: (tx: Tx) => Promise<T>): Promise<T>;
  ping(): Promise<void>;
  readonly waiting: () => number;
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Ids of people and keys; anything else has no business in a setting. */
const ACTOR = /^[A-Za-z0-9:._-]{1,80}$/;

/** Sizes and times are bigint there and stay far below 2^53 here. */
const INT8 = 20;
const NUMBERS: pg.CustomTypesConfig = { getTypeParser: ((oid: number, format?: "text" | "binary") => (oid === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(oid, format as "text"))) as typeof pg.types.getTypeParser };

export type TenantNeeds = { readonly url: string; readonly connections: number; readonly statementTimeoutMs: number; readonly onError: (error: Error) => void };

export function openTenants({ url, connections, statementTimeoutMs, onError }: TenantNeeds): Tenants {
  const pool = openPool({ types: NUMBERS, pipeline: true, connectionString: url, max: connections, connectionTimeoutMillis: 5000, idleTimeoutMillis: 30_000, options: `-c statement_timeout=${statementTimeoutMs} -c lock_timeout=5000 -c idle_in_transaction_session_timeout=15000` }, onError);

  return {
    async withOrg(orgId, actor, work) {
      if (!UUID.test(orgId)) throw fail("NOT_HERE");
      if (!ACTOR.test(actor)) throw new TypeError("an actor's id has letters, digits and : . _ - only");
      const client = await connectPatiently(pool);
      let isOpen = true;
      const query = async (sql: string, params: readonly unknown[] = []): Promise<pg.QueryResult> => {
        // A promise somebody forgot to await must not write into the next tenant's transaction.
        if (!isOpen) throw new Error("this transaction is over");
        return client.query(sql, params as unknown[]);
      };
      const tx: Tx = {
        rows: async <T>(sql: string, params?: readonly unknown[]) => (await query(sql, params)).rows as T[],
        one: async <T>(sql: string, params?: readonly unknown[]) => (await query(sql, params)).rows[0] as T | undefined,
        run: async (sql, params) => (await query(sql, params)).rowCount ?? 0,
      };
      let isClean = false;
      try {
        // One message: the setting lives and dies with the transaction, so nothing can be left on the connection. It is not
        // waited for: the first statement travels right behind it. Had it failed, that statement would see no tenant's rows.
        const begun = client.query(`BEGIN; SET LOCAL app.org_id = '${orgId}'; SET LOCAL app.actor_id = '${actor}'`);
        begun.catch(() => undefined);
        const result = await work(tx);
        isOpen = false;
        await begun;
        await client.query("COMMIT");
        isClean = true;
        return result;
      } catch (error) {
        isOpen = false;
        isClean = await client.query("ROLLBACK").then(() => true, () => false);
        if (isLost(error)) throw databaseDown(error);
        throw error;
      } finally {
        // On any doubt the connection is thrown away with whatever it may still hold.
        client.release(!isClean);
      }
    },
    async ping() {
      // Whoever probes wants to know how it stands now: this one does not wait for the database to come back.
      try {
        await pool.query("SELECT 1");
      } catch (error) {
        throw databaseDown(error);
      }
    },
    waiting: () => pool.waitingCount,
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
