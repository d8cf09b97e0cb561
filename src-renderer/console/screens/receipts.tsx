import { useEffect, useState } from "react";
import { formatCount, formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";
import { Table } from "../../ui/table.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import type { Output } from "../rest.ts";
import { useActing, useAsked, useConsole, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { usePages } from "./use-pages.ts";
import type { Desktop } from "./desktop-health.ts";

type Receipt = Output<"GET /v1/orgs/:orgId/desktops/:desktopId/receipts">["items"][number];

/** What this server vouches for, desktop by desktop, and the way to take it to somebody who has no SENA. */
export const Receipts = ({ desktopId }: { desktopId: string | undefined }) => {
  const { orgId } = useOrg();
  const { router } = useConsole();
  const { value, problem } = useAsked("GET /v1/orgs/:orgId/desktops", { orgId }, { isWhole: true });
  const chosen = value?.items.find((each) => each.desktopId === desktopId) ?? value?.items[0];
  if (value === undefined) return <Problems of={[problem]} />;
  if (chosen === undefined)
    return (
      <EmptyState icon="anchor" title="No desktop, no receipts">
        Once a desktop is linked, each head of its record that this server cosigned is listed here.
      </EmptyState>
    );
  const choose = <Select className={styles.chooser ?? ""} label="Desktop" value={chosen.desktopId} onValue={(next) => router.navigate(orgHash(orgId, "audit", "receipts", next).slice(1))} choices={value.items.map((each) => ({ value: each.desktopId, text: each.name }))} />;
  return <OfDesktop key={chosen.desktopId} desktop={chosen} choose={choose} />;
};

const PAGE = 100;
const OfDesktop = ({ desktop, choose }: { desktop: Desktop; choose: React.ReactNode }) => {
  const { orgId } = useOrg();
  const of = { orgId, desktopId: desktop.desktopId };
  const { items, problem, more, again } = usePages("GET /v1/orgs/:orgId/desktops/:desktopId/receipts", { ...of, limit: PAGE });
  const newest = useAsked("GET /v1/orgs/:orgId/desktops/:desktopId/receipts", { ...of, limit: 1 }, { everyMs: 5000 });
  const isBehind = items !== undefined && (newest.value?.items[0]?.size ?? 0) > (items[0]?.size ?? 0);
  // What fits one page is kept fresh by itself; further down, whoever reads is not thrown back to the top.
  const isOnePage = items !== undefined && items.length <= PAGE;
  useEffect(() => {
    if (isBehind && isOnePage) again();
  }, [isBehind, isOnePage, again]);
  const [open, setOpen] = useState<Receipt>();
  const [isExporting, setExporting] = useState(false);
  return (
    <>
      <Toolbar label="Desktop">
        {choose}
        <Grow />
        {isBehind && !isOnePage ? (
          <Button icon="refresh" onClick={again}>
            Load the newest
          </Button>
        ) : null}
        <Button kind="primary" icon="download" disabled={items === undefined || items.length === 0} onClick={() => setExporting(true)}>
          Export the record…
        </Button>
      </Toolbar>
      <Problems of={[problem, newest.problem]} />
      <Table
        label="Receipts"
        className={styles.fill ?? ""}
        rows={items ?? []}
        rowId={(row) => String(row.size)}
        onOpen={setOpen}
        onNearEnd={more}
        empty={items === undefined ? null : <EmptyState icon="anchor" title="Nothing was cosigned yet">The first entries of {desktop.name} are still to come.</EmptyState>}
        columns={[
          { id: "at", title: "Cosigned", width: "170px", isMono: true, cell: (row) => formatInstant(row.at) },
          { id: "size", title: "Entries", width: "100px", align: "end", cell: (row) => formatCount(row.size) },
          { id: "root", title: "Root of the tree", width: "minmax(200px, 1fr)", isMono: true, cell: (row) => row.note.split("\n")[2] ?? "" },
        ]}
      />
      {open === undefined || newest.value === undefined ? null : (
        <Dialog isOpen onClose={() => setOpen(undefined)} size="lg" title={`Head of ${formatCount(open.size)} entries`} description="Signed by the desktop, cosigned by this server. Any checker of c2sp.org/tlog-checkpoint reads it." footer={<Button onClick={() => setOpen(undefined)}>Close</Button>}>
          <div className={styles.stack}>
            <Bytes text={open.note} label="The signed head" />
            <Bytes text={newest.value.logKey} label="Key of the desktop's log" wraps />
            <Bytes text={newest.value.witnessKey} label="Key of this server" wraps />
          </div>
        </Dialog>
      )}
      {isExporting ? <ExportDialog desktop={desktop} onClose={() => setExporting(false)} /> : null}
    </>
  );
};

const ExportDialog = ({ desktop, onClose }: { desktop: Desktop; onClose: () => void }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [reason, setReason] = useState("");
  const [saved, setSaved] = useState("");
  const save = () =>
    act(async () => {
      const bundle = await ask("GET /v1/orgs/:orgId/desktops/:desktopId/bundle", { orgId, desktopId: desktop.desktopId, reason: reason.trim() });
      const name = `${desktop.name.replaceAll(/[^\w.-]+/g, "-")}-record.zip`;
      const url = URL.createObjectURL(bundle as Blob);
      Object.assign(document.createElement("a"), { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      setSaved(name);
    });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Export the record of ${desktop.name}`}
      footer={
        <>
          <Button onClick={onClose}>{saved === "" ? "Cancel" : "Close"}</Button>
          {saved === "" ? (
            <Button kind="primary" isBusy={isBusy} disabled={reason.trim() === ""} onClick={() => void save()}>
              Export
            </Button>
          ) : null}
        </>
      }
    >
      <div className={styles.stack}>
        <Problems of={[problem]} />
        {saved === "" ? (
          <>
            <p className={styles.words}>Every entry with the values kept here, and the head that the desktop signed and this server cosigned. Recordings and large outputs stay at the desk; their hashes are in it.</p>
            <Field label="Reason" hint="Goes into this server's list with your name.">
              <Input value={reason} maxLength={300} onValue={setReason} />
            </Field>
          </>
        ) : (
          <>
            <p className={styles.words}>{saved} was handed to the browser. Whoever gets it checks it without SENA and without a network:</p>
            <Bytes text={`unzip ${saved} -d record && node record/verify.mjs`} label="How to verify it" />
          </>
        )}
      </div>
    </Dialog>
  );
};
