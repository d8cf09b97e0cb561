import { useState } from "react";
import { formatAgo, formatCount, formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Code } from "../../ui/bytes.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import { Table } from "../../ui/table.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import { SecretOnce } from "../secret-once.tsx";
import { useActing, useAsked, useConsole, useNow, useOrg, useRoute } from "../use-console.ts";
import { ExchangeDialog } from "./exchange.tsx";
import { Problems } from "./problems.tsx";
import { healthOf, type Desktop } from "./desktop-health.ts";

const EVERY_MS = 3000;

export const DesktopsScreen = () => {
  const { orgId, may } = useOrg();
  const { router, ask } = useConsole();
  const route = useRoute();
  const now = useNow();
  const { value, problem, again } = useAsked("GET /v1/orgs/:orgId/desktops", { orgId }, { everyMs: EVERY_MS, isWhole: true });
  const making = useActing();
  const [line, setLine] = useState<string>();
  const open = value?.items.find(({ desktopId }) => desktopId === route.rest[2]);
  const make = () => making.act(async () => setLine((await ask("POST /v1/orgs/:orgId/desktops", { orgId })).invitation));
  const [isExchanging, setExchanging] = useState(false);
  const add = may("desktops:write") ? (
    <>
    <Button icon="file" onClick={() => setExchanging(true)}>
      Exchange by file…
    </Button>
    <Button kind="primary" icon="plus" isBusy={making.isBusy} onClick={() => void make()}>
      Make an enrolment line
    </Button>
    </>
  ) : null;
  return (
    <div className={styles.pane}>
      <Toolbar label="Desktops">
        <span className={styles.quiet}>{value === undefined ? "" : `${formatCount(value.items.filter(({ leftAt }) => leftAt === null).length)} linked`}</span>
        <Grow />
        {add}
      </Toolbar>
      <Problems of={[problem, making.problem]} />
      {value === undefined ? null : (
        <Table
          label="Desktops"
          className={styles.fill ?? ""}
          rows={value.items}
          rowId={({ desktopId }) => desktopId}
          selectedId={open?.desktopId}
          onOpen={({ desktopId }) => router.navigate(orgHash(orgId, "desktops", desktopId).slice(1))}
          empty={
            <EmptyState icon="display" title="No desktop is linked yet">
              Make an enrolment line, and give it at the desk under Settings → Central, or with <Code>sena link enrol</Code>. The desktop dials out; nothing has to be opened there.
            </EmptyState>
          }
          columns={[
            { id: "name", title: "Desktop", width: "minmax(140px, 1fr)", cell: (row) => row.name },
            { id: "health", title: "Health", width: "minmax(190px, 1fr)", cell: (row) => <Health desktop={row} now={now} /> },
            { id: "kept", title: "Kept here", width: "100px", align: "end", cell: (row) => formatCount(row.keptSize) },
            { id: "lag", title: "Lag", width: "80px", align: "end", cell: (row) => formatCount(Math.max(0, row.logSize - row.keptSize)) },
            { id: "seen", title: "Last heard", width: "120px", cell: (row) => formatAgo(row.seenAt, now) },
            { id: "version", title: "Version", width: "90px", isMono: true, cell: (row) => row.version },
          ]}
        />
      )}
      {open === undefined ? null : <DesktopDialog desktop={open} now={now} onChanged={again} onClose={() => router.navigate(orgHash(orgId, "desktops").slice(1))} />}
      {isExchanging ? <ExchangeDialog onClose={() => setExchanging(false)} onTaken={() => void again()} /> : null}
      {line === undefined ? null : (
        <SecretOnce title="Enrol one desktop" label="Enrolment line" secret={line} onClose={() => (setLine(undefined), void again())}>
          It enrols one desktop, within an hour. It names this server's address and authority, so the desktop tells nothing to another one.
        </SecretOnce>
      )}
    </div>
  );
};

const Health = ({ desktop, now }: { desktop: Desktop; now: number }) => {
  const { dot, say } = healthOf(desktop, now);
  return <StatusDot state={dot} label={say} />;
};

const DesktopDialog = ({ desktop, now, onChanged, onClose }: { desktop: Desktop; now: number; onChanged: () => Promise<void>; onClose: () => void }) => {
  const { orgId, may } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [isAsking, setAsking] = useState(false);
  const letGo = async () => {
    if (await act(() => ask("DELETE /v1/orgs/:orgId/desktops/:desktopId", { orgId, desktopId: desktop.desktopId }))) await onChanged();
    setAsking(false);
  };
  return (
    <>
      <Dialog
        isOpen={!isAsking}
        onClose={onClose}
        title={desktop.name}
        footer={
          <>
            {desktop.leftAt === null && may("desktops:write") ? (
              <Button kind="danger" onClick={() => setAsking(true)}>
                Let it go…
              </Button>
            ) : null}
            <Button onClick={onClose}>Close</Button>
          </>
        }
      >
        <div className={styles.stack}>
          <Problems of={[problem]} />
          <KeyValues
            keyWidth={120}
            items={[
              { key: "Health", value: <Health desktop={desktop} now={now} /> },
              { key: "Its record", value: `${formatCount(desktop.logSize)} entries, ${formatCount(desktop.keptSize)} kept and cosigned here${desktop.keptAt === 0 ? "" : `, the last ${formatAgo(desktop.keptAt, now)}`}` },
              { key: "Log", value: <Code>{desktop.logOrigin}</Code> },
              { key: "Enrolled", value: formatInstant(desktop.enrolledAt) },
              { key: "Last heard", value: formatInstant(desktop.seenAt) },
              { key: "Version", value: desktop.version },
              { key: "Policy edition", value: desktop.editionN === 0 && desktop.editionSay === "" ? "none taken" : `${desktop.editionN}${desktop.editionSay === "" ? "" : `: ${desktop.editionSay}`}` },
              ...(desktop.leftAt === null ? [] : [{ key: "Left", value: `${formatInstant(desktop.leftAt)}: ${desktop.leftWhy ?? ""}` }]),
            ]}
          />
          {may("audit:read") ? (
            <p className={styles.acts}>
              <a href={orgHash(orgId, "audit", "entries", desktop.desktopId)}>Its entries</a>
              <a href={orgHash(orgId, "audit", "receipts", desktop.desktopId)}>Receipts and export</a>
            </p>
          ) : null}
        </div>
      </Dialog>
      <ConfirmDialog isOpen={isAsking} isDanger isBusy={isBusy} title={`Let ${desktop.name} go?`} confirmText="Let it go" onCancel={() => setAsking(false)} onConfirm={() => void letGo()}>
        Its requests are withdrawn and it is not let in again; it needs a new line to come back. What is kept of its record stays here. The desktop itself goes on working.
      </ConfirmDialog>
    </>
  );
};
