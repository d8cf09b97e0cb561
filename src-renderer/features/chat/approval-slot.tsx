import { Suspense } from "react";
import { Skeleton } from "../../ui/skeleton.tsx";
import { LiveApproval } from "../approvals/index.ts";

/** Where a step waits for a person: the approval itself, whole, with its acts. */
export const ApprovalSlot = ({ approvalId, hasKeys }: { approvalId: string; hasKeys: boolean }) => (
  <Suspense fallback={<Skeleton lines={6} label="Loading the approval" />}>
    <LiveApproval approvalId={approvalId} hasKeys={hasKeys} />
  </Suspense>
);
