import { useState } from "react";
import { formatAgo, formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Menu } from "../../ui/menu.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Select } from "../../ui/select.tsx";
import { Table } from "../../ui/table.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import type { Output } from "../rest.ts";
import { SecretOnce } from "../secret-once.tsx";
import { useActing, useConsole, useNow, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { usePages } from "./use-pages.ts";

type Inlet = Output<"GET /v1/orgs/:orgId/inlets">["items"][number];
type Scheme = Inlet["scheme"];
const SCHEMES: readonly { readonly value: Scheme; readonly text: string; readonly note: string }[] = [
  { value: "standard", text: "A program", note: "Standard Webhooks: HMAC over number, time and body" },
  { value: "slack", text: "Slack command", note: "its signing secret" },
  { value: "teams", text: "Teams outgoing webhook", note: "its security token" },
  { value: "pagerduty", text: "PagerDuty webhook", note: "its signing secret" },
];
const TEXT = Object.fromEntries(SCHEMES.map(({ value, text }) => [value, text])) as Record<Scheme, string>;

/** Who may tell the organisation something, and the secrets they sign with. */
export const Inlets = ({ isMaking, onMade }: { isMaking: boolean; onMade: () => void }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const now = useNow();
  const { items, problem: loading, more, again } = usePages("GET /v1/orgs/:orgId/inlets", { orgId, limit: 100 });
  const [made, setMade] = useState<{ readonly secret: string; readonly isFirst: boolean }>();
  const [removing, setRemoving] = useState<Inlet>();
  const [rotating, setRotating] = useState<Inlet>();
  const remove = async () => {
    if (removing !== undefined && (await act(() => ask("DELETE /v1/orgs/:orgId/inlets/:inletId", { orgId, inletId: removing.inletId })))) again();
    setRemoving(undefined);
  };
  return (
    <>
      <Problems of={[problem, loading]} />
      <Table
        label="Who may tell us"
        className={styles.fill ?? ""}
        rows={items ?? []}
        rowId={({ inletId }) => inletId}
        onNearEnd={more}
        empty={
          items === undefined ? null : (
            <EmptyState icon="download" title="Nobody may tell us anything yet">
              An alerting system or a channel gets an address and a secret to sign with. What it tells lies in the inbox; it can ask for nothing to be run.
            </EmptyState>
          )
        }
        columns={[
          { id: "name", title: "Name", width: "minmax(100px, 1fr)", cell: (row) => row.name },
          { id: "scheme", title: "Signs as", width: "150px", cell: (row) => TEXT[row.scheme] },
          { id: "address", title: "Address", width: "minmax(110px, 2fr)", isMono: true, cell: (row) => <span title={row.address}>{row.address}</span> },
          { id: "limit", title: "A minute", width: "72px", align: "end", cell: (row) => row.perMinute },
          { id: "heard", title: "Last heard", width: "96px", cell: (row) => (row.heardAt === null ? "never" : formatAgo(row.heardAt, now)) },
          { id: "former", title: "Secret", width: "110px", cell: (row) => (row.formerUntil === null ? "one" : <span title={`The former holds until ${formatInstant(row.formerUntil)}`}><Tag tone="warn">two for now</Tag></span>) },
          { id: "act", title: "Acts", isTitleHidden: true, width: "44px", cell: (row) => <Menu trigger={<IconButton icon="more" size="sm" label={`Acts on ${row.name}`} />} entries={[{ id: "copy", text: "Copy the address", icon: "copy", onSelect: () => void navigator.clipboard.writeText(row.address) }, { id: "rotate", text: "New secret…", icon: "refresh", onSelect: () => setRotating(row) }, { id: "remove", text: "Remove…", icon: "trash", isDanger: true, onSelect: () => setRemoving(row) }]} /> },
        ]}
      />
      {isMaking ? <InletDialog of={undefined} onClose={onMade} onMade={(next) => (onMade(), setMade(next), again())} /> : null}
      {rotating === undefined ? null : <InletDialog of={rotating} onClose={() => setRotating(undefined)} onMade={(next) => (setRotating(undefined), setMade(next), again())} />}
      {made === undefined ? null : (
        <SecretOnce title={made.isFirst ? "Somebody may tell us something" : "A new secret"} label="Signing secret" secret={made.secret} onClose={() => setMade(undefined)}>
          {made.isFirst ? "Give it to the sender, with the address that stands in the list. What comes there and is not signed with it is refused and recorded." : "Give it to the sender. The former one holds beside it as long as you said."}
        </SecretOnce>
      )}
      <ConfirmDialog isOpen={removing !== undefined} isDanger isBusy={isBusy} title={`Take nothing from ${removing?.name ?? ""} any more?`} confirmText="Remove the address" onCancel={() => setRemoving(undefined)} onConfirm={() => void remove()}>
        Its address ends at once, for good. What it told stays in the inbox.
      </ConfirmDialog>
    </>
  );
};

/** One more that may tell us something, or another secret for one that does. */
const InletDialog = ({ of: known, onClose, onMade }: { of: Inlet | undefined; onClose: () => void; onMade: (made: { readonly secret: string; readonly isFirst: boolean }) => void }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [name, setName] = useState("");
  const [scheme, setScheme] = useState<Scheme>(known?.scheme ?? "standard");
  const [perMinute, setPerMinute] = useState(60);
  const [overlapHours, setOverlapHours] = useState(24);
  const [secret, setSecret] = useState("");
  const isTheirs = scheme !== "standard";
  const given = isTheirs ? { secret } : {};
  const make = () =>
    act(async () => {
      if (known === undefined) onMade({ secret: (await ask("POST /v1/orgs/:orgId/inlets", { orgId, name: name.trim(), scheme, perMinute, ...given })).secret, isFirst: true });
      else onMade({ secret: (await ask("POST /v1/orgs/:orgId/inlets/:inletId/rotation", { orgId, inletId: known.inletId, overlapHours, ...given })).secret, isFirst: false });
    });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={known === undefined ? "Let somebody tell us something" : `A new secret for ${known.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={(known === undefined && name.trim() === "") || (isTheirs && secret.length < 16)} onClick={() => void make()}>
            {known === undefined ? "Make the address" : "Make the secret"}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Problems of={[problem]} />
        {known === undefined ? (
          <>
            <Field label="Name" hint="As the inbox shows it.">
              <Input value={name} maxLength={80} placeholder="Alertmanager" onValue={setName} />
            </Field>
            <Field label="Signs as">
              <Select value={scheme} onValue={setScheme} choices={SCHEMES} />
            </Field>
            <Field label="Messages a minute" layout="row">
              <NumberInput value={perMinute} onValue={setPerMinute} min={1} max={600} />
            </Field>
          </>
        ) : (
          <Field label="The former holds for" layout="row">
            <NumberInput value={overlapHours} onValue={setOverlapHours} min={0} max={168} unit="hours" />
          </Field>
        )}
        {isTheirs ? (
          <Field label="Their secret" hint="That service makes it; paste it here. It lies sealed.">
            <Input isMono type="password" autoComplete="off" value={secret} maxLength={200} onValue={setSecret} />
          </Field>
        ) : null}
      </div>
    </Dialog>
  );
};
