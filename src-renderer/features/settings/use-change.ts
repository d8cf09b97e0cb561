import type { Settings } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";

/** Changes a setting by asking the core; what is shown changes when the core says so, never before. */
export const useChange = (): ((change: Partial<Settings>) => void) => {
  const { changeSettings, toast } = useApp();
  return (change) =>
    void changeSettings(change).catch((failure: unknown) => toast({ tone: "warn", title: "The setting was not changed", text: failure instanceof Error ? failure.message : String(failure) }));
};
