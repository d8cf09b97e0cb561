import { useEffect, useMemo, useRef, useState } from "react";
import type { Client, HostFacets, HostFilter, HostOrder, HostRow, SenaContract } from "../../../src-main/contract/index.ts";
import { useApp, useFeed } from "../../app/use-app.ts";

export type HostsView = { readonly rows: readonly HostRow[]; readonly total: number; readonly all: number; readonly facets: HostFacets; readonly isLoading: boolean; readonly failure: string | undefined };

const PAGE = 500;
const SETTLE_MS = 120;
const NOBODY: ReadonlySet<string> = new Set();
const NO_FACETS: HostFacets = { environments: [], groups: [], tags: [], sources: [] };

/** All that match, page by page behind the first one, and anew whenever the inventory or the filter changes. */
export function useHosts(filter: HostFilter, order: HostOrder): HostsView {
  const { client } = useApp();
  const [version, setVersion] = useState("");
  /** Each start counts its versions anew. */
  const starts = useRef(0);
  const [view, setView] = useState<HostsView>({ rows: [], total: 0, all: 0, facets: NO_FACETS, isLoading: true, failure: undefined });
  const [connected, setConnected] = useState<ReadonlySet<string>>(NOBODY);
  useFeed("hosts.changes", (core, signal) => ((starts.current += 1), core.hosts.changes({}, { signal })), (item) => {
    setVersion(`${starts.current}.${item.version}`);
    setConnected(new Set(item.connected));
  });
  const key = JSON.stringify([filter, order]);
  const isFirst = useRef(true);
  useEffect(() => {
    const stop = new AbortController();
    const [wanted, by] = JSON.parse(key) as [HostFilter, HostOrder];
    const timer = setTimeout(
      () => {
        isFirst.current = false;
        void load(client, wanted, by, stop.signal, (next) => setView((before) => ({ ...before, ...next }))).catch((failure: unknown) => {
          if (!stop.signal.aborted) setView((before) => ({ ...before, isLoading: false, failure: failure instanceof Error ? failure.message : String(failure) }));
        });
      },
      isFirst.current ? 0 : SETTLE_MS,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [client, key, version]);
  const rows = useMemo(() => view.rows.map((row) => (row.connected === connected.has(row.id) ? row : { ...row, connected: connected.has(row.id) })), [view.rows, connected]);
  return { ...view, rows };
}

async function load(client: Client<SenaContract>, filter: HostFilter, order: HostOrder, signal: AbortSignal, show: (some: Partial<HostsView>) => void): Promise<void> {
  const [first, facets] = await Promise.all([client.hosts.list({ filter, order, offset: 0, limit: PAGE }, { signal }), client.hosts.facets({}, { signal })]);
  signal.throwIfAborted();
  let rows = first.rows;
  show({ rows, total: first.total, all: first.all, facets, isLoading: rows.length < first.total, failure: undefined });
  while (rows.length < first.total) {
    const next = await client.hosts.list({ filter, order, offset: rows.length, limit: PAGE }, { signal });
    signal.throwIfAborted();
    if (next.rows.length === 0) break;
    rows = [...rows, ...next.rows];
  }
  if (rows !== first.rows) show({ rows });
  show({ isLoading: false });
}
