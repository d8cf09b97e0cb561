import type { BytePipe } from "../contract/index.ts";

/** One screen that shows a pane. What it has not taken yet counts; the pane waits for its slowest viewer. */
export type Viewer = {
  /** Bytes handed over that do not fit in the pipe's window yet. */
  readonly pending: number;
  readonly isGone: boolean;
  push(bytes: Uint8Array): Promise<void>;
  close(): void;
};

export function createViewer(pipe: BytePipe, onProgress: () => void): Viewer {
  let pending = 0;
  let isGone = false;
  const gone = () => {
    isGone = true;
    onProgress();
  };
  pipe.closed.then(gone, gone);
  return {
    get pending() {
      return isGone ? 0 : pending;
    },
    get isGone() {
      return isGone;
    },
    async push(bytes) {
      if (isGone) return;
      pending += bytes.byteLength;
      try {
        await pipe.write(bytes);
      } catch {
        isGone = true;
      } finally {
        pending -= bytes.byteLength;
        onProgress();
      }
    },
    close: () => pipe.close(),
  };
}
