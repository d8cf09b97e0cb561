import { defineFailures } from "../contract/index.ts";

export const TERMINAL_FAILURES = defineFailures({
  PANE_GONE: { retryable: false, status: 404, say: () => "That pane is closed. Its recording is kept; open a new pane to go on." },
  PANE_LIMIT: { retryable: false, status: 429, say: (d) => `${d["limit"]} panes are open, which is the most. Close one first; nothing was opened.` },
  PANE_HOST_UNKNOWN: { retryable: false, status: 404, say: (d) => `There is no host "${d["host"]}" in the inventory. Add it under Hosts first; nothing was opened.` },
  PANE_NOT_OPEN: { retryable: true, status: 409, say: (d) => `The pane on ${d["host"]} is not connected. Nothing was typed; reconnect it first.` },
  PANE_LEFT_OUT: { retryable: false, status: 409, say: (d) => `It was typed, but not into ${d["hosts"]}: there a pasted line is looked at first, also when another pane spreads it. Paste it there by itself.` },
  PANE_READ_ONLY: { retryable: false, status: 409, say: (d) => `Nothing was typed: ${d["why"]}` },
});
