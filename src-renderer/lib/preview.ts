import type { ReactNode } from "react";

/** One state of one component, for the gallery and the tests that walk it. */
export type Preview = {
  /** The state, in words. The file's name says the component. */
  readonly name: string;
  /** Called as a component: it may use hooks. */
  readonly draw: () => ReactNode;
  /** For parts that fill their box (tables, splits), in pixels. */
  readonly height?: number;
  /** Without padding, over the whole width. */
  readonly isWide?: boolean;
  /** Covers the window (an open dialog or menu): drawn only when chosen, alone. */
  readonly isOverlay?: boolean;
};
