import { useEffect, useMemo, useState } from "react";
import type { Layout } from "../../../src-main/contract/index.ts";
import { ScreenBar } from "../../app/screen-bar.tsx";
import type { Command } from "../../app/screen.ts";
import { useApp, useCommands, useRoute } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ENVIRONMENTS } from "../../../src-main/contract/words.ts";
import { BroadcastBar } from "./broadcast-bar.tsx";
import { focus, neighbour, nextTab, placeBeside, placeInTab, setShare } from "./layout-edit.ts";
import { type HostChoice, OpenDialog } from "./open-dialog.tsx";
import { PaneGrid } from "./pane-grid.tsx";
import styles from "./screen.module.css";
import { SnippetsDialog } from "./snippets-dialog.tsx";
import { TabStrip } from "./tab-strip.tsx";
import { useDesk } from "./use-desk.ts";

type Place = { readonly beside: string; readonly direction: "row" | "column" };

export const TerminalsScreen = () => {
  const app = useApp();
  const { store, isKnown, desk, layout, panes, quietHosts } = useDesk();
  const [opening, setOpening] = useState<{ readonly place?: Place | undefined; readonly error?: string | undefined; readonly isBusy?: boolean }>();
  const [isChoosing, setChoosing] = useState(false);
  const [hasSnippets, setSnippets] = useState(false);
  const tab = layout.tabs.find(({ id }) => id === layout.active);
  const focused = tab === undefined ? undefined : panes.get(tab.focused);
  const broadcast = useMemo(() => new Set(desk?.broadcast), [desk]);
  const failed = (failure: unknown) => app.toast({ tone: "bad", title: "Not done", text: failure instanceof Error ? failure.message : String(failure) });

  const openOn = async (host: string, place?: Place): Promise<void> => {
    const { pane } = await app.client.terminals.open({ host });
    store.change((now) => (place === undefined ? placeInTab(now, pane.id) : placeBeside(now, pane.id, place.beside, place.direction)));
  };
  const split = (paneId: string, direction: "row" | "column") => {
    const host = panes.get(paneId)?.hostId;
    if (host !== undefined) void openOn(host, { beside: paneId, direction }).catch(failed);
  };
  const change = (edit: (now: Layout) => Layout) => store.change(edit);
  const endBroadcast = () => {
    setChoosing(false);
    void app.client.terminals.broadcast({ paneIds: [] }).catch(failed);
  };
  const chosen = useBroadcastChoice(broadcast, isChoosing);
  const choose = (paneIds: readonly string[]) => {
    chosen.set(new Set(paneIds));
    void app.client.terminals.broadcast({ paneIds: paneIds.length > 1 ? [...paneIds] : [] }).catch(failed);
  };
  const hosts = useHostChoices(opening !== undefined);
  useHostInAddress(isKnown, panes, (host) => void openOn(host).catch(failed), (paneId) => change((now) => focus(now, paneId)));

  const key = { icon: "terminal", worksInText: true } as const;
  const commands: Command[] = [
    { ...key, id: "terminals.open", title: "Open a pane", icon: "plus", keys: "Mod+Shift+Enter", words: ["ssh", "connect"], run: () => setOpening({}) },
    ...(focused === undefined
      ? []
      : ([
          { ...key, id: "terminals.split-right", title: "Split the pane to the right", icon: "split-right", keys: "Mod+Shift+D", run: () => split(focused.id, "row") },
          { ...key, id: "terminals.split-down", title: "Split the pane downwards", icon: "split-down", keys: "Mod+Shift+E", run: () => split(focused.id, "column") },
          { ...key, id: "terminals.broadcast", title: "Type into several panes at once", icon: "broadcast", keys: "Mod+Shift+B", run: () => (isChoosing || broadcast.size > 0 ? endBroadcast() : setChoosing(true)) },
          { ...key, id: "terminals.snippets", title: "Insert a snippet", icon: "attach", keys: "Mod+Shift+S", run: () => setSnippets(true) },
          { ...key, id: "terminals.next", title: "Go to the next pane", keys: "Mod+Shift+ArrowRight", mayRepeat: true, run: () => change((now) => focus(now, neighbour(now, 1) ?? "")) },
          { ...key, id: "terminals.previous", title: "Go to the previous pane", keys: "Mod+Shift+ArrowLeft", mayRepeat: true, run: () => change((now) => focus(now, neighbour(now, -1) ?? "")) },
          { ...key, id: "terminals.next-tab", title: "Go to the next tab", keys: "Mod+Shift+PageDown", mayRepeat: true, run: () => change((now) => nextTab(now, 1)) },
          { ...key, id: "terminals.previous-tab", title: "Go to the previous tab", keys: "Mod+Shift+PageUp", mayRepeat: true, run: () => change((now) => nextTab(now, -1)) },
        ] satisfies Command[])),
  ];
  useCommands(commands);

  return (
    <div className={styles.screen}>
      <ScreenBar
        actions={
          <>
            {panes.size > 1 ? <IconButton icon="broadcast" label="Type into several panes at once" keys="Mod+Shift+B" isPressed={broadcast.size > 0 || isChoosing} onClick={() => (isChoosing || broadcast.size > 0 ? endBroadcast() : setChoosing(true))} /> : null}
            <Button size="sm" icon="plus" onClick={() => setOpening({})}>
              Open pane
            </Button>
          </>
        }
      />
      {layout.tabs.length > 1 ? <TabStrip layout={layout} panes={panes} onTab={(active) => change((now) => ({ ...now, active }))} /> : null}
      {isChoosing || broadcast.size > 0 ? <BroadcastBar panes={[...panes.values()]} chosen={chosen.value} onChosen={choose} onEnd={endBroadcast} /> : null}
      <div className={styles.grid}>
        {!isKnown ? (
          <Skeleton lines={6} label="Loading the panes" />
        ) : tab === undefined ? (
          <div className={styles.nothing}>
            <EmptyState icon="terminal" title="No terminal is open" actions={<Button kind="primary" icon="plus" onClick={() => setOpening({})}>Open pane</Button>}>
              Open a pane to a host. It is recorded from its first byte, keeps up with any flood of output, and is here again after a restart.
            </EmptyState>
          </div>
        ) : (
          <PaneGrid
            key={tab.id}
            tree={tab.tree}
            panes={panes}
            quietHosts={quietHosts}
            focused={tab.focused}
            broadcast={broadcast}
            onShare={(path, share) => change((now) => ({ ...now, tabs: now.tabs.map((other) => (other.id === tab.id ? { ...other, tree: setShare(other.tree, path, share) } : other)) }))}
            onFocus={(paneId) => change((now) => focus(now, paneId))}
            onSplit={split}
            onMove={(paneId, beside, direction) => change((now) => placeBeside(now, paneId, beside, direction))}
            onSnippets={() => setSnippets(true)}
          />
        )}
      </div>
      <OpenDialog
        isOpen={opening !== undefined}
        hosts={hosts}
        error={opening?.error}
        isBusy={opening?.isBusy ?? false}
        onClose={() => setOpening(undefined)}
        onOpen={(host) => {
          setOpening({ ...opening, isBusy: true });
          openOn(host, opening?.place).then(() => setOpening(undefined), (failure: unknown) => setOpening({ ...opening, isBusy: false, error: failure instanceof Error ? failure.message : String(failure) }));
        }}
      />
      <SnippetsDialog
        isOpen={hasSnippets}
        snippets={desk?.snippets ?? []}
        target={focused === undefined ? "the pane" : `${focused.user}@${focused.hostName}`}
        onClose={() => setSnippets(false)}
        onSave={(draft) => void app.client.terminals.saveSnippet(draft).catch(failed)}
        onRemove={(snippetId) => void app.client.terminals.removeSnippet({ snippetId }).catch(failed)}
        onInsert={({ text }) => {
          setSnippets(false);
          if (focused !== undefined) void app.client.terminals.type({ paneId: focused.id, text }).catch(failed);
        }}
      />
    </div>
  );
};

