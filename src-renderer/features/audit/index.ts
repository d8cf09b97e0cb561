import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "audit",
  title: "Audit",
  icon: "audit",
  path: "audit",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.AuditScreen }))),
};
