import type { ComponentType } from "react";

/** The form that unlocks, loaded when it is needed. The access feature sets it: `() => import(…).then((m) => ({ default: m.UnlockForm }))`. */
export const UNLOCK: (() => Promise<{ default: ComponentType }>) | undefined = undefined;
