import type { Layout, Pane } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import { BroadcastBar } from "./broadcast-bar.tsx";
import { FindBar } from "./find-bar.tsx";
import { OpenDialog } from "./open-dialog.tsx";
import { PaneHeader } from "./pane-header.tsx";
import { PaneNotice } from "./pane-notice.tsx";
import { PasteDialog } from "./paste-dialog.tsx";
import { SnippetsDialog } from "./snippets-dialog.tsx";
import { TabStrip } from "./tab-strip.tsx";

const nothing = () => {};
const pane = (over: Partial<Pane> = {}): Pane => ({
  id: "pane_1", hostId: "web-01", hostName: "web-01", user: "ops", environment: "prod", title: "bash", cols: 120, rows: 40,
  state: { is: "open", since: 0, fingerprint: "SHA256:9fQ2", answers: true }, readOnly: "", isRecorded: true, events: 412, keepsShell: false, blocked: { count: 0, last: "" }, ...over,
});
const db = pane({ id: "pane_2", hostId: "db-01", hostName: "db-01", environment: "staging", events: 88 });
const bmc = pane({ id: "pane_3", hostId: "bmc-01", hostName: "bmc-01", environment: "dev", state: { is: "lost", why: "bmc-01 does not answer.", code: "SSH_UNREACHABLE", retryAt: 5000, attempts: 3 } });
const head = (over: Partial<Pane>, more: { isFocused?: boolean; broadcastTo?: number } = {}) => <PaneHeader pane={pane(over)} isFocused={more.isFocused ?? true} broadcastTo={more.broadcastTo ?? 0} menu={[]} onSearch={nothing} onClose={nothing} />;
const notice = (over: Partial<Pane>, isLinkUp = true) => <PaneNotice pane={pane(over)} now={2000} isLinkUp={isLinkUp} onReconnect={nothing} onRecordAgain={nothing} onClose={nothing} />;
const leaf = (paneId: string) => ({ is: "pane", paneId }) as const;
const layout: Layout = {
  tabs: [
    { id: "a", tree: { is: "split", direction: "row", share: 0.5, first: leaf("pane_1"), second: leaf("pane_2") }, focused: "pane_1" },
    { id: "b", tree: leaf("pane_2"), focused: "pane_2" },
    { id: "c", tree: leaf("pane_3"), focused: "pane_3" },
  ],
  active: "a",
};
const all = new Map([pane(), db, bmc].map((one) => [one.id, one]));

export const previews: readonly Preview[] = [
  { name: "Head: production, focused", isWide: true, draw: () => head({}) },
  { name: "Head: staging, not focused", isWide: true, draw: () => head({ environment: "staging", hostName: "db-01" }, { isFocused: false }) },
  { name: "Head: not recorded, sequences held back, broadcast", isWide: true, draw: () => head({ environment: "dev", isRecorded: false, readOnly: "the recorder stopped.", blocked: { count: 3, last: "OSC 52 (clipboard)" } }, { broadcastTo: 4 }) },
  { name: "Notice: connecting", isWide: true, draw: () => notice({ state: { is: "connecting", attempt: 1 } }) },
  { name: "Notice: lost, trying again", isWide: true, draw: () => notice(bmc) },
  { name: "Notice: lost, needs somebody", isWide: true, draw: () => notice({ state: { is: "lost", why: "The host key of web-01 changed.", code: "HOST_KEY_CHANGED", retryAt: null, attempts: 1 } }) },
  { name: "Notice: ended", isWide: true, draw: () => notice({ state: { is: "ended", why: "", status: 0 } }) },
  { name: "Notice: read only", isWide: true, draw: () => notice({ readOnly: "the recorder stopped. The disk is full.", isRecorded: false }) },
  { name: "Notice: the host does not answer", isWide: true, draw: () => <PaneNotice pane={pane()} quietSince={2000} now={45_000} isLinkUp onReconnect={nothing} onRecordAgain={nothing} onClose={nothing} /> },
  { name: "Notice: the shell has not answered", isWide: true, draw: () => <PaneNotice pane={pane({ state: { is: "open", since: 0, fingerprint: "SHA256:9fQ2", answers: false } })} now={5000} isLinkUp onReconnect={nothing} onRecordAgain={nothing} onClose={nothing} /> },
  { name: "Notice: core away", isWide: true, draw: () => notice({}, false) },
  { name: "Tabs", isWide: true, draw: () => <TabStrip layout={layout} panes={all} onTab={nothing} /> },
  { name: "Broadcast: chosen", isWide: true, draw: () => <BroadcastBar panes={[...all.values()]} chosen={new Set(["pane_1", "pane_2"])} onChosen={nothing} onEnd={nothing} /> },
  { name: "Broadcast: choosing", isWide: true, draw: () => <BroadcastBar panes={[...all.values()]} chosen={new Set()} onChosen={nothing} onEnd={nothing} /> },
  { name: "Search", height: 60, draw: () => <FindBar found={{ index: 2, count: 14 }} onFind={nothing} onClose={nothing} /> },
  { name: "Paste", isOverlay: true, draw: () => <PasteDialog text={"systemctl stop nginx\nrm -rf /srv/cache\n"} pane={pane()} broadcastTo={0} onPaste={nothing} onCancel={nothing} /> },
  { name: "Paste: hidden characters", isOverlay: true, draw: () => <PasteDialog text={"ls \u202e#txt.exe\u001b[201~"} pane={db} broadcastTo={2} onPaste={nothing} onCancel={nothing} /> },
  { name: "Open", isOverlay: true, draw: () => <OpenDialog isOpen hosts={[{ name: "web-01", environment: "prod", detail: "web" }, { name: "db-01", environment: "staging", detail: "db" }]} error={undefined} isBusy={false} onOpen={nothing} onClose={nothing} /> },
  { name: "Open: unknown host", isOverlay: true, draw: () => <OpenDialog isOpen hosts={[{ name: "web-01", environment: "prod", detail: "web" }, { name: "db-01", environment: "staging", detail: "db" }]} error="There is no host “web-99” in the inventory." isBusy={false} onOpen={nothing} onClose={nothing} /> },
  { name: "Snippets", isOverlay: true, draw: () => <SnippetsDialog isOpen snippets={[{ id: "s1", title: "Who holds the port", text: "ss -ltnp 'sport = :443'" }]} target="ops@web-01" onInsert={nothing} onSave={nothing} onRemove={nothing} onClose={nothing} /> },
  { name: "Snippets: none", isOverlay: true, draw: () => <SnippetsDialog isOpen snippets={[]} target="ops@web-01" onInsert={nothing} onSave={nothing} onRemove={nothing} onClose={nothing} /> },
];
