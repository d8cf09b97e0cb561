import { createStore, type StoreApi } from "zustand/vanilla";
import type { Client, Desk, Layout, SenaContract } from "../../../src-main/contract/index.ts";

export type DeskState = {
  /** Undefined until the core has spoken. */
  readonly desk: Desk | undefined;
  /** As the operator sees it: the core's, or the own change that is on its way there. */
  readonly layout: Layout;
};

export type DeskStore = {
  readonly state: StoreApi<DeskState>;
  readonly hear: (desk: Desk) => void;
  /** Shown at once, kept by the core a moment later; dragging a handle is many changes. */
  readonly change: (change: (layout: Layout) => Layout) => void;
};

const SAVE_AFTER_MS = 250;

export function createDeskStore({ client, onFailure }: { readonly client: Pick<Client<SenaContract>, "terminals">; readonly onFailure: (failure: unknown) => void }): DeskStore {
  const state = createStore<DeskState>(() => ({ desk: undefined, layout: { tabs: [], active: "" } }));
  let unsaved: ReturnType<typeof setTimeout> | undefined;
  let isSaving = 0;

  const save = async (): Promise<void> => {
    unsaved = undefined;
    isSaving += 1;
    try {
      await client.terminals.layout({ layout: state.getState().layout });
    } catch (failure) {
      onFailure(failure);
    } finally {
      isSaving -= 1;
    }
  };
  return {
    state,
    hear: (desk) => {
      const isMine = unsaved !== undefined || isSaving > 0;
      // A pane that is in no place of the own layout yet must still be seen: then the core's word counts.
      state.setState({ desk, ...(isMine && placed(state.getState().layout) === placed(desk.layout) ? {} : { layout: desk.layout }) });
    },
    change(change) {
      const before = state.getState().layout;
      const layout = change(before);
      if (layout === before) return;
      state.setState({ layout });
      clearTimeout(unsaved);
      unsaved = setTimeout(() => void save(), SAVE_AFTER_MS);
    },
  };
}

const placed = ({ tabs }: Layout): string => (JSON.stringify(tabs).match(/"paneId":"[^"]+"/g) ?? []).sort().join();
