import { useEffect, useState } from "react";
import type { HostRef, Overview, Resolution, RunSummary, Span } from "../../../src-main/contract/index.ts";
import { useApp, useFeed, useRoute } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Split } from "../../ui/split.tsx";
import { OverviewFacts } from "./overview-facts.tsx";
import { RunList } from "./run-list.tsx";
import { TraceExportLine } from "./trace-export.tsx";
import styles from "./screen.module.css";
import { Waterfall } from "./waterfall.tsx";

const DAYS = 30;
const SHOWN_RUNS = 200;

/** A run that goes on is looked at again so often. */
const OPEN_EVERY_MS = 2000;

export const InsightScreen = () => {
  const { client, navigate } = useApp();
  const selected = useRoute().rest[0];
  const [runs, setRuns] = useState<readonly RunSummary[]>();
  const [overview, setOverview] = useState<Overview>();
  const [shown, setShown] = useState<{ readonly runId: string; readonly hosts: readonly HostRef[]; readonly spans: readonly Span[]; readonly question: Resolution }>();
  const [failure, setFailure] = useState<string>();
  const [tick, setTick] = useState(0);
  const runId = selected ?? runs?.[0]?.id;
  // The list of unfinished runs changes whenever one starts, waits or ends: then the figures are asked for again.
  useFeed("insight.live", (core, signal) => core.runs.live({}, { signal }), () => setTick((n) => n + 1));

  const isOpen = runs?.find(({ id }) => id === runId)?.endedAt === null;
  useEffect(() => {
    if (!isOpen) return;
    const beat = setInterval(() => setTick((n) => n + 1), OPEN_EVERY_MS);
    return () => clearInterval(beat);
  }, [isOpen]);

  // The figures are of all runs: choosing one does not ask for them again.
  useEffect(() => {
    let isHere = true;
    void Promise.all([client.runs.list({ limit: SHOWN_RUNS }), client.insight.overview({ days: DAYS })]).then(
      ([list, facts]) => {
        if (!isHere) return;
        setRuns(list.runs);
        setOverview(facts);
        setFailure(undefined);
      },
      (error: unknown) => isHere && setFailure(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isHere = false;
    };
    // oxlint-disable-next-line exhaustive-effect-dependencies -- each beat asks again
  }, [client, tick]);

  useEffect(() => {
    if (runId === undefined) return;
    let isHere = true;
    void client.insight.run({ runId }).then(
      (run) => isHere && setShown({ runId, ...run }),
      (error: unknown) => isHere && setFailure(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isHere = false;
    };
    // oxlint-disable-next-line exhaustive-effect-dependencies -- each beat asks again
  }, [client, tick, runId]);

  if (failure !== undefined && runs === undefined) return <Banner tone="bad" title="The measurements cannot be read">{failure}</Banner>;
  if (runs === undefined || overview === undefined) return <Skeleton lines={6} label="Reading the measurements" />;
  if (runs.length === 0)
    return (
      <EmptyState icon="insight" title="Nothing measured yet">
        After the first runs this shows where the time went, how often they worked and what they cost.
      </EmptyState>
    );
  const run = runs.find(({ id }) => id === runId);
  return (
    <div className={styles.screen}>
      <OverviewFacts overview={overview} days={DAYS} />
      <TraceExportLine />
      <Split
        direction="row"
        label="Width of the list of runs"
        defaultShare={0.34}
        minFirst={260}
        minSecond={360}
        first={<RunList runs={runs} selectedId={runId} onSelect={({ id }) => navigate(`insight/${id}`)} />}
        second={run === undefined || shown === undefined || shown.runId !== runId ? <Skeleton lines={6} label="Reading the run" /> : <Waterfall title={run.title} spans={shown.spans} question={shown.question} hosts={shown.hosts} now={Date.now()} />}
      />
    </div>
  );
};
