import { createStore, type StoreApi } from "zustand/vanilla";
import { Failure } from "../../src-main/contract/failure.ts";
import { listenToKeys } from "../app/keymap.ts";
import { createRouter, toHash, type Router } from "../app/router.ts";
import type { Command } from "../app/screen.ts";
import { createToasts, type Toasts } from "../ui/toast.ts";
import { comeBack } from "./provider.ts";
import { codeOf, createRest, wordsOf, type Ask, type Output } from "./rest.ts";

export type Me = Output<"GET /v1/session">;
export type Membership = Me["organisations"][number];
export type Permission = Membership["permissions"][number];
export type Session = { readonly is: "asking" } | { readonly is: "out"; readonly why: string } | { readonly is: "in"; readonly me: Me };
export type Overlay = { readonly is: "none" } | { readonly is: "palette"; readonly query: string } | { readonly is: "help" };
/** Somebody is asked to prove themselves; what waits goes on when they did, or is told that they did not. */
export type Proving = { readonly is: "no" } | { readonly is: "asked"; readonly settle: (hasProved: boolean) => void };

export type ConsoleModel = {
  /** Asks the server. A proof of oneself that is missing is asked for once, and then the same again. */
  readonly ask: Ask;
  readonly session: StoreApi<Session>;
  readonly proving: StoreApi<Proving>;
  readonly overlay: StoreApi<Overlay>;
  readonly commands: StoreApi<{ readonly list: readonly Command[] }>;
  /** Since when the server does not answer. */
  readonly away: StoreApi<{ readonly since: number | undefined }>;
  readonly router: Router;
  readonly toasts: Toasts;
  readonly run: (command: Command) => void;
  readonly refresh: () => Promise<void>;
  /** The first look: also who comes back from an identity provider begins here. */
  readonly begin: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** Whether somebody is there: a console left open alone must not keep its session alive by asking. */
  readonly isAttended: () => boolean;
};

const LEFT_ALONE_MS = 5 * 60_000;
const NOT_PROVED = "You did not prove that it is you, so nothing was done.";

export const createConsole = (window: Window): ConsoleModel => {
  const away = createStore<{ since: number | undefined }>(() => ({ since: undefined }));
  const bare = heard(createRest(window.fetch.bind(window)), away);
  const session = createStore<Session>(() => ({ is: "asking" }));
  const proving = createStore<Proving>(() => ({ is: "no" }));
  const overlay = createStore<Overlay>(() => ({ is: "none" }));
  const commands = createStore<{ list: readonly Command[] }>(() => ({ list: [] }));
  const router = createRouter({ window });
  const toasts = createToasts();

  const prove = (): Promise<boolean> =>
    new Promise((resolve) => {
      const before = proving.getState();
      const settle = (hasProved: boolean): void => {
        proving.setState({ is: "no" }, true);
        if (before.is === "asked") before.settle(hasProved);
        resolve(hasProved);
      };
      proving.setState({ is: "asked", settle }, true);
    });
  const ask: Ask = async (name, input, signal) => {
    try {
      return await bare(name, input, signal);
    } catch (error) {
      if (codeOf(error) === "SIGN_IN_NEEDED") session.setState(({ is }) => (is === "in" ? { is: "out", why: "Your session ended. Sign in again; you come back to this place." } : { is: "out", why: "" }), true);
      if (codeOf(error) !== "STEP_UP_NEEDED") throw error;
      if (!(await prove())) throw new Failure("NOT_PROVED", NOT_PROVED);
      return bare(name, input, signal);
    }
  };
  const refresh = async (): Promise<void> => {
    try {
      session.setState({ is: "in", me: await ask("GET /v1/session", {}) }, true);
    } catch (error) {
      if (codeOf(error) !== "SIGN_IN_NEEDED") session.setState({ is: "out", why: wordsOf(error) }, true);
    }
  };
  const begin = async (): Promise<void> => {
    let why = "";
    await comeBack(bare, (path) => router.navigate(path, { replaces: true })).catch((error: unknown) => (why = wordsOf(error)));
    await refresh();
    if (why === "") return;
    if (session.getState().is === "out") session.setState({ is: "out", why }, true);
    else toasts.show({ tone: "bad", title: "Not proved", text: why });
  };
  let attendedAt = Date.now();
  for (const event of ["pointerdown", "keydown", "focus", "wheel"]) window.addEventListener(event, () => (attendedAt = Date.now()), { passive: true });
  const run = (command: Command): void => void command.run(undefined as never);
  const frame: readonly Command[] = [
    { id: "palette", title: "Search or go anywhere", group: "Window", keys: "Mod+k", alsoKeys: ["Mod+Shift+P"], worksInText: true, run: () => overlay.setState({ is: "palette", query: "" }, true) },
    { id: "help", title: "Show the keyboard map", group: "Window", keys: "?", alsoKeys: ["F1"], worksInText: true, run: () => overlay.setState({ is: "help" }, true) },
  ];
  commands.setState({ list: frame });
  listenToKeys({ target: window, commands: () => (session.getState().is === "in" ? commands.getState().list : []), run, isBlocked: () => window.document.querySelector('[role="dialog"], [role="alertdialog"]') !== null });
  // Back, a link, an address typed in: whoever goes elsewhere is done with what lies over the place they left.
  window.addEventListener("hashchange", () => overlay.setState({ is: "none" }, true));
  session.subscribe((now) => commands.setState({ list: now.is === "in" ? [...frame, ...placesOf(now.me, router)] : frame }));
  return {
    ask, session, proving, overlay, commands, away, router, toasts, run, refresh, begin,
    async signOut() {
      await bare("DELETE /v1/session", {}).catch(() => undefined);
      session.setState({ is: "out", why: "You are signed out." }, true);
      router.navigate("/");
    },
    isAttended: () => window.document.visibilityState === "visible" && Date.now() - attendedAt < LEFT_ALONE_MS,
  };
};

