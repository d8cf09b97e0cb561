import type { ITerminalOptions, ITheme } from "@xterm/xterm";

export type TermLook = { readonly fontSize: number; readonly scrollback: number; readonly isSpoken: boolean };

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
const capital = (word: string) => word.replace(/^./, (letter) => letter.toUpperCase());
const dashed = (word: string) => word.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);

/** The terminal's colours as the theme's variables say them now. */
export function themeOf(element: Element): ITheme {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--term-${name}`).trim();
  const ansi = [...COLOURS, ...COLOURS.map((name) => `bright${capital(name)}`)];
  return {
    background: colour("bg"),
    foreground: colour("fg"),
    cursor: colour("cursor"),
    cursorAccent: colour("bg"),
    selectionBackground: colour("selection"),
    ...Object.fromEntries(ansi.map((name) => [name, colour(dashed(name))])),
  };
}

export function optionsOf(element: Element, { fontSize, scrollback, isSpoken }: TermLook): ITerminalOptions {
  const contrast = document.documentElement.dataset["theme"] === "contrast";
  return {
    fontFamily: getComputedStyle(element).getPropertyValue("--font-mono"),
    fontSize,
    lineHeight: 1.25,
    scrollback,
    screenReaderMode: isSpoken,
    theme: themeOf(element),
    // A program may set text in the colour of its ground; what it prints stays readable all the same.
    minimumContrastRatio: contrast ? 7 : 3,
    cursorBlink: false,
    cursorInactiveStyle: "outline",
    macOptionIsMeta: true,
    rightClickSelectsWord: false,
    allowProposedApi: true,
  };
}
