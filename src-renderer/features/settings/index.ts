import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "settings",
  title: "Settings",
  icon: "settings",
  path: "settings",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.SettingsScreen }))),
};
