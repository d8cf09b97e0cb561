import type { ReactNode } from "react";

/** One state of one component, for the gallery and the tests that walk it. */
export type Preview = {
  /** `Component / state`. */
  readonly name: string;
  /** Called as a component: it may use hooks. */
  readonly draw: () => ReactNode;
  /** For parts that fill their box (tables, splits), in pixels. */
  readonly height?: number;
  /** Without the frame's padding, over the whole width. */
  readonly isWide?: boolean;
};
