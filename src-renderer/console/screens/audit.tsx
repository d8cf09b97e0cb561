import { useState } from "react";
import { formatInstant } from "../../lib/format.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Card, Grow, Page, Toolbar } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Select } from "../../ui/select.tsx";
import { Table } from "../../ui/table.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import { useAsked, useConsole, useNames, useOrg, useRoute } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { Entries } from "./entries.tsx";
import { eventWords } from "./event-words.ts";
import { Receipts } from "./receipts.tsx";
import { usePages } from "./use-pages.ts";

const TABS = [
  { value: "entries", text: "Records" },
  { value: "receipts", text: "Receipts and export" },
  { value: "events", text: "This server" },
  { value: "alarms", text: "Alarms" },
] as const;
type Tab = (typeof TABS)[number]["value"];

export const AuditScreen = () => {
  const { orgId } = useOrg();
  const { router } = useConsole();
  const route = useRoute();
  const tab: Tab = TABS.find(({ value }) => value === route.rest[2])?.value ?? "entries";
  return (
    <div className={styles.pane}>
      <Toolbar label="Audit">
        <Segmented label="What to look at" value={tab} onValue={(next) => router.navigate(orgHash(orgId, "audit", next).slice(1))} segments={TABS} />
      </Toolbar>
      {tab === "entries" ? <Entries desktopId={route.rest[3]} /> : tab === "receipts" ? <Receipts desktopId={route.rest[3]} /> : tab === "events" ? <Events /> : <Alarms />}
    </div>
  );
};

const ANYTHING = "anything";
/** The first word of a kind: what it is about. */
const ABOUT = [
  { value: "refused", text: "Refusals" }, { value: "person", text: "People" }, { value: "desktop", text: "Desktops" }, { value: "log", text: "Forked records" },
  { value: "approval", text: "Approvals" }, { value: "approver", text: "Approvers' keys" }, { value: "key", text: "API keys" }, { value: "edition", text: "Policy" }, { value: "provider", text: "Sign-in providers" },
  { value: "settings", text: "Settings" }, { value: "record", text: "Exports" }, { value: "values", text: "Erased values" }, { value: "retention", text: "Times of keeping" },
  { value: "inbox", text: "Inbox" }, { value: "inlet", text: "Who may tell" }, { value: "webhook", text: "Webhooks" },
] as const;

const Events = () => {
  const { orgId } = useOrg();
  const nameOf = useNames();
  const [kind, setKind] = useState<string>(ANYTHING);
  const { items, problem, more, again } = usePages("GET /v1/orgs/:orgId/events", { orgId, limit: 100, ...(kind !== ANYTHING && { kind }) });
  return (
    <>
      <Toolbar label="Filter">
        <Select className={styles.chooser ?? ""} label="About" value={kind} onValue={setKind} choices={[{ value: ANYTHING, text: "Everything" }, ...ABOUT]} />
        <Grow />
        <Button icon="refresh" onClick={again}>
          Load the newest
        </Button>
      </Toolbar>
      <Problems of={[problem]} />
      <Table
        label="Events of this server"
        className={styles.fill ?? ""}
        rows={items ?? []}
        rowId={({ eventId }) => eventId}
        onNearEnd={more}
        empty={items === undefined ? null : <EmptyState icon="audit" title={kind === ANYTHING ? "Nothing happened yet" : "Nothing of this kind happened yet"}>What people, keys and desktops do here is listed as it happens, refusals too.</EmptyState>}
        columns={[
          { id: "at", title: "When", width: "160px", isMono: true, cell: (row) => formatInstant(row.at) },
          { id: "what", title: "What", width: "minmax(200px, 1fr)", cell: (row) => renderedText(eventWords(row)) },
          { id: "actor", title: "By", width: "minmax(120px, 0.6fr)", cell: (row) => <span title={row.actor}>{renderedText(nameOf(row.actor))}</span> },
        ]}
      />
    </>
  );
};

const Alarms = () => {
  const { orgId } = useOrg();
  const { value, problem } = useAsked("GET /v1/orgs/:orgId/alarms", { orgId }, { everyMs: 5000, isWhole: true });
  if (value?.items.length === 0)
    return (
      <EmptyState icon="success" title="No record has forked">
        A desktop that was rolled back or copied would show a head that excludes one it showed before. Both would be kept here.
      </EmptyState>
    );
  return (
    <Page isWide>
      <div className={styles.stack}>
        <Problems of={[problem]} />
        {value?.items.map((each) => (
          <Card key={each.alarmId} title={`${each.desktop}: rolled back or copied`}>
            <div className={styles.stack}>
              <KeyValues keyWidth={120} items={[{ key: "Noticed", value: formatInstant(each.at) }, { key: "Seen before", value: `${each.seenSize} entries` }, { key: "Shown then", value: `${each.shownSize} entries` }]} />
              <Bytes text={each.seenNote} label="Head seen before" />
              <Bytes text={each.shownNote} label="Head shown then" />
            </div>
          </Card>
        ))}
      </div>
    </Page>
  );
};
