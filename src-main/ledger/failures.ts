import { defineFailures, failer } from "../contract/failure.ts";

export const LEDGER_FAILURES = defineFailures({
  LEDGER_FULL: { retryable: true, status: 507, say: (d) => `The disk that holds the record is full (${d["path"]}), so nothing was executed. Everything acknowledged before is safe. Free some space; recording resumes by itself.` },
  LEDGER_UNAVAILABLE: { retryable: true, status: 503, say: (d) => `The record cannot be written (${d["detail"]}), so nothing was executed. Everything acknowledged before is safe. Check the disk that holds ${d["path"]}; recording resumes by itself when it can be written again.` },
  LEDGER_DAMAGED: { retryable: false, status: 500, say: (d) => `The record does not match its own tree: ${d["detail"]}. Nothing will be executed. Keep ${d["path"]} as it is for the auditor, and restore the last good copy or start a new record.` },
  LEDGER_IN_USE: { retryable: true, status: 409, say: (d) => `Another SENA is already writing the record in ${d["path"]}. Close it first; two writers would make two truths.` },
  LEDGER_CLOSED: { retryable: false, status: 503, say: () => "The record was closed because SENA is shutting down. Nothing was executed." },
  LEDGER_BAD_ENTRY: { retryable: false, status: 400, say: (d) => `This cannot be recorded: ${d["detail"]}. Nothing was executed.` },
  LEDGER_SPENT: { retryable: false, status: 409, say: (d) => `This was already used once (${d["name"]}) and cannot be used again. Nothing was executed this time.` },
  LEDGER_KEY_UNREADABLE: { retryable: false, status: 500, say: (d) => `The keys of the record in ${d["path"]} cannot be read (${d["detail"]}). Without them no head can be signed, so nothing will be executed. Restore the key file from its backup.` },
  RECORDING_FAILED: { retryable: true, status: 503, say: (d) => `The recording of this session cannot be written (${d["detail"]}). What was written so far is safe; the pane is read-only until a new session is opened.` },
  WITNESS_REFUSED: { retryable: false, status: 409, say: (d) => `This head was not cosigned: ${d["detail"]}.` },
  WITNESS_ROLLED_BACK: { retryable: false, status: 409, say: (d) => `This head was not cosigned. The log ${d["origin"]} showed this witness ${d["seen"]} entries before and shows ${d["shown"]} that do not continue them: it was rolled back or split. Both heads are kept, signed by the log itself; they are the evidence.` },
  WITNESS_BEHIND: { retryable: false, status: 409, say: (d) => `This request continues from ${d["asked"]} entries; this witness last cosigned ${d["seen"]}. Make a new request with: sena audit head --for-witness --old ${d["seen"]}` },
  COSIGNATURE_REFUSED: { retryable: false, status: 400, say: (d) => `This cosignature was not taken: ${d["detail"]}. Nothing was changed.` },
  ERASE_NOTHING: { retryable: false, status: 404, say: (d) => `There is nothing to erase for ${d["what"]}: no entry names it, or its values were erased before.` },
  BUNDLE_EXISTS: { retryable: false, status: 409, say: (d) => `There is already a file at ${d["path"]}. An export never overwrites one: choose another name.` },
  BUNDLE_NOT_WRITTEN: { retryable: true, status: 507, say: (d) => `The bundle could not be written to ${d["path"]} (${d["detail"]}). The half-written file was removed; the record itself is untouched.` },
  FORWARDER_REFUSED: { retryable: false, status: 400, say: (d) => `This forwarder cannot be used: ${d["detail"]}. Nothing was changed.` },
});

export const fail = failer(LEDGER_FAILURES);
