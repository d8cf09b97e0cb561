import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "terminals",
  title: "Terminals",
  icon: "terminal",
  path: "terminals",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.TerminalsScreen }))),
};
