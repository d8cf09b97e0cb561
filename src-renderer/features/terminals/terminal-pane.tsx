import { type DragEvent, useEffect, useRef, useState } from "react";
import type { Pane } from "../../../src-main/contract/index.ts";
import { useApp, useCommands, useLink } from "../../app/use-app.ts";
import { classNames } from "../../lib/class-names.ts";
import { markBytes } from "../../lib/mark-bytes.ts";
import { FindBar } from "./find-bar.tsx";
import styles from "./pane.module.css";
import { PaneHeader } from "./pane-header.tsx";
import { PaneNotice } from "./pane-notice.tsx";
import { paneMenu } from "./pane-menu.ts";
import { concernAbout } from "./paste.ts";
import { PasteDialog } from "./paste-dialog.tsx";
import type { Found, Typing } from "./term/term-view.ts";
import { useNow } from "./use-now.ts";
import { useTermView } from "./use-term-view.ts";
import { useSpoken } from "./use-spoken.ts";

export type PaneProps = {
  pane: Pane;
  /** Since when its host does not answer, though the connection is not given up yet. */
  quietSince?: number | undefined;
  isFocused?: boolean;
  broadcastTo?: number;
  /** Which of several panes of its host: heard, where it is seen. */
  number?: number | undefined;
  onFocus?: () => void;
  /** Without these the pane cannot be split or moved: beside a conversation it stands where it stands. */
  onSplit?: (direction: "row" | "column") => void;
  onDropPane?: (paneId: string, direction: "row" | "column") => void;
  onSnippets?: () => void;
};

export const PANE_DRAG = "application/x-sena-pane";

