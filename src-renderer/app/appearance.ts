import type { Settings } from "../../src-main/contract/index.ts";

export type Look = Pick<Settings, "theme" | "textSize" | "reducedMotion">;
export const DEFAULT_LOOK: Look = { theme: "system", textSize: "normal", reducedMotion: false };

const KEY = "sena.look";
type Needs = { readonly root: HTMLElement; readonly media: (query: string) => MediaQueryList };

/** System means the stylesheet's own light-dark(), except that a wish for more contrast selects that theme. */
export const applyLook = (look: Look, { root, media }: Needs): void => {
  const theme = look.theme === "system" && media("(prefers-contrast: more)").matches ? "contrast" : look.theme;
  setOrDrop(root, "data-theme", theme === "system" ? undefined : theme);
  setOrDrop(root, "data-text", look.textSize === "normal" ? undefined : look.textSize);
  setOrDrop(root, "data-motion", look.reducedMotion ? "reduced" : undefined);
};

const setOrDrop = (root: HTMLElement, name: string, value: string | undefined): void => {
  if (value === undefined) root.removeAttribute(name);
  else root.setAttribute(name, value);
};

/** The last look is kept beside the page, so that the first paint does not flash in another theme while the core starts. */
export const rememberLook = (look: Look, storage: Pick<Storage, "setItem">): void => {
  try {
    storage.setItem(KEY, JSON.stringify(look));
  } catch {
    // Storage may be denied; then the first paint follows the system.
  }
};

export const rememberedLook = (storage: Pick<Storage, "getItem">): Look => {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? "{}") as Partial<Record<keyof Look, unknown>>;
    return {
      theme: kept.theme === "dark" || kept.theme === "light" || kept.theme === "contrast" ? kept.theme : "system",
      textSize: kept.textSize === "small" || kept.textSize === "large" ? kept.textSize : "normal",
      reducedMotion: kept.reducedMotion === true,
    };
  } catch {
    return DEFAULT_LOOK;
  }
};
