import type { Store } from "../../src-main/store/index.ts";

/** A store that counts, by statement, how often it was asked and how many rows it gave. */
export function countedStore(store: Store): { readonly store: Store; readonly asked: Map<string, { times: number; rows: number }>; /** Of all statements since the last `asked.clear()`. */ total(): { readonly times: number; readonly rows: number } } {
  const asked = new Map<string, { times: number; rows: number }>();
  const count = (name: string, rows: number): void => {
    const before = asked.get(name) ?? { times: 0, rows: 0 };
    asked.set(name, { times: before.times + 1, rows: before.rows + rows });
  };
  return {
    asked,
    total: () => [...asked.values()].reduce((sum, { times, rows }) => ({ times: sum.times + times, rows: sum.rows + rows }), { times: 0, rows: 0 }),
    store: {
      ...store,
      sql<Row>(name: string, text: string) {
        const statement = store.sql<Row>(name, text);
        return {
          iterate: statement.iterate,
          get(params) {
            const row = statement.get(params);
            count(name, row === undefined ? 0 : 1);
            return row;
          },
          all(params) {
            const rows = statement.all(params);
            count(name, rows.length);
            return rows;
          },
          run(params) {
            count(name, 0);
            return statement.run(params);
          },
        };
      },
    },
  };
}
