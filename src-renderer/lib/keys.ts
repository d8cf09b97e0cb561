/** The parts of a keyboard event the keymap looks at, so that tests need no browser. */
export type KeyPress = { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean; readonly altKey: boolean; readonly shiftKey: boolean };

export const isApple = (platform: string): boolean => /mac|iphone|ipad/i.test(platform);
const here = (): string => (typeof navigator === "undefined" ? "" : navigator.platform);

const NAMES: Readonly<Record<string, string>> = { Enter: "↵", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", Backspace: "⌫", Space: "Space" };
const APPLE: Readonly<Record<string, string>> = { Mod: "⌘", Shift: "⇧", Alt: "⌥", Ctrl: "⌃" };

/** `Mod+Shift+D` → `Ctrl ⇧ D` or `⌘ ⇧ D`. */
export const keyNames = (stroke: string, platform = here()): string =>
  stroke
    .split("+")
    .map((part) => (isApple(platform) ? APPLE[part] : part === "Mod" ? "Ctrl" : part === "Shift" ? "⇧" : undefined) ?? NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");

/**
 * One key press in the keymap's own spelling, or undefined for a bare modifier. Shift is written only for named keys
 * and letters: `?` is `?` on every layout, however many fingers it takes.
 */
export const strokeOf = (press: KeyPress, platform = here()): string | undefined => {
  if (["Control", "Shift", "Alt", "Meta", "AltGraph", "Dead", "Process", "Unidentified"].includes(press.key)) return undefined;
  const apple = isApple(platform);
  const parts: string[] = [];
  if (apple ? press.metaKey : press.ctrlKey) parts.push("Mod");
  if (apple && press.ctrlKey) parts.push("Ctrl");
  if (press.altKey) parts.push("Alt");
  const isLetter = /^\p{L}$/u.test(press.key);
  if (press.shiftKey && (press.key.length > 1 || isLetter)) parts.push("Shift");
  parts.push(press.key === " " ? "Space" : isLetter ? press.key.toLowerCase() : press.key);
  return parts.join("+");
};

/** `Mod+Shift+D` and `Mod+Shift+d` are the same stroke. */
export const normalStroke = (stroke: string): string =>
  stroke
    .split("+")
    .map((part) => (/^\p{L}$/u.test(part) ? part.toLowerCase() : part))
    .join("+");
