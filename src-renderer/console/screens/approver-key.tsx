import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import styles from "../console.module.css";
import { useActing, useAsked, useConsole, useOrg, useSession } from "../use-console.ts";
import { Problems } from "./problems.tsx";

/** The key one's decisions are signed with. Desktops count it only after somebody with the right there trusted it. */
export const ApproverKey = () => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const session = useSession();
  const { act, isBusy, problem } = useActing();
  const [isOpen, setOpen] = useState(false);
  const { value, again } = useAsked("GET /v1/orgs/:orgId/approvers", { orgId }, { isWhole: true });
  const mine = value?.items.find(({ userId, isRetired }) => session.is === "in" && userId === session.me.userId && !isRetired);
  const make = async () => {
    if (await act(() => ask("POST /v1/orgs/:orgId/approvers", { orgId }))) await again();
  };
  if (value === undefined) return null;
  return (
    <>
      <Button icon="key" onClick={() => setOpen(true)}>
        {mine === undefined ? "Become an approver…" : "Your approver key"}
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title="Your approver key"
        footer={
          <>
            {mine === undefined ? (
              <Button kind="primary" isBusy={isBusy} onClick={() => void make()}>
                Make my key
              </Button>
            ) : null}
            <Button onClick={() => setOpen(false)}>Close</Button>
          </>
        }
      >
        <div className={styles.stack}>
          <Problems of={[problem]} />
          <p className={styles.words}>
            Your decisions are signed with a key of yours that this server keeps sealed and uses only after you proved that it is you. A desktop counts it once somebody with the right there trusts it: under Settings → Central, or with sena link trust.
          </p>
          {mine === undefined ? <p className={styles.words}>You have none yet.</p> : <Bytes text={mine.publicKey} label="Your public key" wraps />}
        </div>
      </Dialog>
    </>
  );
};
