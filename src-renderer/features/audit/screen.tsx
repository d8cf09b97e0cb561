import { useCallback, useEffect, useMemo, useState } from "react";
import type { AuditFilter, AuditHead, SavedSearch } from "../../../src-main/contract/index.ts";
import { toHash } from "../../app/router.ts";
import { ScreenBar } from "../../app/screen-bar.tsx";
import { useApp, useCommands, useFeed, useRoute } from "../../app/use-app.ts";
import { formatCount, shortHash } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Split } from "../../ui/split.tsx";
import { ExportDialog } from "./export-dialog.tsx";
import { type Facets, FilterBar } from "./filter-bar.tsx";
import { HeadDialog } from "./head-dialog.tsx";
import { KeepDialog } from "./keep-dialog.tsx";
import { Replay } from "./replay.tsx";
import styles from "./screen.module.css";
import { StoryPanel } from "./story-panel.tsx";
import { Timeline, WINDOW } from "./timeline.tsx";
import { type Rows, useFound, useWholeRecord } from "./use-rows.ts";
import { VerifyDialog } from "./verify-dialog.tsx";

type Opened = "none" | "verify" | "export" | "head" | "keep";

/** `#/audit`, `#/audit/entry/812`, `#/audit/replay/rec_…`, each with `?q=…` and filters. */
export const AuditScreen = () => {
  const route = useRoute();
  const { navigate } = useApp();
  const [head, setHead] = useState<AuditHead>();
  useFeed("audit.head", (client, signal) => client.audit.head({}, { signal }), setHead);
  const filter = useMemo(() => filterOf(route.params), [route.params]);
  const seq = route.rest[0] === "entry" ? Number(route.rest[1]) : undefined;
  const recording = route.rest[0] === "replay" ? route.rest[1] : undefined;
  const asked = route.params.get("open");
  const opened: Opened = asked === "verify" || asked === "export" || asked === "head" || asked === "keep" ? asked : "none";
  const go = useCallback((rest: readonly string[], next: AuditFilter, open: Opened = "none") => navigate(toHash("audit", rest, { ...paramsOf(next), ...(open === "none" ? {} : { open }) }).slice(1)), [navigate]);
  const show = (at: number) => go(["entry", String(at)], filter);
  const close = () => go([], filter);
  useCommands([...(seq === undefined ? [] : [{ id: "audit.close-entry", title: "Close the entry", keys: "Escape", run: close }])]);
  return (
    <div className={styles.screen}>
      <ScreenBar
        chips={head === undefined ? undefined : <HeadChips head={head} onHead={() => go(route.rest, filter, "head")} />}
        actions={
          <>
            <Button size="sm" icon="check" onClick={() => go(route.rest, filter, "verify")}>
              Verify
            </Button>
            <Button size="sm" icon="download" onClick={() => go(route.rest, filter, "export")}>
              Export
            </Button>
            <Button size="sm" icon="settings" onClick={() => go(route.rest, filter, "keep")}>
              Keeping
            </Button>
          </>
        }
      />
      {recording === undefined ? (
        <Record head={head} filter={filter} onFilter={(next) => go([], next)} seq={seq} onShow={show} onClose={close} onReplay={(id) => go(["replay", id], filter)} />
      ) : (
        <Replay key={recording} recording={recording} onClose={close} />
      )}
      <HeadDialog isOpen={opened === "head"} onClose={() => go(route.rest, filter)} head={head} />
      <KeepDialog isOpen={opened === "keep"} onClose={() => go(route.rest, filter)} head={head} />
      <VerifyDialog isOpen={opened === "verify"} onClose={() => go(route.rest, filter)} startsAtOnce />
      <ExportDialog isOpen={opened === "export"} onClose={() => go(route.rest, filter)} filter={filter} />
    </div>
  );
};

const HeadChips = ({ head, onHead }: { head: AuditHead; onHead: () => void }) => (
  <>
    <Chip state={head.failure === "" ? "ok" : "bad"} isMono onPress={onHead} title="The signed head of the record">
      {formatCount(head.size)} · {shortHash(head.root, 4)}
    </Chip>
    <Chip state={head.anchor.witnesses === 0 ? "warn" : "ok"} onPress={onHead} title={head.anchor.witnesses === 0 ? "Nobody outside this machine remembers a head of this record" : `Cosigned by ${head.anchor.names.join(", ")}`}>
      {head.anchor.witnesses === 0 ? "UNANCHORED" : `WITNESSED(${head.anchor.witnesses})`}
    </Chip>
  </>
);

type RecordProps = { head: AuditHead | undefined; filter: AuditFilter; onFilter: (filter: AuditFilter) => void; seq: number | undefined; onShow: (seq: number) => void; onClose: () => void; onReplay: (recording: string) => void };

