import { useState } from "react";
import type { Preview } from "../lib/preview.ts";
import { Checkbox } from "./checkbox.tsx";
import { Row, Stack } from "./preview-row.tsx";
import { RadioList, Segmented } from "./segmented.tsx";
import { Switch } from "./switch.tsx";

const Checks = () => {
  const [isOn, setOn] = useState(true);
  return (
    <Stack>
      <Checkbox isChecked={isOn} onChecked={setOn} label="Include recordings" hint="Doubles the bundle's size." />
      <Checkbox isChecked={false} onChecked={() => {}} label="Only failed runs" />
      <Checkbox isChecked={false} isMixed onChecked={() => {}} label="All hosts of the group" />
      <Checkbox isChecked isDisabled onChecked={() => {}} label="Sign the bundle (always)" />
    </Stack>
  );
};
const Switches = () => {
  const [isOn, setOn] = useState(true);
  return (
    <Row>
      <Switch label="Follow" isOn={isOn} onChange={setOn} />
      <Switch label="Off" isOn={false} onChange={() => {}} />
      <Switch label="Set by policy" isOn isDisabled onChange={() => {}} />
    </Row>
  );
};
const Segments = () => {
  const [value, setValue] = useState<"all" | "failed" | "changed">("all");
  return (
    <Segmented
      label="Show"
      value={value}
      onValue={setValue}
      segments={[
        { value: "all", text: "All" },
        { value: "failed", text: "Failed", icon: "error" },
        { value: "changed", text: "Changed something", icon: "edit" },
      ]}
    />
  );
};
const Radios = () => {
  const [value, setValue] = useState<"sealed" | "lan">("sealed");
  return (
    <RadioList
      label="Network mode"
      value={value}
      onValue={setValue}
      choices={[
        { value: "sealed", text: "Sealed", hint: "No packet leaves except to hosts in the inventory." },
        { value: "lan", text: "LAN", hint: "Listed endpoints may be reached too." },
      ]}
    />
  );
};

export const previews: readonly Preview[] = [
  { name: "Checkboxes", draw: Checks },
  { name: "Switches", draw: Switches },
  { name: "Segmented", draw: Segments },
  { name: "Radio list", draw: Radios },
];
