import { useState } from "react";
import { formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Table } from "../../ui/table.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import type { Output } from "../rest.ts";
import { SecretOnce } from "../secret-once.tsx";
import { useActing, useAsked, useConsole, useOrg, useRoute } from "../use-console.ts";
import { Inlets } from "./inlets.tsx";
import { Problems } from "./problems.tsx";
import { usePages } from "./use-pages.ts";
import { WebhookDialog } from "./webhook-dialog.tsx";

type Hook = Output<"GET /v1/orgs/:orgId/webhooks">["items"][number];
type Delivery = Output<"GET /v1/orgs/:orgId/deliveries">["items"][number];
const TABS = [
  { value: "told", text: "Who is told" },
  { value: "deliveries", text: "Deliveries" },
  { value: "inlets", text: "Who may tell us" },
] as const;

/** Who is told of what happens here, what they answered, and who may tell us something. */
export const WebhooksScreen = () => {
  const { orgId } = useOrg();
  const { router } = useConsole();
  const place = useRoute().rest[2];
  const tab = TABS.find(({ value }) => value === place)?.value ?? "told";
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<string>();
  return (
    <div className={styles.pane}>
      <Toolbar label="Webhooks">
        <Segmented label="What to look at" value={tab} onValue={(next) => router.navigate(orgHash(orgId, "webhooks", next).slice(1))} segments={TABS} />
        <Grow />
        <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
          {tab === "inlets" ? "Let somebody in" : "Tell somebody"}
        </Button>
      </Toolbar>
      {tab === "told" ? <Told key={secret ?? ""} /> : tab === "inlets" ? <Inlets isMaking={isMaking} onMade={() => setMaking(false)} /> : <Deliveries />}
      {isMaking && tab !== "inlets" ? <WebhookDialog onClose={() => setMaking(false)} onMade={(made) => (setMaking(false), setSecret(made))} /> : null}
      {secret === undefined ? null : (
        <SecretOnce title="A new webhook" label="Signing secret" secret={secret} onClose={() => setSecret(undefined)}>
          What is sent is signed with it (Standard Webhooks, HMAC-SHA256). Give it to whoever checks the signature there.
        </SecretOnce>
      )}
    </div>
  );
};

const Told = () => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const { value, problem: loading, again } = useAsked("GET /v1/orgs/:orgId/webhooks", { orgId }, { isWhole: true });
  const [removing, setRemoving] = useState<Hook>();
  const remove = async () => {
    if (removing !== undefined && (await act(() => ask("DELETE /v1/orgs/:orgId/webhooks/:hookId", { orgId, hookId: removing.hookId })))) await again();
    setRemoving(undefined);
  };
  return (
    <>
      <Problems of={[problem, loading]} />
      {value === undefined ? null : (
        <Table
          label="Webhooks"
          className={styles.fill ?? ""}
          rows={value.items}
          rowId={({ hookId }) => hookId}
          empty={
            <EmptyState icon="broadcast" title="Nobody is told yet">
              A channel or a program can be told when a desktop asks for an approval, a record forks, or anything else of the list happens. It gets a link and no part of a command.
            </EmptyState>
          }
          columns={[
            { id: "url", title: "Address", width: "minmax(200px, 2fr)", isMono: true, cell: (row) => <span title={row.url}>{row.url}</span> },
            { id: "format", title: "As", width: "100px", cell: (row) => <Tag>{row.format}</Tag> },
            { id: "kinds", title: "Of", width: "minmax(140px, 1.4fr)", cell: (row) => <span title={row.kinds.join(", ")}>{row.kinds.includes("*") ? "everything" : row.kinds.join(", ")}</span> },
            { id: "since", title: "Since", width: "110px", cell: (row) => formatInstant(row.createdAt).slice(0, 10) },
            { id: "act", title: "Remove", isTitleHidden: true, width: "44px", cell: (row) => <IconButton icon="trash" size="sm" label={`Remove ${row.url}`} onClick={() => setRemoving(row)} /> },
          ]}
        />
      )}
      <ConfirmDialog isOpen={removing !== undefined} isDanger isBusy={isBusy} title="Tell them no more?" confirmText="Remove the webhook" onCancel={() => setRemoving(undefined)} onConfirm={() => void remove()}>
        {removing?.url ?? ""} is told of nothing that happens from now on. The log of what was delivered stays.
      </ConfirmDialog>
    </>
  );
};

const TONES = { pending: "warn", delivered: "ok", dead: "bad" } as const;
const WORDS = { pending: "waiting", delivered: "delivered", dead: "given up" } as const;
const Deliveries = () => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [isDeadOnly, setDeadOnly] = useState(false);
  const { items, problem: loading, more, again } = usePages("GET /v1/orgs/:orgId/deliveries", { orgId, limit: 100, ...(isDeadOnly && { state: "dead" as const }) });
  const retry = async ({ eventId, hookId }: Delivery) => {
    if (await act(() => ask("POST /v1/orgs/:orgId/deliveries/:eventId/:hookId/again", { orgId, eventId, hookId }))) again();
  };
  return (
    <>
      <Toolbar label="Deliveries">
        <Segmented label="Which deliveries" value={isDeadOnly ? "dead" : "all"} onValue={(next) => setDeadOnly(next === "dead")} segments={[{ value: "all", text: "All" }, { value: "dead", text: "Given up" }]} />
        <Grow />
        <Button icon="refresh" onClick={again}>
          Look again
        </Button>
      </Toolbar>
      <Problems of={[problem, loading]} />
      <Table
        label="Deliveries"
        className={styles.fill ?? ""}
        rows={items ?? []}
        rowId={({ eventId, hookId }) => `${eventId} ${hookId}`}
        onNearEnd={more}
        empty={items === undefined ? null : <EmptyState icon="send" title={isDeadOnly ? "Nothing was given up" : "Nothing was told yet"}>{isDeadOnly ? "What nobody took after seven attempts over ten hours would stand here, to be tried again." : "What happens is told as it happens, and listed here with the answer."}</EmptyState>}
        columns={[
          { id: "at", title: "When", width: "160px", isMono: true, cell: (row) => formatInstant(row.at) },
          { id: "kind", title: "What", width: "minmax(130px, 1fr)", isMono: true, cell: (row) => row.kind },
          { id: "state", title: "State", width: "110px", cell: (row) => <Tag tone={TONES[row.state]}>{WORDS[row.state]}</Tag> },
          { id: "attempts", title: "Attempts", width: "80px", align: "end", cell: (row) => row.attempts },
          { id: "say", title: "Answer", width: "minmax(160px, 2fr)", cell: (row) => <span title={row.say}>{row.say}</span> },
          { id: "act", title: "Try again", isTitleHidden: true, width: "44px", cell: (row) => (row.state === "dead" ? <IconButton icon="refresh" size="sm" label="Tell it once more" disabled={isBusy} onClick={() => void retry(row)} /> : null) },
        ]}
      />
    </>
  );
};
