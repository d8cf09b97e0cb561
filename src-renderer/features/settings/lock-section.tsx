import { useState } from "react";
import type { AccessView, Settings } from "../../../src-main/contract/index.ts";
import { useApp, useFeed, useSettings } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { PassphraseForm } from "./passphrase-form.tsx";
import styles from "./screen.module.css";
import { useChange } from "./use-change.ts";

export const LockSection = () => {
  const settings = useSettings((now) => now);
  const change = useChange();
  const { client, toast } = useApp();
  const [access, setAccess] = useState<AccessView>();
  useFeed("access", (core, signal) => core.access.state({}, { signal }), setAccess);
  if (settings === undefined) return <Skeleton lines={3} label="Loading the settings" />;
  const setPassphrase = async (next: string, before: string | undefined) => {
    await client.access.setPassphrase({ next, ...(before === undefined ? {} : { before }) });
    toast({ tone: "ok", title: "The passphrase is set" });
  };
  return (
    <>
      <LockForm settings={settings} canLock={access?.canLock ?? true} onChange={change} />
      {access === undefined ? null : <PassphraseForm key={String(access.canLock)} hasOne={access.canLock} onSet={setPassphrase} />}
    </>
  );
};

const USUAL_MINUTES = [5, 10, 15, 30, 60, 120, 480];
const sayMinutes = (minutes: number): string => (minutes === 0 ? "Never" : minutes < 60 ? `${minutes} minutes` : minutes === 60 ? "1 hour" : `${minutes / 60} hours`);

type Props = { settings: Pick<Settings, "idleLockMinutes">; /** Somebody has a passphrase. */ canLock: boolean; onChange: (change: Partial<Settings>) => void };

export const LockForm = ({ settings, canLock, onChange }: Props) => {
  // A value set from the command line need not be among the usual ones; it is shown as it is.
  const minutes = [...new Set([...USUAL_MINUTES, settings.idleLockMinutes])].filter((value) => value > 0).sort((a, b) => a - b);
  return (
    <FieldGroup title="Lock" hint="A locked SENA shows nothing and starts nothing. Terminals stay connected and keep recording.">
      {canLock ? null : (
        <div className={styles.facts}>
          <Banner tone="warn" title="Nothing locks yet">
            Nobody has a passphrase, so there would be nothing to unlock with. Set one below.
          </Banner>
        </div>
      )}
      <Field layout="row" label="Lock when nobody touched it for" hint={settings.idleLockMinutes === 0 ? "Never: anybody at this keyboard acts in your name." : "Keyboard and pointer in SENA count, not elsewhere."}>
        <Select value={String(settings.idleLockMinutes)} onValue={(value) => onChange({ idleLockMinutes: Number(value) })} choices={[...minutes, 0].map((value) => ({ value: String(value), text: sayMinutes(value) }))} />
      </Field>
    </FieldGroup>
  );
};
