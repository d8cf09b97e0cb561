import { useState } from "react";
import { formatAgo, formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Menu } from "../../ui/menu.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import type { Permission } from "../model.ts";
import type { Output } from "../rest.ts";
import { SecretOnce } from "../secret-once.tsx";
import { useActing, useAsked, useConsole, useNow, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";

type Key = Output<"GET /v1/orgs/:orgId/keys">["items"][number];

const stateOf = (key: Key, now: number): { readonly tone: "ok" | "warn" | "bad" | "neutral"; readonly text: string } => {
  if (key.revokedAt !== null) return { tone: "bad", text: "revoked" };
  if (key.expiresAt <= now) return { tone: "neutral", text: "expired" };
  return key.replacedBy === null ? { tone: "ok", text: "works" } : { tone: "warn", text: "replaced, works still" };
};

export const KeysScreen = () => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const now = useNow(10_000);
  const { act, isBusy, problem } = useActing();
  const { value, problem: loading, again } = useAsked("GET /v1/orgs/:orgId/keys", { orgId }, { isWhole: true });
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<{ readonly key: string; readonly say: string }>();
  const [revoking, setRevoking] = useState<Key>();
  const rotate = (key: Key) =>
    act(async () => {
      const made = await ask("POST /v1/orgs/:orgId/keys/:keyId/rotation", { orgId, keyId: key.keyId });
      setSecret({ key: made.key, say: `The former one works until ${formatInstant(made.formerEndsAt).slice(0, 16)}, so that nothing stops meanwhile.` });
      await again();
    });
  const revoke = async () => {
    if (revoking !== undefined && (await act(() => ask("DELETE /v1/orgs/:orgId/keys/:keyId", { orgId, keyId: revoking.keyId })))) await again();
    setRevoking(undefined);
  };
  return (
    <div className={styles.pane}>
      <Toolbar label="API keys">
        <a href="/v1/openapi.json" target="_blank" rel="noreferrer">
          What the API offers (OpenAPI)
        </a>
        <Grow />
        <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
          Make a key
        </Button>
      </Toolbar>
      <Problems of={[problem, loading]} />
      {value === undefined ? null : (
        <Table
          label="API keys"
          className={styles.fill ?? ""}
          rows={value.items}
          rowId={({ keyId }) => keyId}
          empty={
            <EmptyState icon="key" title="No program has a key yet">
              A key lets a program ask the API for exactly what its scopes say, within a limit of its own, until it expires.
            </EmptyState>
          }
          columns={[
            { id: "name", title: "Name", width: "minmax(110px, 1fr)", cell: (row) => row.name },
            { id: "scopes", title: "Scopes", width: "minmax(160px, 2fr)", cell: (row) => <span title={row.scopes.join(", ")}>{row.scopes.join(", ")}</span> },
            { id: "state", title: "State", width: "150px", cell: (row) => <Tag tone={stateOf(row, now).tone}>{stateOf(row, now).text}</Tag> },
            { id: "expires", title: "Expires", width: "110px", cell: (row) => formatInstant(row.expiresAt).slice(0, 10) },
            { id: "used", title: "Last used", width: "110px", cell: (row) => (row.lastUsedAt === null ? "never" : formatAgo(row.lastUsedAt, now)) },
            { id: "limit", title: "A minute", width: "80px", align: "end", cell: (row) => row.perMinute },
            {
              id: "act", title: "More", isTitleHidden: true, width: "44px",
              cell: (row) =>
                stateOf(row, now).text === "works" || stateOf(row, now).text.startsWith("replaced") ? (
                  <Menu
                    trigger={<IconButton icon="more" size="sm" label={`More about ${row.name}`} />}
                    entries={[
                      ...(row.replacedBy === null ? [{ id: "rotate", text: "Rotate", icon: "refresh" as const, onSelect: () => void rotate(row) }] : []),
                      { id: "revoke", text: "Revoke…", icon: "trash" as const, isDanger: true, onSelect: () => setRevoking(row) },
                    ]}
                  />
                ) : null,
            },
          ]}
        />
      )}
      {isMaking ? <MakeDialog onClose={() => setMaking(false)} onMade={(key) => (setMaking(false), setSecret({ key, say: "Keep it where the program finds it; only its hash is kept here." }), void again())} /> : null}
      {secret === undefined ? null : (
        <SecretOnce title="A new API key" label="API key" secret={secret.key} onClose={() => setSecret(undefined)}>
          {secret.say}
        </SecretOnce>
      )}
      <ConfirmDialog isOpen={revoking !== undefined} isDanger isBusy={isBusy} title={`Revoke ${revoking?.name ?? ""}?`} confirmText="Revoke the key" onCancel={() => setRevoking(undefined)} onConfirm={() => void revoke()}>
        It stops working at once, for good.
      </ConfirmDialog>
    </div>
  );
};

const MakeDialog = ({ onClose, onMade }: { onClose: () => void; onMade: (key: string) => void }) => {
  const { orgId, permissions } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Permission[]>([]);
  const [days, setDays] = useState(90);
  const [perMinute, setPerMinute] = useState(600);
  const make = () => act(async () => onMade((await ask("POST /v1/orgs/:orgId/keys", { orgId, name: name.trim(), scopes, days, perMinute })).key));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Make an API key"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={name.trim() === "" || scopes.length === 0} onClick={() => void make()}>
            Make the key
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Problems of={[problem]} />
        <Field label="Name" hint="Of the program that will use it.">
          <Input value={name} maxLength={80} onValue={setName} />
        </Field>
        <div className={styles.scopes} role="group" aria-label="Scopes">
          {permissions.map((permission) => (
            <Checkbox key={permission} label={permission} isChecked={scopes.includes(permission)} onChecked={(isIn) => setScopes((before) => (isIn ? [...before, permission] : before.filter((each) => each !== permission)))} />
          ))}
        </div>
        <Field label="Works for" layout="row">
          <NumberInput value={days} onValue={setDays} min={1} max={365} unit="days" />
        </Field>
        <Field label="Requests a minute" layout="row">
          <NumberInput value={perMinute} onValue={setPerMinute} min={1} max={60_000} />
        </Field>
        <p className={styles.quiet}>What asks a person to prove themselves (deciding, inviting, erasing) no key can do, whatever its scopes.</p>
      </div>
    </Dialog>
  );
};
