import type { KnowledgeDocument, KnowledgeHealth, KnowledgePassage, KnowledgeSource } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import { DocumentPane } from "./document-pane.tsx";
import { Overview } from "./overview.tsx";
import { Results } from "./results.tsx";

const AT = 1_774_000_000_000;
const noop = () => undefined;
const passage = (chunkId: number, over: Partial<KnowledgePassage> = {}): KnowledgePassage => ({ chunkId, documentId: 1, score: 1, source: "runbooks", sourceId: "kb_1", path: "nginx/restart.md", title: "Restarting nginx", heading: "When the configuration is broken", position: "lines 12–30", text: "Test the configuration before you restart nginx: nginx -t. A broken file keeps the old workers running until somebody restarts them.", modifiedAt: AT, trust: "unsigned", folded: 0, found: "both", url: "", outdated: "", conflicts: [], ...over });
const PASSAGES = [passage(1), passage(2, { title: "iDRAC 9 User's Guide", heading: "Cooling > Fans", path: "dell/idrac9.pdf", position: "page 212", trust: "signed", found: "words", folded: 2 }), passage(3, { found: "meaning", heading: "", title: "service.8", path: "man/service.8" })];
const DOCUMENT: KnowledgeDocument = { documentId: 1, source: "runbooks", path: "nginx/restart.md", title: "Restarting nginx", format: "md", modifiedAt: AT, url: "", outdated: "", trust: "unsigned", remarks: ["page 4 has no text layer"], before: 0, after: 3, passages: [{ chunkId: 9, heading: "Before", position: "lines 1–11", kind: "text", text: "Who is on call must know." }, { chunkId: 1, heading: "When the configuration is broken", position: "lines 12–30", kind: "text", text: PASSAGES[0]?.text ?? "" }, { chunkId: 10, heading: "Commands", position: "lines 31–33", kind: "code", text: "nginx -t\nsystemctl restart nginx" }] };
const source = (over: Partial<KnowledgeSource> = {}): KnowledgeSource => ({ id: "kb_1", kind: "folder", name: "runbooks", location: "/srv/runbooks", product: "", environment: "", trust: "unsigned", signer: "", documents: 412, passages: 9_800, problems: 0, checkedAt: AT, changedAt: AT, lagMs: 0, nextAt: 0, credential: "", isBusy: false, done: 0, total: 0, problem: "", ...over });
const SOURCES = [source(), source({ id: "kb_2", name: "Dell manuals", location: "/mnt/share/dell", product: "iDRAC 9", problems: 2, lagMs: 4_000 }), source({ id: "kb_3", name: "wiki export", isBusy: true, done: 820, total: 10_000 }), source({ id: "kb_4", name: "site B", kind: "collection", location: "site B (0f3c9a1122334455)", trust: "signed", signer: "0f3c9a1122334455" })];
const HEALTH: KnowledgeHealth = { problems: [{ source: "Dell manuals", path: "scan.pdf", state: "failed", what: "scanned: no page has a text layer, so nothing of it can be found" }], changes: [{ documentId: 1, source: "runbooks", path: "nginx/restart.md", title: "Restarting nginx", indexedAt: AT }], gaps: [{ query: "replace the raid battery", times: 3, lastAt: AT }], saved: [], meaning: { embedding: "static-1", next: "", done: 0, total: 0, problem: "" } };

export const previews: readonly Preview[] = [
  { name: "Results", height: 360, isWide: true, draw: () => <Results passages={PASSAGES} query="restart nginx" selected={1} onSelect={noop} now={AT + 7_200_000} /> },
  { name: "Document at the passage", height: 420, isWide: true, draw: () => <DocumentPane document={DOCUMENT} chunkId={1} query="restart nginx" onAsk={noop} /> },
  { name: "Sources, gaps and what changed", height: 700, isWide: true, draw: () => <Overview sources={SOURCES} health={HEALTH} now={AT + 7_200_000} onSearch={noop} onSync={noop} onRemove={noop} onForgetGap={noop} /> },
];
