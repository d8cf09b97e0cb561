import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "knowledge",
  title: "Knowledge",
  icon: "knowledge",
  path: "knowledge",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.KnowledgeScreen }))),
  commands: [{ id: "knowledge.add", title: "Add a knowledge source", icon: "plus", words: ["folder", "manual", "wiki", "documents"], run: ({ navigate }) => navigate("/knowledge?open=add") }],
};
