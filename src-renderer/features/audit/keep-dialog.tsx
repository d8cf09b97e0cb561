import { useState } from "react";
import type { AuditHead } from "../../../src-main/contract/index.ts";
import { useStatus } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { EraseSide } from "./erase-side.tsx";
import { ForwardersSide } from "./forwarders-side.tsx";
import { KeysSide } from "./keys-side.tsx";
import { RetentionSide } from "./retention-side.tsx";

type Props = { isOpen: boolean; onClose: () => void; head: AuditHead | undefined };
type Side = "copies" | "retention" | "erasure" | "keys";

/** How the record is kept: where copies go, how long values live, what is erased, whose key signs. */
export const KeepDialog = ({ isOpen, onClose, head }: Props) => {
  const [side, setSide] = useState<Side>("copies");
  const mayChange = useStatus((status) => status?.principal.permissions.includes("administer")) ?? false;
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Keeping of the record" size="lg" footer={<Button onClick={onClose}>Close</Button>}>
      {mayChange ? null : (
        <Banner tone="info" title="You can look">
          Changing how the record is kept needs an administrator.
        </Banner>
      )}
      <Tabs
        label="Keeping"
        value={side}
        onValue={setSide}
        tabs={[
          { value: "copies", text: "Copies to a SIEM", content: <ForwardersSide mayChange={mayChange} /> },
          { value: "retention", text: "Retention", content: <RetentionSide mayChange={mayChange} /> },
          { value: "erasure", text: "Erasure", content: <EraseSide mayChange={mayChange} /> },
          { value: "keys", text: "Keys", content: <KeysSide mayChange={mayChange} keys={head?.keys ?? []} /> },
        ]}
      />
    </Dialog>
  );
};
