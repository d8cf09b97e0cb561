import { useMemo } from "react";
import { useStore } from "zustand";
import type { Desk, Pane } from "../../../src-main/contract/index.ts";
import { useApp, useFeed } from "../../app/use-app.ts";
import { useQuietHosts, type QuietHosts } from "../../app/use-quiet-hosts.ts";
import { createDeskStore, type DeskStore } from "./desk-store.ts";

const EMPTY: readonly Pane[] = [];

export type DeskView = { readonly store: DeskStore; readonly isKnown: boolean; readonly desk: Desk | undefined; readonly layout: Desk["layout"]; readonly panes: ReadonlyMap<string, Pane>; readonly quietHosts: QuietHosts };

/** The panes as the core tells them, for as long as the caller is mounted. */
export function useDesk(): DeskView {
  const { client, toast } = useApp();
  const store = useMemo(() => createDeskStore({ client, onFailure: (failure) => toast({ tone: "warn", title: "The layout was not kept", text: failure instanceof Error ? failure.message : String(failure) }) }), [client, toast]);
  useFeed("terminals.desk", (core, signal) => core.terminals.desk({}, { signal }), store.hear);
  const { desk, layout } = useStore(store.state);
  const panes = useMemo(() => new Map((desk?.panes ?? EMPTY).map((pane) => [pane.id, pane])), [desk]);
  const quietHosts = useQuietHosts();
  return { store, isKnown: desk !== undefined, desk, layout, panes, quietHosts };
}