/** One pane: its head, its screen, and what stands in the way of typing. */
export const TerminalPane = ({ pane, quietSince, isFocused = true, broadcastTo = 0, number, onFocus, onSplit, onDropPane, onSnippets }: PaneProps) => {
  const app = useApp();
  const isLinkUp = useLink(({ is }) => is === "up");
  const box = useRef<HTMLDivElement>(null);
  const [isFinding, setFinding] = useState(false);
  const [found, setFound] = useState<Found>();
  const [link, setLink] = useState<string>();
  const [pasted, setPasted] = useState<string>();
  const [isSpoken, toggleSpoken] = useSpoken();
  const now = useNow((pane.state.is === "lost" && pane.state.retryAt !== null) || (pane.state.is === "open" && !pane.state.answers));

  const failed = (failure: unknown) => app.toast({ tone: "bad", title: `Not done on ${pane.hostName}`, text: failure instanceof Error ? failure.message : String(failure) });
  const copy = (text: string, what: string) => void navigator.clipboard.writeText(text).then(() => app.toast({ title: `${what} copied` }), () => app.toast({ tone: "warn", title: "The clipboard refused the text" }));
  const view = useTermView(box, pane.id, `Terminal on ${pane.hostName}`, isSpoken, {
    onFocus: () => onFocus?.(),
    onPaste: (text) => (concernAbout(text) === undefined ? type(text) : setPasted(text)),
    onLink: setLink,
    onLinkPressed: (target) => copy(target, "The link’s target"),
    onFound: setFound,
    onFailure: failed,
  });
  const type = (text: string) => void view?.paste(text).catch(failed);
  const typing = typingInto(pane, isLinkUp);
  useEffect(() => view?.setTyping(typing), [view, typing]);
  useEffect(() => {
    if (isFocused && !isFinding && pasted === undefined) view?.focus();
  }, [view, isFocused, isFinding, pasted]);

  const acts = {
    reconnect: () => void app.client.terminals.reconnect({ paneId: pane.id }).catch(failed),
    recordAgain: () => void app.client.terminals.recordAgain({ paneId: pane.id }).catch(failed),
    close: () => void app.client.terminals.close({ paneId: pane.id }).catch(failed),
    reset: () => void app.client.terminals.reset({ paneId: pane.id }).catch(failed),
    mark: () => void app.client.terminals.mark({ paneId: pane.id, label: "marked by the operator" }).then(() => app.toast({ title: "Marked in the recording" }), failed),
    copy: () => (view?.selection ? copy(view.selection, "The selection") : undefined),
    find: () => setFinding(true),
  };
  const menu = paneMenu({ acts, onSplit, onSnippets, hasSelection: () => (view?.selection ?? "") !== "", isSpoken, toggleSpoken });
  useCommands(
    isFocused
      ? [
          { id: "terminals.find", title: "Search in the pane", icon: "search", keys: "Mod+Shift+F", worksInText: true, run: acts.find },
          { id: "terminals.copy", title: "Copy the selection", icon: "copy", keys: "Mod+Shift+C", worksInText: true, run: acts.copy },
          { id: "terminals.close", title: "Close the pane", icon: "close", keys: "Mod+Shift+X", worksInText: true, run: acts.close },
          { id: "terminals.mark", title: "Put a marker into the recording", icon: "pin", run: acts.mark },
          { id: "terminals.reset", title: "Put a garbled screen in order", icon: "refresh", run: acts.reset },
        ]
      : [],
  );
  const drop = useDrop(pane.id, onDropPane);

  return (
    <section className={classNames(styles.pane, styles[pane.environment])} aria-label={`${pane.hostName}${number === undefined ? "" : `, pane ${number}`}, ${pane.environment}`} {...drop.handlers}>
      <PaneHeader pane={pane} isFocused={isFocused} broadcastTo={broadcastTo} menu={menu} onSearch={acts.find} onClose={acts.close} />
      <div className={styles.screen} data-keys="raw" data-pane={pane.id}>
        <div ref={box} className={styles.term} data-shown={view !== undefined || undefined} />
        {link === undefined ? null : <span className={styles.link}>{markBytes(link).map(({ text }) => text).join("").slice(0, 400)} · click copies</span>}
      </div>
      <PaneNotice pane={pane} quietSince={quietSince} now={now} isLinkUp={isLinkUp} onReconnect={acts.reconnect} onRecordAgain={acts.recordAgain} onClose={acts.close} />
      {isFinding ? (
        <div className={styles.findPlace}>
          <FindBar
            found={found}
            onFind={(text, direction) => view?.find(text, direction)}
            onClose={() => {
              view?.endFind();
              setFinding(false);
            }}
          />
        </div>
      ) : null}
      {drop.side === undefined ? null : <div className={styles.drop} data-side={drop.side} />}
      <PasteDialog
        text={pasted}
        pane={pane}
        broadcastTo={broadcastTo}
        onCancel={() => setPasted(undefined)}
        onPaste={() => {
          if (pasted !== undefined) type(pasted);
          setPasted(undefined);
        }}
      />
    </section>
  );
};

/** Ahead of a shell that was asked for one may type; into one that came back by itself nobody types blind. */
const typingInto = ({ state, readOnly }: Pane, isLinkUp: boolean): Typing => {
  if (readOnly !== "" || !isLinkUp) return "nothing";
  if (state.is === "open") return "sent";
  return state.is === "connecting" && state.attempt === 1 ? "kept" : "nothing";
};

/** Another pane's tab dropped here stands to the right or below, by where it is let go. */
function useDrop(paneId: string, onDropPane: PaneProps["onDropPane"]) {
  const [side, setSide] = useState<"row" | "column">();
  const at = (event: DragEvent<HTMLElement>): "row" | "column" => {
    const rect = event.currentTarget.getBoundingClientRect();
    return (event.clientX - rect.left) / rect.width > (event.clientY - rect.top) / rect.height ? "row" : "column";
  };
  if (onDropPane === undefined) return { side: undefined, handlers: {} };
  const handlers = {
    onDragOver: (event: DragEvent<HTMLElement>) => {
      if (!event.dataTransfer.types.includes(PANE_DRAG)) return;
      event.preventDefault();
      setSide(at(event));
    },
    onDragLeave: () => setSide(undefined),
    onDrop: (event: DragEvent<HTMLElement>) => {
      const moved = event.dataTransfer.getData(PANE_DRAG);
      setSide(undefined);
      if (moved !== "" && moved !== paneId) onDropPane(moved, at(event));
    },
  };
  return { side, handlers };
}
