import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "hosts",
  title: "Hosts",
  icon: "hosts",
  path: "hosts",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.HostsScreen }))),
};
