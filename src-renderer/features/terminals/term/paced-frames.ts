import type { Terminal } from "@xterm/xterm";

// Where no GPU draws, a frame of a full pane takes the page tens of milliseconds, and xterm.js asks for one after every
// slice it has read: a flood then spends the page on frames nobody can read, and the stream stands still meanwhile.

/** Of the page's time, what a terminal's frames may take: one part in this many. */
const FRAME_SHARE = 8;
/** What arrived since the last frame makes a flood when it is more than this: what is typed or repainted is drawn at once. */
const FLOOD_BYTES = 16 * 1024;
/** How long it counts as one afterwards: what arrived before a frame is still being read after it. */
const FLOOD_LASTS_MS = 250;
/** However dear a frame is, the eye gets this many milliseconds at the most without one. */
const LONGEST_GAP_MS = 150;

export type FrameSource = {
  readonly now: () => number;
  readonly frame: (draw: FrameRequestCallback) => number;
  readonly cancelFrame: (id: number) => void;
  readonly wait: (ms: number, then: () => void) => () => void;
  /** Calls back when the frame that is being made stands on the screen, as nearly as the page can know. */
  readonly afterFrame: (then: () => void) => void;
};
export type Frames = { requestAnimationFrame(draw: FrameRequestCallback): number; cancelAnimationFrame(id: number): void };
export type PacedFrames = {
  readonly frames: Frames;
  /** So many bytes were handed to the terminal. */
  took(bytes: number): void;
};

/** Animation frames whose cost is measured: in a flood, after a dear one the next comes later; otherwise each at once. */
export const pacedFrames = ({ now, frame, cancelFrame, wait, afterFrame }: FrameSource): PacedFrames => {
  const asked = new Map<number, () => void>();
  let lastId = 0;
  let notBefore = 0;
  let taken = 0;
  let floodUntil = 0;
  const frames: Frames = {
    requestAnimationFrame(draw) {
      const id = (lastId += 1);
      const ask = (): void => {
        const inner = frame((time) => {
          asked.delete(id);
          taken = 0;
          const from = now();
          draw(time);
          afterFrame(() => {
            notBefore = now() + Math.min((now() - from) * (FRAME_SHARE - 1), LONGEST_GAP_MS);
          });
        });
        asked.set(id, () => cancelFrame(inner));
      };
      const early = now() < floodUntil ? notBefore - now() : 0;
      if (early > 0) asked.set(id, wait(early, ask));
      else ask();
      return id;
    },
    cancelAnimationFrame(id) {
      asked.get(id)?.();
      asked.delete(id);
    },
  };
  const took = (bytes: number): void => {
    taken += bytes;
    if (taken > FLOOD_BYTES) floodUntil = now() + FLOOD_LASTS_MS;
  };
  return { frames, took };
};

const pageFrames = (over: AbortSignal): PacedFrames => {
  const { port1, port2 } = new MessageChannel();
  let after: (() => void) | undefined;
  port1.onmessage = () => after?.();
  over.addEventListener("abort", () => port1.close());
  return pacedFrames({
    now: () => performance.now(),
    frame: (draw) => requestAnimationFrame((time) => over.aborted || draw(time)),
    cancelFrame: (id) => cancelAnimationFrame(id),
    wait: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
    // A message sent while a frame is made is heard after its layout and painting.
    afterFrame: (then) => {
      after = then;
      port2.postMessage(undefined);
    },
  });
};

type Place = readonly [number, number] | undefined;
type Drawing = { handleSelectionChanged(start: Place, end: Place, isBlock: boolean): void; readonly _renderer?: { readonly value?: { clear(): void } } };
type Core = {
  readonly _coreBrowserService?: { readonly window: Window };
  readonly _renderService?: Drawing;
  readonly _viewport?: { _sync(...args: readonly unknown[]): void };
  _syncTextArea(...args: readonly unknown[]): void;
};

/**
 * xterm.js has no setting for it. Its renderer and its selection ask one service for the window they draw in, so that
 * service gets one whose frames are paced; its scroll bar and the field that takes the keys are moved within them too,
 * because whatever touches the page between two frames makes the browser draw one. Told how much the terminal takes.
 */
export function drawAtOwnPace(terminal: Terminal, over: AbortSignal): PacedFrames["took"] {
  const core = (terminal as unknown as { readonly _core?: Core })._core;
  if (core?._coreBrowserService === undefined || core._renderService === undefined || core._viewport === undefined) return () => {}; // another xterm.js: it draws as it likes
  const { frames, took } = pageFrames(over);
  Object.defineProperty(core._coreBrowserService, "window", { value: windowWith(frames, core._coreBrowserService.window) });
  drawRowsOnce(core._renderService);
  onlyInFrames(frames, core._viewport, "_sync");
  onlyInFrames(frames, core, "_syncTextArea");
  return took;
}

const windowWith = (frames: Frames, own: Window): Window =>
  new Proxy(own, {
    get(page, name) {
      if (Object.hasOwn(frames, name)) return frames[name as keyof Frames];
      const member: unknown = Reflect.get(page, name);
      // The window's own functions know no other `this`; its classes need none.
      return typeof member === "function" && member.prototype === undefined ? (member.bind(page) as unknown) : member;
    },
  });

/** However often it is asked for, it is done once in the next frame, as it was last asked for. */
function onlyInFrames<Name extends string>(frames: Frames, of: { [N in Name]: (...args: readonly unknown[]) => void }, name: Name): void {
  const own = of[name].bind(of);
  let asked: readonly unknown[] | undefined;
  of[name] = (...args) => {
    const isAsked = asked !== undefined;
    asked = args;
    if (isAsked) return;
    frames.requestAnimationFrame(() => {
      const last = asked ?? [];
      asked = undefined;
      own(...last);
    });
  };
}

/**
 * Whatever scrolls has the selection drawn anew, and with it every row a second time, also when nothing is selected. And
 * a switch of screens empties all rows at once, which would stand empty until their next frame: each frame replaces what
 * a row holds anyway.
 */
function drawRowsOnce(renderer: Drawing): void {
  if (renderer._renderer?.value !== undefined) renderer._renderer.value.clear = () => {};
  const own = renderer.handleSelectionChanged.bind(renderer);
  let wasSelected = false;
  renderer.handleSelectionChanged = (start, end, isBlock) => {
    const isSelected = start !== undefined && end !== undefined;
    if (isSelected || wasSelected) own(start, end, isBlock);
    wasSelected = isSelected;
  };
}
