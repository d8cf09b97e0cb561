import { MAX_PANES, failer, type Actor, type BytePipe, type Desk, type Layout, type Pane, type Snippet } from "../contract/index.ts";
import type { Inventory } from "../inventory/port.ts";
import { live, type NewId } from "../kernel/index.ts";
import type { Recordings } from "../ledger/port.ts";
import type { Ssh } from "../ssh/port.ts";
import type { Store } from "../store/index.ts";
import { TERMINAL_FAILURES } from "./failures.ts";
import { fitLayout } from "./layout.ts";
import { createPane, type LivePane } from "./pane.ts";
import { openTables, type KeptPane } from "./tables.ts";

const fail = failer(TERMINAL_FAILURES);
/** Counters on the desk are refreshed this often at most; a state that changed is told at once. */
const CALM_MS = 250;
/** Mouse and focus reports belong to one pane's own screen: a broadcast would click blindly in the others. */
// oxlint-disable-next-line no-control-regex -- ESC is what is looked for
const OWN_TO_PANE = /^\u001b\[(?:M|<|I$|O$)/;
const CRASHED = "SENA stopped without closing this pane";

export type TerminalsNeeds = {
  readonly ssh: Pick<Ssh, "shell">;
  readonly recordings: Recordings;
  readonly inventory: Pick<Inventory, "get" | "find">;
  readonly store: Store;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Whoever is at the screen; undefined where they may not type. */
  readonly acting: () => Actor | undefined;
  /** Where what is pasted is looked at first, and so reaches no pane by way of another. */
  readonly isPasteGated: (environment: Pane["environment"]) => boolean;
  readonly scrollback: () => number;
};

export interface Terminals extends AsyncDisposable {
  desk(signal: AbortSignal): AsyncIterable<Desk>;
  list(): Pane[];
  open(host: string, size: { readonly cols: number; readonly rows: number }, actor: Actor): Pane;
  close(paneId: string, by: Actor): Promise<void>;
  /** Throws PANE_GONE. */
  pane(paneId: string): LivePane;
  attach(paneId: string, pipe: BytePipe, cols: number, rows: number): Promise<void>;
  resize(paneId: string, cols: number, rows: number): Promise<void>;
  broadcast(paneIds: readonly string[]): void;
  layout(layout: Layout): void;
  search(text: string, limit: number, paneId?: string): Promise<{ readonly hits: { paneId: string; line: number; text: string }[]; readonly isCut: boolean }>;
  saveSnippet(snippet: Omit<Snippet, "id"> & { readonly id?: string | undefined }): Snippet;
  removeSnippet(id: string): void;
  setScrollback(lines: number): void;
}

/** Opens the room and everything that was open when the core last ran: each pane connects again by itself. */
export function createTerminals(needs: TerminalsNeeds): Terminals {
  const tables = openTables(needs.store);
  const panes = new Map<string, LivePane>();
  let group: ReadonlySet<string> = new Set();
  let layout = tables.layout();
  let snippets = tables.snippets();
  let calm: ReturnType<typeof setTimeout> | undefined;

  const look = (): Desk => ({ panes: [...panes.values()].map((pane) => pane.facts()), layout: fitLayout(layout, [...panes.keys()]), broadcast: [...group], snippets: [...snippets] });
  const desk = live<Desk>({ panes: [], layout: { tabs: [], active: "" }, broadcast: [], snippets: [] });
  const tell = (): void => {
    clearTimeout(calm);
    calm = undefined;
    desk.set(look());
  };
  const onChange = (isCalm: boolean): void => {
    if (!isCalm) tell();
    else calm ??= setTimeout(tell, CALM_MS);
  };

  const pane = (paneId: string): LivePane => {
    const found = panes.get(paneId);
    if (found === undefined) throw fail("PANE_GONE");
    return found;
  };

  /** What an operator typed in one pane of the group goes to the others that can take it. */
  async function spread(from: string, bytes: Uint8Array, isPasted: boolean): Promise<void> {
    if (!group.has(from) || OWN_TO_PANE.test(Buffer.from(bytes.subarray(0, 3)).toString("latin1"))) return;
    const others = [...group].flatMap((id) => (id === from ? [] : (panes.get(id) ?? [])));
    const isLeftOut = (other: LivePane): boolean => isPasted && needs.isPasteGated(other.facts().environment);
    await Promise.all(others.map((other) => (isLeftOut(other) ? undefined : other.input(bytes))));
    const left = others.filter(isLeftOut).map((other) => other.facts().hostName);
    if (left.length > 0) throw fail("PANE_LEFT_OUT", { hosts: left.join(", ") });
  }

  function start(kept: KeptPane): boolean {
    const host = needs.inventory.get(kept.host);
    if (host === undefined) return false;
    const { id, actor, cols, rows } = kept;
    panes.set(id, createPane({ ...needs, id, host, actor, cols, rows, scrollback: needs.scrollback(), onChange: (isCalm) => panes.has(id) && onChange(isCalm), onTyped: (bytes, isPasted) => spread(id, bytes, isPasted), ...(kept.isLive ? { gap: CRASHED } : {}) }));
    return true;
  }

  for (const kept of tables.panes()) {
    // A host that left the inventory meanwhile takes its pane along; the recording stays.
    if (start(kept)) tables.setLive(kept.id, true);
    else tables.removePane(kept.id);
  }
  tell();

  return {
    desk: (signal) => desk.follow(signal),
    list: () => look().panes,
    open(name, { cols, rows }, actor) {
      if (panes.size >= MAX_PANES) throw fail("PANE_LIMIT", { limit: MAX_PANES });
      const host = needs.inventory.find(name);
      if (host === undefined) throw fail("PANE_HOST_UNKNOWN", { host: name });
      const kept = { id: needs.newId("pane"), host: host.id, actor, cols, rows };
      tables.addPane(kept, needs.now());
      start({ ...kept, isLive: false });
      tell();
      return pane(kept.id).facts();
    },
    async close(paneId, by) {
      const closing = pane(paneId);
      panes.delete(paneId);
      group = new Set([...group].filter((id) => id !== paneId));
      tables.removePane(paneId);
      tell();
      await closing.close(`closed by ${by.name}`);
    },
    pane,
    async attach(paneId, pipe, cols, rows) {
      const shown = pane(paneId);
      tables.setSize(paneId, cols, rows);
      await shown.attach(pipe, cols, rows);
    },
    async resize(paneId, cols, rows) {
      await pane(paneId).resize(cols, rows);
      tables.setSize(paneId, cols, rows);
    },
    broadcast(paneIds) {
      for (const id of paneIds) pane(id);
      group = new Set(paneIds.length > 1 ? paneIds : []);
      for (const id of group) pane(id).mark(`takes what is typed into ${group.size} panes at once`);
      tell();
    },
    layout(next) {
      layout = fitLayout(next, [...panes.keys()]);
      tables.putLayout(layout);
      tell();
    },
    async search(text, limit, paneId) {
      const among = paneId === undefined ? [...panes.entries()] : [[paneId, pane(paneId)] as const];
      const found = await Promise.all(among.map(async ([id, { screen }]) => (await screen.find(text, limit)).map((hit) => ({ paneId: id, ...hit }))));
      const hits = found.flat();
      return { hits: hits.slice(0, limit), isCut: hits.length > limit };
    },
    saveSnippet({ id, title, text }) {
      const snippet = { id: id ?? needs.newId("snip"), title, text };
      tables.putSnippet(snippet);
      snippets = tables.snippets();
      tell();
      return snippet;
    },
    removeSnippet(id) {
      tables.removeSnippet(id);
      snippets = tables.snippets();
      tell();
    },
    setScrollback(lines) {
      for (const { screen } of panes.values()) screen.setScrollback(lines);
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(calm);
      const closing = [...panes.entries()];
      panes.clear();
      await Promise.allSettled(closing.map(([, open]) => open.close("SENA was closed")));
      for (const [id] of closing) tables.setLive(id, false);
    },
  };
}
