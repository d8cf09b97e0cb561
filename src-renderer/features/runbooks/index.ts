import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "runbooks",
  title: "Runbooks",
  icon: "runbook",
  path: "runbooks",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.RunbooksScreen }))),
};