/** The ticks while choosing: the core knows a broadcast only once it has two panes. */
function useBroadcastChoice(broadcast: ReadonlySet<string>, isChoosing: boolean): { readonly value: ReadonlySet<string>; readonly set: (next: ReadonlySet<string>) => void } {
  const [own, set] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (!isChoosing) set(new Set());
  }, [isChoosing]);
  return { value: broadcast.size > 0 ? broadcast : own, set };
}

/** What can be opened, asked for anew each time the dialog opens: hosts come and go. */
/** A completion tells where a host stands in words, its environment first. */
function choiceOf({ label, detail }: { readonly label: string; readonly detail: string }): HostChoice {
  const [first = "", ...others] = detail.split(" · ");
  const environment = ENVIRONMENTS.find((one) => one === first);
  const name = label.replace(/^@/, "");
  return environment === undefined ? { name, detail } : { name, environment, detail: others.join(" · ") };
}

function useHostChoices(isOpen: boolean): readonly HostChoice[] {
  const { client } = useApp();
  const [hosts, setHosts] = useState<readonly HostChoice[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    let isWanted = true;
    // Without the list the name can still be typed.
    client.chat.complete({ sign: "@", typed: "" }).then(
      ({ completions }) => isWanted && setHosts(completions.filter(({ kind }) => kind === "host").map(choiceOf)),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [client, isOpen]);
  return hosts;
}

/** `#/terminals?host=web-01`: that host's pane, opened when there is none. */
function useHostInAddress(isKnown: boolean, panes: ReturnType<typeof useDesk>["panes"], open: (host: string) => void, show: (paneId: string) => void): void {
  const { navigate } = useApp();
  const { params } = useRoute();
  const host = params.get("host");
  useEffect(() => {
    if (!isKnown || host === null) return;
    const there = [...panes.values()].find(({ hostId, hostName }) => hostId === host || hostName === host);
    if (there === undefined) open(host);
    else show(there.id);
    navigate("/terminals");
    // Only a new address opens anything; the panes change for other reasons.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isKnown, host]);
}
