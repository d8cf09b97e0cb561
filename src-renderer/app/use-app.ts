import { createContext, type Dispatch, type SetStateAction, useCallback, useContext, useEffect, useLayoutEffect, useRef } from "react";
import { useStore } from "zustand";
import type { Client, SenaContract, Settings, Status } from "../../src-main/contract/index.ts";
import { follow } from "../link/follow.ts";
import type { LinkState } from "../link/index.ts";
import type { AppModel } from "./create-app.ts";
import type { Route } from "./router.ts";
import type { AppActions, Command } from "./screen.ts";

export const AppContext = createContext<AppModel | undefined>(undefined);

/** For the frame itself. Screens use the narrower hooks below. */
export const useAppModel = (): AppModel => {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error("this part of the screen needs an App around it");
  return app;
};

/** What a screen may do: `{ client, navigate, toast, changeSettings, openPalette, openHelp }`. */
export const useApp = (): AppActions => useAppModel().actions;

export const useRoute = (): Route => useStore(useAppModel().router.route);
/** Undefined until the core has spoken for the first time; afterwards the last word, also while disconnected. */
export const useStatus = <T>(selector: (status: Status | undefined) => T): T => useStore(useAppModel().status, ({ status }) => selector(status));
export const useSettings = <T>(selector: (settings: Settings | undefined) => T): T => useStore(useAppModel().settings, ({ settings }) => selector(settings));
export const useLink = <T>(selector: (link: LinkState) => T): T => useStore(useAppModel().link.state, selector);

/**
 * Like `useState`, for what somebody writes: it is there again when they come back to the screen. It lives as long as the window,
 * and another operator who unlocks it has drafts of their own. `initial` is the same object at each render.
 */
export const useDraftState = <T>(name: string, initial: T): [T, Dispatch<SetStateAction<T>>] => {
  const { drafts } = useAppModel();
  const who = useStatus((status) => status?.principal.id ?? "");
  const key = `${who} ${name}`;
  // Whoever still holds the one of an earlier name (a file that is read meanwhile) writes under that name, and onto what stood there.
  const of = useCallback((all: Readonly<Record<string, unknown>>): T => (key in all ? (all[key] as T) : initial), [key, initial]);
  const set = useCallback<Dispatch<SetStateAction<T>>>((next) => drafts.setState((all) => ({ [key]: typeof next === "function" ? (next as (before: T) => T)(of(all)) : next })), [drafts, key, of]);
  return [useStore(drafts, of), set];
};

/**
 * Commands, with their keys, for as long as the caller is mounted. The list may be made anew at each render: what is
 * run is always the newest, and the book is told only when ids, titles or keys change.
 */
export const useCommands = (commands: readonly Command[]): void => {
  const { book } = useAppModel();
  const newest = useRef(commands);
  useLayoutEffect(() => {
    newest.current = commands;
  });
  const shape = JSON.stringify(commands.map(({ id, title, icon, words, keys, alsoKeys, group, worksInText }) => ({ id, title, icon, words, keys, alsoKeys, group, worksInText })));
  useEffect(() => {
    const visible = JSON.parse(shape) as Omit<Command, "run">[];
    return book.add(visible.map((command) => Object.assign(command, { run: (app: AppActions) => newest.current.find(({ id }) => id === command.id)?.run(app) })));
  }, [book, shape]);
};

type Start<T> = (client: Client<SenaContract>, signal: AbortSignal) => AsyncIterable<T>;

/**
 * Follows a feed while the caller is mounted; starts again after a lost connection and whenever `key` changes. An
 * undefined `start` follows nothing. A failure that ends the feed for good goes to `onFailure`, or is reported.
 */
export const useFeed = <T>(key: string, start: Start<T> | undefined, onItem: (item: T) => void, onFailure?: (failure: unknown) => void): void => {
  const { link, report } = useAppModel();
  const newest = useRef({ start, onItem, onFailure });
  useLayoutEffect(() => {
    newest.current = { start, onItem, onFailure };
  });
  const isOn = start !== undefined;
  useEffect(() => {
    if (!isOn) return;
    return follow<T>(
      link,
      (client, signal) => (newest.current.start as Start<T>)(client, signal),
      (item) => newest.current.onItem(item),
      (failure) => (newest.current.onFailure ?? report)(failure),
    );
    // oxlint-disable-next-line exhaustive-effect-dependencies -- another key is another feed: it starts again
  }, [link, report, key, isOn]);
};
