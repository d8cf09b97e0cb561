import { useState } from "react";
import type { Preview } from "../lib/preview.ts";
import { Field, FieldGroup } from "./field.tsx";
import { Input } from "./input.tsx";
import { NumberInput } from "./number-input.tsx";
import { Stack } from "./preview-row.tsx";
import { SearchBox } from "./search-box.tsx";
import { Select } from "./select.tsx";
import { Switch } from "./switch.tsx";
import { TextArea } from "./text-area.tsx";

const Search = () => {
  const [value, setValue] = useState("web");
  return <SearchBox label="Filter hosts" value={value} onValue={setValue} />;
};
const Number_ = () => {
  const [value, setValue] = useState(13);
  return <NumberInput label="Font size" value={value} onValue={setValue} min={9} max={28} unit="px" />;
};
const Choice = () => {
  const [value, setValue] = useState<"dev" | "staging" | "prod" | null>(null);
  return (
    <Select
      value={value}
      onValue={setValue}
      choices={[
        { value: "dev", text: "Development" },
        { value: "staging", text: "Staging" },
        { value: "prod", text: "Production", note: "changes are asked" },
      ]}
    />
  );
};

export const previews: readonly Preview[] = [
  {
    name: "Fields",
    draw: () => (
      <Stack width={360}>
        <Field label="Host name" hint="As your DNS knows it, or an address.">
          <Input defaultValue="web-01.lab.internal" isMono />
        </Field>
        <Field label="Note" isOptional>
          <TextArea placeholder="What it is for, who to call" />
        </Field>
        <Field label="Environment" hint="Decides what must be asked.">
          <Choice />
        </Field>
      </Stack>
    ),
  },
  {
    name: "Invalid and disabled",
    draw: () => (
      <Stack width={360}>
        <Field label="Port" error="A port is a number from 1 to 65535. Nothing was saved.">
          <Input defaultValue="99999" isMono />
        </Field>
        <Field label="Why" error="Say why, so that the approver can judge.">
          <TextArea defaultValue="" />
        </Field>
        <Field label="Key file">
          <Input defaultValue="set by your admin" disabled />
        </Field>
      </Stack>
    ),
  },
  {
    name: "Search, number",
    draw: () => (
      <Stack width={280}>
        <Search />
        <Number_ />
      </Stack>
    ),
  },
  {
    name: "Settings rows",
    draw: () => (
      <FieldGroup title="Recording" hint="What panes keep.">
        <Field layout="row" label="Record keystrokes" hint="Passwords typed at a prompt without echo are never kept.">
          <Switch isOn onChange={() => {}} />
        </Field>
        <Field layout="row" label="Scrollback">
          <Number_ />
        </Field>
      </FieldGroup>
    ),
  },
];
