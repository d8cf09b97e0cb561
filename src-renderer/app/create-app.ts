import { createStore, type StoreApi } from "zustand/vanilla";
import type { Settings, Status } from "../../src-main/contract/index.ts";
import { follow } from "../link/follow.ts";
import type { CoreLink } from "../link/index.ts";
import { createToasts, type Toasts } from "../ui/toast.ts";
import { applyLook, rememberLook } from "./appearance.ts";
import { type CommandBook, createCommandBook } from "./command-book.ts";
import { isExpected, reportOf } from "./failure-report.ts";
import { keepEarlyTyping } from "./early-typing.ts";
import { listenToKeys } from "./keymap.ts";
import { reportPresence } from "./presence.ts";
import { createRouter, type Router } from "./router.ts";
import type { AppActions, Command, Screen } from "./screen.ts";

/** What lies over the screens. One at a time. */
export type Overlay = { readonly is: "none" } | { readonly is: "palette"; readonly query: string } | { readonly is: "help" };

export type AppModel = {
  readonly screens: readonly Screen[];
  readonly link: CoreLink;
  /** The core is the only author of both; undefined until it has spoken. */
  readonly status: StoreApi<{ readonly status: Status | undefined }>;
  readonly settings: StoreApi<{ readonly settings: Settings | undefined }>;
  /** What was written and not given away yet, by whose it is and what it is for. */
  readonly drafts: StoreApi<Readonly<Record<string, unknown>>>;
  readonly router: Router;
  readonly book: CommandBook;
  readonly overlay: StoreApi<Overlay>;
  readonly toasts: Toasts;
  readonly actions: AppActions;
  readonly run: (command: Command) => void;
  /** Sends a failure nobody handled to the log; gives the reference under which it lies there. */
  readonly report: (failure: unknown) => string;
  readonly dispose: () => void;
};

/** What of a window the app lives on: whoever stands in for one, as the gallery does, has all of it. */
export type AppWindow = Pick<Window, "addEventListener" | "removeEventListener" | "matchMedia"> & {
  readonly location: { hash: string };
  readonly history: Pick<History, "replaceState">;
  readonly document: Pick<Document, "documentElement" | "activeElement" | "querySelector">;
  readonly crypto: Pick<Crypto, "randomUUID">;
  readonly localStorage: Pick<Storage, "setItem">;
  readonly performance: Pick<Performance, "now">;
};

type Needs = { readonly link: CoreLink; readonly screens: readonly Screen[]; readonly window: AppWindow };

export const createApp = ({ link, screens, window }: Needs): AppModel => {
  const status = createStore<{ status: Status | undefined }>(() => ({ status: undefined }));
  const settings = createStore<{ settings: Settings | undefined }>(() => ({ settings: undefined }));
  const drafts = createStore<Readonly<Record<string, unknown>>>(() => ({}));
  const overlay = createStore<Overlay>(() => ({ is: "none" }));
  const router = createRouter({ home: screens[0]?.path, window });
  const toasts = createToasts();
  const look = { root: window.document.documentElement, media: (query: string) => window.matchMedia(query) };

  const report = (failure: unknown): string => {
    const entry = reportOf(failure, window.crypto.randomUUID());
    link.client.app.report({ ref: entry.ref, message: entry.message, stack: entry.stack }).catch(() => {
      // The core may be the very thing that is down; the operator still has the report to copy.
    });
    return entry.ref;
  };
  const unexpected = (failure: unknown) => {
    if (isExpected(failure)) return;
    const ref = report(failure);
    toasts.show({ tone: "bad", title: "Something went wrong in this window", text: `${failure instanceof Error ? failure.message : String(failure)} (reference ${ref})` });
  };
  const actions: AppActions = {
    client: link.client,
    navigate: router.navigate,
    toast: toasts.show,
    changeSettings: async (change) => {
      settings.setState({ settings: await link.client.app.changeSettings(change) });
    },
    openPalette: (query = "") => overlay.setState({ is: "palette", query }, true),
    openHelp: () => overlay.setState({ is: "help" }, true),
  };
  const run = (command: Command) => {
    book.remember(command.id);
    // A command's failure is the operator's to see, expected or not: they just asked for it.
    Promise.resolve()
      .then(() => command.run(actions))
      .catch((failure: unknown) => (isExpected(failure) ? toasts.show({ tone: "warn", title: `${command.title}: not done`, text: (failure as Error).message }) : unexpected(failure)));
  };
  const book = createCommandBook(screens, overlay);

  const applySettings = (next: Settings) => {
    applyLook(next, look);
    rememberLook(next, window.localStorage);
  };
  const onError = (event: ErrorEvent) => unexpected(event.error ?? event.message);
  const onRejection = (event: PromiseRejectionEvent) => unexpected(event.reason);
  // Back, a link, an address typed in: whoever goes elsewhere is done with what lies over the screen they left.
  const onMoved = () => overlay.setState({ is: "none" }, true);
  window.addEventListener("hashchange", onMoved);
  window.addEventListener("error", onError);
  window.addEventListener("unhandledrejection", onRejection);
  const ends = [
    follow(link, (client, signal) => client.app.status({}, { signal }), (item) => status.setState({ status: item }), unexpected),
    follow(link, (client, signal) => client.app.settings({}, { signal }), (item) => settings.setState({ settings: item }), unexpected),
    settings.subscribe(({ settings: next }) => next && applySettings(next)),
    reportPresence({ target: window, now: () => window.performance.now(), onPresence: () => status.getState().status?.principal.locked === false && link.state.getState().is === "up" && link.client.access.touch({}).catch((failure: unknown) => isExpected(failure) || report(failure)) }),
    keepEarlyTyping({ target: window, overlay, hasTaker: () => status.getState().status?.principal.locked === true || (window.document.activeElement?.closest('[aria-label="Command palette"]') ?? null) !== null }),
    listenToKeys({ target: window, commands: () => book.all(), run, isBlocked: () => window.document.querySelector('[role="dialog"], [role="alertdialog"]') !== null }),
    () => router.dispose(),
    () => window.removeEventListener("hashchange", onMoved),
    () => window.removeEventListener("error", onError),
    () => window.removeEventListener("unhandledrejection", onRejection),
  ];
  return { screens, link, status, settings, drafts, router, book, overlay, toasts, actions, run, report, dispose: () => ends.forEach((end) => end()) };
};
