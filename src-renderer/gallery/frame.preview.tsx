import { useEffect, useState } from "react";
import type { Status } from "../../src-main/contract/index.ts";
import { createApp } from "../app/create-app.ts";
import { App } from "../app/frame.tsx";
import { SCREENS } from "../app/screens.ts";
import type { LinkState } from "../link/index.ts";
import type { Preview } from "../lib/preview.ts";
import { fakeCore, FAKE_STATUS } from "./fake-core.ts";

/** The page's own window, but with an address of its own and nothing remembered. */
const ownWindow = (hash: string): Window =>
  ({
    location: { hash },
    history: { replaceState: () => {} },
    // A root of its own: the theme is the gallery's to choose.
    document: { documentElement: document.createElement("div"), querySelector: (selector: string) => document.querySelector(selector) },
    matchMedia: (query: string) => window.matchMedia(query),
    crypto: window.crypto,
    localStorage: { setItem: () => {} },
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
  }) as unknown as Window;

const Whole = ({ at, status, link, drops = false }: { at: string; status?: Partial<Status>; link?: Partial<LinkState>; drops?: boolean }) => {
  const [app] = useState(() => {
    const core = fakeCore(status, link);
    const made = createApp({ link: core, screens: SCREENS, window: ownWindow(at) });
    return { core, made };
  });
  useEffect(() => {
    if (!drops) return;
    const timer = setTimeout(() => app.core.state.setState({ is: "down", why: "core" }), 20);
    return () => clearTimeout(timer);
  }, [app, drops]);
  useEffect(() => () => app.made.dispose(), [app]);
  return (
    <div style={{ position: "fixed", inset: 0 }}>
      <App app={app.made} />
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
