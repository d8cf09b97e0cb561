// Where to begin: leaf.ts (what an entry is), book.ts (where it lies), writer.ts (commit, sign, only then act); open.ts puts
// them together, and ledger.ts what stands around them. tree, tiles, checkpoint and note are the formats that others verify;
// commitment, sealing, redaction and keeping are how values stay apart from proofs; bundle-* is what an auditor gets, check*
// hashes all of it again; cast* and recordings are sessions; witness and custody are memories elsewhere; search, story and
// forward are projections.

export { openLedger, type OpenNeeds, type SenaLedger } from "./ledger.ts";
export { LEDGER_FAILURES } from "./failures.ts";
export type { ExportProgress, ExportRequest, ExportResult, Selection } from "./bundle-write.ts";
export type { CheckProgress, CheckResult } from "./check.ts";
export { keepDaily } from "./daily.ts";
export { ForwarderConfig, type ForwarderState } from "./forward.ts";
export { type Erasure, type Retention } from "./keeping.ts";
export { hashLeaf, inclusionProof, verifyInclusion } from "./tree.ts";
export { formatTlogProof } from "./proof-file.ts";
export { formatVerifierKey } from "./note.ts";
export { createCosigner, growEdge, readCopied, readCosignedHead, readSignedHead, rootOf, seedFrom, type CopiedEntry, type CopyBatch, type CopySource, type Cosigner } from "./custody.ts";
export { newAuditorKey, unsealSpans, type SealedSpan } from "./redaction.ts";
export { blobHashes, openRow, valuesOf, type OpenEntry } from "./reader.ts";
export { writeCopyBundle, type CopyBundle } from "./copy-bundle.ts";
export { checkBundle, type BundleReport } from "./bundle-check.ts";
export { listRecordings, readCast } from "./cast-read.ts";
export { effectOf, type Facets, type Filter } from "./search.ts";
export { headlineOf, resultOf } from "./siem-format.ts";
export { storyOf } from "./story.ts";
export type { Anchor } from "./witness.ts";
export type { LedgerState, LedgerWorkers } from "./open.ts";
export type * from "./port.ts";
