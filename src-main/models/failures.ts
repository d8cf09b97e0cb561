import { defineFailures, failer } from "../contract/failure.ts";

export const MODEL_FAILURES = defineFailures({
  MODEL_NOT_A_GGUF: { retryable: false, say: (d) => `${d["file"]} is not a GGUF model (${d["why"]}). Nothing was loaded; choose another file.` },
  MODEL_UNFIT: { retryable: false, say: (d) => `This model cannot be loaded: ${d["why"]}. Nothing was loaded; skills work without a model.` },
  MODEL_TOO_LARGE: { retryable: false, say: (d) => `This model needs about ${d["needs"]}, and ${d["free"]} are free. Close something, choose a smaller quantisation, or a shorter context.` },
  MODEL_CRASHED: { retryable: true, say: (d) => `The model's process stopped (${d["why"]}). SENA goes on without it; nothing but this answer was lost. Load it again, or use another model.` },
  MODEL_HANGS: { retryable: true, say: (d) => `The model gave no sign for ${d["seconds"]} s and was stopped. Nothing but this answer was lost.` },
  MODEL_NOT_FOUND: { retryable: false, status: 404, say: (d) => `There is no model "${d["id"]}" here. It may have been removed; nothing was changed.` },
  MODEL_UNKNOWN: { retryable: false, status: 404, say: (d) => `There is no model "${d["name"]}". ${d["known"] === "" ? "None is set up yet: import a GGUF or add a provider under Settings, Models." : `There is: ${d["known"]}.`} Nothing was asked.` },
  MODEL_FILE_UNREADABLE: { retryable: false, say: (d) => `${d["file"]} cannot be read (${d["why"]}). Nothing was imported.` },
  MODEL_SHA_DIFFERS: { retryable: false, say: (d) => `The file is not the one expected: its SHA-256 is ${d["is"]}, expected ${d["expected"]}. The copy was deleted; the original was not touched.` },
  MODEL_NO_ROOM: { retryable: false, say: (d) => `The file needs ${d["needs"]} of disk, and ${d["free"]} are free. Nothing was imported.` },
  MODEL_NONE: { retryable: false, say: (d) => `No model may or can take this: ${d["why"]} Skills work without one; see Settings, Models.` },
  MODEL_TOO_LONG: { retryable: false, say: () => "The question is longer than what this model can hold. Load it with a longer context, or ask about less at once. Nothing was changed." },
  MODEL_FAILED: { retryable: true, say: (d) => `The model could not answer: ${d["why"]}. Nothing was changed.` },
  MODEL_NOT_LOADED: { retryable: true, say: () => "No model is loaded. Skills work without one; load a model under Settings, Models." },
  MODEL_BUSY: { retryable: true, say: () => "The model is answering something else. Wait, or stop that first." },
  MODEL_BAD_JSON: { retryable: true, say: (d) => `The model's answer does not fit what was asked for (${d["why"]}). It was not used.` },
  PROVIDER_REFUSED: { retryable: false, say: (d) => `${d["provider"]} refused the request (${d["status"]}: ${d["why"]}). Nothing was changed; check its key and model name.` },
  PROVIDER_UNREACHABLE: { retryable: true, say: (d) => `${d["provider"]} cannot be reached (${d["why"]}). Nothing was changed; another model in the list is tried where policy allows it.` },
  PROVIDER_BUSY: { retryable: true, say: (d) => `${d["provider"]} asks to slow down (${d["status"]}). It is tried again in a moment.` },
  PROVIDER_CUT: { retryable: true, say: (d) => `${d["provider"]} ended its answer half-way. The part that came is kept as text; no tool call of it was run.` },
  PROVIDER_SILENT: { retryable: true, say: (d) => `${d["provider"]} began to answer and then gave no sign for ${d["seconds"]} s. What came until then is kept as text; no tool call of it was run.` },
  PROVIDER_CUT_PROMPT: { retryable: false, say: (d) => `${d["provider"]} read only ${d["read"]} of about ${d["sent"]} tokens: its context is smaller than it says, and the beginning was cut silently. The answer was thrown away.` },
  PROVIDER_FORBIDDEN: { retryable: false, say: (d) => `Policy keeps this on the machine: ${d["why"]}. Nothing was sent.` },
});
export const fail = failer(MODEL_FAILURES);
