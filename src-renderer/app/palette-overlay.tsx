import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import type { AppModel } from "./create-app.ts";
import { keysOf } from "./keymap.ts";
import { Palette, type PaletteItem } from "./palette.tsx";
import type { Command, PaletteSource, PaletteThing } from "./screen.ts";
import { useAppModel } from "./use-app.ts";

/** The palette over what the app knows: its commands at once, each screen's things as they arrive. */
export const PaletteOverlay = ({ query }: { query: string }) => {
  const app = useAppModel();
  // The whole state: commands that come or go redraw the list, too.
  const { recent } = useStore(app.book.store);
  const { things, isLoading } = useSources(app, query);
  // Other dialogs of the frame stand beside this one: where the focus goes afterwards is said, not left to them.
  useEffect(() => {
    const before = document.activeElement instanceof HTMLElement && document.activeElement.closest("[role=dialog]") === null ? document.activeElement : undefined;
    return () => {
      setTimeout(() => {
        if (document.querySelector("[role=dialog]") === null) (before?.isConnected && before !== document.body ? before : document.getElementById("main"))?.focus();
      });
    };
  }, []);
  return (
    <Palette
      items={[...commandItems(app), ...things]}
      recent={recent}
      query={query}
      onQuery={(next) => app.overlay.setState({ is: "palette", query: next }, true)}
      onClose={() => app.overlay.setState({ is: "none" }, true)}
      isLoading={isLoading}
    />
  );
};

const commandItems = (app: AppModel): readonly PaletteItem[] => {
  const itemOf = (command: Command): PaletteItem => {
    const [keys] = keysOf(command);
    return {
      id: command.id,
      title: command.title,
      group: command.group ?? "Command",
      icon: command.icon ?? "command",
      ...(command.words === undefined ? {} : { words: command.words }),
      ...(keys === undefined ? {} : { keys }),
      run: () => app.run(command),
    };
  };
  return app.book
    .all()
    .filter((command) => command.id !== "frame.palette")
    .map(itemOf);
};

const TYPING_MS = 80;

const itemsOf = (app: AppModel, source: PaletteSource, things: readonly PaletteThing[]): readonly PaletteItem[] =>
  things.map((thing): PaletteItem => Object.assign({}, thing, { id: `${source.id}:${thing.id}`, group: source.title, icon: source.icon, run: () => thing.run(app.actions) }));

/** Asks every screen's sources when the palette opens; one that fails or is slow never holds up the others. */
const useSources = (app: AppModel, query: string): { things: readonly PaletteItem[]; isLoading: boolean } => {
  const [found, setFound] = useState<ReadonlyMap<string, readonly PaletteItem[]>>(new Map());
  const sources = useMemo(() => app.screens.flatMap((screen) => screen.sources ?? []), [app]);
  const [waiting, setWaiting] = useState(sources.length);
  useEffect(() => {
    const over = new AbortController();
    for (const source of sources)
      source
        .load(app.actions, over.signal)
        .then((things) => {
          if (over.signal.aborted) return;
          setFound((before) => new Map([...before, [source.id, itemsOf(app, source, things)]]));
        })
        .catch((failure: unknown) => {
          if (!over.signal.aborted) app.report(failure);
        })
        .finally(() => {
          if (!over.signal.aborted) setWaiting((count) => count - 1);
        });
    return () => over.abort();
  }, [app, sources]);
  const typed = query.trim();
  useEffect(() => {
    if (typed === "") return;
    const over = new AbortController();
    const timer = setTimeout(() => {
      for (const source of sources)
        source.find?.(app.actions, typed, over.signal).then(
          (things) => over.signal.aborted || setFound((before) => new Map([...before, [`${source.id}?`, itemsOf(app, source, things)]])),
          (failure: unknown) => over.signal.aborted || app.report(failure),
        );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [app, sources, typed]);
  // What was loaded and found again is one thing.
  return { things: [...new Map([...found.values()].flat().map((item) => [item.id, item])).values()], isLoading: waiting > 0 };
};
