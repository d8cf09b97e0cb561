import { useEffect, useState } from "react";
import type { Status } from "../../src-main/contract/index.ts";
import { type AppModel, type AppWindow, createApp } from "../app/create-app.ts";
import { App } from "../app/frame.tsx";
import { SCREENS } from "../app/screens.ts";
import type { LinkState } from "../link/index.ts";
import type { Preview } from "../lib/preview.ts";
import { fakeCore, FAKE_STATUS } from "./fake-core.ts";

/** The page's own window, but with an address of its own and nothing remembered. */
const ownWindow = (hash: string): AppWindow => ({
  location: { hash },
  history: { replaceState: () => {} },
  document: {
    // A root of its own: the theme is the gallery's to choose.
    documentElement: document.createElement("div"),
    get activeElement() {
      return document.activeElement;
    },
    querySelector: document.querySelector.bind(document),
  },
  matchMedia: (query) => window.matchMedia(query),
  crypto: window.crypto,
  performance: window.performance,
  localStorage: { setItem: () => {} },
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
});

const Whole = ({ at, status, link, drops = false }: { at: string; status?: Partial<Status>; link?: Partial<LinkState>; drops?: boolean }) => {
  const [app, setApp] = useState<AppModel>();
  // Made once it stands: what is made while drawing is made again when a part of it was still on its way, and the first would go on listening.
  useEffect(() => {
    const core = fakeCore(status, link);
    const made = createApp({ link: core, screens: SCREENS, window: ownWindow(at) });
    setApp(made);
    const timer = drops ? setTimeout(() => core.state.setState({ is: "down", why: "core" }), 20) : undefined;
    return () => {
      clearTimeout(timer);
      made.dispose();
    };
  }, [at, status, link, drops]);
  if (app === undefined) return null;
  return (
    <div style={{ position: "fixed", inset: 0 }}>
      <App app={app} />
    </div>
  );
};

export const previews: readonly Preview[] = [
  { name: "Settings open", isOverlay: true, draw: () => <Whole at="#/settings/appearance" /> },
  { name: "A place that does not exist", isOverlay: true, draw: () => <Whole at="#/nowhere" status={{ waitingApprovals: 0, anchor: { witnesses: 2 }, network: "lan", model: { state: "ready", name: "qwen3-8b-q4" } }} /> },
  { name: "Core down", isOverlay: true, draw: () => <Whole at="#/settings/about" drops /> },
  { name: "Recorder failed", isOverlay: true, draw: () => <Whole at="#/settings/lock" status={{ recorder: { state: "failed", events: 1204, head: "", say: "The disk is full. Free some space; nothing that was acknowledged is lost." } }} /> },
  { name: "Locked", isOverlay: true, draw: () => <Whole at="#/settings/about" status={{ principal: { ...FAKE_STATUS.principal, permissions: ["public"], locked: true } }} /> },
];
