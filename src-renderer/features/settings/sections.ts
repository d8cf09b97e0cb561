import { lazy } from "react";
import type { SettingsSection } from "../../app/screen.ts";
import { OPERATORS_SECTION, SECRETS_SECTION } from "../access/index.ts";
import { MODELS_SECTION } from "../models/index.ts";

/** In the order of the list. A feature with settings of its own exports a section from its index and is listed here. */
export const SECTIONS: readonly SettingsSection[] = [
  { id: "appearance", title: "Appearance", icon: "contrast", element: lazy(() => import("./appearance-section.tsx").then((module) => ({ default: module.AppearanceSection }))) },
  { id: "terminal", title: "Terminal", icon: "terminal", element: lazy(() => import("./terminal-section.tsx").then((module) => ({ default: module.TerminalSection }))) },
  { id: "lock", title: "Lock", icon: "lock", element: lazy(() => import("./lock-section.tsx").then((module) => ({ default: module.LockSection }))) },
  OPERATORS_SECTION,
  SECRETS_SECTION,
  { id: "network", title: "Network", icon: "network", element: lazy(() => import("./network-section.tsx").then((module) => ({ default: module.NetworkSection }))) },
  { id: "central", title: "Central", icon: "anchor", element: lazy(() => import("./central-section.tsx").then((module) => ({ default: module.CentralSection }))) },
  MODELS_SECTION,
  { id: "keyboard", title: "Keyboard", icon: "keyboard", element: lazy(() => import("./keyboard-section.tsx").then((module) => ({ default: module.KeyboardSection }))) },
  { id: "about", title: "About", icon: "info", element: lazy(() => import("./about-section.tsx").then((module) => ({ default: module.AboutSection }))) },
];
