import { actorOf, type GroupHandlers, type terminalsContract } from "../contract/index.ts";
import type { Terminals } from "../terminals/index.ts";
import type { PaneGate } from "./pane-gate.ts";

export const terminalsHandlers = ({ terminals, gate }: { readonly terminals: Terminals; readonly gate: PaneGate }): GroupHandlers<typeof terminalsContract> => {
  const done = { done: true } as const;
  return {
    desk: (_input, { signal }) => terminals.desk(signal),
    list: async () => ({ panes: terminals.list() }),
    open: async ({ host, cols, rows }, { principal }) => ({ pane: terminals.open(host, { cols, rows }, actorOf(principal)) }),
    close: async ({ paneId }, { principal }) => {
      await terminals.close(paneId, actorOf(principal));
      return done;
    },
    reconnect: async ({ paneId }) => {
      terminals.pane(paneId).reconnect();
      return done;
    },
    recordAgain: async ({ paneId }) => {
      await terminals.pane(paneId).recordAgain();
      return done;
    },
    resize: async ({ paneId, cols, rows }) => {
      await terminals.resize(paneId, cols, rows);
      return done;
    },
    reset: async ({ paneId }) => {
      await terminals.pane(paneId).reset();
      return done;
    },
    type: async ({ paneId, text, isRun }, { principal }) => {
      const pane = terminals.pane(paneId);
      const about = terminals.list().find(({ id }) => id === paneId);
      // The call ends long before somebody decides, so its signal must not take the request back.
      if (about !== undefined) await gate({ pane: about, text, principal, signal: new AbortController().signal }, (isAlone) => pane.paste(text, isRun, isAlone));
      return done;
    },
    mark: async ({ paneId, label }) => {
      terminals.pane(paneId).mark(label);
      return done;
    },
    broadcast: async ({ paneIds }) => {
      terminals.broadcast(paneIds);
      return done;
    },
    layout: async ({ layout }) => {
      terminals.layout(layout);
      return done;
    },
    scrollback: async ({ paneId, lines }) => {
      const text = await terminals.pane(paneId).screen.text(lines);
      return { ...text, lines: [...text.lines] };
    },
    search: async ({ text, limit, paneId }) => terminals.search(text, limit, paneId),
    saveSnippet: async (snippet) => terminals.saveSnippet(snippet),
    removeSnippet: async ({ snippetId }) => {
      terminals.removeSnippet(snippetId);
      return done;
    },
    attach: ({ paneId, cols, rows }, _context, pipe) => terminals.attach(paneId, pipe, cols, rows),
  };
};
