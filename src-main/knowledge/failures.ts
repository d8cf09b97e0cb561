import { defineFailures, failer } from "../contract/index.ts";

export const KNOWLEDGE_FAILURES = defineFailures({
  SOURCE_UNKNOWN: { retryable: false, status: 404, say: (d) => `There is no knowledge source "${d["id"]}". It may have been removed; see Knowledge.` },
  SOURCE_PLACE: { retryable: false, say: (d) => `"${d["path"]}" cannot be a source: ${d["detail"]}. Nothing was added.` },
  SOURCE_EXISTS: { retryable: false, status: 409, say: (d) => `"${d["path"]}" is a source already ("${d["name"]}"). Nothing was added.` },
  PASSAGE_UNKNOWN: { retryable: true, status: 404, say: () => "This passage is no longer there: its document changed or was removed. Search again." },
  DOCUMENT_EMPTY: { retryable: true, status: 404, say: () => "Nothing of this document can be shown: it could not be read, holds no text, or changed meanwhile. The list of problems says which." },
  DROP_REFUSED: { retryable: false, say: (d) => `"${d["name"]}" was not taken in: ${d["detail"]}. Nothing was changed.` },
  COLLECTION_BAD: { retryable: false, say: (d) => `The collection was not taken in: ${d["detail"]}. What is known here is unchanged.` },
  KNOWLEDGE_CLOSED: { retryable: true, status: 503, say: () => "The index is being closed. Nothing was lost; documents not yet taken in are taken in at the next start." },
  KNOWLEDGE_BROKEN: { retryable: true, status: 503, say: (d) => `The index stopped: ${d["detail"]}. Documents are untouched; it starts again with SENA.` },
});

export const failKnowledge = failer(KNOWLEDGE_FAILURES);
