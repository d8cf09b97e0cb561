import { useState } from "react";
import type { Settings, Status } from "../../../src-main/contract/index.ts";
import { useSettings, useStatus } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { FieldGroup } from "../../ui/field.tsx";
import { RadioList } from "../../ui/segmented.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import styles from "./screen.module.css";
import { useChange } from "./use-change.ts";

export const NetworkSection = () => {
  const settings = useSettings((now) => now);
  const mode = useStatus((status) => status?.network);
  const change = useChange();
  return settings === undefined ? <Skeleton lines={4} label="Loading the settings" /> : <NetworkForm settings={settings} mode={mode} onChange={change} />;
};

type Props = { settings: Pick<Settings, "network">; /** What holds now, which a central server may decide. */ mode: Status["network"] | undefined; onChange: (change: Partial<Settings>) => void };

export const NetworkForm = ({ settings, mode, onChange }: Props) => {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <FieldGroup title="Network" hint="Where packets from this machine may go. Each change is recorded.">
        {mode === "central" ? (
          <Banner tone="info" title="Joined to a central server">
            The choice below holds again when this workstation leaves it.
          </Banner>
        ) : null}
        <div className={styles.facts}>
          <RadioList
            label="Network mode"
            value={settings.network}
            onValue={(network) => (network === "lan" && settings.network !== "lan" ? setAsking(true) : onChange({ network }))}
            choices={[
              { value: "sealed", text: "Sealed", hint: "No packet leaves except to hosts in the inventory. Models run on this machine." },
              { value: "lan", text: "LAN", hint: "Model endpoints and knowledge sources that an admin listed may be reached too. Protected data still stays here." },
            ]}
          />
        </div>
      </FieldGroup>
      <ConfirmDialog
        isOpen={isAsking}
        title="Open SENA to the local network?"
        confirmText="Open to the LAN"
        cancelText="Stay sealed"
        onCancel={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          onChange({ network: "lan" });
        }}
      >
        SENA will then connect to the model endpoints and knowledge sources an admin listed, besides the hosts in the inventory. You can seal it again at any time; both changes are recorded.
      </ConfirmDialog>
    </>
  );
};
