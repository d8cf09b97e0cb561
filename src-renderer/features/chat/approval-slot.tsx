import { useApp } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";
import styles from "./approval-slot.module.css";

/** Where a step waits for a person: the approval itself, or the way to it. */
export const ApprovalSlot = ({ approvalId }: { approvalId: string }) => {
  const { navigate } = useApp();
  return (
    <div className={styles.slot}>
      <span>This command waits for an approval.</span>
      <Button size="sm" onClick={() => navigate(`/approvals/${approvalId}`)}>Open the approval</Button>
    </div>
  );
};
