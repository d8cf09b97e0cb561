import type { Settings } from "../../../src-main/contract/index.ts";
import { useSettings } from "../../app/use-app.ts";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import styles from "./screen.module.css";
import { useChange } from "./use-change.ts";

export const TerminalSection = () => {
  const settings = useSettings((now) => now);
  const change = useChange();
  return settings === undefined ? <Skeleton lines={5} label="Loading the settings" /> : <TerminalForm settings={settings} onChange={change} />;
};

type Props = { settings: Pick<Settings, "terminalFontSize" | "terminalScrollback">; onChange: (change: Partial<Settings>) => void };

export const TerminalForm = ({ settings, onChange }: Props) => (
  <FieldGroup title="Terminal" hint="For new and open panes. The recording keeps everything, however little a pane keeps.">
    <Field layout="row" label="Font size" hint="JetBrains Mono comes with SENA.">
      <NumberInput value={settings.terminalFontSize} min={9} max={28} unit="px" onValue={(terminalFontSize) => onChange({ terminalFontSize })} />
    </Field>
    <Field layout="row" label="Scrollback" hint="Lines a pane keeps to scroll and search.">
      <NumberInput value={settings.terminalScrollback} min={100} max={200_000} step={1000} unit="lines" onValue={(terminalScrollback) => onChange({ terminalScrollback })} />
    </Field>
    <div className={styles.sample} style={{ fontSize: settings.terminalFontSize }} aria-label="A sample of the terminal's text" role="img">
      <span className={styles.prompt}>ops@web-01</span>:<span className={styles.path}>~</span>$ systemctl is-active nginx{"\n"}
      <span className={styles.fault}>failed</span> 0O 1lI |! {"{}[]() => != ~^"}
    </div>
  </FieldGroup>
);
