import { memo } from "react";
import type { HostRow } from "../../../src-main/contract/index.ts";
import { BothEnds } from "../../ui/both-ends.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import { type Column, type Sort, Table } from "../../ui/table.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./hosts.module.css";
import { OS_WORDS } from "./words.ts";

type Props = {
  rows: readonly HostRow[];
  selectedId: string | undefined;
  chosen: ReadonlySet<string>;
  sort: Sort;
  isNarrow: boolean;
  onSort: (sort: Sort) => void;
  onOpen: (row: HostRow) => void;
  /** How many match, of which only the first are loaded: the box in the head stands for all of them. */
  total: number;
  onChoose: (id: string, isChosen: boolean) => void;
  onChooseAll: (isChosen: boolean) => void;
  onStar: (id: string, isStar: boolean) => void;
  empty: React.ReactNode;
};

export const HostTable = memo(({ rows, selectedId, chosen, sort, total, isNarrow, onSort, onOpen, onChoose, onChooseAll, onStar, empty }: Props) => {
  const columns: readonly Column<HostRow>[] = [
    { id: "choose", title: "Choose", width: "24px", head: <Stop><Checkbox ariaLabel="Choose all that match" isChecked={chosen.size > 0 && chosen.size >= total} isMixed={chosen.size > 0 && chosen.size < total} onChecked={onChooseAll} /></Stop>, cell: (host) => <Stop><Checkbox isChecked={chosen.has(host.id)} onChecked={(is) => onChoose(host.id, is)} ariaLabel={`Choose ${host.name}`} /></Stop> },
    { id: "star", title: "Keep at the top", isTitleHidden: true, width: "24px", cell: (host) => <Stop><IconButton icon="pin" size="sm" label={host.favourite ? `${host.name}: take off the top` : `${host.name}: keep at the top`} isPressed={host.favourite} className={host.favourite ? styles.starred : styles.unstarred} onClick={() => onStar(host.id, !host.favourite)} /></Stop> },
    { id: "name", title: "Host", width: "minmax(110px, 1.8fr)", canSort: true, cell: (host) => <span className={styles.name}><BothEnds text={host.name} />{host.legacyAlgorithms ? <Tag tone="warn">old algorithms</Tag> : null}</span> },
    { id: "address", title: "Reached at", width: "minmax(160px, 1.8fr)", canSort: true, cell: (host) => <ReachedAt host={host} /> },
    { id: "environment", title: "Environment", width: "96px", canSort: true, cell: (host) => <Tag tone={host.environment === "prod" ? "bad" : host.environment === "staging" ? "warn" : "ok"}>{host.environment}</Tag> },
    ...(isNarrow
      ? []
      : ([
          { id: "os", title: "System", width: "72px", cell: (host) => OS_WORDS[host.os] },
          { id: "labels", title: "Groups and tags", width: "minmax(90px, 1.6fr)", cell: (host) => <span className={styles.labels}>{[...host.groups, ...host.tags.map((tag) => `#${tag}`)].join("  ")}</span> },
          { id: "state", title: "Now", width: "88px", cell: (host) => (host.connected ? <StatusDot state="ok" label="connected" /> : <span className={styles.quiet}>–</span>) },
        ] satisfies Column<HostRow>[])),
  ];
  return <Table label="Hosts" columns={columns} rows={rows} rowId={(host) => host.id} selectedId={selectedId} onOpen={onOpen} sort={sort} onSort={onSort} edge={(host) => host.environment} empty={empty} className={styles.table ?? ""} />;
});

/** The way to it in one place: the account and address, and through which hosts. */
const ReachedAt = ({ host }: { host: HostRow }) => (
  <>
    <code className={styles.address}>{`${host.user}@${host.address}${host.port === 22 ? "" : `:${host.port}`}`}</code>
    {host.jumpNames.length === 0 ? null : <span className={styles.quiet}> through {host.jumpNames.join(" → ")}</span>}
  </>
);

/** A control inside a row: using it does not open the row. */
const Stop = ({ children }: { children: React.ReactNode }) => (
  // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- it only keeps the click from the row
  <span className={styles.stop} onClick={(event) => event.stopPropagation()}>
    {children}
  </span>
);
