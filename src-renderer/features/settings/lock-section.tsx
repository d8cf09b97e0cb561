import type { Settings } from "../../../src-main/contract/index.ts";
import { useSettings } from "../../app/use-app.ts";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useChange } from "./use-change.ts";

export const LockSection = () => {
  const settings = useSettings((now) => now);
  const change = useChange();
  return settings === undefined ? <Skeleton lines={3} label="Loading the settings" /> : <LockForm settings={settings} onChange={change} />;
};

const USUAL_MINUTES = [5, 10, 15, 30, 60, 120, 480];
const sayMinutes = (minutes: number): string => (minutes === 0 ? "Never" : minutes < 60 ? `${minutes} minutes` : minutes === 60 ? "1 hour" : `${minutes / 60} hours`);

type Props = { settings: Pick<Settings, "idleLockMinutes">; onChange: (change: Partial<Settings>) => void };

export const LockForm = ({ settings, onChange }: Props) => {
  // A value set from the command line need not be among the usual ones; it is shown as it is.
  const minutes = [...new Set([...USUAL_MINUTES, settings.idleLockMinutes])].filter((value) => value > 0).sort((a, b) => a - b);
  return (
    <FieldGroup title="Lock" hint="A locked SENA shows nothing and starts nothing. Terminals stay connected and keep recording.">
      <Field layout="row" label="Lock when nobody touched it for" hint={settings.idleLockMinutes === 0 ? "Never: anybody at this keyboard acts in your name." : "Keyboard and pointer in SENA count, not elsewhere."}>
        <Select value={String(settings.idleLockMinutes)} onValue={(value) => onChange({ idleLockMinutes: Number(value) })} choices={[...minutes, 0].map((value) => ({ value: String(value), text: sayMinutes(value) }))} />
      </Field>
    </FieldGroup>
  );
};
