import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "../console.module.css";
import type { Input as Given } from "../rest.ts";
import { useActing, useConsole, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";

type Format = NonNullable<Given<"POST /v1/orgs/:orgId/webhooks">["format"]>;
const FORMATS: readonly { readonly value: Format; readonly text: string; readonly note: string }[] = [
  { value: "sena", text: "A program", note: "signed JSON" },
  { value: "slack", text: "Slack", note: "a notice with a link" },
  { value: "teams", text: "Teams", note: "a notice with a link" },
  { value: "pagerduty", text: "PagerDuty", note: "its routing key" },
];
const KINDS: readonly { readonly kind: string; readonly text: string }[] = [
  { kind: "approval.asked", text: "a desktop asks for an approval" },
  { kind: "approval.ended", text: "a request ended" },
  { kind: "inbox.told", text: "somebody told us something" },
  { kind: "log.forked", text: "a record forked" },
  { kind: "desktop.enrolled", text: "a desktop enrolled" },
  { kind: "desktop.left", text: "a desktop left" },
  { kind: "refused", text: "something was refused" },
  { kind: "edition.published", text: "an edition was published" },
  { kind: "*", text: "everything" },
];

export const WebhookDialog = ({ onClose, onMade }: { onClose: () => void; onMade: (secret: string) => void }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem, clear } = useActing();
  const [url, setUrl] = useState("https://");
  const [format, setFormat] = useState<Format>("sena");
  const [kinds, setKinds] = useState<readonly string[]>(["approval.asked", "log.forked"]);
  const [secret, setSecret] = useState("");
  const isOwn = format === "pagerduty";
  const make = () => act(async () => onMade((await ask("POST /v1/orgs/:orgId/webhooks", { orgId, url, format, kinds: [...kinds], ...(isOwn && { secret }) })).secret));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Tell somebody what happens here"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={!URL.canParse(url) || kinds.length === 0 || (isOwn && secret.length < 16)} onClick={() => void make()}>
            Make the webhook
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Problems of={[problem]} />
        <Field label="Who">
          <Select value={format} onValue={setFormat} choices={FORMATS} />
        </Field>
        <Field label="Address" hint="https, outside; nothing is followed that it redirects to.">
          <Input isMono value={url} onValue={(next) => (setUrl(next), clear())} />
        </Field>
        {isOwn ? (
          <Field label="Routing key">
            <Input isMono value={secret} onValue={setSecret} />
          </Field>
        ) : null}
        <div className={styles.scopes} role="group" aria-label="Of what">
          {KINDS.map(({ kind, text }) => (
            <Checkbox key={kind} label={text} isChecked={kinds.includes(kind)} onChecked={(isIn) => setKinds((before) => (isIn ? [...before, kind] : before.filter((each) => each !== kind)))} />
          ))}
        </div>
      </div>
    </Dialog>
  );
};
