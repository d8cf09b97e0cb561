import { Actor, Layout, Snippet } from "../contract/index.ts";
import type { Migration, Store } from "../store/index.ts";

const MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "panes, their layout, snippets",
    sql: `
      CREATE TABLE terminal_panes (
        id TEXT PRIMARY KEY,
        host TEXT NOT NULL,
        actor TEXT NOT NULL,
        cols INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        opened_at INTEGER NOT NULL,
        -- 1 from the moment the pane is live until it is put away in order: what a crash leaves behind.
        is_live INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE terminal_layout (one INTEGER PRIMARY KEY CHECK (one = 1), layout TEXT NOT NULL) STRICT;
      CREATE TABLE terminal_snippets (id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL) STRICT;
    `,
  },
];

export type KeptPane = { readonly id: string; readonly host: string; readonly actor: Actor; readonly cols: number; readonly rows: number; readonly isLive: boolean };

export type Tables = ReturnType<typeof openTables>;

export function openTables(store: Store) {
  store.migrate("terminals", MIGRATIONS);
  type Row = { id: string; host: string; actor: string; cols: number; rows: number; is_live: number };
  const all = store.sql<Row>("terminals.panes", "SELECT id, host, actor, cols, rows, is_live FROM terminal_panes ORDER BY opened_at, id");
  const add = store.sql("terminals.add-pane", "INSERT INTO terminal_panes (id, host, actor, cols, rows, opened_at, is_live) VALUES (?, ?, ?, ?, ?, ?, 1)");
  const live = store.sql("terminals.pane-live", "UPDATE terminal_panes SET is_live = ? WHERE id = ?");
  const size = store.sql("terminals.pane-size", "UPDATE terminal_panes SET cols = ?, rows = ? WHERE id = ?");
  const remove = store.sql("terminals.remove-pane", "DELETE FROM terminal_panes WHERE id = ?");
  const layout = store.sql<{ layout: string }>("terminals.layout", "SELECT layout FROM terminal_layout");
  const putLayout = store.sql("terminals.put-layout", "INSERT INTO terminal_layout (one, layout) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET layout = excluded.layout");
  const snippets = store.sql<Snippet>("terminals.snippets", "SELECT id, title, text FROM terminal_snippets ORDER BY title, id");
  const putSnippet = store.sql("terminals.put-snippet", "INSERT INTO terminal_snippets (id, title, text) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text");
  const removeSnippet = store.sql("terminals.remove-snippet", "DELETE FROM terminal_snippets WHERE id = ?");

  return {
    panes: (): readonly KeptPane[] => all.all().map(({ id, host, actor, cols, rows, is_live }) => ({ id, host, actor: Actor.parse(JSON.parse(actor)), cols, rows, isLive: is_live === 1 })),
    addPane: (pane: Omit<KeptPane, "isLive">, at: number) => void add.run([pane.id, pane.host, JSON.stringify(pane.actor), pane.cols, pane.rows, at]),
    setLive: (id: string, isLive: boolean) => void live.run([isLive ? 1 : 0, id]),
    setSize: (id: string, cols: number, rows: number) => void size.run([cols, rows, id]),
    removePane: (id: string) => void remove.run([id]),
    layout(): Layout {
      // A layout of an older or newer SENA that no longer fits is only a loss of arrangement: the panes stand in a row.
      const kept = Layout.safeParse(JSON.parse(layout.get()?.layout ?? "null"));
      return kept.success ? kept.data : { tabs: [], active: "" };
    },
    putLayout: (next: Layout) => void putLayout.run([JSON.stringify(next)]),
    snippets: (): readonly Snippet[] => snippets.all(),
    putSnippet: ({ id, title, text }: Snippet) => void putSnippet.run([id, title, text]),
    removeSnippet: (id: string) => void removeSnippet.run([id]),
  };
}
