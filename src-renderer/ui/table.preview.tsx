import { useState } from "react";
import { formatBytes, formatCount } from "../lib/format.ts";
import type { Preview } from "../lib/preview.ts";
import { SearchBox } from "./search-box.tsx";
import { Button } from "./button.tsx";
import { Grow, Toolbar } from "./page.tsx";
import { StatusDot } from "./status-dot.tsx";
import { type Column, type Sort, Table } from "./table.tsx";
import { EnvironmentTag } from "./tag.tsx";

type Host = { readonly id: string; readonly address: string; readonly environment: "dev" | "staging" | "prod"; readonly disk: number };
const HOSTS: readonly Host[] = Array.from({ length: 10_000 }, (_, index) => ({
  id: `${["web", "db", "cache", "bmc"][index % 4]}-${String(index).padStart(5, "0")}`,
  address: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
  environment: (["prod", "staging", "dev", "prod"] as const)[index % 4] ?? "dev",
  disk: (index * 7919) % 4_000_000_000,
}));
const COLUMNS: readonly Column<Host>[] = [
  { id: "id", title: "Host", width: "minmax(140px, 1fr)", canSort: true, cell: (host) => host.id },
  { id: "environment", title: "Env", width: "80px", cell: (host) => <EnvironmentTag environment={host.environment} /> },
  { id: "address", title: "Address", width: "120px", isMono: true, cell: (host) => host.address },
  { id: "state", title: "State", width: "130px", cell: () => <StatusDot state="ok" label="connected" /> },
  { id: "disk", title: "Free", width: "100px", align: "end", canSort: true, cell: (host) => formatBytes(host.disk) },
];

const Full = () => {
  const [sort, setSort] = useState<Sort>({ column: "id", direction: "ascending" });
  const [selected, setSelected] = useState<string>("db-00001");
  const rows = HOSTS.toSorted((a, b) => (sort.column === "disk" ? a.disk - b.disk : 0) * (sort.direction === "ascending" ? 1 : -1));
  return <Table label="Hosts" columns={COLUMNS} rows={rows} rowId={(host) => host.id} selectedId={selected} onOpen={(host) => setSelected(host.id)} sort={sort} onSort={setSort} edge={(host) => host.environment} />;
};

export const previews: readonly Preview[] = [
  { name: `${formatCount(HOSTS.length)} rows`, draw: Full, height: 320, isWide: true },
  { name: "Empty", draw: () => <Table label="No hosts" columns={COLUMNS} rows={[]} rowId={(host) => host.id} empty="No host matches “wbe”." />, height: 140, isWide: true },
  {
    name: "Toolbar",
    isWide: true,
    draw: () => (
      <Toolbar label="Hosts">
        <SearchBox label="Filter hosts" value="" onValue={() => {}} />
        <Grow />
        <Button size="sm">Import…</Button>
        <Button size="sm" kind="primary">
          Add host
        </Button>
      </Toolbar>
    ),
  },
];
