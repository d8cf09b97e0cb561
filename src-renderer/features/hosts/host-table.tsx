import { memo } from "react";
import type { HostRow } from "../../../src-main/contract/index.ts";
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
  onChoose: (id: string, isChosen: boolean) => void;
  onStar: (id: string, isStar: boolean) => void;
  empty: React.ReactNode;
};

export const HostTable = memo(({ rows, selectedId, chosen, sort, isNarrow, onSort, onOpen, onChoose, onStar, empty }: Props) => {
  const columns: readonly Column<HostRow>[] = [
    { id: "choose", title: "Choose", isTitleHidden: true, width: "32px", cell: (host) => <Stop><Checkbox isChecked={chosen.has(host.id)} onChecked={(is) => onChoose(host.id, is)} ariaLabel={`Choose ${host.name}`} /></Stop> },
    { id: "star", title: "Keep at the top", isTitleHidden: true, width: "32px", cell: (host) => <Stop><IconButton icon="pin" size="sm" label={host.favourite ? `${host.name}: take off the top` : `${host.name}: keep at the top`} isPressed={host.favourite} className={host.favourite ? styles.starred : styles.unstarred} onClick={() => onStar(host.id, !host.favourite)} /></Stop> },
    { id: "name", title: "Host", width: "minmax(110px, 1.4fr)", canSort: true, cell: (host) => <span className={styles.name}>{host.name}{host.legacyAlgorithms ? <Tag tone="warn">old algorithms</Tag> : null}</span> },
    { id: "address", title: "Reached at", width: "minmax(120px, 1.4fr)", isMono: true, canSort: true, cell: (host) => `${host.user}@${host.address}${host.port === 22 ? "" : `:${host.port}`}` },
    { id: "environment", title: "Environment", isTitleHidden: isNarrow, width: isNarrow ? "84px" : "104px", canSort: !isNarrow, cell: (host) => <Tag tone={host.environment === "prod" ? "bad" : host.environment === "staging" ? "warn" : "ok"}>{host.environment}</Tag> },
    ...(isNarrow
      ? []
      : ([
          { id: "os", title: "System", width: "88px", cell: (host) => OS_WORDS[host.os] },
          { id: "labels", title: "Groups and tags", width: "minmax(120px, 1.6fr)", cell: (host) => <span className={styles.labels}>{[...host.groups, ...host.tags.map((tag) => `#${tag}`)].join("  ")}</span> },
          { id: "way", title: "Through", width: "minmax(70px, 0.8fr)", cell: (host) => <span className={styles.quiet}>{host.jumpNames.join(" → ")}</span> },
        ] satisfies Column<HostRow>[])),
    ...(isNarrow ? [] : ([{ id: "state", title: "Now", width: "104px", cell: (host) => (host.connected ? <StatusDot state="ok" label="connected" /> : <span className={styles.quiet}>–</span>) }] satisfies Column<HostRow>[])),
  ];
  return <Table label="Hosts" columns={columns} rows={rows} rowId={(host) => host.id} selectedId={selectedId} onOpen={onOpen} sort={sort} onSort={onSort} edge={(host) => host.environment} empty={empty} className={styles.table ?? ""} />;
});

/** A control inside a row: using it does not open the row. */
const Stop = ({ children }: { children: React.ReactNode }) => (
  // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- it only keeps the click from the row
  <span className={styles.stop} onClick={(event) => event.stopPropagation()}>
    {children}
  </span>
);
