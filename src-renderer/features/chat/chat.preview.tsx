import type { Preview } from "../../lib/preview.ts";
import { AskBack } from "./ask-back.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { Guide } from "./guide.tsx";
import { LAB_EXAMPLES } from "./guide-progress.ts";
import { QuestionList } from "./handed-questions.tsx";
import { OfferCard } from "./offer-card.tsx";
import { ResultTableView } from "./result-table.tsx";
import { SeriesChart } from "./series-chart.tsx";
import { fleet, waits, working, WEB } from "./story.ts";
import { TurnBlock, type TurnActions } from "./turn-block.tsx";
import type { ConversationState } from "./conversation-state.ts";

const actions: TurnActions = { onChoose: () => {}, onTake: () => {}, onRetry: () => {}, onStop: () => {}, onOpenPane: () => {}, drawApproval: () => null };
const NOW = Date.UTC(2026, 10, 21, 14, 7, 31);
const turnOf = (state: ConversationState) => state.turns.map((turn) => <TurnBlock key={turn.turnId} turn={turn} runs={state.runs} offers={state.offers} isLast now={NOW} busyOffer={undefined} actions={actions} />);
const disks = {
  title: "File systems",
  columns: [
    { key: "mount", title: "Mounted on", kind: "text" as const },
    { key: "size", title: "Size", kind: "bytes" as const },
    { key: "use", title: "Use", kind: "percent" as const },
    { key: "state", title: "State", kind: "state" as const },
  ],
  rows: [["/", 42e9, 56, "good"], ["/var", 40e9, 95, "bad"], ["/srv/backup with a long name", 2e12, 78, "attention"]].map((cells) => ({ cells })),
  leftOut: 0,
};

export const previews: Preview[] = [
  { name: "Handed to this desktop", draw: () => <QuestionList mayAsk now={NOW} onTake={() => {}} onDrop={() => {}} questions={[{ itemId: "1", at: NOW - 240_000, from: "Alertmanager", title: "DiskFull · web-01 · /var is 95 % full (firing)", question: "is the disk of web-01 full?", content: "{}" }, { itemId: "2", at: NOW - 7_200_000, from: "Zabbix", title: "a-very-long-host-name-in-the-second-data-centre: ICMP loss", question: "how is the network of db-01?", content: "{}" }]} /> },
  { name: "Turn, working", draw: () => turnOf(working()) },
  { name: "Turn, answered and waiting for approval", draw: () => turnOf(waits()) },
  { name: "Fleet of 200, half way", draw: () => turnOf(fleet(200, 96)), isWide: true },
  { name: "Result table", draw: () => <ResultTableView table={disks} /> },
  { name: "Series of things", draw: () => <SeriesChart series={{ title: "Largest directories", unit: "bytes", points: ["/", "/var", "/var/log", "/var/backups", "/usr", "/usr/lib", "/srv", "/home", "/opt"].map((label, i) => ({ label, value: 28e9 / (i + 1) ** 1.4 })) }} /> },
  { name: "Series", draw: () => <SeriesChart series={{ title: "Errors per minute", unit: "lines", points: Array.from({ length: 20 }, (_, i) => ({ label: `07:${40 + i}`, value: i < 2 ? 0 : Math.round(40 * Math.exp(-i / 6)) })) }} /> },
  { name: "Question back", draw: () => <AskBack question="Which host is meant?" choices={[{ id: "1", label: "web-01", detail: "prod · nginx", ask: "" }, { id: "2", label: "web-02", detail: "staging · nginx", ask: "" }]} hint="Or answer in your own words." isOpen onChoose={() => {}} /> },
  {
    name: "A fix that is offered",
    draw: () => <OfferCard isBusy={false} onTake={() => {}} offer={{ type: "proposal", turnId: "turn_1", proposalId: "prop_1", runId: "run_1", title: "Vacuum the journal to 500 MB", why: "The journal holds 3.1 GiB of the 4.0 GiB under /var/log.", host: { ...WEB, environment: "dev" }, skill: { id: "linux/journal-vacuum", version: "1.0.0", signer: "SENA built-in", title: "" }, steps: [{ title: "Vacuum", script: "journalctl --vacuum-size=500M", effect: "destructive", verdict: "allow", proved: false, why: "" }], verdict: "allow", say: "", isUndo: false }} />,
  },
  { name: "First run in the lab", draw: () => <Guide isLab hasHosts examples={LAB_EXAMPLES} done={["asked"]} onAsk={() => {}} onHosts={() => {}} />, height: 620 },
  { name: "Nothing asked yet, no host", draw: () => <Guide isLab={false} hasHosts={false} examples={[]} done={[]} onAsk={() => {}} onHosts={() => {}} /> },
  {
    name: "Conversations",
    height: 320,
    draw: () => (
      <ConversationList
        selectedId="b" search="" now={NOW} onSearch={() => {}} onOpen={() => {}} onNew={() => {}}
        conversations={[
          { id: "a", title: "Intranet page does not open", isPinned: true, createdAt: NOW - 4e6, changedAt: NOW - 3e6, state: "waiting", hosts: [WEB], hostCount: 1 },
          { id: "b", title: "Health check of all servers", isPinned: false, createdAt: NOW - 4e6, changedAt: NOW - 60_000, state: "working", hosts: [WEB], hostCount: 2 },
          { id: "c", title: "What changed on db-01 since yesterday 18:00?", isPinned: false, createdAt: NOW - 9e7, changedAt: NOW - 9e7, state: "done", hosts: [{ ...WEB, name: "db-01" }], hostCount: 1 },
        ]}
      />
    ),
  },
];
