import { useEffect, useState } from "react";
import type { BulkChange, Environment } from "../../../src-main/contract/index.ts";
import { plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./hosts.module.css";
import { listOf } from "./words.ts";

type Props = { isOpen: boolean; count: number; error: string | undefined; isBusy: boolean; onChange: (change: BulkChange) => void; onClose: () => void };
const AS_IS = "as-is";

/** One change for many hosts. What is left empty stays as it is on each of them. */
export const BulkDialog = ({ isOpen, count, error, isBusy, onChange, onClose }: Props) => {
  const [environment, setEnvironment] = useState<Environment | typeof AS_IS>(AS_IS);
  const [criticality, setCriticality] = useState<"low" | "normal" | "high" | typeof AS_IS>(AS_IS);
  const [user, setUser] = useState("");
  const [words, setWords] = useState({ addTags: "", removeTags: "", addGroups: "", removeGroups: "" });
  useEffect(() => {
    if (!isOpen) return;
    setEnvironment(AS_IS);
    setCriticality(AS_IS);
    setUser("");
    setWords({ addTags: "", removeTags: "", addGroups: "", removeGroups: "" });
  }, [isOpen]);
  const lists = Object.fromEntries(Object.entries(words).map(([key, text]) => [key, listOf(text)]).filter(([, list]) => (list as string[]).length > 0)) as Pick<BulkChange, "addTags">;
  const change: BulkChange = { ...lists, ...(environment !== AS_IS && { environment }), ...(criticality !== AS_IS && { criticality }), ...(user.trim() !== "" && { user: user.trim() }) };
  const field = (key: keyof typeof words, label: string) => (
    <Field label={label} isOptional>
      <Input value={words[key]} onValue={(text) => setWords({ ...words, [key]: text })} />
    </Field>
  );
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Change ${plural(count, "host")}`}
      description="What you leave empty stays as it is on each of them. All of them change, or none."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={Object.keys(change).length === 0} onClick={() => onChange(change)}>
            Change {plural(count, "host")}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {error === undefined ? null : <Banner tone="bad" title={error} />}
        <div className={styles.two}>
          <Field label="Environment">
            <Select value={environment} onValue={setEnvironment} choices={[{ value: AS_IS, text: "As it is" }, { value: "dev", text: "dev" }, { value: "staging", text: "staging" }, { value: "prod", text: "prod" }]} />
          </Field>
          <Field label="Criticality">
            <Select value={criticality} onValue={setCriticality} choices={[{ value: AS_IS, text: "As it is" }, { value: "low", text: "Low" }, { value: "normal", text: "Normal" }, { value: "high", text: "High" }]} />
          </Field>
          {field("addGroups", "Add to groups")}
          {field("removeGroups", "Take out of groups")}
          {field("addTags", "Add tags")}
          {field("removeTags", "Remove tags")}
          <Field label="User" isOptional>
            <Input isMono value={user} onValue={setUser} />
          </Field>
        </div>
      </div>
    </Dialog>
  );
};
