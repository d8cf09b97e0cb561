import type { Terminal } from "@xterm/xterm";

// Where no GPU draws, a frame of a full pane takes the page tens of milliseconds, and xterm.js asks for one after every
// slice it has read: a flood then spends the page on frames nobody can read, and the stream stands still meanwhile.

/** Of the page's time, what a terminal's frames may take: one part in this many. */
const FRAME_SHARE = 8;
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

/** Animation frames whose cost is measured: after a dear one the next comes later, after a cheap one at once. */
export const pacedFrames = ({ now, frame, cancelFrame, wait, afterFrame }: FrameSource): Frames => {
  const asked = new Map<number, () => void>();
  let lastId = 0;
  let notBefore = 0;
  return {
    requestAnimationFrame(draw) {
      const id = (lastId += 1);
      const ask = (): void => {
        const inner = frame((time) => {
          asked.delete(id);
          const from = now();
          draw(time);
          afterFrame(() => {
            notBefore = now() + Math.min((now() - from) * (FRAME_SHARE - 1), LONGEST_GAP_MS);
          });
        });
        asked.set(id, () => cancelFrame(inner));
      };
      const early = notBefore - now();
      if (early > 0) asked.set(id, wait(early, ask));
      else ask();
      return id;
    },
    cancelAnimationFrame(id) {
      asked.get(id)?.();
      asked.delete(id);
    },
  };
};

const pageFrames = (): Frames => {
  const { port1, port2 } = new MessageChannel();
  let after: (() => void) | undefined;
  port1.onmessage = () => after?.();
  return pacedFrames({
    now: () => performance.now(),
    frame: (draw) => requestAnimationFrame(draw),
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
type Inside = {
  readonly _core?: {
    readonly _coreBrowserService?: { readonly window: Window };
    readonly _renderService?: Drawing;
  };
};

/**
 * xterm.js has no setting for it. Its renderer, its scroll bar and its selection all ask one service for the window they
 * draw in, so that service gets one whose frames are paced. True when it was found.
 */
export function drawAtOwnPace(terminal: Terminal): boolean {
  const { _coreBrowserService: service, _renderService: renderer } = (terminal as unknown as Inside)._core ?? {};
  if (service === undefined || renderer === undefined) return false;
  const frames = pageFrames() as unknown as Readonly<Record<PropertyKey, unknown>>;
  const paced = new Proxy(service.window, {
    get(page, name) {
      if (Object.hasOwn(frames, name)) return frames[name];
      const own: unknown = Reflect.get(page, name);
      // The window's own functions know no other `this`; its classes need none.
      return typeof own === "function" && own.prototype === undefined ? (own.bind(page) as unknown) : own;
    },
  });
  Object.defineProperty(service, "window", { value: paced });
  drawRowsOnce(renderer);
  return true;
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
