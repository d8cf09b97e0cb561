import type { Host, HostRow, ImportView, Prompt, ShownKey } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import { DiffView } from "./diff-view.tsx";
import { FilterPane } from "./filter-pane.tsx";
import { FileTable } from "./file-table.tsx";
import { HostDetail, type HostActs } from "./host-detail.tsx";
import { formOf, HostDialog } from "./host-dialog.tsx";
import { HostTable } from "./host-table.tsx";
import { ImportPlan } from "./import-plan.tsx";
import { KeyDialog } from "./key-dialog.tsx";
import { QuestionDialog } from "./question-dialog.tsx";
import { textDiff } from "./text-diff.ts";
import { EMPTY_DRAFT } from "./words.ts";

const none = () => {};
const ART = "+--[ED25519 256]--+\n|   ..oo=B*o.     |\n|    .o+.*o+      |\n|     .o=.=.      |\n|    . o+= .      |\n|     o.oS+       |\n|    . +.o .      |\n|     o + .       |\n|      E          |\n|                 |\n+----[SHA256]-----+";
const FINGERPRINT = "SHA256:9fQ2mVd3bU1kYxYl0r3sT8nB2aZcKq5eWfGhJi7Lx0c";
const host: Host = { ...EMPTY_DRAFT, id: "host_1", name: "web-01", address: "10.20.1.11", user: "ops", environment: "prod", criticality: "high", groups: ["web"], tags: ["nginx", "intranet"], jumps: ["host_b"], credential: { kind: "agent" }, notes: "Behind the east rack's switch.\nAsk networking before a restart.", source: "ssh-config:~/.ssh/config" };
const row = (id: number, over: Partial<HostRow> = {}): HostRow => ({ id: `h${id}`, name: `web-${id}`, address: `10.20.1.${id}`, port: 22, user: "ops", environment: "prod", criticality: "normal", groups: ["web"], tags: ["nginx"], os: "linux", favourite: false, legacyAlgorithms: false, transport: "ssh2", connected: false, jumpNames: [], ...over });
const ROWS = [row(1, { favourite: true, connected: true }), row(2, { environment: "staging", jumpNames: ["bastion"] }), row(3, { environment: "dev", legacyAlgorithms: true, os: "cisco-ios", name: "sw-core-3" }), ...Array.from({ length: 60 }, (_, i) => row(i + 10))];
const key = (over: Partial<ShownKey>): ShownKey => ({ type: "ssh-ed25519", fingerprint: FINGERPRINT, randomart: ART, verdict: "unknown", known: [], mustBeSaid: false, askedBy: "", isAskedByYou: false, askedUntil: 0, ...over });
const acts: HostActs = { openTerminal: none, test: none, edit: none, files: none, lookAtKey: none, distrust: none, remove: none, disconnect: none, close: none, goTo: none };
const facts = { host, keys: [{ type: "ssh-ed25519", fingerprint: FINGERPRINT, randomart: ART, file: "known_hosts", marker: "none" as const }], connected: true, jumps: [{ id: "host_b", name: "bastion" }], usedBy: [{ id: "host_2", name: "db-01" }] };
const view: ImportView = { id: "plan_1", source: "ssh-config:~/.ssh/config", add: [row(1), row(2, { environment: "dev", jumpNames: ["bastion"] })], change: [{ id: "h3", name: "web-3", fields: [{ field: "address", before: "10.0.0.3", after: "10.20.1.3" }] }], same: 12, gone: [{ id: "h9", name: "old-9" }], problems: [{ where: "~/.ssh/config:41", why: "Match exec is not followed (SENA runs nothing from a configuration): the block was left out" }], counts: { add: 2, change: 1, gone: 1, problems: 1 } };
const about = { hostId: "h1", host: "web-01", askedAt: 0 };
const questions: readonly (readonly [string, Prompt])[] = [
  ["Question: new key on prod", { ...about, id: "ask_1", kind: "host-key", keyType: "ssh-ed25519", fingerprint: FINGERPRINT, randomart: ART, environment: "prod", otherTypes: [] }],
  ["Question: two factors", { ...about, id: "ask_2", kind: "interactive", title: "", instructions: "Second factor needed", fields: [{ label: "Password: ", isShown: false }, { label: "One-time code: ", isShown: true }] }],
  ["Question: again", { ...about, id: "ask_4", kind: "interactive", title: "", instructions: "", fields: [{ label: "Password: ", isShown: false }], isAgain: true }],
  ["Question: passphrase", { ...about, id: "ask_3", kind: "secret", what: "passphrase", detail: "~/.ssh/id_ed25519 (that was not it)" }],
];
const file = { path: "/x", kind: "file" as const, size: 676, modifiedAt: 1_795_246_869_000, mode: 0o644, owner: "root" };
const entries = [{ ...file, name: "conf.d", path: "/etc/conf.d", kind: "folder" as const, mode: 0o755 }, { ...file, name: "nginx.conf", path: "/etc/nginx.conf" }, { ...file, name: "evil\u202efdp.exe", path: "/etc/1" }, { ...file, name: "two\nlines", path: "/etc/2" }];
const table = (isNarrow: boolean) => <HostTable rows={ROWS} selectedId="h2" chosen={new Set(["h3"])} total={ROWS.length} onChooseAll={none} sort={{ column: "name", direction: "ascending" }} isNarrow={isNarrow} onSort={none} onOpen={none} onChoose={none} onStar={none} empty="No host matches." />;

