import { useState } from "react";
import type { AuditFilter, AuditHead, AuditRow } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import { Result } from "./export-dialog.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { ForwarderForm } from "./forwarder-form.tsx";
import { ForwarderLine } from "./forwarders-side.tsx";
import { HeadSide } from "./head-dialog.tsx";
import { CastScreen } from "./replay.tsx";
import { Timeline } from "./timeline.tsx";
import { RunView } from "./verify-dialog.tsx";

const AT = 1_774_000_000_000;
const row = (seq: number, over: Partial<AuditRow> = {}): AuditRow => ({ seq, type: "start", at: AT + seq * 1000, actor: { kind: "operator", id: "op_ada", name: "Ada Example" }, host: "web-01", session: "run_1", headline: "systemctl restart nginx", effect: "service-impact", erased: false, ...over });
const ROWS: readonly AuditRow[] = [
  row(8, { type: "outcome-unknown", headline: "SENA stopped after this was started", effect: undefined, result: "unknown" }),
  row(7, { type: "outcome", headline: "exit 1", effect: undefined, result: "failed" }),
  row(6),
  row(5, { type: "approval", headline: "approve", effect: undefined, result: "approved" }),
  row(4, { type: "intent", headline: "rm -rf /var/tmp/\u202egnp.old", effect: "destructive" }),
  row(3, { type: "model-call", headline: "", effect: undefined, erased: true }),
  row(2, { type: "gap", headline: "the connection was lost for 4 s", effect: undefined }),
  row(1, { type: "request", headline: "nobody can open the intranet page since this morning", effect: undefined }),
];
const HEAD: AuditHead = { origin: "sena.internal/log/4117585a91e10eab", size: 1204, root: "9f3c".repeat(16), note: "sena.internal/log/4117585a91e10eab\n1204\nVBQbJ0xakwaTN8vzC6i49eMM7OS1cNC2BZGX3CZtyp4=\n\n— sena.internal/log/4117585a91e10eab vtf0nDZR0nm/Nv4u5yFKxGduNMEs9hJZT3h4h2Nb3PkSjXw4L/o93+s7iY6gwpQOLTilk8n3UAWATXSqw+7bTrkN5AQ=\n", failure: "", minimum: 0, anchor: { witnesses: 0, size: 0, time: 0, names: [] }, keys: ["sena.internal/log/4117585a91e10eab+bed7f49c+AVQ920l90klqlPanTZJJ9EkUVvEuwTRUiT5O1t8Qove0"], witnessKey: "", unindexed: 0 };

const Filters = () => {
  const [filter, setFilter] = useState<AuditFilter>({ text: "nginx", hosts: ["web-01"], effects: ["destructive"] });
  const facets = { host: [{ value: "web-01", n: 812 }, { value: "db-01", n: 40 }], actor: [{ value: "operator:op_ada", n: 700 }], type: [{ value: "start", n: 300 }], effect: [{ value: "destructive", n: 4 }], result: [{ value: "failed", n: 9 }] };
  return <FilterBar filter={filter} onFilter={setFilter} facets={facets} found="12 found" saved={[{ name: "Failed on prod", filter: { results: ["failed"] } }]} onSave={() => undefined} onForget={() => undefined} now={AT} />;
};

const noop = () => undefined;
export const previews: readonly Preview[] = [
  { name: "Timeline", height: 280, isWide: true, draw: () => <Timeline count={ROWS.length} rowAt={(index) => ROWS[index]} indexOf={(seq) => ROWS.findIndex((one) => one.seq === seq)} onSee={noop} selectedSeq={6} onOpen={noop} onTop={noop} /> },
  { name: "Timeline, still loading", height: 200, isWide: true, draw: () => <Timeline count={2_000} rowAt={noop} indexOf={noop} onSee={noop} selectedSeq={undefined} onOpen={noop} onTop={noop} /> },
  { name: "Filters", isWide: true, draw: () => <Filters /> },
  { name: "Head, unanchored", draw: () => <HeadSide head={HEAD} /> },
  { name: "Head, witnessed", draw: () => <HeadSide head={{ ...HEAD, anchor: { witnesses: 2, size: 1190, time: AT, names: ["sena.internal/log/a/witness", "central.example"] } }} /> },
  { name: "Verify, running", draw: () => <RunView run={{ is: "running", phase: "entries", done: 412_000, total: 1_000_000 }} onStop={noop} /> },
  { name: "Verify, whole", draw: () => <RunView run={{ is: "done", what: "The record", result: { kind: "done", ok: true, entries: 1_000_000, elapsedMs: 3100, problems: [], notes: [] } }} onStop={noop} /> },
  { name: "Verify, changed", draw: () => <RunView run={{ is: "done", what: "The bundle", result: { kind: "done", ok: false, entries: 700, elapsedMs: 900, problems: [{ where: "data/log/tile/entries/001, entry 300", say: "this entry is not the one in the tree: it was changed, moved or put in another's place" }], notes: ["UNANCHORED: no witness cosigned this head."] } }} onStop={noop} /> },
  { name: "Collector, waiting", draw: () => <ForwarderLine forwarder={{ config: { id: "siem", format: "syslog", to: { kind: "tls", host: "siem.example.com", port: 6514 }, from: 0, enabled: true }, next: 812, lag: 1_204, state: "waiting", say: "ECONNREFUSED; tried again in 5 s. Nothing is lost: 1204 entries wait.", sentAt: AT }} mayChange onSwitch={noop} onLeave={noop} /> },
  { name: "Collector, new", draw: () => <ForwarderForm taken={[]} onCancel={noop} onSave={async () => undefined} /> },
  { name: "Bundle written", draw: () => <Result word={{ kind: "done", path: "/media/usb/evidence.zip", bytes: 4_300_000, entries: 812, recordings: 3, size: 1205, root: "9f3c".repeat(16), seq: 1204 }} /> },
  { name: "Replay", height: 120, isWide: true, draw: () => <CastScreen lines={[[{ text: "ops@web-01", fg: "var(--term-green)", bg: undefined, isBold: false, isDim: false, isUnderlined: false }, { text: ":~$ journalctl -u nginx", fg: undefined, bg: undefined, isBold: false, isDim: false, isUnderlined: false }], [{ text: "[emerg] unknown directive", fg: "var(--term-red)", bg: undefined, isBold: true, isDim: false, isUnderlined: false }]]} /> },
];
