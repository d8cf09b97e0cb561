import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "terminals",
  title: "Terminals",
  icon: "terminal",
  path: "terminals",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.TerminalsScreen }))),
};

/** For other screens: live panes of some hosts, beside whatever they show. Drawn by code that comes when it is first used. */
export const HostPanes = lazy(() => import("./host-panes.tsx").then((module) => ({ default: module.HostPanes })));
