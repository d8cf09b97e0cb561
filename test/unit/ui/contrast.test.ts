import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// Reads the real stylesheet: a colour changed there without thought turns this red.
const CSS = readFileSync(new URL("../../../src-renderer/ui/tokens.css", import.meta.url), "utf8");
type Theme = "light" | "dark" | "contrast";

const colours = (theme: Theme): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const base = CSS.slice(0, CSS.indexOf(':root[data-theme="dark"]'));
  for (const [, name = "", value = ""] of base.matchAll(/(--[\w-]+):\s*([^;]+);/g)) {
    const both = /^light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)$/.exec(value);
    if (both !== null) found.set(name, (theme === "light" ? both[1] : both[2]) as string);
    else if (/^#[0-9a-f]{6}$/.test(value)) found.set(name, value);
  }
  if (theme === "contrast") {
    const block = CSS.slice(CSS.indexOf(':root[data-theme="contrast"]'), CSS.indexOf(':root[data-text="small"]'));
    for (const [, name = "", value = ""] of block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)) found.set(name, value);
  }
  return found;
};

const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

const SURFACES = ["--bg-0", "--bg-1", "--bg-2", "--bg-3", "--bg-hover"];
const TONES = ["accent", "ok", "warn", "hot", "bad", "violet"];
const TEXT_PAIRS: readonly (readonly [string, string])[] = [
  ...["--fg-0", "--fg-1", "--fg-2"].flatMap((ink) => SURFACES.map((surface) => [ink, surface] as const)),
  ...TONES.flatMap((tone) => [[`--${tone}`, `--${tone}-bg`] as const, ...["--bg-0", "--bg-1", "--bg-2"].map((surface) => [`--${tone}`, surface] as const)]),
  ...TONES.flatMap((tone) => ["--fg-0", "--fg-1"].map((ink) => [ink, `--${tone}-bg`] as const)),
  ["--fg-1", "--neutral-bg"],
  ["--accent-fg", "--accent"],
  ["--accent-fg", "--accent-strong"],
  ["--on-solid", "--hot"],
  ["--on-solid", "--bad"],
  ...["fg", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white"].map((name) => [`--term-${name}`, "--term-bg"] as const),
];

describe.each<[Theme, number]>([
  ["light", 4.5],
  ["dark", 4.5],
  ["contrast", 7],
])("the %s theme", (theme, least) => {
  const of = colours(theme);
  const value = (name: string): string => {
    const colour = of.get(name);
    if (colour === undefined) throw new Error(`${name} has no colour in tokens.css`);
    return colour;
  };

  it(`keeps every text at ${least}:1 on every surface it may stand on`, () => {
    const weak = TEXT_PAIRS.map(([ink, surface]) => ({ pair: `${ink} on ${surface}`, ratio: Number(ratio(value(ink), value(surface)).toFixed(2)) })).filter((pair) => pair.ratio < least);
    expect(weak).toEqual([]);
  });

  it("draws the edges of controls and the focus ring at 3:1", () => {
    const weak = ["--bg-0", "--bg-1", "--bg-2"].flatMap((surface) => [["--line-control", surface], [theme === "contrast" ? "--focus" : "--accent", surface]] as const).filter(([edge, surface]) => ratio(value(edge), value(surface)) < 3);
    expect(weak).toEqual([]);
  });
});

it("knows a pair that is too weak when it sees one", () => {
  expect(ratio("#777777", "#ffffff")).toBeLessThan(4.5);
  expect(ratio("#000000", "#ffffff")).toBeCloseTo(21, 5);
});
