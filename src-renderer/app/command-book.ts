import { createStore, type StoreApi } from "zustand/vanilla";
import type { Overlay } from "./create-app.ts";
import type { Command, Screen } from "./screen.ts";

export type CommandBook = {
  readonly all: () => readonly Command[];
  /** Changes whenever a layer comes or goes, for those who draw the list. */
  readonly store: StoreApi<{ readonly layers: readonly (readonly Command[])[]; readonly recent: readonly string[] }>;
  /** Commands that exist while something is mounted. */
  readonly add: (commands: readonly Command[]) => () => void;
  readonly remember: (id: string) => void;
};

const RECENT = 5;

/** One key each for the screens, in the rail's order of the alphabet that is left. */
const SCREEN_KEYS: Readonly<Record<string, string>> = { chat: "c", terminals: "t", hosts: "h", runbooks: "r", knowledge: "k", approvals: "a", audit: "u", insight: "i", settings: "s" };

const frameCommands = (screens: readonly Screen[], overlay: StoreApi<Overlay>): readonly Command[] => [
  ...screens.map((screen, index): Command => {
    const letter = SCREEN_KEYS[screen.id];
    return {
      id: `go.${screen.id}`,
      title: `Go to ${screen.title}`,
      icon: screen.icon,
      group: "Screens",
      ...(letter === undefined ? {} : { keys: `g ${letter}`, words: [`g${letter}`] }),
      ...(index < 9 ? { alsoKeys: [`Mod+${index + 1}`] } : {}),
      worksInText: true,
      run: (app) => app.navigate(`/${screen.path}`),
    };
  }),
  { id: "frame.palette", title: "Search or run anything", icon: "search", group: "Window", keys: "Mod+k", alsoKeys: ["Mod+Shift+P"], worksInText: true, run: () => overlay.setState({ is: overlay.getState().is === "palette" ? "none" : "palette", query: "" }, true) },
  { id: "frame.help", title: "Show the keyboard map", icon: "keyboard", group: "Window", keys: "?", alsoKeys: ["F1"], words: ["help", "shortcuts", "keys"], worksInText: true, run: (app) => app.openHelp() },
  { id: "frame.lock", title: "Lock SENA", icon: "lock", group: "Window", keys: "Mod+Shift+L", worksInText: true, words: ["leave", "away"], run: async (app) => void (await app.client.access.lock({})) },
  { id: "frame.theme-system", title: "Theme: follow the system", icon: "display", group: "Window", words: ["appearance", "colour"], run: (app) => app.changeSettings({ theme: "system" }) },
  { id: "frame.theme-dark", title: "Theme: dark", icon: "moon", group: "Window", words: ["appearance", "colour", "night"], run: (app) => app.changeSettings({ theme: "dark" }) },
  { id: "frame.theme-light", title: "Theme: light", icon: "sun", group: "Window", words: ["appearance", "colour", "day"], run: (app) => app.changeSettings({ theme: "light" }) },
  { id: "frame.theme-contrast", title: "Theme: high contrast", icon: "contrast", group: "Window", words: ["appearance", "colour", "accessibility"], run: (app) => app.changeSettings({ theme: "contrast" }) },
  { id: "frame.find", title: "Search in this screen", icon: "search", group: "Window", keys: "/", words: ["filter", "find"], run: () => document.querySelector<HTMLElement>("main input[type=search]")?.focus() },
  { id: "frame.focus-main", title: "Move the focus to the screen's content", icon: "arrow-right", group: "Window", keys: "Mod+Shift+M", worksInText: true, run: () => document.querySelector<HTMLElement>("main")?.focus() },
];

export const createCommandBook = (screens: readonly Screen[], overlay: StoreApi<Overlay>): CommandBook => {
  const fixed = [...frameCommands(screens, overlay), ...screens.flatMap((screen) => (screen.commands ?? []).map((command) => Object.assign({ group: screen.title }, command)))];
  const store = createStore<{ layers: readonly (readonly Command[])[]; recent: readonly string[] }>(() => ({ layers: [], recent: [] }));
  return {
    store,
    // A later layer replaces an earlier command of the same id, so that a focused pane can answer for its screen.
    all: () => [...new Map([...fixed, ...store.getState().layers.flat()].map((command) => [command.id, command])).values()],
    add(commands) {
      store.setState(({ layers }) => ({ layers: [...layers, commands] }));
      return () => store.setState(({ layers }) => ({ layers: layers.filter((layer) => layer !== commands) }));
    },
    remember: (id) => store.setState(({ recent }) => ({ recent: [id, ...recent.filter((other) => other !== id)].slice(0, RECENT) })),
  };
};
