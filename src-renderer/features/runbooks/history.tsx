import { useEffect, useState } from "react";
import type { RunSummary } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { formatDuration, formatInstant } from "../../lib/format.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Table } from "../../ui/table.tsx";
import { Tag } from "../../ui/tag.tsx";
import { RUN_LOOK } from "./run-card.tsx";

/** Runs of one runbook, newest first, with how each ended. */
export const History = ({ skillId, version, onOpen }: { skillId: string; /** Grows when something was run. */ version: number; onOpen: (run: RunSummary) => void }) => {
  const { client } = useApp();
  const [runs, setRuns] = useState<readonly RunSummary[]>();
  useEffect(() => {
    let isGone = false;
    client.runs.list({ skillId, limit: 100 }).then(({ runs: found }) => isGone || setRuns(found), () => isGone || setRuns([]));
    return () => {
      isGone = true;
    };
  }, [client, skillId, version]);
  return runs === undefined ? <Skeleton lines={4} label="Loading earlier runs" /> : <RunTable runs={runs} onOpen={onOpen} />;
};

export const RunTable = ({ runs, onOpen }: { runs: readonly RunSummary[]; onOpen: (run: RunSummary) => void }) => (
  <Table
    label="Earlier runs"
    rows={runs}
    rowId={({ id }) => id}
    onOpen={onOpen}
    edge={({ hosts }) => (hosts.some(({ environment }) => environment === "prod") ? "prod" : hosts[0]?.environment)}
    empty="It has not been run yet."
    columns={[
      { id: "at", title: "When", width: "170px", isMono: true, cell: ({ createdAt }) => formatInstant(createdAt) },
      { id: "hosts", title: "Hosts", width: "160px", isMono: true, cell: ({ hosts }) => (hosts.length > 2 ? `${hosts.length} hosts` : hosts.map(({ name }) => name).join(", ")) },
      { id: "state", title: "Outcome", width: "140px", cell: ({ state }) => <Tag tone={RUN_LOOK[state].tone}>{RUN_LOOK[state].text}</Tag> },
      { id: "say", title: "What it said", cell: ({ say }) => say },
      { id: "took", title: "Took", width: "80px", align: "end", isMono: true, cell: ({ createdAt, endedAt }) => (endedAt === null ? "" : formatDuration(endedAt - createdAt)) },
    ]}
  />
);
