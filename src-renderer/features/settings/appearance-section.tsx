import type { Settings } from "../../../src-main/contract/index.ts";
import { useSettings } from "../../app/use-app.ts";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Switch } from "../../ui/switch.tsx";
import { useChange } from "./use-change.ts";

export const AppearanceSection = () => {
  const settings = useSettings((now) => now);
  const change = useChange();
  return settings === undefined ? <Skeleton lines={5} label="Loading the settings" /> : <AppearanceForm settings={settings} onChange={change} />;
};

type Props = { settings: Pick<Settings, "theme" | "textSize" | "reducedMotion">; onChange: (change: Partial<Settings>) => void };

export const AppearanceForm = ({ settings, onChange }: Props) => (
  <FieldGroup title="Appearance" hint="Takes effect at once, in every window of this workstation.">
    <Field layout="row" label="Theme" hint="High contrast keeps every text at 7:1 and draws every edge.">
      <Segmented
        label="Theme"
        value={settings.theme}
        onValue={(theme) => onChange({ theme })}
        segments={[
          { value: "system", text: "System", icon: "display" },
          { value: "dark", text: "Dark", icon: "moon" },
          { value: "light", text: "Light", icon: "sun" },
          { value: "contrast", text: "Contrast", icon: "contrast" },
        ]}
      />
    </Field>
    <Field layout="row" label="Text size" hint="Ctrl with + and − scales the whole window besides.">
      <Segmented
        label="Text size"
        value={settings.textSize}
        onValue={(textSize) => onChange({ textSize })}
        segments={[
          { value: "small", text: "Small" },
          { value: "normal", text: "Normal" },
          { value: "large", text: "Large" },
        ]}
      />
    </Field>
    <Field layout="row" label="Reduce motion" hint="Nothing slides or fades. The system's own wish is always followed.">
      <Switch isOn={settings.reducedMotion} onChange={(reducedMotion) => onChange({ reducedMotion })} />
    </Field>
  </FieldGroup>
);
