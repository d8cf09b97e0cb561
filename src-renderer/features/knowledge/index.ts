import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "knowledge",
  title: "Knowledge",
  icon: "knowledge",
  path: "knowledge",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.KnowledgeScreen }))),
};
