import { lazy } from "react";
import type { Screen } from "../../app/screen.ts";

export const screen: Screen = {
  id: "approvals",
  title: "Approvals",
  icon: "approvals",
  path: "approvals",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.ApprovalsScreen }))),
  count: (status) => status.waitingApprovals + status.keysToConfirm.length,
  countWords: "waiting",
};

/** For conversations and runs: one approval with its acts, followed by its id. */
export const LiveApproval = lazy(() => import("./live-approval.tsx").then((module) => ({ default: module.LiveApproval })));
