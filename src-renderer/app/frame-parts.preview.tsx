import { useState } from "react";
import type { Status } from "../../src-main/contract/index.ts";
import type { Preview } from "../lib/preview.ts";
import { ConnectionBanner } from "./connection-banner.tsx";
import { FailureView } from "./error-boundary.tsx";
import { KeyMap } from "./help-sheet.tsx";
import { Palette, type PaletteItem } from "./palette.tsx";
import { Rail } from "./rail.tsx";
import type { Command } from "./screen.ts";
import { GlassBanner } from "./glass-strip.tsx";
import { StatusBar } from "./status-bar.tsx";
import { TopBar } from "./top-bar.tsx";

const nothing = () => {};

const STATUS: Status = {
  version: "0.1.0",
  startedAt: 1_763_700_000_000,
  principal: { id: "op_1", name: "Mara Lind", permissions: ["public", "view", "operate"], locked: false },
  model: { state: "none", name: "" },
  network: "sealed",
  recorder: { state: "ok", events: 1204, head: "9f3c1a77d0e24b6f9f3c1a77d0e24b6f9f3c1a77d0e24b6f9f3c1a77d0e24b6f", say: "" },
  anchor: { witnesses: 0 },
  central: { state: "none", orgName: "", lag: 0, say: "" },
  waitingApprovals: 2,
  keysToConfirm: [],
  scheduleNotices: 0,
  hostsConnected: 3,
  lab: false,
  updated: false,
};
const SCREENS = [
  { id: "chat", title: "Chat", icon: "chat", path: "chat" },
  { id: "terminals", title: "Terminals", icon: "terminal", path: "terminals" },
  { id: "hosts", title: "Hosts", icon: "hosts", path: "hosts" },
  { id: "approvals", title: "Approvals", icon: "approvals", path: "approvals", countWords: "waiting" },
  { id: "settings", title: "Settings", icon: "settings", path: "settings" },
] as const;
const ITEMS: readonly PaletteItem[] = [
  { id: "go.hosts", title: "Go to Hosts", group: "Screens", icon: "hosts", keys: "g h", run: nothing },
  { id: "host.web-01", title: "web-01", note: "10.0.4.12 · prod", group: "Hosts", icon: "hosts", run: nothing },
  { id: "terminals.split", title: "Split the pane to the right", group: "Terminals", icon: "split-right", keys: "Mod+Shift+D", run: nothing },
  { id: "theme", title: "Theme: high contrast", group: "Window", icon: "contrast", run: nothing },
];
const COMMANDS: readonly Command[] = [
  { id: "a", title: "Go to Chat", group: "Screens", keys: "g c", alsoKeys: ["Mod+1"], run: nothing },
  { id: "b", title: "Search or run anything", group: "Window", keys: "Mod+k", alsoKeys: ["Mod+Shift+P"], run: nothing },
];

const SomePalette = ({ query }: { query: string }) => {
  const [typed, setTyped] = useState(query);
  return <Palette items={ITEMS} recent={[]} query={typed} onQuery={setTyped} onClose={nothing} />;
};

export const previews: readonly Preview[] = [
  { name: "Status: at work", isWide: true, draw: () => <StatusBar status={STATUS} isStale={false} /> },
  { name: "Status: witnessed, LAN, model ready, lab", isWide: true, draw: () => <StatusBar status={{ ...STATUS, network: "lan", model: { state: "ready", name: "qwen3-8b-q4" }, anchor: { witnesses: 2 }, waitingApprovals: 0, hostsConnected: 1, lab: true }} isStale={false} /> },
  { name: "Status: linked to a central server, some to send", isWide: true, draw: () => <StatusBar status={{ ...STATUS, network: "lan", central: { state: "linked", orgName: "Harbour Lab", lag: 312, say: "" } }} isStale={false} /> },
  { name: "Status: the record forked", isWide: true, draw: () => <StatusBar status={{ ...STATUS, network: "lan", central: { state: "alarm", orgName: "Harbour Lab", lag: 0, say: "The central server was put back to an older state." } }} isStale={false} /> },
  { name: "Status: recorder failed, model failed", isWide: true, draw: () => <StatusBar status={{ ...STATUS, recorder: { state: "failed", events: 0, head: "", say: "The disk is full." }, model: { state: "failed", name: "qwen3-8b-q4" }, network: "central" }} isStale={false} /> },
  { name: "Status: last known, core away", isWide: true, draw: () => <StatusBar status={STATUS} isStale /> },
  { name: "Status: before the core has spoken", isWide: true, draw: () => <StatusBar status={undefined} isStale={false} /> },
  { name: "A broken glass, above every screen", isWide: true, draw: () => <GlassBanner glass={{ id: "bg_1", byId: "op_1", byName: "ada", reason: "the database is down and nobody is here", fromAt: 0, untilAt: 900_000, reviewedBy: "", reviewedAt: null, review: "" }} onClose={nothing} /> },
  { name: "Rail", height: 280, isWide: true, draw: () => <div style={{ display: "grid", width: 52, height: "100%" }}><Rail screens={SCREENS} current="chat" counts={[0, 0, 0, STATUS.waitingApprovals]} /></div> },
  { name: "Top bar", isWide: true, draw: () => <TopBar title="Hosts" slotRef={nothing} onSearch={nothing} /> },
  { name: "Connection: slow start", isWide: true, draw: () => <ConnectionBanner news="connecting" /> },
  { name: "Connection: core down", isWide: true, draw: () => <ConnectionBanner news="core-down" /> },
  { name: "Connection: lost", isWide: true, draw: () => <ConnectionBanner news="network-down" /> },
  { name: "Connection: back", isWide: true, draw: () => <ConnectionBanner news="back" /> },
  { name: "Keyboard map", draw: () => <KeyMap commands={COMMANDS} /> },
  { name: "A screen failed", draw: () => <FailureView reference="scr-4f21a09bc3" text={"SENA 0.1.0 · screen failure scr-4f21a09bc3\nwhen    2026-11-21T09:41:12.000Z\nscreen  hosts\n\nCannot read properties of undefined (reading 'id')"} onRetry={nothing} onReload={nothing} /> },
  { name: "Palette", isOverlay: true, draw: () => <SomePalette query="" /> },
  { name: "Palette, typed", isOverlay: true, draw: () => <SomePalette query="web" /> },
  { name: "Palette, nothing found", isOverlay: true, draw: () => <SomePalette query="xyzzy" /> },
];
