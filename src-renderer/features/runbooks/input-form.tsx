import type { SkillInputView } from "../../../src-main/contract/index.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./screen.module.css";

const FORMS: Readonly<Partial<Record<SkillInputView["type"], string>>> = {
  path: "An absolute path, such as /var/log", size: "Such as 500M or 2 GB", duration: "Such as 10 min or 2h", time: "Such as 2026-01-31 18:00 UTC", port: "1 to 65535", service: "Such as nginx", user: "An account on the host", integer: "A whole number", interface: "Such as eth0 or Gi1/0/1",
};
const MONO: ReadonlySet<SkillInputView["type"]> = new Set(["path", "service", "user", "package", "process", "interface", "host", "domain", "database", "container", "pattern", "port", "integer", "time", "size", "duration"]);

type Props = { inputs: readonly SkillInputView[]; values: Readonly<Record<string, string>>; onValue: (name: string, value: string) => void };

/** One control for each typed input; what a value must look like is said beside it, and checked by the core. */
export const InputForm = ({ inputs, values, onValue }: Props) => (
  <div className={styles.form}>
    {inputs.map((input) => (
      <Field key={input.name} label={input.title} hint={input.hint !== "" ? input.hint : FORMS[input.type]} isOptional={!input.isRequired}>
        {input.choices.length > 0 ? (
          <Select value={values[input.name] ?? input.default ?? null} onValue={(value) => onValue(input.name, value)} choices={input.choices.map((choice) => ({ value: choice, text: choice }))} />
        ) : (
          <Input value={values[input.name] ?? ""} placeholder={input.default ?? ""} onValue={(value) => onValue(input.name, value)} isMono={MONO.has(input.type)} autoComplete="off" />
        )}
      </Field>
    ))}
  </div>
);
