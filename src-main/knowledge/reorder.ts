/** The scored ones, which are the first, by their score and then as they were; those without a score stay behind them. Pure. */
export const reordered = <T>(found: readonly T[], scores: readonly number[]): readonly T[] => [
  ...found.slice(0, scores.length).map((item, place) => ({ item, place, score: scores[place] ?? 0 })).sort((a, b) => b.score - a.score || a.place - b.place).map(({ item }) => item),
  ...found.slice(scores.length),
];
