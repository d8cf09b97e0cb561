import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "insight",
  title: "Insight",
  icon: "insight",
  path: "insight",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.InsightScreen }))),
};