const Record = ({ head, filter, onFilter, seq, onShow, onClose, onReplay }: RecordProps) => {
  const { client } = useApp();
  const key = JSON.stringify(filter);
  const isFiltered = Object.keys(filter).length > 0;
  const [facets, setFacets] = useState<Facets>();
  const [saved, setSaved] = useState<readonly SavedSearch[]>([]);
  const [isAtTop, setAtTop] = useState(true);
  const [frozen, setFrozen] = useState(0);
  const [windowAt, setWindowAt] = useState(0);
  // The moment this screen was opened: "the last hour" must not be another hour with every keystroke.
  const [now] = useState(Date.now);
  const size = head?.size ?? 0;
  // While somebody reads further down, new entries wait above instead of moving the lines under their eyes.
  useEffect(() => {
    if (isAtTop && windowAt === 0) setFrozen(size);
  }, [size, isAtTop, windowAt]);
  useEffect(() => {
    const over = new AbortController();
    client.audit.facets({}, { signal: over.signal }).then(setFacets, () => undefined);
    client.audit.savedSearches({}, { signal: over.signal }).then(setSaved, () => undefined);
    return () => over.abort();
  }, [client, isAtTop]);
  const top = Math.max(0, frozen - windowAt);
  const whole = useWholeRecord(top, Math.max(head?.minimum ?? 0, top - WINDOW), !isFiltered && head !== undefined);
  const found = useFound(filter, key, isFiltered);
  const rows = isFiltered ? found : whole;
  const list = (
    <div className={styles.list}>
      {rows.failure === undefined ? null : (
        <Banner tone="bad" shape="strip" title="The record could not be read">
          {(rows.failure as Error).message}
        </Banner>
      )}
      {!isFiltered && size > frozen ? (
        <button type="button" className={styles.fresh} onClick={() => (setWindowAt(0), setFrozen(size), setAtTop(true))}>
          {formatCount(size - frozen)} new
        </button>
      ) : null}
      {head === undefined || (rows.count === 0 && rows.isLoading) ? (
        <Skeleton lines={8} label="Loading the record" />
      ) : rows.count === 0 ? (
        <EmptyState icon="audit" title={isFiltered ? "Nothing fits" : "Nothing is recorded yet"} actions={isFiltered ? <Button onClick={() => onFilter({})}>Show everything</Button> : undefined}>
          {isFiltered ? "No entry has these words and filters." : "Every command, who asked, who approved and what came back is recorded before it runs."}
        </EmptyState>
      ) : (
        <Timeline key={`${key} ${windowAt}`} count={rows.count} rowAt={rows.at} onSee={rows.see} selectedSeq={seq} onOpen={(row) => onShow(row.seq)} indexOf={rows.indexOf} onTop={setAtTop} />
      )}
      {isFiltered || head === undefined ? null : <WindowBar top={top} lowest={Math.max(head.minimum, top - WINDOW)} minimum={head.minimum} isFirst={windowAt === 0} onMove={setWindowAt} windowAt={windowAt} />}
    </div>
  );
  return (
    <>
      <FilterBar
        filter={filter}
        onFilter={onFilter}
        facets={facets}
        found={isFiltered ? sayFound(found) : `${formatCount(size)} entries`}
        saved={saved}
        now={now}
        onSave={(search) => void client.audit.saveSearch(search).then(setSaved)}
        onForget={(name) => void client.audit.forgetSearch({ name }).then(setSaved)}
      />
      {seq === undefined || Number.isNaN(seq) ? list : <Split direction="row" label="Timeline and entry" defaultShare={0.56} minFirst={360} minSecond={340} first={list} second={<StoryPanel seq={seq} onClose={onClose} onShow={onShow} onCase={(session) => onFilter({ sessions: [session] })} onReplay={onReplay} />} />}
    </>
  );
};

const sayFound = (found: Rows): string => `${formatCount(found.count)}${found.hasMore ? "+" : ""} found${found.behind > 0 ? ` · ${formatCount(found.behind)} not indexed yet` : ""}`;

/** Only for records so long that no browser can scroll them in one piece. */
const WindowBar = ({ top, lowest, minimum, isFirst, windowAt, onMove }: { top: number; lowest: number; minimum: number; isFirst: boolean; windowAt: number; onMove: (at: number) => void }) =>
  isFirst && lowest <= minimum ? null : (
    <div className={styles.window}>
      <Button size="sm" disabled={isFirst} onClick={() => onMove(Math.max(0, windowAt - WINDOW))}>
        Newer
      </Button>
      <span>
        entries {formatCount(lowest)} to {formatCount(top - 1)}
      </span>
      <Button size="sm" disabled={lowest <= minimum} onClick={() => onMove(windowAt + WINDOW)}>
        Older
      </Button>
    </div>
  );

const LISTS = ["hosts", "actors", "types", "sessions", "effects", "results"] as const;

function filterOf(params: URLSearchParams): AuditFilter {
  const lists = Object.fromEntries(LISTS.flatMap((name) => (params.get(name) === null ? [] : [[name, (params.get(name) as string).split("\u001f").filter((value) => value !== "")]])));
  const number = (name: string) => (params.get(name) === null || !Number.isFinite(Number(params.get(name))) ? {} : { [name]: Number(params.get(name)) });
  const text = params.get("q");
  return { ...lists, ...number("fromMs"), ...number("toMs"), ...(text === null || text === "" ? {} : { text }) };
}

/** A list in one word of the address; the separator is in no id. */
function paramsOf(filter: AuditFilter): Record<string, string> {
  const params: Record<string, string> = {};
  if (filter.text !== undefined && filter.text !== "") params["q"] = filter.text;
  for (const name of LISTS) if ((filter[name] ?? []).length > 0) params[name] = (filter[name] as readonly string[]).join("\u001f");
  if (filter.fromMs !== undefined) params["fromMs"] = String(filter.fromMs);
  if (filter.toMs !== undefined) params["toMs"] = String(filter.toMs);
  return params;
}
