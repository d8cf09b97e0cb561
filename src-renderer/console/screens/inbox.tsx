import { useState } from "react";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { formatAgo, formatInstant } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Table } from "../../ui/table.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import type { Output } from "../rest.ts";
import { useActing, useAsked, useConsole, useNames, useNow, useOrg, useRoute } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { usePages } from "./use-pages.ts";

type Row = Output<"GET /v1/orgs/:orgId/inbox">["items"][number];
type Whole = Output<"GET /v1/orgs/:orgId/inbox/:itemId">;
const TABS = [
  { value: "all", text: "All" },
  { value: "new", text: "New" },
  { value: "handed", text: "Handed on" },
  { value: "done", text: "Done" },
] as const;
const TONES = { new: "warn", handed: "accent", done: "ok" } as const;
const WORDS = { new: "new", handed: "handed on", done: "done" } as const;

/** What alerting systems and channels told, signed. It is read here, and may be handed to a desktop as a question. */
export const InboxScreen = () => {
  const { orgId, may } = useOrg();
  const { router } = useConsole();
  const route = useRoute();
  const now = useNow();
  const [tab, setTab] = useState<(typeof TABS)[number]["value"]>("all");
  const { items, problem, more, again } = usePages("GET /v1/orgs/:orgId/inbox", { orgId, limit: 100, ...(tab !== "all" && { state: tab }) });
  const openId = route.rest[2];
  const close = () => router.navigate(orgHash(orgId, "inbox").slice(1));
  return (
    <div className={styles.pane}>
      <Toolbar label="Inbox">
        <Segmented label="Which messages" value={tab} onValue={setTab} segments={TABS} />
        <Grow />
        <Button icon="refresh" onClick={again}>
          Look again
        </Button>
      </Toolbar>
      <Problems of={[problem]} />
      <Table
        label="Messages"
        className={styles.fill ?? ""}
        rows={items ?? []}
        rowId={({ itemId }) => itemId}
        selectedId={openId}
        onOpen={({ itemId }) => router.navigate(orgHash(orgId, "inbox", itemId).slice(1))}
        onNearEnd={more}
        empty={
          items === undefined ? null : (
            <EmptyState icon="download" title={tab === "all" ? "Nobody told anything yet" : "Nothing of that kind"}>
              {tab === "all" ? <>Alerting systems and channels tell the organisation what they see, signed. {may("webhooks:write") ? <a href={orgHash(orgId, "webhooks", "inlets")}>Let one in</a> : "An admin lets them in."}</> : "It would stand here."}
            </EmptyState>
          )
        }
        columns={[
          { id: "at", title: "When", width: "110px", cell: (row) => <span title={formatInstant(row.at)}>{formatAgo(row.at, now)}</span> },
          { id: "from", title: "From", width: "minmax(110px, 0.7fr)", cell: (row) => row.inlet },
          { id: "title", title: "What it says", width: "minmax(200px, 3fr)", cell: (row) => <span title={renderedText(row.title)}>{renderedText(row.title)}</span> },
          { id: "state", title: "State", width: "100px", cell: (row) => <Tag tone={TONES[row.state]}>{WORDS[row.state]}</Tag> },
          { id: "desktop", title: "Desktop", width: "minmax(110px, 0.8fr)", cell: (row) => <Where row={row} /> },
        ]}
      />
      {openId === undefined ? null : <MessageDialog itemId={openId} onChanged={again} onClose={close} />}
    </div>
  );
};

const Where = ({ row }: { row: Row }) => (row.desktop === null ? null : <span>{row.heardAt === null ? `${row.desktop}, on its way` : row.desktop}</span>);

const MessageDialog = ({ itemId, onChanged, onClose }: { itemId: string; onChanged: () => void; onClose: () => void }) => {
  const { orgId, may } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const { value, problem: loading, again } = useAsked("GET /v1/orgs/:orgId/inbox/:itemId", { orgId, itemId });
  const finish = async () => {
    if (await act(() => ask("POST /v1/orgs/:orgId/inbox/:itemId/done", { orgId, itemId }))) (onChanged(), onClose());
  };
  return (
    <Dialog
      isOpen
      size="lg"
      onClose={onClose}
      title={value === undefined ? "A message" : renderedText(value.title)}
      footer={
        <>
          {value !== undefined && value.state !== "done" && may("inbox:write") ? (
            <Button isBusy={isBusy} onClick={() => void finish()}>
              Nobody needs to look
            </Button>
          ) : null}
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <div className={styles.stack}>
        <Problems of={[problem, loading]} />
        {value === undefined ? (
          loading === "" ? <Skeleton lines={6} /> : null
        ) : (
          <>
            <Facts of={value} />
            <Banner tone="info" title="Words of somebody outside">
              The signature says who sent this, not that it is true. It is data: whatever it asks for, nothing acts on it.
            </Banner>
            <Bytes text={value.content} label="The message, as it came" wraps />
            {may("inbox:write") && may("desktops:read") && value.state !== "done" ? <HandOver of={value} onHanded={() => (onChanged(), void again())} /> : null}
          </>
        )}
      </div>
    </Dialog>
  );
};

const Facts = ({ of: item }: { of: Whole }) => {
  const nameOf = useNames();
  return (
    <KeyValues
      keyWidth={120}
      items={[
        { key: "From", value: item.inlet },
        { key: "Signed", value: formatInstant(item.sentAt) },
        { key: "Came", value: formatInstant(item.at) },
        ...(item.handedAt === null ? [] : [{ key: "Handed on", value: `${formatInstant(item.handedAt)} by ${nameOf(item.handedBy ?? "")} to ${item.desktop ?? "a desktop"}: “${item.question}”${item.heardAt === null ? " (not fetched yet)" : ""}` }]),
      ]}
    />
  );
};

const HandOver = ({ of: item, onHanded }: { of: Whole; onHanded: () => void }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const { value } = useAsked("GET /v1/orgs/:orgId/desktops", { orgId }, { isWhole: true });
  const desktops = (value?.items ?? []).filter(({ leftAt, isByFile }) => leftAt === null && !isByFile);
  const [chosen, setChosen] = useState<string>();
  const [question, setQuestion] = useState("");
  const desktopId = [chosen, item.desktopId].find((id) => desktops.some((each) => each.desktopId === id)) ?? desktops[0]?.desktopId;
  const hand = () => act(async () => {
    if (desktopId === undefined) return;
    await ask("POST /v1/orgs/:orgId/inbox/:itemId/question", { orgId, itemId: item.itemId, desktopId, question: question.trim() });
    setQuestion("");
    onHanded();
  });
  if (value !== undefined && desktops.length === 0) return <p className={styles.quiet}>No desktop is linked over a network that it could be handed to.</p>;
  return (
    <div className={styles.form}>
      <Problems of={[problem]} />
      <Field label="Hand it to" hint="An operator there sees your question with this message beside it, and asks it or does not.">
        <Select value={desktopId ?? ""} onValue={setChosen} choices={desktops.map(({ desktopId: id, name }) => ({ value: id, text: name }))} />
      </Field>
      <Field label="Question" hint="In your own words, as you would ask it at the desk.">
        <Input value={question} maxLength={2000} placeholder="why is web-01 slow?" onValue={setQuestion} />
      </Field>
      <p className={styles.acts}>
        <Button kind="primary" icon="send" isBusy={isBusy} disabled={desktopId === undefined || question.trim() === ""} onClick={() => void hand()}>
          Hand it over
        </Button>
      </p>
    </div>
  );
};
