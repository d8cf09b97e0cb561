import { useState } from "react";
import { formatCount, formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Table } from "../../ui/table.tsx";
import { Captioned } from "../captioned.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import { useAsked, useConsole, useNames, useOrg, useRoute } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { PublishDialog } from "./publish-dialog.tsx";
import { usePages } from "./use-pages.ts";

/** What the organisation sets for its desktops, edition after edition. */
export const PolicyScreen = () => {
  const { orgId, may } = useOrg();
  const { router } = useConsole();
  const route = useRoute();
  const { items, problem, more, again } = usePages("GET /v1/orgs/:orgId/editions", { orgId, limit: 100 });
  const nameOf = useNames();
  const [isPublishing, setPublishing] = useState(false);
  const open = Number(route.rest[2] ?? Number.NaN);
  const newest = items?.[0]?.n ?? 0;
  return (
    <div className={styles.pane}>
      <Toolbar label="Policy">
        <span className={styles.quiet}>{newest === 0 ? "" : `Edition ${newest} is in force. Desktops take it when they hear of it, and it only narrows what their own rules let through.`}</span>
        <Grow />
        {may("policy:write") && items !== undefined ? (
          <Button kind="primary" icon="edit" onClick={() => setPublishing(true)}>
            Publish an edition
          </Button>
        ) : null}
      </Toolbar>
      <Problems of={[problem]} />
      <Table
        label="Editions"
        className={styles.fill ?? ""}
        rows={items ?? []}
        rowId={({ n }) => String(n)}
        selectedId={Number.isNaN(open) ? undefined : String(open)}
        onOpen={({ n }) => router.navigate(orgHash(orgId, "policy", String(n)).slice(1))}
        onNearEnd={more}
        empty={
          items === undefined ? null : (
            <EmptyState icon="sealed" title="Nothing is set yet">
              Each desktop goes by its own rules. What you publish here, a policy, skill packs, hosts, where models may be, is signed and goes to all of them; it can be stricter than theirs and never looser.
            </EmptyState>
          )
        }
        columns={[
          { id: "n", title: "Edition", width: "80px", align: "end", cell: (row) => row.n },
          { id: "at", title: "Published", width: "160px", isMono: true, cell: (row) => formatInstant(row.at) },
          { id: "note", title: "Why", width: "minmax(200px, 1fr)", cell: (row) => row.note },
          { id: "by", title: "By", width: "minmax(120px, 0.5fr)", cell: (row) => <span title={row.by}>{nameOf(row.by)}</span> },
        ]}
      />
      {Number.isNaN(open) ? null : <EditionDialog n={open} onClose={() => router.navigate(orgHash(orgId, "policy").slice(1))} />}
      {isPublishing ? <PublishDialog newest={newest} onClose={() => setPublishing(false)} onPublished={() => (setPublishing(false), again())} /> : null}
    </div>
  );
};

const EditionDialog = ({ n, onClose }: { n: number; onClose: () => void }) => {
  const { orgId } = useOrg();
  const { value, problem } = useAsked("GET /v1/orgs/:orgId/editions/:n", { orgId, n });
  return (
    <Dialog isOpen onClose={onClose} size="lg" title={`Edition ${n}`} description={value?.note} footer={<Button onClick={onClose}>Close</Button>}>
      <div className={styles.stack}>
        <Problems of={[problem]} />
        {value === undefined ? (
          problem === "" ? <Skeleton lines={4} /> : null
        ) : (
          <>
            <KeyValues
              keyWidth={130}
              items={[
                { key: "Published", value: formatInstant(value.at) },
                { key: "Skill packs", value: value.content.packs === null ? "as each desktop has them" : value.content.packs.map(({ id, version }) => `${id} ${version}`).join(", ") || "none" },
                { key: "Hosts", value: value.content.hosts === null ? "as each desktop has them" : `${formatCount(Math.max(0, value.content.hosts.trim().split("\n").length - 1))} more` },
                { key: "Approved models", value: value.content.models === null ? "as each desktop has them" : `${value.content.models.name}, number ${value.content.models.number}: ${value.content.models.models.map(({ name }) => name).join(", ") || "none"}${value.content.models.only ? "; nothing else may be used" : ""}` },
                { key: "Models may be at", value: value.content.modelHosts === null ? "wherever a desktop lets them" : value.content.modelHosts.join(", ") || "nowhere" },
              ]}
            />
            {value.content.policy === null ? <p className={styles.quiet}>It sets no policy.</p> : <Captioned text={value.content.policy} caption="Policy" />}
            {value.content.hosts === null ? null : <Captioned text={value.content.hosts} caption="Hosts" />}
            <Captioned text={value.signature} caption="Signature of the organisation's key" />
          </>
        )}
      </div>
    </Dialog>
  );
};
