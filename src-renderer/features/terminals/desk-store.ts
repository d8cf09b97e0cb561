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
  /** Shown at once and kept by the core at once, so that a split outlives a reload in the same breath; of the many changes that dragging a handle is, now and then and the last. */
  readonly change: (change: (layout: Layout) => Layout) => void;
};

const REST_MS = 250;

export function createDeskStore({ client, onFailure }: { readonly client: Pick<Client<SenaContract>, "terminals">; readonly onFailure: (failure: unknown) => void }): DeskStore {
  const state = createStore<DeskState>(() => ({ desk: undefined, layout: { tabs: [], active: "" } }));
  let rest: ReturnType<typeof setTimeout> | undefined;
  let isUnsaved = false;
  let isSaving = 0;

  const save = async (): Promise<void> => {
    isUnsaved = false;
    isSaving += 1;
    rest = setTimeout(() => {
      rest = undefined;
      if (isUnsaved) void save();
    }, REST_MS);
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
      const isMine = isUnsaved || isSaving > 0;
      // A pane that is in no place of the own layout yet must still be seen: then the core's word counts.
      state.setState({ desk, ...(isMine && placed(state.getState().layout) === placed(desk.layout) ? {} : { layout: desk.layout }) });
    },
    change(change) {
      const before = state.getState().layout;
      const layout = change(before);
      if (layout === before) return;
      state.setState({ layout });
      isUnsaved = true;
      if (rest === undefined) void save();
    },
  };
}

const placed = ({ tabs }: Layout): string => (JSON.stringify(tabs).match(/"paneId":"[^"]+"/g) ?? []).sort().join();
