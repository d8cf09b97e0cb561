import { useState } from "react";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { formatAgo } from "../../lib/format.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Split } from "../../ui/split.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { EffectTag, Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import type { Output } from "../rest.ts";
import { useAsked, useConsole, useNow, useOrg, useRoute } from "../use-console.ts";
import { ApprovalPane } from "./approval-pane.tsx";
import { STATE_WORDS } from "./approval-words.ts";
import { ApproverKey } from "./approver-key.tsx";
import { Problems } from "./problems.tsx";

type Row = Output<"GET /v1/orgs/:orgId/approvals">["items"][number];

const EVERY_MS = 1000;

/** What desktops ask, newest first; the one that is open stands beside the list, whole. */
export const ApprovalsScreen = () => {
  const { orgId, may } = useOrg();
  const { router } = useConsole();
  const route = useRoute();
  const now = useNow();
  const [which, setWhich] = useState<"open" | "all">("open");
  const { value, problem, again } = useAsked("GET /v1/orgs/:orgId/approvals", { orgId, open: String(which === "open"), limit: 200 }, { everyMs: EVERY_MS });
  const [, , desktopId, approvalId] = route.rest;
  const list = (
    <Table
      label="Requests"
      className={styles.fill ?? ""}
      rows={value?.items ?? []}
      rowId={(row) => `${row.desktopId} ${row.approvalId}`}
      selectedId={`${desktopId} ${approvalId}`}
      onOpen={(row) => router.navigate(orgHash(orgId, "approvals", row.desktopId, row.approvalId).slice(1))}
      empty={
        value === undefined ? null : (
          <EmptyState icon="approvals" title={which === "open" ? "Nothing waits for a decision" : "No desktop has asked yet"}>
            What a desktop's policy wants approved appears here within a second of being asked, whole, and can be decided here or at the desk.
          </EmptyState>
        )
      }
      columns={[
        { id: "effect", title: "Effect", width: "124px", cell: (row) => <EffectTag effect={row.effect} /> },
        { id: "title", title: "Request", width: approvalId === undefined ? "minmax(200px, 1fr)" : "minmax(0, 1fr)", cell: (row) => renderedText(row.title) },
        // Beside an open request only what tells one from another; the rest stands in the request itself.
        ...(approvalId === undefined
          ? ([
              { id: "desktop", title: "Desktop", width: "minmax(90px, 140px)", cell: (row) => row.desktop },
              { id: "state", title: "State", width: "140px", cell: (row) => (row.state === "waiting" ? <Tag tone="hot">{`expires ${formatAgo(row.notAfter, now)}`}</Tag> : STATE_WORDS[row.state]) },
            ] satisfies readonly Column<Row>[])
          : []),
      ]}
    />
  );
  return (
    <div className={styles.pane}>
      <Toolbar label="Requests">
        <Segmented label="Which requests" value={which} onValue={setWhich} segments={[{ value: "open", text: "Waiting" }, { value: "all", text: "All" }]} />
        <Grow />
        {may("approvals:decide") ? <ApproverKey /> : null}
      </Toolbar>
      <Problems of={[problem]} />
      <Split
        label="Width of the list"
        direction="row"
        defaultShare={0.32}
        minFirst={240}
        minSecond={420}
        first={<div className={styles.pane}>{list}</div>}
        second={
          desktopId === undefined || approvalId === undefined ? null : (
            <div className={styles.pane}>
              <ApprovalPane key={`${desktopId} ${approvalId}`} desktopId={desktopId} approvalId={approvalId} onDecided={again} />
            </div>
          )
        }
      />
    </div>
  );
};
