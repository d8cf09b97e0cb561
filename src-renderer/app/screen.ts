import type { ComponentType, LazyExoticComponent } from "react";
import type { Client, SenaContract, Settings, Status } from "../../src-main/contract/index.ts";
import type { IconName } from "../ui/icon.tsx";
import type { ToastAsk } from "../ui/toast.ts";
import type { Router } from "./router.ts";

/** What a command may do, wherever it was started from: palette, key, menu. */
export type AppActions = {
  readonly client: Client<SenaContract>;
  /** `navigate("/hosts/web-01")`: the first segment is a screen's path, the rest is the screen's own. */
  readonly navigate: Router["navigate"];
  readonly toast: (ask: ToastAsk) => void;
  readonly changeSettings: (change: Partial<Settings>) => Promise<void>;
  readonly openPalette: (query?: string) => void;
  readonly openHelp: () => void;
};

export type Command = {
  /** `<screen>.<verb>`, e.g. `terminals.split-right`. */
  readonly id: string;
  /** A verb first: "Split the pane to the right". */
  readonly title: string;
  readonly icon?: IconName;
  /** Extra words the palette finds it by. */
  readonly words?: readonly string[];
  /** `Mod+Shift+D`, `?`, or a sequence `g h`. Mod is Ctrl, on Apple machines Command. */
  readonly keys?: string;
  readonly alsoKeys?: readonly string[];
  /** The group's heading in the palette and the help sheet. Default: the screen's title. */
  readonly group?: string;
  /** Works while the cursor stands in a text field. Only for combinations with Mod or Alt. In a terminal only Mod+Shift and F keys pass. */
  readonly worksInText?: boolean;
  /** A key held down runs it again and again; otherwise each run wants a press of its own. */
  readonly mayRepeat?: boolean;
  readonly run: (app: AppActions) => void | Promise<void>;
};

/** Things other than commands that the palette reaches: hosts, runbooks, conversations. Asked when the palette opens. */
export type PaletteSource = {
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  readonly load: (app: AppActions, signal: AbortSignal) => Promise<readonly PaletteThing[]>;
  /** Where there may be more than `load` brings: asked for what was typed. */
  readonly find?: (app: AppActions, typed: string, signal: AbortSignal) => Promise<readonly PaletteThing[]>;
};
export type PaletteThing = { readonly id: string; readonly title: string; readonly note?: string; readonly words?: readonly string[]; readonly run: (app: AppActions) => void };

export type Screen = {
  /** Also the folder's name. */
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  /** The first segment of its address: `#/hosts/…`. */
  readonly path: string;
  /** `lazy(() => import("./screen.tsx").then((m) => ({ default: m.HostsScreen })))`: its code comes when it is first opened. */
  readonly element: LazyExoticComponent<ComponentType>;
  /** The number on its rail button: what waits for the operator. */
  readonly count?: (status: Status) => number;
  /** What the count counts, for a screen reader: "waiting approvals". */
  readonly countWords?: string;
  readonly commands?: readonly Command[];
  readonly sources?: readonly PaletteSource[];
};

/** One page of the settings: `#/settings/<id>`. Listed in `features/settings/sections.ts`. */
export type SettingsSection = { readonly id: string; readonly title: string; readonly icon: IconName; readonly element: LazyExoticComponent<ComponentType> };
