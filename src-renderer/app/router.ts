import { createStore, type StoreApi } from "zustand/vanilla";

export type Route = {
  /** The first segment: a screen's path. Empty where an address names none and nobody said what that means. */
  readonly screen: string;
  /** What follows, decoded; each screen gives it its own meaning. */
  readonly rest: readonly string[];
  readonly params: URLSearchParams;
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a hand-typed "%" is not worth an error page
  }
};

/** `#/hosts/web-01?tab=keys`. Hashes work alike under http:// and sena://, and never reach a server or its log. */
export const parseRoute = (hash: string): Route => {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const [screen = "", ...rest] = path.split("/").filter((segment) => segment !== "").map(decode);
  return { screen, rest, params: new URLSearchParams(query) };
};

/** The address of a place: `toHash("hosts", ["web 01"], { tab: "keys" })` → `#/hosts/web%2001?tab=keys`. */
export const toHash = (screen: string, rest: readonly string[] = [], params: Readonly<Record<string, string>> = {}): string => {
  const query = new URLSearchParams(params).toString();
  return `#/${[screen, ...rest].map(encodeURIComponent).join("/")}${query === "" ? "" : `?${query}`}`;
};

export type Router = { readonly route: StoreApi<Route>; readonly navigate: (path: string, options?: { readonly replaces?: boolean }) => void; readonly dispose: () => void };

type Needs = { /** The screen that an address without one means. */ readonly home?: string | undefined; readonly window: Pick<Window, "addEventListener" | "removeEventListener"> & { readonly location: { hash: string }; readonly history: Pick<History, "replaceState"> } };

export const createRouter = ({ home, window }: Needs): Router => {
  const here = (): Route => {
    const route = parseRoute(window.location.hash);
    if (route.screen !== "" || home === undefined) return route;
    window.history.replaceState(null, "", toHash(home));
    return { ...route, screen: home };
  };
  const route = createStore<Route>(here);
  const read = () => route.setState(here(), true);
  window.addEventListener("hashchange", read);
  return {
    route,
    navigate(path, { replaces = false } = {}) {
      const hash = `#${path.startsWith("/") ? path : `/${path}`}`;
      if (replaces) {
        window.history.replaceState(null, "", hash);
        read();
      } else window.location.hash = hash; // fires hashchange
    },
    dispose: () => window.removeEventListener("hashchange", read),
  };
};