/** A refusal is an answer; an end that was asked for tells nothing. */
export const heard = (ask: Ask, away: ConsoleModel["away"], now: () => number = Date.now): Ask =>
  async (name, input, signal) => {
    try {
      const answer = await ask(name, input, signal);
      if (away.getState().since !== undefined) away.setState({ since: undefined });
      return answer;
    } catch (error) {
      if (codeOf(error) === "UNREACHABLE") away.setState(({ since }) => ({ since: since ?? now() }));
      else if (error instanceof Failure && away.getState().since !== undefined) away.setState({ since: undefined });
      throw error;
    }
  };

export type Place = { readonly id: string; readonly title: string; readonly icon: NonNullable<Command["icon"]>; readonly keys: string; readonly needs?: Permission };
/** In the order of the list. Whoever may not read something is not shown the way to it. */
export const PLACES: readonly Place[] = [
  { id: "overview", title: "Overview", icon: "insight", keys: "g o" },
  { id: "approvals", title: "Approvals", icon: "approvals", keys: "g a", needs: "approvals:read" },
  { id: "inbox", title: "Inbox", icon: "download", keys: "g i", needs: "inbox:read" },
  { id: "desktops", title: "Desktops", icon: "display", keys: "g d", needs: "desktops:read" },
  { id: "audit", title: "Audit", icon: "audit", keys: "g u", needs: "audit:read" },
  { id: "people", title: "People", icon: "users", keys: "g p", needs: "people:read" },
  { id: "policy", title: "Policy", icon: "sealed", keys: "g y", needs: "policy:read" },
  { id: "webhooks", title: "Webhooks", icon: "broadcast", keys: "g w", needs: "webhooks:write" },
  { id: "keys", title: "API keys", icon: "key", keys: "g k", needs: "keys:write" },
  { id: "settings", title: "Settings", icon: "settings", keys: "g s" },
];
export const placesFor = ({ permissions }: Pick<Membership, "permissions">): readonly Place[] => PLACES.filter(({ needs }) => needs === undefined || permissions.includes(needs));
export const orgHash = (orgId: string, ...rest: readonly string[]): string => toHash("o", [orgId, ...rest]);

function placesOf(me: Me, router: Router): readonly Command[] {
  const current = (): string => router.route.getState().rest[0] ?? me.organisations[0]?.orgId ?? "";
  const here: readonly Command[] = PLACES.map((place) => ({ id: `go.${place.id}`, title: `Go to ${place.title}`, icon: place.icon, group: "Places", keys: place.keys, run: () => router.navigate(orgHash(current(), place.id).slice(1)) }));
  const organisations: readonly Command[] = me.organisations.map((org) => ({ id: `org.${org.orgId}`, title: `Switch to ${org.name}`, icon: "network", group: "Organisations", run: () => router.navigate(orgHash(org.orgId, "overview").slice(1)) }));
  return [...here, ...organisations, { id: "account", title: "Open your account", icon: "user", group: "You", run: () => router.navigate("/account") }];
}
