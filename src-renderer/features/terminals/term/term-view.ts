import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { type ISearchOptions, SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import type { BytePipe, Client, SenaContract } from "../../../../src-main/contract/index.ts";
import { hasRealGpu } from "./gpu.ts";
import { type TermLook, optionsOf, themeOf } from "./look.ts";
import { answerNothing } from "./own-replies.ts";
import { drawAtOwnPace } from "./paced-frames.ts";
import { styleSpansByRules, withNoncedStyles } from "./styled-document.ts";
import { takeTurns } from "./write-turns.ts";

export type Found = { readonly index: number; readonly count: number };
export type TermEars = {
  /** The pipe ended: the core went away or closed the pane. */
  readonly onDetached: (failure: unknown) => void;
  readonly onFocus: () => void;
  /** Text that came from the clipboard; nothing is typed before somebody decided. */
  readonly onPaste: (text: string) => void;
  /** A hyperlink under the pointer, by its target; undefined when the pointer left. */
  readonly onLink: (target: string | undefined) => void;
  readonly onLinkPressed: (target: string) => void;
  readonly onFound: (found: Found) => void;
  readonly onFailure: (failure: unknown) => void;
};

/** What happens to a key: it is sent, it is kept until the shell that was asked for is there, or it does nothing. */
export type Typing = "sent" | "kept" | "nothing";

/** One xterm.js on one pipe. Thrown away whole when nobody looks; the core keeps the picture. */
export type TermView = {
  focus(): void;
  /** Types text as pasted; what is typed after it arrives after it. */
  paste(text: string): Promise<void>;
  restyle(look: TermLook): void;
  setTyping(typing: Typing): void;
  find(text: string, direction: "next" | "previous"): void;
  endFind(): void;
  readonly selection: string;
  readonly size: { readonly cols: number; readonly rows: number };
  dispose(): void;
};

type Needs = { readonly element: HTMLElement; readonly client: Client<SenaContract>; readonly paneId: string; readonly label: string; readonly look: TermLook; readonly ears: TermEars };

const RESIZE_SETTLES_MS = 60;
/** What is typed ahead of a shell that is on its way; more is a cat on the keyboard. */
const MAX_KEPT_KEYS = 1024;
const encoder = new TextEncoder();

export function createTermView({ element, client, paneId, label, look, ears }: Needs): TermView {
  styleSpansByRules();
  const over = new AbortController();
  const terminal = new Terminal({
    ...optionsOf(element, look),
    linkHandler: { allowNonHttpProtocols: true, activate: (_event, target) => ears.onLinkPressed(target), hover: (_event, target) => ears.onLink(target), leave: () => ears.onLink(undefined) },
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  answerNothing(terminal);
  withNoncedStyles(() => terminal.open(element));
  const reader = takeTurns(terminal, drawAtOwnPace(terminal, over.signal));
  terminal.textarea?.setAttribute("aria-label", label);
  if (hasRealGpu()) void drawWithGpu(terminal, over.signal);
  fit.fit();

  const pipe = attach();
  // Keys typed behind a paste wait for it: the two travel on different ways.
  let isPasting = 0;
  let pasted: Promise<unknown> = Promise.resolve();
  let typing: Typing = "sent";
  let kept: Uint8Array[] = [];
  const type = (bytes: Uint8Array): void => {
    reader.typed();
    if (typing === "kept") {
      if (kept.length < MAX_KEPT_KEYS) kept.push(bytes);
    } else if (isPasting === 0) void pipe?.write(bytes).catch(() => undefined);
    else void pasted.then(() => pipe?.write(bytes)).catch(() => undefined);
  };
  terminal.onData((keys) => type(encoder.encode(keys)));
  terminal.onBinary((keys) => type(Uint8Array.from(keys, (letter) => letter.charCodeAt(0))));
  terminal.attachCustomKeyEventHandler(isForProgram);
  search.onDidChangeResults(({ resultIndex, resultCount }) => ears.onFound({ index: resultIndex, count: resultCount }));
  listen();

  function attach(): BytePipe | undefined {
    try {
      const opened = client.terminals.attach({ paneId, cols: terminal.cols, rows: terminal.rows }, { signal: over.signal });
      // What arrives first is the picture. Then comes all that scrolled away, which begins by clearing the screen and holds it
      // still until everything is read: so the first is on the screen before the second is read.
      let picture: Promise<void> | undefined;
      opened.onChunk((bytes, done) => {
        const read = (then: () => void): void => (over.signal.aborted ? then() : reader.push(bytes, then));
        if (picture !== undefined) return void picture.then(() => read(done));
        picture = new Promise((shown) => read(() => {
          done();
          void drawn(terminal).then(shown);
        }));
      });
      opened.closed.then(
        () => over.signal.aborted || ears.onDetached(undefined),
        (failure: unknown) => over.signal.aborted || ears.onDetached(failure),
      );
      return opened;
    } catch (failure) {
      queueMicrotask(() => ears.onDetached(failure));
      return undefined;
    }
  }

  function listen(): void {
    const { signal } = over;
    // Before xterm sees it: what the clipboard holds may be many lines, and Enter is among them.
    element.addEventListener("paste", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text !== "") ears.onPaste(text);
    }, { capture: true, signal });
    element.addEventListener("focusin", () => ears.onFocus(), { signal });
    let settle: ReturnType<typeof setTimeout> | undefined;
    const resized = new ResizeObserver(() => {
      clearTimeout(settle);
      settle = setTimeout(refit, RESIZE_SETTLES_MS);
    });
    resized.observe(element);
    signal.addEventListener("abort", () => {
      clearTimeout(settle);
      resized.disconnect();
    });
  }

  function refit(): void {
    const wanted = fit.proposeDimensions();
    if (wanted === undefined || !Number.isFinite(wanted.cols) || (wanted.cols === terminal.cols && wanted.rows === terminal.rows)) return;
    terminal.resize(Math.max(2, wanted.cols), Math.max(1, wanted.rows));
    client.terminals.resize({ paneId, cols: terminal.cols, rows: terminal.rows }).catch(ears.onFailure);
  }

  const searchOptions = (): ISearchOptions => ({
    decorations: { matchBackground: "#5a4a1a", matchOverviewRuler: "#f5b84b", activeMatchBackground: "#f5b84b", activeMatchColorOverviewRuler: "#ff8a4c" },
  });

  return {
    focus: () => terminal.focus(),
    paste(text) {
      isPasting += 1;
      const sent = pasted.then(() => client.terminals.type({ paneId, text }));
      pasted = sent.then(
        () => (isPasting -= 1),
        () => (isPasting -= 1),
      );
      return sent.then(() => undefined);
    },
    restyle(next) {
      Object.assign(terminal.options, { ...optionsOf(element, next), theme: themeOf(element) });
      refit();
    },
    setTyping(next) {
      typing = next;
      terminal.options.disableStdin = next === "nothing";
      if (next === "kept") return;
      const ahead = kept;
      kept = [];
      if (next === "sent") for (const keys of ahead) type(keys);
    },
    find(text, direction) {
      if (text === "") search.clearDecorations();
      else if (direction === "next") search.findNext(text, searchOptions());
      else search.findPrevious(text, searchOptions());
    },
    endFind: () => search.clearDecorations(),
    get selection() {
      return terminal.getSelection();
    },
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    dispose() {
      over.abort();
      reader.leave();
      pipe?.close();
      terminal.dispose();
    },
  };
}

/** A page that is not drawn at all reads on after this long. */
const NO_FRAME_MS = 100;

function drawn(terminal: Terminal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listener = terminal.onRender(() => resolve());
  const timer = setTimeout(resolve, NO_FRAME_MS);
  return promise.finally(() => {
    listener.dispose();
    clearTimeout(timer);
  });
}

/** Ctrl+Shift+letter is copy, paste or one of SENA's own keys; no shell can receive it as such. */
const isForProgram = (event: KeyboardEvent): boolean => !((event.ctrlKey || event.metaKey) && event.shiftKey && /^[a-z]$/i.test(event.key));

async function drawWithGpu(terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { WebglAddon } = await import("@xterm/addon-webgl");
  if (signal.aborted) return;
  const webgl = new WebglAddon();
  // The driver took the context: the DOM renderer takes over, and makes its own styles again.
  webgl.onContextLoss(() => withNoncedStyles(() => webgl.dispose()));
  withNoncedStyles(() => terminal.loadAddon(webgl));
}
