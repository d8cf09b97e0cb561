import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "chat",
  title: "Chat",
  icon: "chat",
  path: "chat",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.ChatScreen }))),
};