export const previews: Preview[] = [
  { name: "Hosts", isWide: true, height: 360, draw: () => table(false) },
  { name: "Hosts, beside an open one", height: 300, draw: () => table(true) },
  { name: "Filters", height: 360, draw: () => <FilterPane facets={{ environments: [{ value: "prod", count: 3334 }, { value: "dev", count: 12 }], groups: [{ value: "web", count: 40 }], tags: [{ value: "a-very-long-tag-of-somebody", count: 2 }], sources: [{ value: "manual", count: 3 }, { value: "csv:/hosts.csv", count: 9000 }] }} filter={{ environments: ["prod"] }} onFilter={none} /> },
  { name: "One host", height: 620, draw: () => <HostDetail facts={facts} steps={[{ step: "reach", is: "ok", say: "10.20.1.11:22 answers.", ms: 4 }, { step: "key", is: "failed", say: `Its key ssh-ed25519 ${FINGERPRINT} has CHANGED.`, ms: 0 }]} isTesting={false} acts={acts} forwards={null} /> },
  { name: "A new key", isOverlay: true, draw: () => <KeyDialog isOpen host="web-01" environment="prod" shown={key({})} error={undefined} isBusy={false} onTrust={none} onClose={none} /> },
  { name: "A changed key", isOverlay: true, draw: () => <KeyDialog isOpen host="web-01" environment="staging" shown={key({ verdict: "changed", known: ["ssh-ed25519 SHA256:another (known_hosts:3)"] })} error={undefined} isBusy={false} onTrust={none} onClose={none} /> },
  { name: "A changed key on production", isOverlay: true, draw: () => <KeyDialog isOpen host="web-01" environment="prod" shown={key({ verdict: "changed", mustBeSaid: true, fingerprint: "", randomart: "", askedBy: "Ada", known: ["ssh-ed25519 SHA256:another (known_hosts:3)"] })} error={undefined} isBusy={false} onTrust={none} onClose={none} /> },
  { name: "A changed key on production, named by oneself", isOverlay: true, draw: () => <KeyDialog isOpen host="web-01" environment="prod" shown={key({ verdict: "changed", mustBeSaid: true, fingerprint: "", randomart: "", askedBy: "Ada", isAskedByYou: true, askedUntil: 1_795_246_869_000, known: ["ssh-ed25519 SHA256:another (known_hosts:3)"] })} error={undefined} isBusy={false} onTrust={none} onClose={none} /> },
  { name: "Edit a host", isOverlay: true, draw: () => <HostDialog isOpen host={host} form={formOf(host, ["bastion"])} onForm={none} onCancel={none} secrets={[]} authorities={[]} error="There is already a host named “web-01”. Choose another name; nothing was changed." isBusy={false} onSave={none} onClose={none} /> },
  { name: "What an import would change", isWide: true, height: 420, draw: () => <ImportPlan view={view} skip={new Set()} onSkip={none} /> },
  ...questions.map(([name, prompt]): Preview => ({ name, isOverlay: true, draw: () => <QuestionDialog prompt={prompt} waiting={1} onAnswer={none} /> })),
  { name: "Files with names that deceive", isWide: true, height: 260, draw: () => <FileTable entries={entries} cut={0} onOpen={none} onDownload={none} onRename={none} onRemove={none} /> },
  { name: "Changes of a file", isWide: true, height: 220, draw: () => <DiffView lines={textDiff("a\nb\nc\nd\ne\nf\ng\nproxy_passs x;\nh\n", "a\nb\nc\nd\ne\nf\ng\nproxy_pass x;\nh\n")} /> },
];
